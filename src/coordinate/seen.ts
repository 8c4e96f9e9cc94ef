import type { Failure } from '../core/outcome.js';
import { isOlderReading } from '../core/older-reading.js';
import type { OwnershipRecord } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import type { Snapshot } from '../store/state-store.js';

/** What a step knows to have been on the branch, and so what a reading may not fall behind. */
export interface Seen {
  /** The newest record that was read or written. */
  readonly record: OwnershipRecord | null;
  /** The newest head and the highest floor that any reading has shown. */
  readonly head: string | null;
  readonly tokenFloor: number;
  /** The token that the caller was given; a reading below it is from the past, or the token is wrong. */
  readonly token: number | null;
  /** Heads that are known to have been replaced. */
  readonly outdated: ReadonlySet<string | null>;
  /** Heads that GitHub refused to write on, and how many readings have shown each of them since. */
  readonly refused: ReadonlyMap<string | null, number>;
}

export type Judgement =
  | { readonly kind: 'current'; readonly seen: Seen }
  /** `failure` is what to say if it stays so. */
  | { readonly kind: 'stale'; readonly seen: Seen; readonly failure: Failure };

/** A refused head that so many further readings show as the head is tried again: the compare-and-swap keeps that safe. */
const READINGS_OF_A_REFUSED_HEAD = 2;

/** What a request brings along. */
export function firstSight(request: CoordinationRequest, outdatedHeads: readonly string[]): Seen {
  const token = 'fencingToken' in request ? request.fencingToken : null;
  // What was not to make the branch was written onto it: a reading without one is of the past, or somebody deleted it.
  const head = request.command === 'leave' && !request.founding ? 'a commit' : null;
  return { record: null, head, tokenFloor: 0, token, outdated: new Set(outdatedHeads), refused: new Map() };
}

export function withRecord(seen: Seen, record: OwnershipRecord | null): Seen {
  return { ...seen, record: record ?? seen.record };
}

export function withRefusal(seen: Seen, head: string | null): Seen {
  return { ...seen, refused: new Map([...seen.refused, [head, 0]]) };
}

/** Whether a decision may be made from this reading. */
export function judgeReading(seen: Seen, snapshot: Snapshot, stateBranch: string): Judgement {
  const { head } = snapshot;
  if (seen.outdated.has(head)) return stale(seen, older(`its head is ${head ?? 'none'}, which this job has replaced`));
  const readings = seen.refused.get(head);
  if (readings === undefined) return judgeRecord(seen, snapshot, stateBranch);
  const refused = new Map(seen.refused);
  if (readings + 1 < READINGS_OF_A_REFUSED_HEAD) {
    refused.set(head, readings + 1);
    return stale({ ...seen, refused }, older(`it shows the head ${head ?? 'none'}, on which it refused to write`));
  }
  refused.delete(head);
  return judgeRecord({ ...seen, refused }, snapshot, stateBranch);
}

function judgeRecord(seen: Seen, { head, reading, tokenFloor }: Snapshot, stateBranch: string): Judgement {
  if (head === null && seen.head !== null) return stale(seen, gone(stateBranch, seen));
  if (reading.kind !== 'record' && reading.kind !== 'absent') return { kind: 'current', seen };
  if (tokenFloor < seen.tokenFloor) {
    const floors = `its marker has token floor ${String(tokenFloor)}, and this step has seen ${String(seen.tokenFloor)}`;
    return stale(seen, older(floors));
  }
  const record = reading.kind === 'record' ? reading.record : null;
  // An absent record counts as the floor: a sweep that removed it has raised the floor to its token.
  const token = record?.fencingToken ?? tokenFloor;
  if (seen.record !== null && isOlderReading(record, tokenFloor, seen.record)) {
    return stale(seen, older(showing(token, seen.record.fencingToken, 'has seen')));
  }
  if (seen.token !== null && token < seen.token) return stale(seen, older(showing(token, seen.token, 'was given')));
  return { kind: 'current', seen: { ...withRecord(seen, record), head, tokenFloor } };
}

function stale(seen: Seen, failure: Failure): Judgement {
  return { kind: 'stale', seen, failure };
}

function showing(shown: number, known: number, how: string): string {
  return shown === known
    ? `it lacks what this step ${how} of the tenure with fencing token ${String(known)}`
    : `it shows fencing token ${String(shown)}, but this step ${how} token ${String(known)}`;
}

function older(how: string): Failure {
  return {
    code: 'contention_exhausted',
    problem: `GitHub keeps answering with an older state of the branch than the one known: ${how}`,
    advice:
      'Run it again in a moment. If it stays so, the token is not of this pull request, or somebody has set the state ' +
      'branch back: look at its log.',
  };
}

function gone(stateBranch: string, { record, head, tokenFloor }: Seen): Failure {
  const token = String(record?.fencingToken ?? tokenFloor);
  return {
    code: 'state_corrupt',
    problem: `The state branch "${stateBranch}" is not there any more; this step has seen it at ${head ?? 'a commit'} with fencing token ${token}`,
    advice:
      'Somebody has deleted it. Restore it at that commit, or run again to begin anew with lower tokens, once no run is ' +
      'at work any more.',
  };
}
