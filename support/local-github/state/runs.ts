import type { WorkflowRun } from '../types.js';

/** The workflow runs of one repository, each as its newest attempt is. */
export class RunBook {
  readonly #runs = new Map<number, WorkflowRun>();
  /** Workflow files in order of their first run: their ids. */
  readonly #workflows: string[] = [];

  get(id: number): WorkflowRun | undefined {
    return this.#runs.get(id);
  }

  all(): WorkflowRun[] {
    return [...this.#runs.values()];
  }

  add(run: WorkflowRun): void {
    this.#runs.set(run.id, run);
    this.workflowId(run);
  }

  /** Whether there is such a run. Only what is completed has a conclusion. */
  update(id: number, change: Partial<WorkflowRun>): boolean {
    const run = this.#runs.get(id);
    if (run === undefined) return false;
    const goesOn = change.status !== undefined && change.status !== 'completed';
    this.add({ ...run, ...(goesOn ? { conclusion: null } : {}), ...change });
    return true;
  }

  workflowId(run: WorkflowRun): number {
    const [file = ''] = workflowPath(run).split('@');
    if (!this.#workflows.includes(file)) this.#workflows.push(file);
    return this.#workflows.indexOf(file) + 1;
  }
}

export function workflowName(run: WorkflowRun): string {
  return run.name ?? 'agent';
}

/** As GitHub gives it: the file, and sometimes `@<ref>` behind it. */
export function workflowPath(run: WorkflowRun): string {
  return run.path ?? `.github/workflows/${workflowName(run)}.yml`;
}
