import type { Failure, Outcome } from '../core/outcome.js';
import { formatDuration } from '../core/text.js';
import { targetName } from '../core/words/owner.js';
import { hasJumped, momentOf, passedSince, type Moment } from '../time/moment.js';
import { unlessStopped } from '../time/unless-stopped.js';
import { OwnershipConfirmer, type ConfirmOptions } from './confirm-ownership.js';
import { Trust } from './trust.js';

export interface Watch extends ConfirmOptions {
  /** From one look to the next. */
  readonly everyMs: number;
  /** How long a confirmation holds while no new one can be had. */
  readonly lostAfterMs: number;
  /** Ends the watching at once; what is under way is left to itself. */
  readonly stop: AbortSignal;
  /** Told when a confirmation fails to come, and when one comes again. */
  readonly onTrouble: (message: string) => void;
}

export type WatchEnd =
  | { readonly kind: 'stopped' }
  /** GitHub says that this run does not own any more: a refusal, or an error that nothing mends. */
  | { readonly kind: 'lost'; readonly outcome: Outcome }
  /** Nobody confirmed it for too long; `failure` is the last reason. */
  | { readonly kind: 'unreachable'; readonly sinceMs: number; readonly failure: Failure };

/** Upwards only, so that an hour has no more looks than `everyMs` allows. */
const JITTER = 0.1;
const FIRST_PAUSE_MS = 1_000;
/** Sleep is taken in naps, so that a machine that wakes up notices within one of them. */
const LONGEST_NAP_MS = 1_000;
/** What is left for the last try before it is given up. */
const LAST_TRY_MS = 1_000;

/**
 * Watches whether a run goes on owning its target, until it does not or somebody stops it. It only reads. The state of
 * the pull request is not watched: `requireOpen` counts where the record gave cause for an assert.
 */
export async function watchOwnership(watch: Watch): Promise<WatchEnd> {
  const { context, stop, lostAfterMs } = watch;
  const { clock } = context;
  const confirmer = new OwnershipConfirmer(watch);
  const trust = new Trust(clock, watch);
  // A limit that is shorter than the pause would be over before anybody looked.
  const everyMs = Math.min(watch.everyMs, Math.max(FIRST_PAUSE_MS, lostAfterMs / 2));
  const spread = (pauseMs: number): number => Math.ceil(pauseMs * (1 + JITTER * clock.random()));
  let trouble: Failure | null = null;
  let tries = 0;
  let pause: Pause = { from: momentOf(clock), ms: watch.confirmed === undefined ? 0 : spread(everyMs) };
  for (;;) {
    const waited = await waitFor(pause, watch);
    if (waited === 'stopped') return { kind: 'stopped' };
    if (waited === 'jumped') trust.jump();
    if (trouble !== null && trust.isOver) return unreachable(trust, trouble);
    const sent = momentOf(clock);
    const { budgetMs } = trust;
    const answer = await unlessStopped(stop, () => confirmer.ask(budgetMs));
    if (answer === 'stopped') return { kind: 'stopped' };
    if (answer.kind === 'lost') return answer;
    if (answer.kind === 'confirmed') trust.confirm(sent);
    if (hasJumped(sent, budgetMs, clock)) trust.jump();
    if (answer.kind === 'confirmed') {
      if (trouble !== null) watch.onTrouble(`GitHub confirms again that this run owns ${nameOf(watch)}.`);
      trouble = null;
      tries = 0;
      pause = { from: sent, ms: spread(answer.isDear ? Math.max(everyMs, lostAfterMs / 4) : everyMs) };
      continue;
    }
    const { failure } = answer;
    if (trust.isOver) return unreachable(trust, failure);
    if (failure.problem !== trouble?.problem) watch.onTrouble(tell(watch, failure, trust));
    const ms = spread(Math.min(everyMs, FIRST_PAUSE_MS * 2 ** tries));
    pause = { from: momentOf(clock), ms: beforeTheEnd(ms, failure.retryAfterMs ?? 0, trust.leftMs) };
    trouble = failure;
    tries += 1;
  }
}

interface Pause {
  readonly from: Moment;
  readonly ms: number;
}

/** The pause before the next try, of which the last comes just before the end. What GitHub asked to wait is waited. */
function beforeTheEnd(pauseMs: number, toldMs: number, leftMs: number): number {
  const untilLastTry = leftMs - LAST_TRY_MS;
  return toldMs >= untilLastTry ? leftMs : Math.min(Math.max(pauseMs, toldMs), untilLastTry);
}

/** Waits until so much has passed on either clock; at once after a jump. */
async function waitFor({ from, ms }: Pause, { context, stop }: Watch): Promise<'over' | 'jumped' | 'stopped'> {
  const { clock, debug } = context;
  for (;;) {
    const left = ms - passedSince(from, clock);
    if (stop.aborted) return 'stopped';
    if (left <= 0) return 'over';
    const napMs = Math.min(Math.ceil(left), LONGEST_NAP_MS);
    const before = momentOf(clock);
    if ((await unlessStopped(stop, () => clock.sleep(napMs))) === 'stopped') return 'stopped';
    if (!hasJumped(before, napMs, clock)) continue;
    debug(`the clock went on by ${formatDuration(passedSince(before, clock))} in one moment; looking at once`);
    return 'jumped';
  }
}

function unreachable({ sinceMs }: Trust, failure: Failure): WatchEnd {
  return { kind: 'unreachable', sinceMs, failure };
}

function tell(watch: Watch, { problem, advice, passing }: Failure, { sinceMs, leftMs }: Trust): string {
  const what = `Whether this run still owns ${nameOf(watch)} was last confirmed ${formatDuration(sinceMs)} ago: ${problem}.`;
  const next = passing === true ? 'It is asked again.' : `${advice} Meanwhile it is asked again.`;
  return `${what} ${next} Without an answer the ownership counts as lost in ${formatDuration(leftMs)}.`;
}

function nameOf({ context }: Watch): string {
  return targetName(context.store.target);
}
