import { recordPath, type StoredTarget } from '../../src/core/record.js';
import type { LookResult, ReadResult, ShownRecord, StoreFailure, WatchableStore } from '../../src/store/state-store.js';
import type { Deadline } from '../../src/time/deadline.js';
import type { DayClock } from './day-clock.js';
import { MemoryStore, type Step } from './memory-store.js';

/** A state branch in memory whose record can be looked at: answered 304 where the caller names the present ETag. */
export class WatchedStore extends MemoryStore implements WatchableStore {
  readonly looks: Step<LookResult | Promise<LookResult>>[] = [];
  /** The status of each look that was answered. */
  readonly statuses: number[] = [];
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

  async look(known: ShownRecord | null, deadline: Deadline): Promise<LookResult> {
    this.#note('look');
    if (this.lookFailure !== null) return { kind: 'failed', failure: this.lookFailure };
    const proceed = (): LookResult => this.lookAt(this.commits.length - 1, known);
    return (this.looks.shift() ?? ((go) => go()))(proceed, deadline);
  }

  override async read(deadline: Deadline): Promise<ReadResult> {
    this.#note('read');
    return this.readFailure === null ? super.read(deadline) : { kind: 'failed', failure: this.readFailure };
  }

  /** What some server shows that is at that commit. */
  lookAt(index: number, known: ShownRecord | null = null): LookResult {
    const path = recordPath(this.target);
    const text = this.commits[index]?.files.get(path);
    if (text === undefined || this.present.repo !== this.target.repo) return { kind: 'missing' };
    const etag = `"${String(this.commits.findIndex(({ files }) => files.get(path) === text))}"`;
    this.statuses.push(known?.etag === etag ? 304 : 200);
    return { kind: known?.text === text ? 'unchanged' : 'changed', shown: { text, etag }, time: this.time() };
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
