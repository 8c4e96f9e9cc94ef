import type { HistoryEvent, StoredTarget } from '../core/record.js';
import type { TakeoverPermission } from '../core/request.js';
import type { Snapshot, StateStore } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import type { Meter } from './meter.js';

/** What coordinating works with. */
export interface CoordinationContext {
  readonly store: StateStore;
  readonly stateBranch: string;
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Gives every write an id of its own. */
  readonly newId: () => string;
  /** `granted` where the user asked for no permission check. */
  readonly takeoverPermission: TakeoverPermission;
  /** The id that the target's repository had when its name was told; `null` where nobody told. */
  readonly repositoryId: number | null;
  /** What is known before the first reading, from the write of an earlier step of this job. */
  readonly known?: Snapshot;
  /** Heads that are known to be outdated: a reading that shows one of them is stale. */
  readonly outdatedHeads?: readonly string[];
  /** Told of every write before it is sent, so that somebody can look for it if this process dies. */
  readonly beforeWrite?: (event: HistoryEvent, target: StoredTarget, head: string | null) => void;
  /** Measures what the request takes; without one it is measured from here on, and no requests are counted. */
  readonly meter?: Meter;
  readonly warn: (message: string) => void;
  readonly debug: (message: string) => void;
}
