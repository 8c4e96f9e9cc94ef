import { conflict, ok, type Answer, type ConflictCode, type Decision } from './answer.js';
import { changeUnrecorded, eventOf } from './change.js';
import { mayEnsure } from './earlier-attempt.js';
import { beginningOf } from './history.js';
import { placeOf, withPlace } from './queue.js';
import type { HistoryEvent, OwnershipRecord } from './record.js';
import type { ClaimRequest, CoordinationRequest, EnsureRequest } from './request.js';
import { exitSignalOf, relationOf } from './run.js';
import { isClosedTo, ownedRecord, type Situation } from './situation.js';
import { endTenure } from './succession.js';
import { leaveLine } from './tenure.js';

/**
 * What waiting adds to a claim (docs/guarantees.md, 25): a refused step takes a place in line, is served there, and takes
 * its place out again when it stops waiting for whatever reason.
 */
export function inLine<R extends ClaimRequest | EnsureRequest>(
  situation: Situation<R>,
  decideNow: (situation: Situation<R>) => Decision,
): Decision {
  const { record, stored, request, facts } = situation;
  const { line } = request;
  if (line === null) return decideNow(situation);
  const served = afterService(situation);
  if (served !== null) return served;
  const decision = decideNow(situation);
  if (decision.kind !== 'answer' || decision.answer.kind !== 'conflict') return decision;
  if (record === null || stored === null) return decision;
  const place = placeOf(record, facts.ownWrites);
  const mayGoOn = line.action === 'wait' && mayEndByItself(decision.answer.code, situation);
  if (mayGoOn) return place === null ? join(record, situation, decision.answer) : decision;
  if (place === null) return decision;
  // An `ensure` that would not begin anything does not ask whether the pull request is open; one that waits does.
  const answer: Answer = isClosedTo(request, facts) ? { kind: 'conflict', code: 'pr_closed' } : decision.answer;
  // Whoever leaves ends no tenure, not even one that time has ended: that is for who hands over.
  return leaveLine(stored, facts.ownWrites, request, facts, answer);
}

/** Only "another run has it" can turn into a grant without anybody's doing. */
function mayEndByItself(
  code: ConflictCode,
  { record, request, facts }: Situation<ClaimRequest | EnsureRequest>,
): boolean {
  const owned = ownedRecord(record);
  if (owned === null || relationOf(owned.active, request.run) !== 'another' || isClosedTo(request, facts)) return false;
  if (request.command === 'claim') return code === 'active_run_exists';
  // A token that does not let this attempt ask does not let it wait either.
  return ['active_run_exists', 'ownership_lost'].includes(code) && mayEnsure(request, record);
}

function join(
  record: OwnershipRecord,
  { request, facts }: Situation<ClaimRequest | EnsureRequest>,
  answer: Answer,
): Decision {
  const queue = withPlace(record.queue, request, facts);
  if (queue === null) return conflict('queue_full');
  const event = eventOf({ type: 'join', fencingToken: record.fencingToken }, request, facts);
  return changeUnrecorded({ ...record, queue }, event, answer, facts);
}

/** What the place of this step came to; `null` where it was not served, or where another step's tenure is as good. */
function afterService({ record, request, facts }: Situation<ClaimRequest | EnsureRequest>): Decision | null {
  const served = record?.history.findLast(({ entry }) => entry !== undefined && facts.ownWrites.includes(entry));
  if (served === undefined || record === null) return null;
  const { activeRun: active } = record;
  const isMine = active !== null && relationOf(active, request.run) === 'mine';
  if (active === null || !isMine) return conflict('ownership_lost');
  if (beginningOf(record.history, active.fencingToken) !== served) return null;
  const code = exitSignalOf(record) !== null ? 'exit_signal_recorded' : isClosedTo(request, facts) ? 'pr_closed' : null;
  if (code === null) return ok(statusOf(served));
  // Nobody was told that it owns, so nobody would give it back.
  const answer: Answer = { kind: 'conflict', code };
  return endTenure(record, active, request, facts, { type: 'release', jobOutcome: null, answer });
}

/** The owner before was ended by this hand-over, or has ended by itself. */
function statusOf({ cause }: HistoryEvent): 'taken_over' | 'claimed_new' {
  return cause === undefined ? 'claimed_new' : 'taken_over';
}

/** The request of whoever waits no longer: takes what was handed over by now, or leaves the line. */
export function stopWaiting(request: CoordinationRequest): CoordinationRequest {
  if (!('line' in request) || request.line === null) return request;
  return { ...request, line: { ...request.line, action: 'leave' } };
}
