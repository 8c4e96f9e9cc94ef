import type { BranchCommit, Ended, Round, Rule, Violation } from './history.js';
import { isSignalled, parseRecord, type StoredEvent, type StoredOwner, type StoredRecord } from './record.js';

/** The newest entries that a record keeps. */
const KEPT = 50;
const BEGINS_TENURE = ['claim', 'takeover', 'refresh'];
const KEEPS_TENURE = ['refresh', 'confirm', 'signal-exit'];
const ENDS_TENURE = ['release', 'evict'];

/** One commit of the branch with the record that it left for a pull request. */
export interface Version {
  readonly index: number;
  readonly record: StoredRecord;
  /** The event that this commit added. */
  readonly event: StoredEvent | null;
}

/** The branch, replayed commit by commit. */
export interface Replay {
  readonly commits: readonly BranchCommit[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Versions of each pull request's record, oldest first. */
  readonly versions: ReadonlyMap<number, readonly Version[]>;
  /** Where each event was added; more than one place is a violation. */
  readonly added: ReadonlyMap<string, readonly Version[]>;
  readonly violations: readonly Violation[];
}

/** Reads the branch from its first commit on, and judges each step from one record to the next. */
export function replay({ repo, commits, ended }: Pick<Round, 'repo' | 'commits' | 'ended'>): Replay {
  const violations: Violation[] = [];
  const versions = new Map<number, Version[]>();
  const added = new Map<string, Version[]>();
  const owners = new Map<string, string>();
  const path = new RegExp(`^${repo.replace(/[.\\]/g, '\\$&')}/pr-([1-9]\\d*)\\.json$`);

  for (const [index, commit] of commits.entries()) {
    const touched = commit.changes.filter((change) => path.test(change.path));
    if (touched.length > 1) report('record', 0, 'one commit changes the records of several pull requests');
    for (const change of touched) {
      const pr = Number(path.exec(change.path)?.[1]);
      const known = listAt(versions, pr);
      const before = known.at(-1)?.record ?? null;
      const record = change.text === null ? 'it was removed' : parseRecord(change.text, repo, pr);
      if (typeof record === 'string') {
        report('record', pr, `the record cannot be read: ${record}`);
        continue;
      }
      const event = judgeHistory(before, record, (rule, detail) => report(rule, pr, detail));
      const version: Version = { index, record, event };
      known.push(version);
      if (event !== null) {
        const places = listAt(added, event.id);
        places.push(version);
        if (places.length > 1) report('duplicated event', pr, `the event ${event.id} (${event.type}) was added before`);
        if (!commit.message.includes(`Coord-Request-Id: ${event.id}`)) {
          report('record', pr, 'the trailers of the commit name another request than the record');
        }
        judgeTenure(before, record, event, (rule, detail) => report(rule, pr, detail));
        judgeCause(before, event, commit, ended, (detail) => report('superseded alive', pr, detail));
      }
      judgeOwner(pr, record.activeRun);
    }

    function judgeOwner(pr: number, active: StoredOwner | null): void {
      if (active === null) return;
      const tenure = `${String(pr)} ${String(active.fencingToken)}`;
      const owner = `${active.runId} (attempt ${String(active.attempt)})`;
      const known = owners.get(tenure) ?? owner;
      owners.set(tenure, known);
      if (known !== owner) {
        report('two owners', pr, `token ${String(active.fencingToken)} belonged to ${known}, now to ${owner}`);
      }
    }

    function report(rule: Rule, pr: number, detail: string): void {
      violations.push({ rule, pr, detail, commit: commit.oid });
    }
  }
  return {
    commits,
    indexOf: new Map(commits.map(({ oid }, index) => [oid, index])),
    versions,
    added,
    violations,
  };
}

type Report = (rule: Rule, detail: string) => void;

/** History and exit signals only grow at their end; what falls out at the front fell out because they are full. */
function judgeHistory(before: StoredRecord | null, now: StoredRecord, report: Report): StoredEvent | null {
  const old = before?.history ?? [];
  const event = now.history.at(-1) ?? null;
  if (event === null || old.some(({ id }) => id === event.id)) {
    report('lost change', 'the record changed without a new event');
    return null;
  }
  const expected = [...old, event].slice(-KEPT);
  const kept = new Set(now.history.map(({ id }) => id));
  const lost = expected.filter(({ id }) => !kept.has(id));
  if (lost.length > 0) {
    report('lost change', `gone from the history: ${lost.map(({ type, id }) => `${type} ${id}`).join(', ')}`);
  } else if (now.history.map(({ id }) => id).join() !== expected.map(({ id }) => id).join()) {
    report('record', 'the history was rewritten, or got more than one event');
  }
  const signals = now.exitSignals.map(nameOfSignal);
  const oldSignals = (before?.exitSignals ?? []).map(nameOfSignal);
  const room = oldSignals.length < KEPT || event.type !== 'signal-exit';
  if (room && oldSignals.some((signal, place) => signals[place] !== signal)) {
    report('lost change', 'an exit signal is gone');
  }
  if (event.type !== 'signal-exit' && signals.length !== oldSignals.length) {
    report('record', `a ${event.type} changed the exit signals`);
  }
  if (event.type === 'signal-exit' && signals.at(-1) !== nameOfSignal(event)) {
    report('record', 'the signal of the event is not the newest');
  }
  return event;
}

function nameOfSignal({ runId, fencingToken }: { readonly runId: string; readonly fencingToken: number }): string {
  return `${String(fencingToken)} ${runId}`;
}

/** A token is the name of one uninterrupted ownership: it rises with each, and only the right events begin or end one. */
function judgeTenure(before: StoredRecord | null, now: StoredRecord, event: StoredEvent, report: Report): void {
  const highest = before?.fencingToken ?? 0;
  const old = before?.activeRun ?? null;
  const active = now.activeRun;
  if (now.fencingToken < highest) {
    report('token', `the token fell from ${String(highest)} to ${String(now.fencingToken)}`);
  }
  if (active === null) {
    if (now.fencingToken !== highest) report('token', 'the token changed without a new tenure');
    if (old === null && event.type !== 'signal-exit') report('record', `a ${event.type} where nobody owned`);
    if (old !== null && !ENDS_TENURE.includes(event.type)) report('record', `a tenure ended by ${event.type}`);
    if (old !== null && event.fencingToken !== old.fencingToken) {
      report('token', `the ${event.type} names token ${String(event.fencingToken)}, not ${String(old.fencingToken)}`);
    }
    if (old !== null && event.type === 'release' && event.runId !== old.runId) {
      report('two owners', `${event.runId} released the tenure of ${old.runId}`);
    }
    return;
  }
  if (active.fencingToken === old?.fencingToken) {
    if (!KEEPS_TENURE.includes(event.type)) report('record', `a ${event.type} left the tenure as it was`);
    if (active.claimedAt !== old.claimedAt) report('record', `a ${event.type} changed claimedAt`);
    if (event.type !== 'signal-exit' && event.runId !== active.runId) {
      report('two owners', `${event.runId} recorded a ${event.type} in the tenure of ${active.runId}`);
    }
    if (now.fencingToken !== highest) report('token', 'the token changed without a new tenure');
    return;
  }
  if (active.fencingToken <= highest) {
    report('token', `a new tenure has token ${String(active.fencingToken)}, after ${String(highest)}`);
  }
  if (now.fencingToken !== active.fencingToken || event.fencingToken !== active.fencingToken) {
    report('token', 'record, event and owner name different tokens');
  }
  if (!BEGINS_TENURE.includes(event.type)) report('record', `a tenure begun by ${event.type}`);
  if (event.runId !== active.runId) report('two owners', `${event.runId} began a tenure of ${active.runId}`);
  const replaced = old === null || old.runId === active.runId ? null : old.runId;
  if (event.previousRunId !== replaced) report('record', `previousRunId is not ${String(replaced)}`);
}

/** A plain claim may replace another owner only for the cause that it names, and that cause must have been there. */
function judgeCause(
  before: StoredRecord | null,
  event: StoredEvent,
  commit: BranchCommit,
  ended: readonly Ended[],
  report: (detail: string) => void,
): void {
  const old = before?.activeRun ?? null;
  if (event.cause === undefined || before === null || old === null) return;
  if (event.cause === 'exit_signal' && !isSignalled(before)) report(`${old.runId} was never told to exit`);
  if (event.cause === 'dead') {
    const id = old.holder?.workflowRunId;
    const over = ended.some((end) => end.workflowRunId === id && end.attempt === old.attempt && end.from <= commit.to);
    if (!over) report(`${old.runId} (attempt ${String(old.attempt)}) was replaced as dead while it was at work`);
  }
}

function listAt<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
