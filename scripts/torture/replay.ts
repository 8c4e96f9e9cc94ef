import type { BranchCommit, Round, Rule, Violation } from './history.js';
import { judgeHistory } from './judge-history.js';
import { judgeTenure } from './judge-tenure.js';
import { parseRecord, problemOfMarker, type StoredEvent, type StoredRecord } from './record.js';
import { referencesIn } from './references.js';

/** One commit of the branch with the record that it left for a pull request. */
export interface Version {
  readonly pr: number;
  readonly index: number;
  readonly commit: BranchCommit;
  readonly before: StoredRecord | null;
  readonly record: StoredRecord;
  /** What the author of the commit did. */
  readonly event: StoredEvent | null;
  /** By which the commit gave the target to somebody in line, beside what ended the tenure before. */
  readonly handover: StoredEvent | null;
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

export type Report = (rule: Rule, detail: string) => void;

const MARKER = '.runner-coord.json';

/** Reads the branch from its first commit on, and judges each step from one record to the next. */
export function replay(round: Pick<Round, 'branch' | 'repoId' | 'commits'>): Replay {
  const { commits } = round;
  const violations: Violation[] = [];
  const versions = new Map<number, Version[]>();
  const added = new Map<string, Version[]>();
  /** The owner that each file names, whatever its path: no pull request may have two. */
  const owners = new Map<string, { readonly pr: number; readonly owner: string }>();

  for (const [index, commit] of commits.entries()) {
    const commitReport = (rule: Rule, detail: string, pr?: number): void => {
      violations.push({ rule, detail, commit: commit.oid, ...(pr === undefined ? {} : { pr }) });
    };
    judgeMarker(commit, index, round, commitReport);
    for (const reference of referencesIn(commit.message)) {
      commitReport('reference', `its message holds ${JSON.stringify(reference)}`);
    }
    const records = commit.changes.filter(({ path }) => /\.json$/.test(path) && path !== MARKER);
    if (records.length > 1) commitReport('record', 'one commit changes several records');
    for (const { path, text } of records) {
      const pr = prOf(text);
      judgeOwners(path, text, (rule, detail) => commitReport(rule, detail, pr ?? undefined));
      const record = readAt(path, text, pr, round.repoId);
      if (typeof record === 'string' || pr === null) {
        commitReport('record', `${path} cannot be read: ${typeof record === 'string' ? record : ''}`, pr ?? undefined);
        continue;
      }
      const known = listAt(versions, pr);
      const before = known.at(-1)?.record ?? null;
      const report: Report = (rule, detail) => commitReport(rule, detail, pr);
      const { event, handover } = judgeHistory(before, record, commit.message, report);
      const version: Version = { pr, index, commit, before, record, event, handover };
      known.push(version);
      if (event === null) continue;
      const places = listAt(added, event.id);
      places.push(version);
      if (places.length > 1) report('duplicated event', `the event ${event.id} (${event.type}) was added before`);
      if (!commit.message.includes(`Coord-Request-Id: ${event.id}`)) {
        report('record', 'the trailers of the commit name another request than the record');
      }
      judgeTenure(before, record, event, handover, report);
    }
  }
  return { commits, indexOf: new Map(commits.map(({ oid }, index) => [oid, index])), versions, added, violations };

  function judgeOwners(path: string, text: string | null, report: Report): void {
    const owner = ownerOf(text);
    if (owner === null) owners.delete(path);
    else owners.set(path, owner);
    const same = [...owners.values()].filter(({ pr }) => pr === owner?.pr);
    if (same.length > 1) {
      report('two owners', `${same.map((one) => one.owner).join(' and ')} own it at the same commit`);
    }
  }
}

function readAt(path: string, text: string | null, pr: number | null, repoId: number): StoredRecord | string {
  if (text === null) return 'it was removed';
  if (pr === null) return 'it names no pull request';
  const wanted = `pulls/${String(Math.floor(pr / 1000))}/${String(pr)}.json`;
  return path === wanted ? parseRecord(text, repoId, pr) : `it belongs at ${wanted}`;
}

function judgeMarker(
  { changes }: BranchCommit,
  index: number,
  { repoId, branch }: Pick<Round, 'repoId' | 'branch'>,
  report: Report,
): void {
  const change = changes.find(({ path }) => path === MARKER);
  if (index === 0 && change === undefined) report('marker', 'the first commit holds none');
  if (change === undefined) return;
  const problem = problemOfMarker(change.text, repoId, branch);
  if (problem !== null) report('marker', problem);
}

interface Loose {
  readonly target?: { readonly pr?: unknown };
  readonly activeRun?: { readonly runId?: unknown; readonly fencingToken?: unknown } | null;
}

/** What a file says at first sight, also where it is no record or lies at a wrong place. */
function looselyParsed(text: string | null): Loose {
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as Loose;
  } catch {
    return {};
  }
}

function prOf(text: string | null): number | null {
  const pr = looselyParsed(text).target?.pr;
  return typeof pr === 'number' ? pr : null;
}

function ownerOf(text: string | null): { readonly pr: number; readonly owner: string } | null {
  const pr = prOf(text);
  const active = looselyParsed(text).activeRun;
  if (pr === null || active == null) return null;
  return { pr, owner: `${String(active.runId)} (token ${String(active.fencingToken)})` };
}

function listAt<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
