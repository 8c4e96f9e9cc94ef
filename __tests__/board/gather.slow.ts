import { expect, test } from '@jest/globals';
import { plantBoard } from '../../support/board-world.js';
import { startLocalGitHub } from '../../support/local-github/index.js';
import { pageBoard } from '../../src/board/draw/index.js';
import type { BoardContext } from '../../src/board/context.js';
import type { Wanted } from '../../src/board/gather.js';
import type { BoardCache } from '../../src/board/kept.js';
import { STATE_BRANCH } from '../../support/world.js';
import { boardOf, contextFor, DAY_MS, memoryCache, NOW } from './reading.js';

/** A thousand records and ten thousand commits, on one branch and on sixteen: what a board costs, read in every way. */

const TOKEN = 'token-reader';

test.each([STATE_BRANCH, 'coord-{shard}'])(
  'a large repository, in %s',
  async (stateBranch) => {
    const github = await startLocalGitHub();
    try {
      const repository = await github.createRepository('acme/widgets', { id: 7 });
      github.clock.freeze(NOW);
      const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'read' } as const;
      github.issueToken(TOKEN, { login: 'reader', permissions });
      await plantBoard(repository, { now: NOW, records: 1000, commits: 10_000, stateBranch });
      const context = await contextFor(github, TOKEN);
      const cache = memoryCache();
      const counted = async (
        more: Partial<BoardContext>,
        wanted: Partial<Wanted>,
        kept: BoardCache | null,
      ): Promise<{ text: string; api: number; git: number; ms: number }> => {
        const before = github.requests.length;
        const started = performance.now();
        const board = await boardOf({ ...context, ...more }, kept, { stateBranch, ...wanted });
        const ms = Math.round(performance.now() - started);
        const operations = github.requests.slice(before).map(({ operation }) => operation);
        const git = operations.filter((operation) => operation.startsWith('git')).length;
        expect(Buffer.byteLength(pageBoard(board))).toBeLessThan(2 * 1024 * 1024);
        expect(board.isComplete).toBe(true);
        return { text: JSON.stringify(board), api: operations.length - git, git, ms };
      };
      const whole = await counted({}, {}, cache);
      const again = await counted({}, {}, cache);
      const threeDays = { spanMs: 3 * DAY_MS };
      const byApi = await counted({ token: 'not-for-git' }, threeDays, null);
      const shown = { whole, again, byApi };
      for (const [name, { api, git, ms }] of Object.entries(shown)) {
        process.stdout.write(`${stateBranch}, ${name}: ${JSON.stringify({ api, git, ms })}\n`);
      }
      process.stdout.write(`kept ${String(cache.text?.length ?? 0)} characters\n`);
      expect(whole.api).toBeLessThanOrEqual(10);
      expect(whole.git).toBeLessThanOrEqual(4);
      expect([again.api, again.git]).toEqual([3, 0]);
      expect(again.text).toBe(whole.text);
      expect(byApi.text).toBe((await counted({}, threeDays, null)).text);
      expect(github.violations).toEqual([]);
    } finally {
      await github.close();
    }
  },
  240_000,
);
