import type { BranchReading } from '../../src/core/publication.js';
import type { ActiveRun, QueueEntry } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import type { Change, StoreFailure, WatchableStore } from '../../src/store/state-store.js';
import type { ServerTime } from '../../src/time/server-time.js';
import type { Branch, Heads } from './branch.js';
import type { Facts, Operation } from './operation.js';
import type { Process } from './process.js';

export interface Surroundings {
  readonly branch: Branch;
  readonly process: Process;
  readonly operation: Operation;
  readonly facts: Facts;
  /** GitHub's clock, as an answer tells it now. */
  readonly time: () => ServerTime;
  /** Compare-and-swap on the branch: the commit, or `null` for a lost race. */
  readonly apply: (change: Change) => string | null;
  /** Leaves a write under way. */
  readonly leave: (change: Change) => void;
  readonly isOver: (owner: Pick<ActiveRun, 'holder' | 'attempt'>) => boolean;
  /** Whether the step that took a place is over: its own attempt is. */
  readonly hasLeft: (place: QueueEntry) => boolean;
}

const NO_ANSWER: StoreFailure = {
  code: 'api_error',
  problem: 'GitHub did not answer',
  advice: 'Run again.',
  retry: { kind: 'backoff' },
  passing: true,
};

/** What GitHub was asked about an owner is good for that tenure in those hands only. */
export function tenureName({
  fencingToken,
  holder,
  attempt,
}: Pick<ActiveRun, 'fencingToken' | 'holder' | 'attempt'>): string {
  return [fencingToken, holder?.workflowRunId, attempt].join();
}

/** A state store whose every request waits for the scheduler, which also says how the request fares. */
export function faultyStore(surroundings: Surroundings): WatchableStore {
  const { branch, process, operation, facts, time, isOver, hasLeft } = surroundings;
  return {
    target: { repo: operation.repo, pr: 17, scope: null },

    read: () =>
      process.park('reads', operation, (answer) => {
        const show = (state: number) => (): void => {
          const snapshot = branch.read(state);
          const { head, target, tokenFloor } = snapshot;
          if (state < branch.state) operation.staleReads += 1;
          operation.shownVersion = Math.max(operation.shownVersion, branch.versionAt(state));
          const refused = operation.refused.get(head);
          if (refused !== undefined) operation.refused.set(head, refused + 1);
          Object.assign(facts, { open: branch.open, target, tokenFloor, branch: null });
          answer({ kind: 'read', snapshot: { ...snapshot, time: time() } });
        };
        const old = Array.from({ length: branch.state }, (_, state) => state);
        return [
          { label: `state ${String(branch.state)}`, fault: null, act: show(branch.state) },
          ...old.map((state) => ({ label: `old state ${String(state)}`, fault: 'stale', act: show(state) }) as const),
          { label: 'refused', fault: 'refused', act: () => answer({ kind: 'failed', failure: NO_ANSWER }) },
        ];
      }),

    write: writing(surroundings),

    compare: comparing(surroundings),

    ownerLiveness: (owner) =>
      process.park(`asks whether ${owner.runId} is over`, operation, (answer) => {
        const tell = (value: 'alive' | 'dead' | 'unknown') => (): void => {
          facts.liveness = new Map([...facts.liveness, [tenureName(owner), value]]);
          answer({ value, warning: null });
        };
        const truth = isOver(owner) ? 'dead' : 'alive';
        return [
          { label: truth, fault: null, act: tell(truth) },
          { label: 'unknown', fault: 'no fact', act: tell('unknown') },
        ];
      }),

    waiterLiveness: (place) =>
      process.park(`asks whether ${place.runId} still waits`, operation, (answer) => {
        const tell = (value: 'alive' | 'dead' | 'unknown') => (): void => {
          facts.waiters = new Map([...facts.waiters, [String(place.id), value]]);
          answer({ value, warning: null });
        };
        const truth = hasLeft(place) ? 'dead' : 'alive';
        return [
          { label: truth, fault: null, act: tell(truth) },
          { label: 'unknown', fault: 'no fact', act: tell('unknown') },
        ];
      }),

    look: (known) =>
      process.park('looks', operation, (answer) => {
        const show = (state: number) => (): void => {
          const record = branch.recordAt(state);
          if (record === null || branch.name !== operation.repo) return answer({ kind: 'missing' });
          const text = writeRecord(record);
          const kind = text === known?.text ? 'unchanged' : 'changed';
          answer({ kind, shown: { text, etag: null }, time: time() });
        };
        const old = Array.from({ length: branch.state }, (_, state) => state);
        return [
          { label: `state ${String(branch.state)}`, fault: null, act: show(branch.state) },
          ...old.map((state) => ({ label: `old state ${String(state)}`, fault: 'stale', act: show(state) }) as const),
          { label: 'refused', fault: 'refused', act: () => answer({ kind: 'failed', failure: NO_ANSWER }) },
        ];
      }),

    pullRequestState: () =>
      process.park('asks for the pull request', operation, (answer) => {
        const truth = branch.open ? 'open' : 'closed';
        return [{ label: truth, fault: null, act: () => answer(truth) }];
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

/** Git shows both heads at once, and how the commit of the push stands to the one of the pull request's branch. */
function comparing({ branch, process, operation, facts }: Surroundings): NonNullable<WatchableStore['compare']> {
  const relationOf = (head: string, commit: string, leased: string | null): BranchReading['relation'] => {
    if (head === commit) return 'same';
    if (leased !== null && leased !== head) return 'moved';
    if (operation.lease !== null) return operation.lease === head ? 'leased' : 'diverged';
    return branch.isAncestor(head, commit) ? 'ahead' : 'diverged';
  };
  return ({ publication, leased, head: expected }) =>
    process.park('asks git for the heads', operation, (answer) => {
      const show = (heads: Heads) => (): void => {
        if (heads.state !== expected) return answer({ kind: 'stale', failure: NO_ANSWER });
        const head = heads.topic;
        const relation = relationOf(head, publication.commit, leased);
        facts.branch = { head, relation };
        answer({ kind: 'compared', reading: { head, relation, isShallow: false } });
      };
      const present = { state: branch.headAt(branch.state), topic: branch.topic };
      const old = branch.heads.slice(0, -1);
      return [
        { label: `${String(present.state)} and ${present.topic}`, fault: null, act: show(present) },
        ...old.map(
          (heads) =>
            ({ label: `the old ${String(heads.state)} and ${heads.topic}`, fault: 'stale', act: show(heads) }) as const,
        ),
        { label: 'refused', fault: 'refused', act: () => answer({ kind: 'failed', failure: NO_ANSWER }) },
      ];
    });
}

/** A head that refused a write is believed again after so many further readings of it. */
const READINGS_TO_BELIEVE = 2;

function writing({ branch, process, operation, apply, leave }: Surroundings): WatchableStore['write'] {
  return (change) =>
    process.park(`writes ${change.event.type} on ${String(change.expectedHead)}`, operation, (answer) => {
      const { expectedHead } = change;
      const { type, from } = change.event;
      const isPublication = type === 'publish';
      const report = (commit: string | null): void => {
        if (commit !== null) return answer({ kind: 'applied', commit });
        const isHead = expectedHead === branch.headAt(branch.state);
        if (isPublication && (isHead || from !== branch.topic)) return answer({ kind: 'branch_moved' });
        operation.refused.set(expectedHead, 0);
        answer({ kind: 'lost_race' });
      };
      const silence = (): void => {
        operation.unsettledWrites += 1;
        answer({ kind: 'unknown', failure: NO_ANSWER });
      };
      const both = (first: () => void, second: () => void) => (): void => {
        const readings = operation.refused.get(expectedHead) ?? READINGS_TO_BELIEVE;
        if (readings < READINGS_TO_BELIEVE || operation.outdated.has(expectedHead)) operation.outdatedWrites += 1;
        first();
        second();
      };
      const nothing = (): void => undefined;
      const send = (): void => void apply(change);
      const travel = (): void => leave(change);
      const isHead = expectedHead === branch.headAt(branch.state) && (!isPublication || from === branch.topic);
      const spurious = { label: 'refused as if the head had moved', fault: 'spurious' } as const;
      return [
        { label: 'plainly', fault: null, act: both(nothing, () => report(apply(change))) },
        { label: 'refused', fault: 'refused', act: () => answer({ kind: 'failed', failure: NO_ANSWER }) },
        ...(isHead ? [{ ...spurious, act: both(nothing, () => report(null)) }] : []),
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
        { label: 'is killed, the write is under way', fault: 'kill', act: travel },
      ];
    });
}
