import type { Outcome } from '../core/outcome.js';
import { placeOf } from '../core/queue.js';
import type { OwnershipRecord } from '../core/record.js';
import type { ClaimRequest, EnsureRequest } from '../core/request.js';
import { formatDuration } from '../core/text.js';
import { placeInWords } from '../core/words/line.js';
import { describeOwner, targetName } from '../core/words/owner.js';
import { Deadline } from '../time/deadline.js';
import { unlessStopped } from '../time/unless-stopped.js';
import type { Coordination } from './coordinate.js';
import { LineWatch, type SeenLine, type Sight } from './line-watch.js';
import { stillWaiting, type Refusal, type WaitingContext } from './wait.js';

/** From one look to the next; spread by a tenth to both sides. */
const POLL_MS = 5_000;
/** Where the owner is gone, whoever is not the first in line leaves so much time to those before it. */
const YIELD_MS = 5_000;
/** A look that hangs is none, and the next one comes soon. */
const LONGEST_LOOK_MS = 10_000;
/** What leaving may take; whoever cleans up after this step has all the time of a step for it. */
const LONGEST_LEAVE_MS = 5_000;

/** One step in line, from its place until it is served, its time is up, or there is nothing to wait for any more. */
export class Wait {
  readonly #coordination: Coordination;
  readonly #context: WaitingContext;
  readonly #waiting: Deadline;
  #refusal: Refusal;
  readonly #watch: LineWatch;
  #waitsSinceMs: number;

  constructor(
    request: ClaimRequest | EnsureRequest,
    coordination: Coordination,
    context: WaitingContext,
    waiting: Deadline,
    refusal: Refusal,
  ) {
    this.#coordination = coordination;
    this.#context = context;
    this.#waiting = waiting;
    this.#refusal = refusal;
    this.#watch = new LineWatch(request, context);
    this.#waitsSinceMs = context.clock.monotonic();
  }

  async untilOver(): Promise<Outcome> {
    const { clock } = this.#context;
    let toldMs = 0;
    for (;;) {
      this.#tell(null);
      const isOn = await this.#sleep(Math.max(toldMs, POLL_MS * (0.9 + clock.random() / 5)));
      if (!isOn) return this.#leave();
      toldMs = 0;
      const sight = await this.#look();
      // What is under way is left to itself, and ends soon.
      if (sight === 'stopped') return this.#leave();
      if (sight.kind === 'same') continue;
      if (sight.kind === 'failed') {
        this.#tell(sight.problem);
        continue;
      }
      if (sight.kind === 'gone' && !(await this.#letOthersGoFirst(sight.record))) return this.#leave();
      this.#countWaiting();
      const outcome = await this.#coordination.look(this.#turn());
      this.#waitsSinceMs = clock.monotonic();
      const refusal = stillWaiting(outcome, this.#coordination);
      if (refusal !== null) this.#refusal = refusal;
      else if (outcome.kind !== 'error' || outcome.failure.passing !== true) return outcome;
      else {
        // A fault of GitHub that passes does not end the waiting.
        this.#tell(outcome.failure.problem);
        toldMs = outcome.failure.retryAfterMs ?? 0;
      }
    }
  }

  #look(): Promise<Sight | 'stopped'> {
    const { clock, stop } = this.#context;
    const deadline = new Deadline(clock, Math.min(LONGEST_LOOK_MS, this.#turn().budgetMs));
    return unlessStopped(stop, () => this.#watch.look(this.#seen, deadline));
  }

  /** The first in line writes at once; one of those behind it only if nobody before it does. */
  async #letOthersGoFirst({ queue }: OwnershipRecord): Promise<boolean> {
    const { writes } = this.#coordination;
    const [first] = queue;
    if (first === undefined || (first.id !== null && writes.includes(first.id))) return true;
    return this.#sleep(Math.max(1, YIELD_MS * this.#context.clock.random()));
  }

  /** Takes what was handed over by now, or leaves the line. */
  async #leave(): Promise<Outcome> {
    const { clock, timeoutMs, warn } = this.#context;
    this.#countWaiting();
    const outcome = await this.#coordination.leave(new Deadline(clock, Math.min(timeoutMs, LONGEST_LEAVE_MS)));
    if (outcome.kind !== 'error') return outcome;
    const until = placeOf(this.#seen.record, this.#coordination.writes)?.until ?? 'its end';
    warn(`This step could not leave the line: ${outcome.failure.problem}. Its place counts until ${until}.`);
    return { ...this.#refusal, mayHaveWritten: true };
  }

  #countWaiting(): void {
    const { clock, meter } = this.#context;
    if (meter !== undefined) meter.waitedMs += clock.monotonic() - this.#waitsSinceMs;
  }

  get #seen(): SeenLine {
    const { view } = this.#refusal;
    const { record } = view;
    if (record === null) throw new Error('There is no line without a record.');
    return { ...view, record };
  }

  /** `false`: the time is up, or somebody ends the waiting. */
  async #sleep(milliseconds: number): Promise<boolean> {
    const { stop } = this.#context;
    const waiting = this.#waiting;
    if ((await unlessStopped(stop, () => waiting.sleep(milliseconds, stop))) === 'stopped') return false;
    return !waiting.expired;
  }

  #turn(): Deadline {
    const { clock, timeoutMs } = this.#context;
    return new Deadline(clock, Math.max(1, Math.min(timeoutMs, this.#waiting.remainingMs)));
  }

  /** One visible line a poll: where this step stands, behind whom, and who owns. */
  #tell(problem: string | null): void {
    const { info, clock } = this.#context;
    const { record, target } = this.#seen;
    const now = clock.now();
    const place = placeInWords(record, this.#coordination.writes, now) ?? 'not in line';
    const owner = record.activeRun === null ? 'nobody owns it' : `owned by ${describeOwner(record.activeRun, now)}`;
    const trouble = problem === null ? '' : `; ${problem}`;
    const left = formatDuration(this.#waiting.remainingMs);
    info(`Waiting for ${targetName(target)}: ${place}; ${owner}${trouble}; ${left} left.`);
  }
}
