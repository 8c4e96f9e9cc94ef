import { expect, test } from '@jest/globals';
import { plantBoard } from '../../support/board-world.js';
import { startLocalGitHub } from '../../support/local-github/index.js';
import { pageBoard } from '../../src/board/draw/index.js';
import { boardOf, contextFor, memoryCache, NOW } from './reading.js';

/** A thousand records and ten thousand commits: what a board costs, with and without what is kept. */

const TOKEN = 'token-reader';

test('a large repository', async () => {
  const github = await startLocalGitHub();
  try {
    const repository = await github.createRepository('acme/widgets', { id: 7 });
    github.clock.freeze(NOW);
    const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'read' } as const;
    github.issueToken(TOKEN, { login: 'reader', permissions });
    await plantBoard(repository, { now: NOW, records: 1000, commits: 10_000 });
    const context = await contextFor(github, TOKEN);
    const cache = memoryCache();
    const counted = async (): Promise<{ text: string; api: number; git: number; ms: number }> => {
      const before = github.requests.length;
      const started = performance.now();
      const board = await boardOf(context, cache);
      const ms = Math.round(performance.now() - started);
      const operations = github.requests.slice(before).map(({ operation }) => operation);
      const git = operations.filter((operation) => operation.startsWith('git')).length;
      expect(Buffer.byteLength(pageBoard(board))).toBeLessThan(2 * 1024 * 1024);
      return { text: JSON.stringify(board), api: operations.length - git, git, ms };
    };
    const whole = await counted();
    const again = await counted();
    const shown = [whole, again].map(({ api, git, ms }) => ({ api, git, ms }));
    process.stdout.write(`${JSON.stringify(shown)}, kept ${String(cache.text?.length ?? 0)} characters\n`);
    expect(whole.api).toBeLessThanOrEqual(10);
    expect(whole.git).toBeLessThanOrEqual(4);
    expect([again.api, again.git]).toEqual([3, 0]);
    expect(again.text).toBe(whole.text);
    expect(github.violations).toEqual([]);
  } finally {
    await github.close();
  }
}, 120_000);
