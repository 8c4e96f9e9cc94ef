import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { TestClient } from '../../support/local-github/test-client.js';

/** A client for all tests of a file, with a repository of its own for each, and no violation left unseen. */
export function withClient(): () => TestClient {
  let client: TestClient | undefined;
  const ready = (): TestClient => {
    if (client === undefined) throw new Error('Only inside of a test.');
    return client;
  };
  beforeAll(async () => {
    client = await TestClient.start();
  });
  beforeEach(() => ready().nextRepository());
  afterEach(() => {
    const { faults, clock, violations } = ready().github;
    faults.clear();
    clock.reset();
    expect(violations).toEqual([]);
  });
  afterAll(() => ready().github.close());
  return ready;
}
