import { coordinate } from '../../src/coordinate/coordinate.js';
import { watchOwnership, type Watch, type WatchEnd } from '../../src/coordinate/watch.js';
import type { View } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { Deadline } from '../../src/time/deadline.js';
import { request, TARGET } from '../core/samples.js';
import { DayClock } from './day-clock.js';
import { failureWith } from './memory-store.js';
import { WatchedStore } from './watched-store.js';

/** Run 1001 owns, and watches whether it still does: a look every 10 s, and lost after 2 min. */

export const SECONDS = 1_000;
export const MINUTES = 60 * SECONDS;
export const HOURS = 60 * MINUTES;

export interface WatchBench {
  readonly store: WatchedStore;
  readonly clock: DayClock;
  readonly troubles: string[];
  readonly stop: AbortController;
  /** What another request of this run stands on. */
  readonly viewAfter: (asked: CoordinationRequest) => Promise<View>;
  /** Watches on from an assert that has just confirmed. */
  readonly watch: (changes?: Partial<Watch>) => Promise<WatchEnd>;
  /** The same, for so long and no longer; fails where it ends by itself. */
  readonly watchFor: (ms: number, changes?: Partial<Watch>) => Promise<void>;
}

export function watchBench(): WatchBench {
  const clock = new DayClock();
  const store = new WatchedStore(TARGET, clock);
  const troubles: string[] = [];
  const stop = new AbortController();
  store.act(request('claim'));
  let writes = 0;
  const context = {
    ...{ store, clock, stateBranch: 'runner-coord-state', repositoryId: 7 },
    newId: () => `write-${String((writes += 1))}`,
    warn: (line: string) => troubles.push(line),
    debug: () => undefined,
  };
  const viewAfter: WatchBench['viewAfter'] = async (asked) => {
    const deadline = new Deadline(clock, MINUTES);
    const outcome = await coordinate(asked, { ...context, deadline, takeoverPermission: 'unasked' });
    if (outcome.kind !== 'ok' || outcome.view === null) throw new Error(JSON.stringify(outcome));
    store.timeline.length = 0;
    return outcome.view;
  };
  const watch: WatchBench['watch'] = async (changes = {}) =>
    watchOwnership({
      ...{ request: request('assert', { requireExisting: true }), context },
      ...('confirmed' in changes ? {} : { confirmed: await viewAfter(request('assert')) }),
      ...{ everyMs: 10 * SECONDS, lostAfterMs: 2 * MINUTES, timeoutMs: MINUTES, stop: stop.signal },
      onTrouble: (line) => troubles.push(line),
      ...changes,
    });
  return {
    ...{ store, clock, troubles, stop, viewAfter, watch },
    async watchFor(ms, changes) {
      clock.at(ms, () => stop.abort());
      const end = await watch(changes);
      if (end.kind !== 'stopped') throw new Error(`it ended by itself: ${wordOf(end)}`);
    },
  };
}

export function wordOf(end: WatchEnd): string {
  if (end.kind === 'stopped') return 'stopped';
  if (end.kind === 'unreachable') return `unreachable ${end.failure.code}`;
  const { outcome } = end;
  const code = outcome.kind === 'ok' ? outcome.status : outcome.kind === 'error' ? outcome.failure.code : outcome.code;
  return `lost ${outcome.kind} ${code}`;
}

/** How often each was asked. */
export function countOf({ timeline }: WatchedStore, call: 'look' | 'read'): number {
  return timeline.filter((entry) => entry.startsWith(call)).length;
}

export const DOWN = failureWith({ passing: true });
export const REFUSED = failureWith({
  ...{ code: 'permission_denied', problem: 'GitHub answered 401', advice: 'Check the token.' },
  retry: { kind: 'never' },
});

/** A limit that GitHub asks to wait out. */
export function limited(ms: number): typeof DOWN {
  const told = { passing: true, retryAfterMs: ms, retry: { kind: 'after' as const, ms } };
  return failureWith({ code: 'rate_limited', problem: 'The limit is used up', ...told });
}
