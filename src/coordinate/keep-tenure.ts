import type { Outcome, View } from '../core/outcome.js';
import type { RenewRequest } from '../core/request.js';
import type { Run } from '../core/run.js';
import { Deadline } from '../time/deadline.js';
import { momentOf, passedSince, type Moment } from '../time/moment.js';
import { unlessStopped } from '../time/unless-stopped.js';
import type { WatchContext } from './confirm-ownership.js';
import { coordinate } from './coordinate.js';
import type { Meter } from './meter.js';

export interface KeepContext extends WatchContext {
  /** Each renewal is a request of its own. */
  readonly newMeter?: () => Meter;
}

export interface Keeping {
  readonly run: Run;
  readonly fencingToken: number;
  /** What the ownership stands on by now: another command may have renewed the tenure, or given it an end. */
  readonly view: () => View;
  /** So long before its end the tenure counts as over: what is run in it needs time to end. */
  readonly graceMs: number;
  /** What one renewal may take. */
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
}

export type KeepEnd =
  | { readonly kind: 'stopped' }
  /** A renewal was refused: this run does not own any more. */
  | { readonly kind: 'lost'; readonly outcome: Outcome }
  /** Its end has come, but for the time that ending takes; no renewal came through. */
  | { readonly kind: 'ends'; readonly at: string };

const NAP_MS = 1_000;
const RETRY_MS = 10_000;

/** The end of a tenure, counted from the moment at which an answer told it. */
interface End {
  readonly at: string;
  readonly told: Moment;
  readonly leftMs: number;
  /** How long a renewal makes it last. */
  readonly lengthMs: number;
}

/**
 * Renews a tenure that has an end, each time at half of it, until somebody stops it or the tenure ends nevertheless. One
 * without an end is left alone.
 */
export async function keepTenure(keeping: Keeping, context: KeepContext): Promise<KeepEnd> {
  const { graceMs, stop } = keeping;
  const { clock, warn } = context;
  let view = keeping.view();
  let end = endOf(view, null, context);
  let notBefore: Moment | null = null;
  for (;;) {
    if ((await unlessStopped(stop, () => clock.sleep(NAP_MS))) === 'stopped') return { kind: 'stopped' };
    if (keeping.view() !== view) {
      view = keeping.view();
      end = endOf(view, null, context);
      notBefore = null;
    }
    if (end === null) continue;
    const leftMs = end.leftMs - passedSince(end.told, clock);
    if (leftMs <= graceMs) return { kind: 'ends', at: end.at };
    const isTooEarly = notBefore !== null && passedSince(notBefore, clock) < RETRY_MS;
    if (leftMs > end.lengthMs / 2 || isTooEarly) continue;
    const budgetMs = Math.min(keeping.timeoutMs, leftMs - graceMs);
    const outcome = await unlessStopped(stop, () => renew(keeping, end?.lengthMs ?? 0, budgetMs, context));
    if (outcome === 'stopped') return { kind: 'stopped' };
    if (outcome.kind === 'conflict') return { kind: 'lost', outcome };
    if (outcome.kind === 'ok' && outcome.view !== null) {
      end = endOf(outcome.view, end.lengthMs, context);
      notBefore = null;
      continue;
    }
    if (notBefore === null && outcome.kind === 'error') {
      warn(`The tenure ends at ${end.at} and could not be renewed yet: ${outcome.failure.problem}. It is tried again.`);
    }
    notBefore = momentOf(clock);
  }
}

function endOf({ record, now }: View, lengthMs: number | null, { clock }: KeepContext): End | null {
  const active = record?.activeRun ?? null;
  if (active === null || active.expiresAt === null) return null;
  const endMs = Date.parse(active.expiresAt);
  const begunMs = Date.parse(active.updatedAt ?? active.claimedAt ?? now);
  return {
    at: active.expiresAt,
    told: momentOf(clock),
    leftMs: endMs - Date.parse(now),
    lengthMs: lengthMs ?? Math.max(1, endMs - begunMs),
  };
}

function renew(
  { run, fencingToken }: Keeping,
  lengthMs: number,
  budgetMs: number,
  context: KeepContext,
): Promise<Outcome> {
  const request: RenewRequest = {
    ...{ command: 'renew', run, reason: null, fencingToken },
    // What somebody else has put off further stays so.
    term: { detached: false, expiresAfterMs: lengthMs, byDefault: true },
  };
  return coordinate(request, {
    ...context,
    ...(context.newMeter === undefined ? {} : { meter: context.newMeter() }),
    deadline: new Deadline(context.clock, budgetMs),
    takeoverPermission: 'unasked',
  });
}
