import { check, type Verdict } from '../../scripts/torture/checker.js';
import type { Answer, BranchCommit, Naming, Over, Rule, Said } from '../../scripts/torture/history.js';
import { digestOf } from '../../scripts/torture/record.js';

/** A state branch and what processes said about it, written by hand. */

export const PR = 17;
export const START = Date.parse('2026-11-22T08:00:00.000Z');
const REPO_ID = 7;
const BRANCH = 'runner-coord-state';
const PATH = 'pulls/0/17.json';
const HOUR_MS = 3_600_000;
const MARKER = `${JSON.stringify({ layout: 1, repoId: REPO_ID, stateBranch: BRANCH, tokenFloor: 0 }, null, 2)}\n`;

export interface Event {
  readonly type: string;
  readonly runId: string;
  readonly attempt: number;
  readonly previousRunId: string | null;
  readonly at: string;
  readonly reason: string | null;
  readonly fencingToken: number;
  readonly id: string;
  readonly actor: string;
  readonly workflow: string;
  readonly workflowRunId: number;
  readonly cause?: string;
  readonly entry?: string;
}

/** A place in line, named after the write that took it. */
export interface Place {
  readonly runId: string;
  readonly attempt: number;
  readonly since: string;
  readonly until: string;
  readonly detached: false;
  readonly expiresAfter: null;
  readonly holder: Readonly<Record<string, unknown>>;
  readonly id: string;
}

export interface Owner {
  readonly runId: string;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly claimedAt: string;
  readonly updatedAt: string;
  readonly expiresAt: null;
  readonly detached: false;
  readonly id: string;
  readonly renewedBy: string | null;
  readonly holder: Readonly<Record<string, unknown>>;
}

export interface Stored {
  readonly fencingToken: number;
  readonly activeRun: Owner | null;
  readonly history: readonly Event[];
  readonly exitSignals: readonly Readonly<Record<string, unknown>>[];
  readonly queue?: readonly Place[];
}

/** Who writes; the workflow run's id is the run id unless one is named. */
export interface Who {
  readonly runId: string;
  readonly attempt?: number;
  readonly workflowRunId?: number;
}

export type Word = Partial<Answer>;
export interface More extends Partial<Omit<Said, 'inputs' | 'seen'>> {
  /** Ids of the writes that the step sent. */
  readonly ids?: readonly string[];
  readonly inputs?: Partial<Said['inputs']>;
  readonly seen?: Partial<Said['seen']>;
}

/** One commit every ten milliseconds; each step is named after the first write that it sent, and the event's actor is it. */
export class Log {
  readonly commits: BranchCommit[] = [];
  readonly said: Said[] = [];
  readonly over: Over[] = [];
  readonly names: Naming[] = [{ repo: 'acme/widgets', from: -Infinity, to: -Infinity }];
  record: Stored = { fencingToken: 0, activeRun: null, history: [], exitSignals: [] };

  get now(): number {
    return START + 10 * this.commits.length;
  }

  get head(): string {
    return this.commits.at(-1)?.oid ?? '';
  }

  get repo(): string {
    return this.names.at(-1)?.repo ?? '';
  }

  /** What the record would be stored as. */
  text(record: Stored = this.record): string {
    return `${JSON.stringify(stored(record, this.repo), null, 2)}\n`;
  }

  /** A commit with this record, whatever it says. */
  commit(record: Stored, more: { text?: string; path?: string; message?: string; marker?: string } = {}): void {
    this.record = record;
    const marker = more.marker ?? (this.commits.length === 0 ? MARKER : null);
    const from = this.now;
    this.commits.push({
      oid: String(this.commits.length + 1).padStart(40, '0'),
      message: more.message ?? `Coord-Request-Id: ${record.history.at(-1)?.id ?? 'none'}`,
      changes: [
        { path: more.path ?? PATH, text: more.text ?? this.text() },
        ...(marker === null ? [] : [{ path: '.runner-coord.json', text: marker }]),
      ],
      ...{ from, to: from + 5 },
    });
  }

  event(type: string, who: Who | string, id: string, more: Partial<Event> = {}): Event {
    const { runId, attempt, workflowRunId } = whole(who);
    return {
      ...{ type, runId, attempt, previousRunId: null, at: new Date(this.now).toISOString(), reason: null },
      ...{ fencingToken: this.record.fencingToken, id, actor: `step-${id}`, workflow: 'torture', workflowRunId },
      ...more,
    };
  }

  /** A new tenure, by the book. */
  begin(who: Who | string, id: string, more: Partial<Event> = {}): void {
    const { runId, attempt, workflowRunId } = whole(who);
    const fencingToken = this.record.fencingToken + 1;
    const old = this.record.activeRun?.runId ?? null;
    const replaces = old !== null && old !== runId;
    const what = { type: replaces ? 'takeover' : 'claim', previousRunId: replaces ? old : null };
    const event = this.event(what.type, who, id, { ...what, fencingToken, ...more });
    const activeRun: Owner = {
      ...{ runId, attempt, fencingToken, claimedAt: event.at, updatedAt: event.at },
      ...{ expiresAt: null, detached: false, id, renewedBy: null, holder: holderOf(workflowRunId, id) },
    };
    this.commit({ ...this.record, fencingToken, activeRun, history: [...this.record.history, event] });
  }

  /** An event that leaves the tenure as it is, renews or ends it. */
  add(type: string, who: Who | string, id: string, more: Partial<Event> = {}): void {
    const { workflowRunId, attempt } = whole(who);
    const event = this.event(type, who, id, more);
    const { activeRun } = this.record;
    const ends = type === 'release' || type === 'evict';
    const renewed = activeRun && {
      ...{ ...activeRun, attempt, updatedAt: event.at, renewedBy: id, holder: holderOf(workflowRunId, id) },
    };
    const signal = { runId: event.runId, at: event.at, reason: null, fencingToken: event.fencingToken };
    this.commit({
      ...this.record,
      activeRun: ends ? null : type === 'refresh' ? renewed : activeRun,
      history: [...this.record.history, event],
      exitSignals: type === 'signal-exit' ? [...this.record.exitSignals, signal] : this.record.exitSignals,
    });
  }

  /** A place for a step, at the end of the line or where it is said to stand. */
  place(who: Who | string, id: string, more: Partial<Place> = {}): Place {
    const { runId, attempt, workflowRunId } = whole(who);
    return {
      ...{ runId, attempt, since: new Date(this.now).toISOString(), until: new Date(this.now + HOUR_MS).toISOString() },
      ...{ detached: false, expiresAfter: null, holder: holderOf(workflowRunId, id), id },
      ...more,
    };
  }

  /** A commit that changes the line alone: the log tells what it is, and the history nothing. */
  line(type: 'join' | 'leave', who: Who | string, id: string, queue: readonly Place[], actor = `step-${id}`): void {
    const { runId, attempt, workflowRunId } = whole(who);
    const trailers = [
      `Coord-Event: ${type}`,
      `Coord-Run-Id: ${runId}`,
      `Coord-Attempt: ${String(attempt)}`,
      `Coord-Actor: ${actor}`,
      `Coord-Workflow-Run-Id: ${String(workflowRunId)}`,
      `Coord-Request-Id: ${id}`,
    ];
    this.commit({ ...this.record, queue }, { message: trailers.join('\n') });
  }

  join(who: Who | string, id: string): void {
    this.line('join', who, id, [...(this.record.queue ?? []), this.place(who, id)]);
  }

  /** The owner releases, and the place gets the target in the same commit. */
  handOver(id: string, place: Place, queue: readonly Place[]): void {
    const owner = this.record.activeRun;
    if (owner === null) throw new Error('nobody owns');
    const who = { runId: owner.runId, attempt: owner.attempt };
    const fencingToken = this.record.fencingToken + 1;
    const ended = this.event('release', who, id);
    const { workflowRunId } = whole({ runId: place.runId });
    const event = this.event('handover', who, id, {
      ...{ runId: place.runId, attempt: place.attempt, workflowRunId, previousRunId: owner.runId },
      ...{ fencingToken, entry: place.id },
    });
    const activeRun: Owner = {
      ...{ runId: place.runId, attempt: place.attempt, fencingToken, claimedAt: event.at, updatedAt: event.at },
      ...{ expiresAt: null, detached: false, id, renewedBy: null, holder: place.holder },
    };
    const history = [...this.record.history, ended, event];
    this.commit({ ...this.record, fencingToken, activeRun, history, queue });
  }

  /** A process that saw the head as it is now, and ran around the last commit. */
  say(command: string, who: Who | string, answer: Word | null, more: More = {}): Said {
    const { ids = [], inputs, seen, ...rest } = more;
    const said: Said = {
      step: ids[0] === undefined ? `step-${String(this.said.length + 1)}` : `step-${ids[0]}`,
      ...{ phase: 'main', command, pr: PR, repo: this.repo, ...whole(who) },
      ...{ start: this.now - 12, end: this.now, killed: false, warned: false },
      answer: answer && {
        ...{ exitCode: 0, owned: false, status: '', error: '', message: '' },
        ...{ token: this.record.activeRun?.fencingToken ?? null, commit: this.head || null },
        digest: this.head === '' ? null : this.digest(),
        ...answer,
      },
      inputs: { ...INPUTS, ...inputs },
      seen: { ...SAW_NOTHING, requestIds: ids, ...seen },
      ...rest,
    };
    this.said.push(said);
    return said;
  }

  /** The post step of a step, that ran right after the last commit. */
  post(main: Said, more: More & { warned?: boolean } = {}): Said {
    const { warned = false, ...rest } = more;
    const { command, runId, attempt, workflowRunId } = main;
    const words = { mainStep: main.step, warned, exitCode: 0, log: '' };
    const times = { start: this.now - 12, end: this.now + 5 };
    const who = { runId, attempt, workflowRunId };
    return this.say(command, who, null, { phase: 'post', inputs: main.inputs, post: words, ...times, ...rest });
  }

  digest(record: Stored = this.record): string {
    return digestOf(stored(record, this.repo));
  }

  rename(repo: string): void {
    this.names.push({ repo, from: this.now - 4, to: this.now - 3 });
  }

  /** The workflow run was completed, for good. */
  complete(workflowRunId: number, attempt = 1): void {
    const [from, to] = [this.now - 40, this.now - 40];
    this.over.push({ workflowRunId, attempt, from, to, againFrom: Infinity, againTo: Infinity });
  }

  check(): Verdict {
    const { commits, said, names, over } = this;
    return check({ branch: BRANCH, repoId: REPO_ID, commits, said, names, over });
  }

  rules(): Rule[] {
    return [...new Set(this.check().violations.map(({ rule }) => rule))].sort();
  }
}

const INPUTS: Said['inputs'] = {
  token: null,
  targetRunId: null,
  requireExisting: true,
  waits: false,
  requireActiveOwner: true,
  strict: false,
  evict: false,
  supersede: 'dead',
  staleAfterMs: 1_800_000,
  takeoverPermission: 'write',
  releaseOnExit: true,
};
const SAW_NOTHING: Said['seen'] = {
  requests: 2,
  requestIds: [],
  staleReads: 0,
  shownHeads: [],
  doubtfulHeads: [],
  livenessUnsure: false,
  permissionUnsure: false,
};

function whole(who: Who | string): Required<Who> {
  const { runId, attempt = 1, workflowRunId } = typeof who === 'string' ? { runId: who } : who;
  return { runId, attempt, workflowRunId: workflowRunId ?? Number(runId) };
}

function holderOf(workflowRunId: number, id: string): Record<string, unknown> {
  const run = { workflowRunId, workflow: 'torture', job: 'rack', actor: `step-${id}` };
  return { repo: 'acme/widgets', repoId: REPO_ID, ...run, url: 'https://github.test/acme/widgets/actions/runs/1' };
}

function stored({ fencingToken, activeRun, history, exitSignals, queue = [] }: Stored, repo: string): unknown {
  return {
    schemaVersion: 3,
    target: { repo, repoId: REPO_ID, pr: PR, scope: null },
    ...{ fencingToken, activeRun, previousRun: null, queue, history, exitSignals },
  };
}

/** Run 1001 claims, renews and asserts; 1002 is refused and takes over; 1001 has lost. */
export function goodLog(): Log {
  const log = new Log();
  log.begin('1001', 'a');
  log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
  log.add('refresh', '1001', 'b');
  log.say('claim', '1001', { owned: true, status: 'refreshed' }, { ids: ['b'] });
  log.say('assert', '1001', { owned: true, status: 'owner_confirmed' });
  log.say('claim', '1002', { error: 'active_run_exists' });
  log.begin('1002', 'c');
  log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['c'] });
  log.say('assert', '1001', { error: 'ownership_lost' });
  return log;
}
