import type { ActiveRun } from '../../src/core/record.js';
import type { Change, StateStore, StoreFailure } from '../../src/store/state-store.js';
import type { Branch } from './branch.js';
import type { Facts, Operation } from './operation.js';
import type { Process } from './process.js';

export const TARGET = { repo: 'acme/widgets', pr: 17 };

export interface Surroundings {
  readonly branch: Branch;
  readonly process: Process;
  readonly operation: Operation;
  readonly facts: Facts;
  /** Compare-and-swap on the branch: the commit, or `null` for a lost race. */
  readonly apply: (change: Change) => string | null;
  /** Leaves a write under way. */
  readonly leave: (change: Change) => void;
  readonly isOver: (owner: ActiveRun) => boolean;
}

const NO_ANSWER: StoreFailure = {
  code: 'api_error',
  problem: 'GitHub did not answer',
  advice: 'Run again.',
  retry: { kind: 'backoff' },
  passing: true,
};

/** A state store whose every request waits for the scheduler, which also says how the request fares. */
export function faultyStore({ branch, process, operation, facts, apply, leave, isOver }: Surroundings): StateStore {
  return {
    target: TARGET,

    read: () =>
      process.park('reads', operation, (answer) => {
        const show = (state: number) => (): void => {
          if (state < branch.state) operation.staleReads += 1;
          operation.shownVersion = Math.max(operation.shownVersion, branch.versionAt(state));
          facts.open = branch.open;
          answer({ kind: 'read', snapshot: branch.read(state) });
        };
        const old = Array.from({ length: branch.state }, (_, state) => state);
        return [
          { label: `state ${String(branch.state)}`, fault: null, act: show(branch.state) },
          ...old.map((state) => ({ label: `old state ${String(state)}`, fault: 'stale', act: show(state) }) as const),
          { label: 'refused', fault: 'refused', act: () => answer({ kind: 'failed', failure: NO_ANSWER }) },
        ];
      }),

    write: (change) =>
      process.park(`writes ${change.event.type} on ${String(change.expectedHead)}`, operation, (answer) => {
        const report = (commit: string | null): void => {
          if (commit === null) operation.outdated.add(change.expectedHead);
          answer(commit === null ? { kind: 'lost_race' } : { kind: 'applied', commit });
        };
        const silence = (): void => {
          operation.unsettledWrites += 1;
          answer({ kind: 'unknown', failure: NO_ANSWER });
        };
        const both = (first: () => void, second: () => void) => (): void => {
          if (operation.outdated.has(change.expectedHead)) operation.outdatedWrites += 1;
          first();
          second();
        };
        const nothing = (): void => undefined;
        const send = (): void => void apply(change);
        const travel = (): void => leave(change);
        return [
          { label: 'plainly', fault: null, act: both(nothing, () => report(apply(change))) },
          { label: 'refused', fault: 'refused', act: () => answer({ kind: 'failed', failure: NO_ANSWER }) },
          { label: 'answer lost', fault: 'answer lost', act: both(send, silence) },
          { label: 'under way, no answer', fault: 'late', act: both(travel, silence) },
          { label: 'a copy is under way', fault: 'twice', act: both(travel, () => report(apply(change))) },
          {
            label: 'delivered twice, the second answer comes back',
            fault: 'second answer',
            act: both(send, () => {
              operation.unsettledWrites += 1;
              report(apply(change));
            }),
          },
          { label: 'crashes, the write is under way', fault: 'crash', act: travel },
        ];
      }),

    ownerLiveness: (owner) =>
      process.park(`asks whether ${owner.runId} is over`, operation, (answer) => {
        const tell = (value: 'alive' | 'dead' | 'unknown') => (): void => {
          facts.liveness = new Map([...facts.liveness, [owner.fencingToken, value]]);
          answer({ value, warning: null });
        };
        const truth = isOver(owner) ? 'dead' : 'alive';
        return [
          { label: truth, fault: null, act: tell(truth) },
          { label: 'unknown', fault: 'no fact', act: tell('unknown') },
        ];
      }),

    takeoverPermission: () =>
      process.park('asks for permission', operation, (answer) => {
        const tell = (value: 'granted' | 'denied') => (): void => {
          facts.permission = value;
          answer({ value, warning: null });
        };
        const truth = process.agent.mayTakeOver === false ? 'denied' : 'granted';
        return [
          { label: truth, fault: null, act: tell(truth) },
          { label: 'no answer', fault: 'no fact', act: tell('denied') },
        ];
      }),

    cancelRun: () => Promise.reject(new Error('the coordinator cancels nothing')),
  };
}
