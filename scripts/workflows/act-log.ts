/** What act's JSON log says about a workflow run: the results of jobs and steps, their outputs and their summaries. */

export type Result = 'success' | 'failure' | 'skipped';

export interface JobRun {
  /** The id of the job; `caller/job` inside of a reusable workflow. */
  readonly job: string;
  /** As JSON; `{}` without a matrix. */
  readonly matrix: string;
  readonly result: Result;
}

export interface StepRun {
  readonly job: string;
  readonly matrix: string;
  readonly step: string;
  readonly stage: 'Pre' | 'Main' | 'Post';
  readonly result: Result;
}

interface Line {
  readonly msg?: string;
  readonly job?: string;
  readonly jobID?: string;
  readonly matrix?: Readonly<Record<string, unknown>> | null;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: StepRun['stage'];
  readonly stepResult?: Result;
  readonly jobResult?: Result;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
}

export class ActLog {
  readonly #lines: readonly Line[];

  constructor(
    /** All that act printed. */
    readonly text: string,
  ) {
    this.#lines = text.split('\n').flatMap((line) => {
      if (!line.startsWith('{')) return [];
      try {
        return [JSON.parse(line) as Line];
      } catch {
        return []; // a line cut off by a kill
      }
    });
  }

  get jobs(): readonly JobRun[] {
    return this.#lines.flatMap((line) =>
      line.jobResult === undefined
        ? []
        : [{ job: jobOf(line), matrix: JSON.stringify(line.matrix ?? {}), result: line.jobResult }],
    );
  }

  get steps(): readonly StepRun[] {
    return this.#lines.flatMap((line) =>
      line.stepResult === undefined || line.stage === undefined
        ? []
        : [
            {
              job: jobOf(line),
              matrix: JSON.stringify(line.matrix ?? {}),
              step: line.step ?? '',
              stage: line.stage,
              result: line.stepResult,
            },
          ],
    );
  }

  /** The outputs of a step, by the step's id or its name. */
  outputs(job: string, step: string): Readonly<Record<string, string>> {
    const found = this.#lines.filter(
      (line) =>
        line.command === 'set-output' &&
        jobOf(line) === job &&
        (line.stepID?.includes(step) === true || line.step === step),
    );
    return Object.fromEntries(found.map(({ name = '', arg = '' }) => [name, arg]));
  }

  /** All that the steps of a job wrote to their summaries. */
  summary(job: string): string {
    return this.#lines
      .filter((line) => line.command === 'summary' && jobOf(line) === job)
      .map(({ content = '' }) => content)
      .join('\n');
  }

  /** The messages alone, for a person who looks for what went wrong. */
  get readable(): string {
    return this.text
      .split('\n')
      .map((text, index) => {
        if (!text.startsWith('{')) return text;
        const line = this.#lines[index];
        try {
          const { job = '', msg = '' } = line ?? (JSON.parse(text) as Line);
          return `[${job.trim()}] ${msg.trimEnd()}`;
        } catch {
          return text;
        }
      })
      .join('\n');
  }
}

/** act calls a job `workflow/job` and, in a reusable workflow, `caller's job/workflow/job`, filled up with spaces. */
function jobOf({ job = '', jobID = '' }: Line): string {
  const parts = job.trim().split('/');
  return parts.length === 3 ? `${parts[0] ?? ''}/${jobID}` : jobID;
}
