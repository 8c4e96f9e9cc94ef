import { check } from '../../scripts/torture-publish/checker.js';
import type { Push, Rule, Said, Story, Told } from '../../scripts/torture-publish/story.js';

/** A story with logs as they have to be, for tests to break in one place. */

const RECORD_PATH = 'pulls/0/17.json';
export const BRANCH_REF = 'refs/heads/pr-17';
export const STATE_REF = 'refs/heads/runner-coord-state';
const START = 'head-0';
const AT = '2026-11-22T08:00:00.000Z';

interface Owner {
  readonly runId: string;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly expiresAt: string | null;
}

interface PlantedEvent {
  readonly type: string;
  readonly id: string;
  readonly runId: string;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly at: string;
  readonly from?: string;
  readonly to?: string;
  readonly ref?: string;
}

export class PlantedLog {
  readonly said: Said[] = [];
  readonly pushes: Push[] = [];
  readonly moves: { from: string; to: string; buildsOn: boolean }[] = [];
  readonly commits: { oid: string; changes: { path: string; text: string | null }[] }[] = [];
  owner: Owner | null = { runId: '1001', attempt: 1, fencingToken: 1, expiresAt: null };
  exitSignals: { fencingToken: number }[] = [];
  lastClaim = 'owned';
  #history: PlantedEvent[] = [];
  #head = START;
  #state = 'state-0';

  constructor() {
    this.write('claim');
  }

  get head(): string {
    return this.#head;
  }

  get state(): string {
    return this.#state;
  }

  /** A commit of the state branch with an event of the owner, or of whom the changes name. */
  write(type: string, changes: Partial<PlantedEvent> = {}, alsoChanges: readonly string[] = []): string {
    const { runId, attempt, fencingToken } = this.owner ?? { runId: '1001', attempt: 1, fencingToken: 1 };
    const id = `id-${String(this.commits.length)}`;
    this.#history = [...this.#history, { type, id, runId, attempt, fencingToken, at: AT, ...changes }];
    return this.commit(alsoChanges);
  }

  /** A commit with the record as it is. */
  commit(alsoChanges: readonly string[] = []): string {
    const { owner: activeRun, exitSignals } = this;
    const record = { fencingToken: activeRun?.fencingToken ?? 1, activeRun, history: this.#history, exitSignals };
    this.#state = `state-${String(this.commits.length + 1)}`;
    const paths = [RECORD_PATH, ...alsoChanges];
    this.commits.push({
      oid: this.#state,
      changes: paths.map((path) => ({ path, text: path === RECORD_PATH ? JSON.stringify(record) : '' })),
    });
    return this.#state;
  }

  /** The branch goes on, with the record or without. */
  move(login: string, to: string, state: { from: string; to: string } | null, buildsOn = true): void {
    const from = this.#head;
    const refs = [{ ref: BRANCH_REF, from, to, ok: true }];
    const both = state === null ? refs : [...refs, { ref: STATE_REF, ...state, ok: true }];
    this.pushes.push({ login, isAtomic: true, refs: both });
    this.moves.push({ from, to, buildsOn });
    this.#head = to;
  }

  /** A push as it has to be: the event and its move, told to whoever asked. */
  publish(step: string, to: string, changes: Partial<PlantedEvent> = {}, buildsOn = true): void {
    const [from, parent] = [this.#head, this.#state];
    const state = this.write('publish', { from, to, ref: BRANCH_REF, ...changes });
    this.move(step, to, { from: parent, to: state }, buildsOn);
    this.say(step, { status: 'published', publishedSha: to, publishedFrom: from }, { commit: to });
  }

  /** What the owner's push was told; it owned unless told otherwise. */
  say(step: string, told: Partial<Told> | null, changes: Partial<Said> = {}): void {
    const { runId = '1001', attempt = 1 } = this.owner ?? {};
    const error = told?.error ?? null;
    const answer: Told = {
      ...{ ok: error === null, owned: error === null, status: null, error, message: '' },
      ...{ publishedSha: null, publishedFrom: null, token: this.owner?.fencingToken ?? null, stateCommit: this.#state },
      ...told,
    };
    this.said.push({
      ...{ step, command: 'push', runId, attempt, exitStatus: error === null ? 0 : 75, killed: null },
      ...{ commit: null, lease: null, dryRun: false, leftBehind: [], changedFiles: [], stderr: '' },
      answer: told === null ? null : answer,
      ...changes,
    });
  }

  /** What the checker finds, each rule once. */
  rules(): readonly Rule[] {
    return [...new Set(check(this.story()).violations.map(({ rule }) => rule))];
  }

  story(): Story {
    const { said, pushes, moves, commits, lastClaim } = this;
    const names = { branchRef: BRANCH_REF, stateRef: STATE_REF, recordPath: RECORD_PATH };
    return { ...names, said, pushes, moves, commits, lastClaim, start: START, head: this.#head };
  }
}
