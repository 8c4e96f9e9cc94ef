import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Snapshot, StoreFailure } from '../../src/store/state-store.js';
import { shown, startStage, TOKENS, within, type StoreChoice, type StoreStage } from './stage.js';

export interface ReadingStage {
  /** The stage of this file; there only inside of tests. */
  readonly stage: () => StoreStage;
  /** What one reading shows. */
  readonly snapshot: (options?: StoreChoice) => Promise<Snapshot>;
  /** Why one reading shows nothing. */
  readonly refused: (options?: StoreChoice) => Promise<StoreFailure>;
}

/** A stage for all tests of a file; no violation and no token is left unseen. */
export function withReadings(): ReadingStage {
  let started: StoreStage | undefined;
  const stage = (): StoreStage => {
    if (started === undefined) throw new Error('Only inside of a test.');
    return started;
  };
  beforeAll(async () => {
    started = await startStage();
  });
  afterEach(() => {
    stage().github.faults.clear();
    stage().github.clock.reset();
  });
  afterAll(async () => {
    const { violations } = stage().github;
    await stage().close();
    expect(violations).toEqual([]);
  });
  const read: (options?: StoreChoice) => Promise<Snapshot | StoreFailure> = async (options = {}) => {
    const result = await (await stage().store(options)).read(within());
    for (const token of TOKENS) expect(shown(result)).not.toContain(token);
    return result.kind === 'read' ? result.snapshot : result.failure;
  };
  return {
    stage,
    async snapshot(options) {
      const result = await read(options);
      if ('code' in result) throw new Error(`${result.code}: ${result.problem}`);
      return result;
    },
    async refused(options) {
      const result = await read(options);
      if (!('code' in result)) throw new Error(`it was read: ${shown(result)}`);
      expect(result.advice).not.toBe('');
      return result;
    },
  };
}
