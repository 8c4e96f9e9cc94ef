import { describe } from '@jest/globals';
import { startJob, type Job } from '../../support/job.js';
import type { Execute, StepOptions } from '../../support/runner.js';
import { onProcessStage, type Stage } from '../support/scenario.js';

/** For what takes sh, signals, or a folder with a quote in its name; every-system.test.ts has what Windows has too. */
export const onPosix = process.platform === 'win32' ? describe.skip : describe;

export interface JobStage extends Stage {
  readonly job: Job;
  /** Another job, of another run if one is named. */
  readonly another: (options?: StepOptions) => Promise<Job>;
}

/** A stage with a job of run 1001 in which steps follow each other. */
export function inJob(play: (stage: JobStage) => Promise<void>, execute?: Execute): Promise<void> {
  return onProcessStage(async (stage) => {
    const jobs: Job[] = [];
    const another = async (options: StepOptions = {}): Promise<Job> => {
      const job = await startJob(stage.github, options, execute);
      jobs.push(job);
      return job;
    };
    try {
      const job = await another();
      await play({ ...stage, job, another });
    } finally {
      for (const job of jobs) await job.end();
    }
  });
}
