import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../src/core/outcome.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { isSignalled, play } from '../model/reference.js';
import type { Around, Reply, Stored } from '../model/terms.js';
import type { Commit } from './branch.js';
import { linearize, sameAnswer, wasTold, type Call } from './linearizable.js';
import type { Operation } from './operation.js';
import type { Played } from './simulate.js';

export type Check =
  | 'one owner in a tenure'
  | 'tokens rise'
  | 'every commit follows from the record before it'
  | 'an acknowledged change is on the branch exactly once'
  | 'what was refused changed nothing'
  | 'owned was true'
  | 'the answer was true'
  | 'no answer from a past already left behind'
  | 'no living owner is replaced as dead'
  | 'the history is linearizable';

export interface Violation {
  readonly check: Check;
  readonly detail: string;
}

/** Holds one schedule against everything that is promised. */
export function judge(played: Played): Violation[] {
  const violations: Violation[] = [];
  const report = (check: Check) => (detail: string) => void violations.push({ check, detail });
  judgeTenures(played, report('one owner in a tenure'), report('tokens rise'));
  judgeCommits(played, report('every commit follows from the record before it'));
  for (const living of played.livingReplaced) report('no living owner is replaced as dead')(living);
  for (const operation of played.operations) {
    const onBranch = commitsOf(operation, played);
    judgeWrites(operation, onBranch, report);
    if (operation.outcome === null || operation.outcome.kind === 'error') continue;
    judgeOwned(operation, operation.outcome, played, report('owned was true'));
    if (onBranch.length === 0) judgeAnswer(operation, operation.outcome, played, report('the answer was true'));
    judgeFreshness(operation, operation.outcome, played, report('no answer from a past already left behind'));
  }
  // A read that shows the past is not linearizable, and is not promised to be: see strict.test.ts.
  if (played.operations.every(({ staleReads }) => staleReads === 0)) {
    judgeHistory(played, report('the history is linearizable'));
  }
  return violations;
}

type Report = (detail: string) => void;

function judgeTenures({ branch }: Played, twoOwners: Report, fallingToken: Report): void {
  const owners = new Map<number, string>();
  let highest = 0;
  let before: OwnershipRecord | null = null;
  for (const { oid, record } of branch.commits) {
    const active = record?.activeRun ?? null;
    const token = record?.fencingToken ?? 0;
    if (token < highest) fallingToken(`${oid}: the token falls from ${String(highest)} to ${String(token)}`);
    if (active !== null) {
      const name = `${active.runId}, attempt ${String(active.attempt)}`;
      const owner = owners.get(active.fencingToken) ?? name;
      if (owner !== name) twoOwners(`${oid}: token ${String(active.fencingToken)} is held by ${owner} and by ${name}`);
      const previous = before?.activeRun ?? null;
      const isNew = previous === null || previous.fencingToken !== active.fencingToken;
      if (isNew && owners.has(active.fencingToken)) twoOwners(`${oid}: tenure ${String(token)} begins again`);
      if (isNew && active.fencingToken <= highest) fallingToken(`${oid}: a new tenure with token ${String(token)}`);
      owners.set(active.fencingToken, name);
    }
    highest = Math.max(highest, token);
    before = record;
  }
}

/** What the reference model makes of the command and of the very record that the commit was put on top of. */
function judgeCommits({ branch, begin, operations }: Played, report: Report): void {
  branch.commits.slice(begin).forEach(({ oid, event, record }, index) => {
    if (event === null) return;
    const before = branch.recordAt(begin + index);
    const operation = operations.find(({ request }) => request.id === event.id);
    if (operation === undefined) return report(`${oid}: nobody asked for it`);
    const explained = arounds(operation, before).some(
      (around) =>
        around.now === event.at && isDeepStrictEqual(play(asStored(before), operation.ask, around).record, record),
    );
    if (!explained) report(`${oid}: ${operation.name} could not make this of the record before it`);
  });
}

function judgeWrites(
  { name, request, outcome }: Operation,
  onBranch: readonly Commit[],
  report: (check: Check) => Report,
): void {
  const once = report('an acknowledged change is on the branch exactly once');
  const refused = report('what was refused changed nothing');
  const times = `its change is on the branch ${String(onBranch.length)} times`;
  if (onBranch.length > 1) once(`${name}: ${times}`);
  if (outcome === null || onBranch.length > 1) return;
  switch (outcome.kind) {
    case 'ok': {
      const changes = ['claimed_new', 'refreshed', 'taken_over', 'released', 'exit_signal_recorded'];
      const confirms = request.strict && outcome.status === 'owner_confirmed';
      const expected = confirms || changes.includes(outcome.status) ? 1 : 0;
      if (onBranch.length !== expected) once(`${name}: ${outcome.status}, but ${times}`);
      return;
    }
    case 'conflict':
      // What was won by a write of unknown outcome may be lost again by the time it is found, and then it says so.
      if (onBranch.length > 0 && outcome.mayHaveWritten !== true) refused(`${name}: ${outcome.code}, but ${times}`);
      return;
    case 'error':
      if (onBranch.length > 0 && !outcome.mayHaveWritten) {
        refused(`${name}: ${outcome.failure.code}, nothing written, but ${times}`);
      }
  }
}

/** Told `owned`: it held that tenure, unsignalled, between request and answer. A default assert may answer late. */
function judgeOwned(operation: Operation, outcome: Answered, played: Played, report: Report): void {
  const told = replyOf(operation, outcome);
  if (!told.owned) return;
  const { command, strict } = operation.request;
  const reads = ['assert', 'ensure', 'check', 'status'].includes(command) && outcome.kind === 'ok';
  const onlyRead = reads && !(strict && outcome.status === 'owner_confirmed') && !wrote(operation, played);
  const held = heldIn(statesOf(operation, onlyRead), operation, told.token, played);
  if (!held) report(`${operation.name}: it was told that it owns tenure ${String(told.token)}, which it did not`);
}

/** Whether the operation was told that it owns a tenure which it held at no moment between request and answer. */
export function wasToldFromThePast(operation: Operation, played: Played): boolean {
  const { outcome } = operation;
  if (outcome === null || outcome.kind === 'error') return false;
  const { owned, token } = replyOf(operation, outcome);
  return owned && !heldIn(statesOf(operation, false), operation, token, played);
}

function heldIn(states: readonly number[], { request }: Operation, token: number | null, { branch }: Played): boolean {
  return states.some((state) => {
    const record = branch.recordAt(state);
    const active = record?.activeRun ?? null;
    return active?.runId === request.run.runId && active.fencingToken === token && !isSignalled(asStored(record));
  });
}

/** An answer that changed nothing was the right one at some moment: between request and answer, or with stale reads before. */
function judgeAnswer(operation: Operation, outcome: Answered, played: Played, report: Report): void {
  const told = replyOf(operation, outcome);
  const wasTrue = statesOf(operation, true).some((state) => {
    const record = played.branch.recordAt(state);
    return arounds(operation, record).some((around) => {
      const { reply } = play(asStored(record), operation.ask, around);
      return wasTold(reply, around) && sameAnswer(reply, told);
    });
  });
  if (!wasTrue) report(`${operation.name}: ${told.code} was never true`);
}

/** Nobody is answered from before what it had seen, held a token of, or been told is outdated. */
function judgeFreshness(operation: Operation, outcome: Answered, { branch }: Played, report: Report): void {
  const { name, request, waits, outdatedWrites, staleReads, shownVersion } = operation;
  if (outdatedWrites > 0) report(`${name}: it wrote on top of a head that it knew to be outdated`);
  if (waits && outcome.kind === 'conflict') return;
  const stood = branch.versionAt(branch.stateOf(outcome.view?.stateCommit ?? null));
  if (stood < shownVersion) {
    report(`${name}: the answer stands on version ${String(stood)} after it saw version ${String(shownVersion)}`);
  }
  // A token that no reading explains is doubted twice; the third reading is believed.
  const { fencingToken } = request;
  if (fencingToken === null || staleReads > 2) return;
  const known = branch.commits.find(({ record }) => (record?.fencingToken ?? 0) >= fencingToken)?.version ?? 0;
  if (stood < known) report(`${name}: the answer stands on a record from before the tenure of its own token`);
}

function judgeHistory({ operations, branch, begin }: Played, report: Report): void {
  const explained = (calls: readonly Call[]): boolean => linearize(calls, asStored(branch.recordAt(begin))) !== null;
  const sent = operations.filter(({ startedAt }) => startedAt > 0);
  if (explained(sent.flatMap((operation) => callOf(operation, false)))) return;
  // A refusal that says that it may have written nevertheless may take effect whenever that write arrives.
  if (explained(sent.flatMap((operation) => callOf(operation, mayHaveWritten(operation))))) return;
  report('no order of the operations explains the answers');
}

function mayHaveWritten({ outcome }: Operation): boolean {
  return outcome?.kind === 'conflict' && outcome.mayHaveWritten === true;
}

function callOf(operation: Operation, open: boolean): Call[] {
  const { name, ask, startedAt: from, endedAt, outcome, unsettledWrites } = operation;
  if (outcome?.kind === 'error' && !outcome.mayHaveWritten) return [];
  const answered = outcome === null || outcome.kind === 'error' || open ? null : outcome;
  return [
    {
      name,
      ask,
      from,
      to: answered === null ? Infinity : endedAt,
      answer: answered === null ? null : replyOf(operation, answered),
      unsettled: unsettledWrites > 0,
      arounds: (record) => arounds(operation, record),
    },
  ];
}

type Answered = Exclude<Outcome, { kind: 'error' }>;

function replyOf({ request: { run } }: Pick<Operation, 'request'>, outcome: Answered): Omit<Reply, 'asked'> {
  const record = asStored(outcome.view?.record ?? null);
  const active = record?.activeRun ?? null;
  const holds = active?.runId === run.runId && active.attempt <= run.attempt && !isSignalled(record);
  return {
    ok: outcome.kind === 'ok',
    code: outcome.kind === 'ok' ? outcome.status : outcome.code,
    owned: outcome.kind === 'ok' && holds,
    owner: active?.runId ?? null,
    token: active?.fencingToken ?? null,
  };
}

/** What the operation was told at each of its decisions. */
function arounds(
  { told }: Operation,
  record: { readonly activeRun: { fencingToken: number } | null } | null,
): Around[] {
  const tenure = record?.activeRun?.fencingToken ?? 0;
  return told.map(({ now, open, liveness, permission }) => ({
    now,
    open,
    ownerRun: liveness.get(tenure) ?? 'unasked',
    mayTakeOver: permission === 'granted',
  }));
}

/** The states that were current between request and answer; with a stale read, those before count as well. */
function statesOf({ firstState, lastState, staleReads }: Operation, mayBeLate: boolean): number[] {
  const first = mayBeLate && staleReads > 0 ? 0 : firstState;
  return Array.from({ length: lastState - first + 1 }, (_, index) => first + index);
}

function commitsOf({ request }: Operation, { branch }: Played): Commit[] {
  return branch.commits.filter(({ event }) => event?.id === request.id);
}

function wrote(operation: Operation, played: Played): boolean {
  return commitsOf(operation, played).length > 0;
}

/** Both are the plain JSON of the branch. */
function asStored(record: OwnershipRecord | null): Stored | null {
  return record as Stored | null;
}
