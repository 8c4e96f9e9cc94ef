import { startJob, type Job } from '../../support/job.js';
import { recordOf } from '../../support/records.js';
import type { StepOptions, StepResult } from '../../support/runner.js';
import { STATE_BRANCH, type World } from '../../support/world.js';

/** What is measured, and what it starts from. */
export interface Subject {
  readonly name: string;
  /** Puts the branch into the state that the process starts from, and gives what starts it. */
  readonly ready: (stage: Stage) => Promise<() => Promise<Ended>>;
  /** What is held to be quick enough, where something is. */
  readonly wanted?: readonly Wanted[];
}

export interface Wanted {
  /** Where only one of them is measured by it. */
  readonly over?: 'http' | 'https';
  readonly beside: 'minimal script' | 'bare start';
  readonly atMost: number;
}

/** TLS costs any script a bare start; without it a bare start is the better measure. */
const QUICK_STEP: readonly Wanted[] = [
  { over: 'https', beside: 'minimal script', atMost: 2 },
  { over: 'http', beside: 'bare start', atMost: 3 },
];

/** A process that is over. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit. */
  readonly milliseconds: number;
}

/** A world, and a job in it in which a step of the action has run: its later steps have the command line. */
export interface Stage extends Pick<World, 'github' | 'repository' | 'plant' | 'requestsSince'> {
  readonly step: (command: string, options?: Pick<StepOptions, 'with'>) => Promise<StepResult>;
  readonly laterStep: (words: readonly string[]) => Promise<Ended>;
  readonly end: () => Promise<void>;
}

const owned = (stage: Stage): Promise<unknown> => stage.plant(recordOf());
const free = (stage: Stage): Promise<unknown> => stage.plant(recordOf({ owner: null }));

export const SUBJECTS: readonly Subject[] = [
  { name: 'assert', ready: async (stage) => (await owned(stage), () => stage.step('assert')), wanted: QUICK_STEP },
  { name: 'claim', ready: async (stage) => (await free(stage), () => stage.step('claim')), wanted: QUICK_STEP },
  {
    name: 'first claim',
    ready: async (stage: Stage) => {
      if ((await stage.repository.head(STATE_BRANCH)) !== null) await stage.repository.deleteBranch(STATE_BRANCH);
      return () => stage.step('claim');
    },
  },
  {
    name: 'post, nothing to do',
    ready: async (stage: Stage) => {
      await owned(stage);
      const assert = await stage.step('assert');
      return () => assert.post();
    },
    wanted: [{ beside: 'bare start', atMost: 1.15 }],
  },
  {
    name: 'post, releases',
    ready: async (stage: Stage) => {
      await free(stage);
      const claim = await stage.step('claim', { with: { 'release-on-exit': 'true' } });
      return () => claim.post();
    },
  },
  {
    name: 'runner-coord assert',
    ready: async (stage) => (await owned(stage), () => stage.laterStep(['runner-coord', 'assert'])),
    wanted: [{ beside: 'minimal script', atMost: 2 }],
  },
  {
    name: 'runner-coord --help',
    ready: (stage) => Promise.resolve(() => stage.laterStep(['runner-coord', '--help'])),
    wanted: [{ beside: 'bare start', atMost: 2 }],
  },
];

/** @param env for every process. */
export async function setStage(world: World, env: Readonly<Record<string, string>>): Promise<Stage> {
  const { github, repository, plant, requestsSince } = world;
  repository.addRun({ id: 1001, status: 'in_progress', conclusion: null, runAttempt: 1 });
  const job = await startJob(github);
  await plant(recordOf());
  const assert = await job.uses({ with: { command: 'assert' }, env });
  if (assert.outputs['owned'] !== 'true') throw new Error(`the stage could not be set: ${assert.stdout}`);
  return {
    ...{ github, repository, plant, requestsSince, end: job.end },
    step: (command, options = {}) => world.step(command, { ...options, env }),
    laterStep: (words) => timed(job, words, env),
  };
}

/** By the name on the PATH, as a later step calls it: what starts the node is part of it. */
async function timed(job: Job, words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const started = performance.now();
  const { status, stdout, stderr } = await job.run(words, { env });
  return { exitCode: status, stdout, stderr, milliseconds: performance.now() - started };
}
