import fc from 'fast-check';
import { isExpired } from '../../src/core/expiry.js';
import { beginsTenure, endsTenure } from '../../src/core/history.js';
import type { HistoryEvent, OwnershipRecord, QueueEntry } from '../../src/core/record.js';
import type { CoordinationRequest, Facts, LeaveRequest } from '../../src/core/request.js';
import { exitSignalOf, isSameWorkflowRun, relationOf, type Run } from '../../src/core/run.js';
import type { WriteDecision } from '../../src/core/answer.js';
import { readRecord } from '../../src/core/read-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { decideAnswering, type Said } from './answering.js';
import { deepFreeze } from './day.js';
import { must } from './must.js';
import { facts, HOLDER, LEAVING, MINUTE_MS, NOW, request, TARGET, WAITING, wordOf } from './samples.js';

/** Plays a made-up day with a line in front of one pull request, and checks what must hold whatever happens. */

/** Steps: two of one run, a later attempt of another, and runs of one step each. */
const STEPS: readonly Run[] = [
  ...['1', '2', '3', '4', '1'].map((runId) => runOf(runId, 1)),
  ...['2', '3'].map((runId) => runOf(runId, 2)),
];

function runOf(runId: string, attempt: number): Run {
  return { runId, attempt, holder: { ...HOLDER, workflowRunId: Number(runId) } };
}

export interface Move {
  readonly step: number;
  readonly what: 'claim' | 'stop' | 'release' | 'evict' | 'take over' | 'post' | 'signal' | 'die';
  readonly supersede: 'never' | 'dead' | 'stale';
  readonly expiresAfterMs: number | null;
  readonly tokenFloor: number;
  readonly open: boolean;
  readonly minutes: number;
}

export const move: fc.Arbitrary<Move> = fc.record({
  step: fc.nat({ max: STEPS.length - 1 }),
  what: fc.constantFrom(
    ...(['claim', 'claim', 'claim', 'claim', 'release', 'release', 'release'] as const),
    ...(['stop', 'evict', 'take over', 'post', 'signal', 'die'] as const),
  ),
  supersede: fc.constantFrom('never', 'dead', 'dead', 'stale'),
  expiresAfterMs: fc.constantFrom(null, null, 10 * MINUTE_MS),
  tokenFloor: fc.constantFrom(0, 0, 0, 9),
  open: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
  minutes: fc.nat({ max: 8 }),
});

/** What a day came to, so that a test can tell whether it was too quiet to prove anything. */
export interface Tally {
  readonly handOvers: number;
  readonly passedBy: number;
}

export function playLine(record: OwnershipRecord | null, moves: readonly Move[]): Tally {
  const day = new LineDay(record);
  for (const each of moves) day.take(each);
  return day;
}

class LineDay implements Tally {
  handOvers = 0;
  passedBy = 0;
  #record: OwnershipRecord | null;
  #elapsed = Date.parse(NOW);
  #count = 0;
  #what = '';
  readonly #dead = new Set<number>();
  readonly #writes: readonly string[][] = STEPS.map(() => []);

  constructor(record: OwnershipRecord | null) {
    this.#record = record;
  }

  take({ step, what, supersede, expiresAfterMs, tokenFloor, open, minutes }: Move): void {
    this.#elapsed += minutes * MINUTE_MS;
    this.#count += 1;
    const run = STEPS[step];
    const writes = this.#writes[step];
    if (run === undefined || writes === undefined) throw new Error('there is no such step');
    if (what === 'die') this.#dead.add(step);
    if (this.#dead.has(step)) return;
    const record = deepFreeze(this.#record);
    const term = { detached: false, expiresAfterMs, byDefault: false };
    const claim = request('claim', { run, supersede, staleAfterMs: 30 * MINUTE_MS, term, line: WAITING });
    const leave: LeaveRequest = { command: 'leave', run, reason: null, writes, founding: true, jobOutcome: null };
    const asked: Record<Exclude<Move['what'], 'die'>, CoordinationRequest> = {
      claim,
      stop: { ...claim, line: LEAVING },
      release: request('release', { run }),
      evict: request('release', { run, evict: true, fencingToken: record?.activeRun?.fencingToken ?? 1 }),
      'take over': request('takeover', { run, term }),
      post: leave,
      signal: request('signal-exit', { run, requireActiveOwner: false }),
    };
    const known = facts({
      ...{ tokenFloor, pullRequestOpen: open, ownWrites: [...writes], takeoverPermission: 'granted' },
      now: new Date(this.#elapsed).toISOString(),
      writeId: `step-${String(step)}-${String(this.#count)}`,
      ownerLiveness: this.#lifeOf(record?.activeRun ?? null),
    });
    const asking = what === 'die' ? claim : asked[what];
    const decision = decideAnswering(record, asking, known, (place) => this.#lifeOf(place));
    this.#what = `move ${String(this.#count)}: ${what} by ${run.runId}/${String(run.attempt)} → ${wordOf(decision)}`;
    if (decision.kind === 'ask' || decision.kind === 'fail') return;
    if (decision.kind === 'write') {
      writes.push(known.writeId);
      this.#check(record, decision, asking, known);
      this.#record = decision.next;
    }
    const { activeRun: owner = null, queue = [] } = this.#record ?? {};
    const granted = asking.command === 'claim' && decision.answer.kind === 'ok';
    this.#must(!granted || (owner !== null && relationOf(owner, run) === 'mine'), 'granted without owning');
    const isLeft = queue.every(({ id }) => id === null || !writes.includes(id));
    const ended = record?.activeRun != null && owner?.fencingToken !== record.activeRun.fencingToken;
    const wasAnothers = ended && record.activeRun.runId !== run.runId;
    this.#must(asking.command !== 'leave' || !wasAnothers, 'a post step ended the tenure of another run');
    const mayStay = what === 'claim' && decision.answer.kind === 'conflict';
    this.#must(mayStay || !['claim', 'stop', 'post'].includes(what) || isLeft, 'it left its place in line');
  }

  /** GitHub's word on whoever this is of; what is in a made-up record is alive. */
  #lifeOf(who: Pick<QueueEntry, 'runId' | 'attempt' | 'holder'> | null): Said {
    if (who === null) return 'unknown';
    const steps = [...STEPS.entries()].filter(
      ([, run]) => run.runId === who.runId && run.attempt === who.attempt && isSameWorkflowRun(run.holder, who.holder),
    );
    return steps.length > 0 && steps.every(([index]) => this.#dead.has(index)) ? 'dead' : 'alive';
  }

  #check(
    before: OwnershipRecord | null,
    { next, event }: WriteDecision,
    asked: CoordinationRequest,
    known: Facts,
  ): void {
    this.#must(writeRecord(read(writeRecord(next))) === writeRecord(next), 'reads back otherwise');
    this.#must(event.id === known.writeId, 'an event of another write');
    const was = before?.activeRun ?? null;
    const { activeRun: is } = next;
    const events = newEvents(before, next, known);
    const ends = (token: number): boolean => events.some((each) => endsTenure(each) && each.fencingToken === token);
    this.#must(next.fencingToken >= (before?.fencingToken ?? 0), 'the token fell');
    if (is === null || is.fencingToken === was?.fencingToken) {
      this.#must(is !== null || was === null || ends(was.fencingToken), 'it ended without an event');
      this.#must(!events.some(beginsTenure), 'a beginning without a tenure');
      return;
    }
    const highest = Math.max(before?.fencingToken ?? 0, known.tokenFloor);
    this.#must(is.fencingToken > highest, 'a new tenure without a new token');
    const beginnings = events.filter(beginsTenure);
    this.#must(beginnings.length === 1 && beginnings[0] === next.history.at(-1), 'not one beginning, at the end');
    this.#must(
      next.queue.every(({ runId }) => runId !== is.runId),
      'a place of the owner’s run stays in line',
    );
    if (event.type === 'handover') {
      this.handOvers += 1;
      this.#must(event.runId === is.runId && event.fencingToken === is.fencingToken, 'handed to somebody else');
      const replaced = event.cause !== undefined && was !== null && this.#mayBeReplaced(before, asked, known);
      this.#must(was === null || ends(was.fencingToken) || replaced, 'handed over while somebody owned it');
    }
    if (asked.command !== 'takeover') this.#inOrder(before, is, event, known);
  }

  #mayBeReplaced(before: OwnershipRecord | null, asked: CoordinationRequest, { now, ownerLiveness }: Facts): boolean {
    const owner = before?.activeRun ?? null;
    if (before === null || owner === null || asked.command !== 'claim' || asked.supersede === 'never') return false;
    if (exitSignalOf(before) !== null || ownerLiveness === 'dead' || isExpired(owner, now)) return true;
    return asked.supersede === 'stale';
  }

  /** Nobody who is at work and whose place counts is passed by, but by a takeover or a later attempt of the owner. */
  #inOrder(before: OwnershipRecord | null, is: Run, event: HistoryEvent, { now }: Facts): void {
    const owner = before?.activeRun ?? null;
    const isExpiredOwner = owner !== null && isExpired(owner, now);
    if (owner !== null && !isExpiredOwner && relationOf(owner, is) === 'mine_later_attempt') return;
    for (const [index, place] of (before?.queue ?? []).entries()) {
      const isServed = event.type !== 'handover' || place.id === (event.entry ?? null);
      if (isServed && place.runId === is.runId) return;
      const isPast = place.until === null || Date.parse(place.until) < Date.parse(now);
      this.passedBy += 1;
      this.#must(isPast || this.#lifeOf(place) === 'dead', `place ${String(index + 1)} was passed by`);
    }
  }

  #must(truth: boolean, what: string): void {
    must(truth, `${this.#what}: ${what}`);
  }
}

function newEvents(before: OwnershipRecord | null, { history }: OwnershipRecord, { writeId }: Facts): HistoryEvent[] {
  return history.filter((event) => event.id === writeId && before?.history.includes(event) !== true);
}

function read(text: string): OwnershipRecord {
  const reading = readRecord(text, TARGET);
  if (reading.kind !== 'record') throw new Error(`${JSON.stringify(reading)} for ${text}`);
  return reading.record;
}
