import fc from 'fast-check';
import { decide } from '../../src/core/decide.js';
import { beginsTenure, endsTenure } from '../../src/core/history.js';
import { isOwned } from '../../src/core/outcome.js';
import type { BranchReading } from '../../src/core/publication.js';
import { readRecord } from '../../src/core/read-record.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { COMMANDS, SUPERSEDE_POLICIES, type CoordinationRequest, type Facts } from '../../src/core/request.js';
import { relationOf, type Run } from '../../src/core/run.js';
import { writeRecord } from '../../src/core/write-record.js';
import { must } from './must.js';
import {
  decideOn,
  facts,
  HOLDER,
  MINUTE_MS,
  outcomeOf,
  PUBLICATION,
  request,
  TARGET,
  viewOf,
  wordOf,
} from './samples.js';

/** Plays a made-up day on one pull request, and checks after each step what must hold whatever happens. */

/** Two workflow runs with two attempts each, and a run id of the user's own that spans two workflow runs. */
const RUNS: readonly Run[] = [
  ...[1, 2].flatMap((id) => [1, 2].map((attempt) => runOf(String(id), id, attempt))),
  runOf('task', 3, 2),
  runOf('task', 4, 1),
];

function runOf(runId: string, workflowRunId: number, attempt: number): Run {
  return { runId, attempt, holder: { ...HOLDER, workflowRunId } };
}

/** What git may show to a push. */
const BRANCHES = (['ahead', 'ahead', 'leased', 'same', 'moved', 'diverged'] as const).map((relation): BranchReading => {
  const { commit } = PUBLICATION;
  return { head: relation === 'same' ? commit : 'a'.repeat(40), relation, isShallow: false };
});
const [AHEAD = 'unasked'] = BRANCHES;

export interface Step {
  readonly asked: CoordinationRequest;
  readonly known: Facts;
  /** Which token the step brings along: none, the current one or one of a tenure that is over. */
  readonly token: 'none' | 'current' | 'old';
  readonly minutes: number;
}

export const step: fc.Arbitrary<Step> = fc
  .record({
    command: fc.constantFrom(...COMMANDS, 'claim' as const, 'takeover' as const, 'ensure' as const),
    run: fc.constantFrom(...RUNS),
    requireExisting: fc.boolean(),
    requireOpen: fc.constantFrom(null, null, true, false),
    requireActiveOwner: fc.boolean(),
    targetRunId: fc.option(fc.constantFrom('1', '2', 'task'), { nil: null, freq: 2 }),
    evict: fc.boolean(),
    strict: fc.boolean(),
    supersede: fc.constantFrom(...SUPERSEDE_POLICIES),
    tokenFloor: fc.constantFrom(0, 0, 0, 5),
    ownerLiveness: fc.constantFrom('alive', 'dead', 'unknown'),
    takeoverPermission: fc.constantFrom('granted', 'denied'),
    branch: fc.constantFrom(...BRANCHES),
    pullRequestOpen: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
    token: fc.constantFrom('none', 'none', 'current', 'old'),
    minutes: fc.nat({ max: 40 }),
  })
  .map(
    ({
      command,
      ownerLiveness,
      takeoverPermission,
      branch,
      pullRequestOpen,
      tokenFloor,
      token,
      minutes,
      ...rest
    }): Step => ({
      asked: request(command, rest),
      known: facts({ ownerLiveness, takeoverPermission, branch, pullRequestOpen, tokenFloor }),
      token,
      minutes,
    }),
  );

interface Tenure {
  readonly run: Run;
  readonly token: number;
}

/** The commands that may make a run the owner, and of them the ones that take no token. */
const GRANTING: readonly string[] = ['claim', 'takeover', 'ensure'];

/** @returns how many tenures there were. */
export function play(steps: readonly Step[]): number {
  const day = new Day();
  for (const each of steps) day.take(each);
  return day.tenures;
}

class Day {
  tenures = 0;
  #record: OwnershipRecord | null = null;
  #elapsed = Date.parse('2026-01-01T00:00:00.000Z');
  #steps = 0;
  #highest = 0;
  #over: readonly Tenure[] = [];
  #what = '';

  take({ asked: template, known: drawn, token, minutes }: Step): void {
    this.#elapsed += minutes * MINUTE_MS;
    this.#steps += 1;
    const known = { ...drawn, now: new Date(this.#elapsed).toISOString(), writeId: `step-${String(this.#steps)}` };
    const before = deepFreeze(this.#record);
    const tokens = { none: null, current: before?.activeRun?.fencingToken ?? 1, old: this.#over.at(-1)?.token ?? 1 };
    const asked = { ...template, fencingToken: tokens[token] } as CoordinationRequest;
    const textBefore = before === null ? null : writeRecord(before);
    const decision = decide({ record: before, request: asked, facts: known });
    this.#what = `step ${String(this.#steps)}: ${asked.command} by ${asked.run.runId}/${String(asked.run.attempt)} → ${wordOf(decision)}`;

    this.#must(decision.kind !== 'ask', 'everything was told already');
    this.#must((before === null ? null : writeRecord(before)) === textBefore, 'the record was changed in place');
    const outcome = outcomeOf(decision, before);
    if (outcome.kind !== 'ok') this.#must(decision.kind === 'answer', 'a refusal writes nothing');
    if (decision.kind === 'write') {
      this.#must(
        decision.event.id === known.writeId && decision.next.history.at(-1) === decision.event,
        'the event is not the newest',
      );
      this.#accept(before, decision.next, asked, known);
    }
    if (isOwned(outcome, asked.run)) this.#must(owns(this.#record, asked.run), 'owned without owning');
    if (asked.command === 'release' || asked.command === 'signal-exit')
      this.#must(!isOwned(outcome, asked.run), 'it owns what it ended');
    for (const tenure of this.#over) this.#staysOut(tenure);
  }

  #accept(before: OwnershipRecord | null, next: OwnershipRecord, asked: CoordinationRequest, known: Facts): void {
    this.#must(writeRecord(read(writeRecord(next))) === writeRecord(next), 'reads back otherwise');
    this.#must(next.fencingToken >= this.#highest, 'the token fell');
    this.#must(next.history.length <= 50 && next.exitSignals.length <= 50, 'more than 50 entries');
    const was = before?.activeRun ?? null;
    const is = next.activeRun;
    if (was !== null && (is === null || is.fencingToken !== was.fencingToken)) {
      this.#over = [...this.#over, { run: was, token: was.fencingToken }];
    }
    if (is !== null && is.fencingToken !== was?.fencingToken) {
      this.#must(is.fencingToken > Math.max(this.#highest, known.tokenFloor), 'a new tenure without a new token');
      this.#must(is.runId === asked.run.runId && is.attempt === asked.run.attempt, 'a tenure for somebody else');
      this.tenures += 1;
    } else if (is !== null && was !== null) {
      this.#must(is.runId === was.runId, 'the owner changed within a tenure');
      this.#must(relationOf(is, { ...was }) === 'mine', 'the attempt changed within a tenure');
    }
    for (const run of RUNS) {
      if (!owns(next, run) || owns(before, run)) continue;
      this.#must(GRANTING.includes(asked.command), `${run.runId} came to own it by ${asked.command}`);
      this.#must(
        is !== null && relationOf(is, run) === 'mine' && run.runId === asked.run.runId,
        'another came to own it',
      );
    }
    this.#mustKeep(before, next);
    this.#highest = next.fencingToken;
    this.#record = next;
  }

  /** What began and ended the last ten tenures, and the newest signal of each, is never forgotten. */
  #mustKeep(before: OwnershipRecord | null, { history }: OwnershipRecord): void {
    const lastTen = new Set(
      history
        .filter(beginsTenure)
        .map(({ fencingToken }) => fencingToken)
        .slice(-10),
    );
    for (const event of before?.history ?? []) {
      if (!lastTen.has(event.fencingToken)) continue;
      const kept = history.some(({ id }) => id === event.id);
      if (beginsTenure(event) || endsTenure(event))
        this.#must(kept, `${event.type} ${String(event.fencingToken)} is forgotten`);
      const isSignal = (other: typeof event): boolean =>
        other.type === 'signal-exit' && other.fencingToken === event.fencingToken;
      if (isSignal(event)) this.#must(history.some(isSignal), `the signal ${String(event.fencingToken)} is forgotten`);
    }
  }

  /** A tenure that is over is confirmed to nobody, and its token gives its own attempt nothing any more. */
  #staysOut({ run, token }: Tenure): void {
    const record = this.#record;
    const who = `token ${String(token)} of ${run.runId}`;
    const answer = (strict: boolean, fencingToken: number | null): string =>
      wordOf(decideOn(record, request('assert', { run, strict, fencingToken })));
    this.#must(answer(false, token) === 'conflict ownership_lost', `${who} gets ${answer(false, token)}`);
    const ensured = wordOf(decideOn(record, request('ensure', { run, fencingToken: token })));
    this.#must(ensured === 'conflict ownership_lost', `${who} ensures ${ensured}`);
    const pushed = wordOf(decideOn(record, request('push', { run, fencingToken: token }), { branch: AHEAD }));
    this.#must(pushed === 'conflict ownership_lost', `${who} pushes ${pushed}`);
    if (owns(record, run)) return;
    this.#must(!answer(false, null).includes('owner_confirmed'), `${run.runId} is confirmed without owning`);
    this.#must(!answer(true, null).includes('owner_confirmed'), `${run.runId} is confirmed by a commit without owning`);
  }

  #must(truth: boolean, what: string): void {
    must(truth, `${this.#what}: ${what}`);
  }
}

/** Whether a look at the record would say so. */
function owns(record: OwnershipRecord | null, run: Run): boolean {
  return isOwned({ kind: 'ok', status: 'status', view: viewOf(record) }, run);
}

function read(text: string): OwnershipRecord {
  const reading = readRecord(text, TARGET);
  if (reading.kind !== 'record') throw new Error(`${JSON.stringify(reading)} for ${text}`);
  return reading.record;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
