import type { CoordinationContext } from '../../src/coordinate/context.js';
import { coordinate } from '../../src/coordinate/coordinate.js';
import { isOwned, type Outcome } from '../../src/core/outcome.js';
import type { Command, CoordinationRequest } from '../../src/core/request.js';
import { coordinateWithWaiting, type WaitingContext } from '../../src/coordinate/wait.js';
import { Deadline } from '../../src/time/deadline.js';
import { OTHER, request, runOf, TARGET } from '../core/samples.js';
import { FakeClock } from './fake-clock.js';
import { MemoryStore } from './memory-store.js';

/** Run 1001 is the one under test; 2002 and 3003 are its rivals. */

export const RIVAL = OTHER;
export const THIRD = runOf('3003');

export interface Bench {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly warnings: string[];
  readonly lines: string[];
  /** Runs a command to its end. */
  readonly run: (
    asked: CoordinationRequest,
    changes?: Partial<CoordinationContext> & { budgetMs?: number },
  ) => Promise<Outcome>;
  readonly wait: (
    asked: CoordinationRequest,
    waitTimeoutMs: number,
    changes?: Partial<WaitingContext>,
  ) => Promise<Outcome>;
}

export function bench(chance = 0.5): Bench {
  const store = new MemoryStore(TARGET);
  const clock = new FakeClock(chance);
  const warnings: string[] = [];
  const lines: string[] = [];
  store.time = () => ({ serverMs: Date.parse(clock.now()), monotonicMs: clock.monotonic() });
  let writes = 0;
  const context = (budgetMs: number): CoordinationContext => ({
    store,
    stateBranch: 'runner-coord-state',
    clock,
    newId: () => `write-${String((writes += 1))}`,
    repositoryId: 7,
    deadline: new Deadline(clock, budgetMs),
    takeoverPermission: 'unasked',
    warn: (line) => warnings.push(line),
    debug: () => undefined,
  });
  return {
    store,
    clock,
    warnings,
    lines,
    run: (asked, { budgetMs = 60_000, ...changes } = {}) => coordinate(asked, { ...context(budgetMs), ...changes }),
    wait: (asked, waitTimeoutMs, changes = {}) =>
      coordinateWithWaiting(
        waitTimeoutMs === 0 ? asked : lining(asked, waitTimeoutMs + (changes.timeoutMs ?? 60_000)),
        {
          ...context(changes.timeoutMs ?? 60_000),
          store,
          timeoutMs: 60_000,
          waitTimeoutMs,
          info: (line) => lines.push(line),
          ...changes,
        },
      ),
  };
}

/** The request as whoever is willing to wait makes it. */
function lining(asked: CoordinationRequest, placeMs: number): CoordinationRequest {
  const waits = asked.command === 'claim' || asked.command === 'ensure';
  return waits ? { ...asked, line: { action: 'wait', placeMs } } : asked;
}

/** How a command ended, in a word, for short expectations. */
export function endOf(outcome: Outcome): string {
  if (outcome.kind === 'ok') return `ok ${outcome.status}`;
  return outcome.kind === 'conflict' ? `conflict ${outcome.code}` : `error ${outcome.failure.code}`;
}

export function ownedBy(outcome: Outcome, runId = '1001'): boolean {
  return isOwned(outcome, runOf(runId));
}

/** How often one of the bench's own writes stands in the history of the record. */
export function applied(store: MemoryStore): number {
  return (store.record?.history ?? []).filter(({ id }) => id?.startsWith('write-') === true).length;
}

/** A rival's request. */
export function rivals<C extends Command>(
  command: C,
  changes: Partial<Omit<Extract<CoordinationRequest, { command: C }>, 'command'>> = {},
): CoordinationRequest {
  return request(command, { run: RIVAL, ...changes });
}
