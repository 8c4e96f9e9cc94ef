import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import type { WriteResult } from '../../src/store/state-store.js';
import {
  changeOf,
  PATH,
  recordOf,
  shown,
  startStage,
  TOKENS,
  within,
  type StoreChoice,
  type StoreStage,
} from './stage.js';
import { BY_API, type Way } from './ways.js';

/** Before a plain branch is made. */
export const SHARDS = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';
export const TREE = 'POST /repos/{owner}/{repo}/git/trees';
export const COMMIT = 'POST /repos/{owner}/{repo}/git/commits';
export const REF = 'POST /repos/{owner}/{repo}/git/refs';
export const LOOK = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
export const LIKE_IT = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';

export interface Written {
  readonly result: WriteResult;
  /** Whether the record is on the branch now. */
  readonly stored: boolean;
  readonly asked: readonly string[];
}

export interface WritingStage {
  readonly stage: () => StoreStage;
  /** Writes a record to a branch of its own, onto its head or (`first`) as its first use. */
  readonly write: (options?: StoreChoice & { first?: boolean; budgetMs?: number }) => Promise<Written>;
}

/** @param way how the change gets to the server. */
export function withWrites(way: Way = BY_API): WritingStage {
  let started: StoreStage | undefined;
  let branches = 0;
  const stage = (): StoreStage => {
    if (started === undefined) throw new Error('Only inside of a test.');
    return started;
  };
  beforeAll(async () => {
    started = await startStage();
  });
  afterEach(() => stage().github.faults.clear());
  afterAll(async () => {
    const { violations } = stage().github;
    await stage().close();
    expect(violations).toEqual([]);
  });
  return {
    stage,
    async write({ first = false, budgetMs = 10_000, ...choice } = {}) {
      branches += 1;
      const stateBranch = choice.stateBranch ?? `state-${String(branches)}`;
      const base = first ? null : await stage().mark(stateBranch);
      const store = await way.open(stage(), { stateBranch, ...choice });
      stage().asked();
      const result = await store.write(changeOf(base), within(budgetMs));
      for (const token of TOKENS) expect(shown(result)).not.toContain(token);
      const stored = (await stage().repository.readFile(stateBranch, PATH)) === writeRecord(recordOf());
      const asked = stage().asked();
      if (result.kind === 'applied') expect(await stage().repository.head(stateBranch)).toBe(result.commit);
      return { result, stored, asked };
    },
  };
}
