import type { Holder } from '../../src/core/record.js';
import type { Run } from '../../src/core/run.js';
import type { WorkflowRun } from '../local-github/index.js';

/** Chance that is the same in every run. */
export class Chance {
  #state = 0x2545f491;

  /** A whole number from 0 on, below `limit`. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  }
}

const WORKFLOWS = [
  { workflow: 'agent', job: 'fix' },
  { workflow: 'deploy', job: 'preview' },
  { workflow: 'Review | bot', job: 'review (ubuntu-latest, 24)' },
  { workflow: 'e2e', job: null },
] as const;
const ACTORS = ['octocat', 'mona', 'hubot', 'dependabot[bot]'] as const;

/** Everybody who owns, waits or ends something: workflow runs, each with an id of its own, and persons. */
export class Cast {
  readonly runs: WorkflowRun[] = [];
  #lastId = 7_000_000;

  constructor(
    private readonly chance: Chance,
    private readonly repository: { readonly url: string; readonly repo: string; readonly repoId: number },
  ) {}

  /** A workflow run that is over by now, as most of the past are. */
  someRun(at: Date): Run {
    return this.#run(at, { status: 'completed', conclusion: this.chance.of(['success', 'success', 'failure']) });
  }

  liveRun(at: Date): Run {
    return this.#run(at, { status: 'in_progress', conclusion: null });
  }

  /** Of another repository, which nobody here may see. */
  foreignRun(): Run {
    const { runId, attempt, holder } = this.#runOf(this.#nextId());
    return { runId, attempt, holder: { ...holder, repo: 'elsewhere/private', repoId: 99, url: null } };
  }

  person(login: string): Run {
    const nothing = { repo: null, repoId: null, workflowRunId: null, workflow: null, job: null, url: null };
    return { runId: `person:${login}`, attempt: 1, holder: { ...nothing, actor: login } };
  }

  #run(createdAt: Date, state: Pick<WorkflowRun, 'status' | 'conclusion'>): Run {
    const id = this.#nextId();
    const run = this.#runOf(id);
    const { workflow, actor } = run.holder;
    this.runs.push({ ...state, id, runAttempt: 1, name: workflow ?? '', actor: actor ?? '', createdAt });
    return run;
  }

  #nextId(): number {
    this.#lastId += 1 + this.chance.below(5);
    return this.#lastId;
  }

  #runOf(workflowRunId: number): Run & { readonly holder: Holder } {
    const { url, repo, repoId } = this.repository;
    const runUrl = `${url}/actions/runs/${String(workflowRunId)}/attempts/1`;
    const kind = { ...this.chance.of(WORKFLOWS), actor: this.chance.of(ACTORS) };
    return {
      runId: String(workflowRunId),
      attempt: 1,
      holder: { repo, repoId, workflowRunId, ...kind, url: runUrl },
    };
  }
}
