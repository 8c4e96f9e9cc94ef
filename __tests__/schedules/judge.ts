import { play } from '../model/reference.js';
import { isOwner, standing } from '../model/who.js';
import type { Commit } from './branch.js';
import { judgeCommits, judgeHistory } from './judge-history.js';
import { judgePosts, judgeTenures } from './judge-tenures.js';
import { asStored, isAside, momentsOf, replyOf, serves, type Answered } from './told.js';
import { judgeLine } from './judge-line.js';
import { judgePublications } from './judge-publications.js';
import { sameAnswer, wasTold } from './linearizable.js';
import type { Operation } from './operation.js';
import type { Played } from './simulate.js';

export type Check =
  | 'one owner in a tenure'
  | 'tokens rise'
  | 'nobody is owner in a tenure of another attempt'
  | 'nobody owns by an old name'
  | 'every commit follows from the record before it'
  | 'every time is GitHub’s'
  | 'an acknowledged change is on the branch exactly once'
  | 'what was refused changed nothing'
  | 'a post step ends only what its step began'
  | 'nothing of a step lands after its post step'
  | 'owned was true'
  | 'the answer was true'
  | 'no answer from a past already left behind'
  | 'a token given is never answered from below'
  | 'no living owner is replaced as dead'
  | 'no fresh owner is replaced as stale'
  | 'the history is linearizable'
  | 'order of coming is order of service'
  | 'nobody is served twice'
  | 'no tenure for who has left'
  | 'no hand-over without an end'
  | 'a place of the dead blocks nobody'
  | 'what is published is of the tenure of that moment'
  | 'a push loses nobody’s commits'
  | 'a push that says published has landed'
  | 'a push that was refused does not land';

export interface Violation {
  readonly check: Check;
  readonly detail: string;
}

export type Report = (check: Check, detail: string) => void;

/** Holds one schedule against everything that is promised. */
export function judge(played: Played): Violation[] {
  const violations: Violation[] = [];
  const report: Report = (check, detail) => void violations.push({ check, detail });
  judgeTenures(played, report);
  judgePosts(played, report);
  judgeLine(played, report);
  judgePublications(played, report);
  judgeCommits(played, report);
  for (const living of played.livingReplaced) report('no living owner is replaced as dead', living);
  for (const fresh of played.freshReplaced) report('no fresh owner is replaced as stale', fresh);
  for (const operation of played.operations) {
    const onBranch = commitsOf(operation, played);
    judgeWrites(operation, onBranch, played, report);
    const { outcome } = operation;
    if (outcome === null || outcome.kind === 'error') continue;
    judgeOwned(operation, outcome, played, report);
    judgeName(operation, outcome, report);
    judgeAttempt(operation, outcome, report);
    if (onBranch.length === 0) judgeAnswer(operation, outcome, played, report);
    judgeFreshness(operation, outcome, played, report);
    judgeToken(operation, outcome, played, report);
  }
  // A read that shows the past is not linearizable, and is not promised to be: see strict.test.ts. A sweep is no call.
  if (played.operations.every(({ staleReads }) => staleReads === 0) && !played.branch.swept) {
    judgeHistory(played, report);
  }
  return violations;
}

const CHANGES: readonly string[] = [
  ...['claimed_new', 'refreshed', 'taken_over', 'released', 'exit_signal_recorded'],
  'published',
];

function judgeWrites(operation: Operation, own: readonly Commit[], { branch }: Played, report: Report): void {
  const { name, request, ask, outcome } = operation;
  // Who was served writes nothing: the change is that of whoever ended the tenure before.
  const served = branch.commits.filter(({ event }) => event !== null && serves(operation, event));
  const onBranch = [...new Set([...own, ...(outcome?.kind === 'ok' ? served : [])])];
  const times = `its change is on the branch ${String(onBranch.length)} times`;
  if (onBranch.length > 1) report('an acknowledged change is on the branch exactly once', `${name}: ${times}`);
  if (outcome === null || onBranch.length > 1) return;
  // What it has released was swept before it saw that it has: then it tells of the record as it is by now.
  const isForgotten = branch.swept && operation.unsettledWrites > 0;
  switch (outcome.kind) {
    case 'ok': {
      // What leaves may have to write to be sure of nothing, or not.
      if (request.command === 'leave' && outcome.status === 'release_noop') return;
      if (isForgotten && outcome.status === 'release_noop') return;
      const confirms = ask.strict && outcome.status === 'owner_confirmed';
      const expected = confirms || CHANGES.includes(outcome.status) ? 1 : 0;
      if (onBranch.length === expected) return;
      return report('an acknowledged change is on the branch exactly once', `${name}: ${outcome.status}, but ${times}`);
    }
    case 'conflict':
      // What was won by a write of unknown outcome may be lost again by the time it is found, and then it says so.
      if (onBranch.length === 0 || outcome.mayHaveWritten === true || isForgotten) return;
      return report('what was refused changed nothing', `${name}: ${outcome.code}, but ${times}`);
    case 'error':
      if (onBranch.length === 0 || outcome.mayHaveWritten) return;
      report('what was refused changed nothing', `${name}: ${outcome.failure.code}, nothing written, but ${times}`);
  }
}

/** Told `owned`: it held that tenure, unsignalled, between request and answer. A default assert may answer late. */
function judgeOwned(operation: Operation, outcome: Answered, played: Played, report: Report): void {
  const told = replyOf(operation, outcome);
  if (!told.owned) return;
  const { ask } = operation;
  const confirms = ask.strict && outcome.kind === 'ok' && outcome.status === 'owner_confirmed';
  // Whoever was served has only read so.
  const onlyRead = !confirms && commitsOf(operation, played).length === 0;
  const held = heldIn(statesOf(operation, onlyRead), operation, told.token, played);
  const what = `it was told that it owns tenure ${String(told.token)}, which it did not`;
  if (!held) report('owned was true', `${operation.name}: ${what}`);
}

/** A reading from before the rename cannot tell. */
function judgeName(operation: Operation, outcome: Answered, report: Report): void {
  const { name, byOldName, staleReads, repo } = operation;
  if (!byOldName || staleReads > 0 || outcome.kind !== 'ok') return;
  const { owned } = replyOf(operation, outcome);
  if (owned) report('nobody owns by an old name', `${name}: ${outcome.status} by the name ${repo}`);
}

const GRANTS: readonly string[] = ['claimed_new', 'refreshed', 'taken_over', 'owner_confirmed'];

function judgeAttempt({ name, request, outcome }: Operation, { view }: Answered, report: Report): void {
  if (outcome?.kind !== 'ok' || !GRANTS.includes(outcome.status)) return;
  const { later, earlier } = standing(asStored(view?.record ?? null)?.activeRun ?? null, request.run);
  if (!later && !earlier) return;
  const attempts = `attempt ${String(request.run.attempt)} in a tenure of ${String(view?.record?.activeRun?.attempt)}`;
  report('nobody is owner in a tenure of another attempt', `${name}: ${outcome.status}, ${attempts}`);
}

/** Whether the operation was told that it owns a tenure which it held at no moment between request and answer. */
export function wasToldFromThePast(operation: Operation, played: Played): boolean {
  const { outcome } = operation;
  if (outcome === null || outcome.kind === 'error') return false;
  const { owned, token } = replyOf(operation, outcome);
  return owned && !heldIn(statesOf(operation, false), operation, token, played);
}

function heldIn(
  states: readonly number[],
  { request, outcome }: Operation,
  token: number | null,
  { branch }: Played,
): boolean {
  const now = outcome === null || outcome.kind === 'error' ? '' : (outcome.view?.now ?? '');
  return states.some((state) => {
    const record = asStored(branch.recordAt(state));
    return record?.activeRun?.fencingToken === token && isOwner(record, request.run, record.target, now);
  });
}

/** An answer that changed nothing was the right one at some moment: between request and answer, or with stale reads before. */
function judgeAnswer(operation: Operation, outcome: Answered, played: Played, report: Report): void {
  const told = replyOf(operation, outcome);
  const wasTrue = statesOf(operation, true).some((state) => {
    const record = asStored(played.branch.recordAt(state));
    return momentsOf(operation, record, new Set()).some(({ ask, around }) => {
      const { reply, record: after } = play(record, ask, around);
      return wasTold(reply, around, record) && sameAnswer(reply, told, after);
    });
  });
  if (!wasTrue) report('the answer was true', `${operation.name}: ${told.code} was never true`);
}

/** Nobody is answered from before what it had seen or been told is outdated. */
function judgeFreshness(operation: Operation, outcome: Answered, { branch }: Played, report: Report): void {
  const { name, waits, outdatedWrites, shownVersion } = operation;
  const past = (detail: string): void => report('no answer from a past already left behind', `${name}: ${detail}`);
  if (outdatedWrites > 0) past('it wrote on top of a head that it knew to be outdated');
  if (waits && outcome.kind === 'conflict') return;
  const stood = branch.versionAt(branch.stateOf(outcome.view?.stateCommit ?? null));
  if (stood < shownVersion) {
    past(`the answer stands on version ${String(stood)} after it saw version ${String(shownVersion)}`);
  }
}

function judgeToken({ name, request }: Operation, { view }: Answered, { branch }: Played, report: Report): void {
  const given = 'fencingToken' in request ? request.fencingToken : null;
  const stood = branch.tokenAt(branch.stateOf(view?.stateCommit ?? null));
  if (given === null || stood >= given) return;
  const detail = `${name}: it has token ${String(given)}, the answer stands on ${String(stood)}`;
  report('a token given is never answered from below', detail);
}

/** The states that were current between request and answer; with a stale read, those before count as well. */
function statesOf({ firstState, lastState, staleReads }: Operation, mayBeLate: boolean): number[] {
  const first = mayBeLate && staleReads > 0 ? 0 : firstState;
  return Array.from({ length: lastState - first + 1 }, (_, index) => first + index);
}

/** Its own changes; a commit that only moves the head is none. */
function commitsOf(operation: Operation, { branch }: Played): Commit[] {
  return branch.commits.filter(
    ({ event }) => event?.id != null && operation.ids.has(event.id) && !isAside(operation, event),
  );
}
