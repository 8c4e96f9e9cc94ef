import type { StoredTarget } from '../../src/core/record.js';
import type { LookResult, ReadResult, ShownRecord, StoreFailure } from '../../src/store/state-store.js';
import type { Deadline } from '../../src/time/deadline.js';
import type { DayClock } from './day-clock.js';
import { MemoryStore } from './memory-store.js';

/** A state branch in memory whose record can be looked at: answered 304 where the caller names the present ETag. */
export class WatchedStore extends MemoryStore {
  /** What was asked, and when, as `look 10000`. */
  readonly timeline: string[] = [];
  /** Why every look and every reading fails for now. */
  lookFailure: StoreFailure | null = null;
  readFailure: StoreFailure | null = null;

  constructor(
    target: StoredTarget,
    readonly clock: DayClock,
  ) {
    super(target);
    this.time = () => ({ serverMs: Date.parse(clock.now()), monotonicMs: clock.monotonic() });
  }

  override async look(known: ShownRecord | null, deadline: Deadline): Promise<LookResult> {
    this.#note('look');
    return this.lookFailure === null ? super.look(known, deadline) : { kind: 'failed', failure: this.lookFailure };
  }

  override async read(deadline: Deadline): Promise<ReadResult> {
    this.#note('read');
    return this.readFailure === null ? super.read(deadline) : { kind: 'failed', failure: this.readFailure };
  }

  /** GitHub gives no answer that can be used, until it is mended by `null`. */
  fail(failure: StoreFailure | null): void {
    this.lookFailure = failure;
    this.readFailure = failure;
  }

  #note(call: 'look' | 'read'): void {
    this.timeline.push(`${call} ${String(Math.round(this.clock.monotonic()))}`);
  }
}
