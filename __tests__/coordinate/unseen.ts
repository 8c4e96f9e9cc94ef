import { writeRecord } from '../../src/core/write-record.js';
import type { Change } from '../../src/store/state-store.js';
import { failureWith } from './memory-store.js';
import type { Bench } from './bench.js';

/** The write is applied, but the answer is lost; then `after` happens before anybody reads again. */
export function appliedUnseen({ store }: Bench, after: () => void = () => undefined): void {
  store.writes.push((proceed) => {
    const result = proceed();
    if (result.kind !== 'applied') throw new Error(result.kind);
    after();
    return { kind: 'unknown', failure: failureWith() };
  });
}

export function notApplied({ store }: Bench, after: () => void = () => undefined): void {
  store.writes.push(() => {
    after();
    return { kind: 'unknown', failure: failureWith() };
  });
}

/** A write that GitHub got and nobody heard of again; it lands when the test says so, if its head is still the head. */
export interface Late {
  /** Whether it landed. */
  land(): boolean;
}

export function landsLate({ store }: Bench, after: () => void = () => undefined): Late {
  let sent: Change | undefined;
  store.writes.push(() => {
    sent = store.changes.at(-1);
    after();
    return { kind: 'unknown', failure: failureWith() };
  });
  return {
    land() {
      if (sent === undefined) throw new Error('nothing was sent');
      if (sent.expectedHead !== store.head) return false;
      store.commit(writeRecord(sent.next));
      return true;
    },
  };
}
