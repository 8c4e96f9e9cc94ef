import { tmpdir } from 'node:os';
import type { BoardCache } from '../../src/board/kept.js';
import type { BoardContext } from '../../src/board/context.js';
import { gather, type Wanted } from '../../src/board/gather.js';
import type { Answered } from '../../src/board/told.js';
import { Patience } from '../../src/coordinate/patience.js';
import { composeBoard, type Gathered } from '../../src/core/board/compose.js';
import type { Board } from '../../src/core/board/model.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import { systemClock, type Clock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import type { LocalGitHub } from '../../support/local-github/index.js';
import { STATE_BRANCH } from '../../support/world.js';

/** Reads a board from the sources, against a local GitHub whose clock stands. */

export const DAY_MS = 24 * 3_600_000;
export const NOW = new Date('2026-11-26T12:00:00.000Z');
export const WANTED: Wanted = { repo: 'acme/widgets', stateBranch: STATE_BRANCH, spanMs: 7 * DAY_MS };

/** A machine whose clock is GitHub's, and whose pauses take no time. */
export const CLOCK: Clock = { ...systemClock, now: () => NOW.toISOString(), random: () => 0 };

export interface Said {
  readonly warnings: string[];
  readonly debug: string[];
}

export async function contextFor(
  github: LocalGitHub,
  token: string,
  more: Partial<BoardContext> = {},
): Promise<BoardContext & { readonly said: Said }> {
  const { apiUrl, graphqlUrl, serverUrl } = github;
  const said: Said = { warnings: [], debug: [] };
  const say = {
    info: () => undefined,
    warn: (text: string) => void said.warnings.push(text),
    debug: (text: string) => void said.debug.push(text),
  };
  const deadline = new Deadline(systemClock, 60_000);
  return {
    transport: await createTransport({ token, apiUrl, graphqlUrl }),
    ...{ clock: CLOCK, deadline, serverUrl, token, temporaryFolder: tmpdir(), say, said },
    patience: new Patience({ clock: CLOCK, deadline, debug: say.debug }),
    asker: { repository: 'acme/widgets', repositoryId: 7, actors: ['octocat'], workflowRun: null },
    ...more,
  };
}

/** A cache that is there, and shows what lies in it. */
export function memoryCache(text: string | null = null): BoardCache & { text: string | null; heads: string[] } {
  return {
    text,
    heads: [],
    restore() {
      return Promise.resolve(this.text);
    },
    save(saved, head) {
      this.text = saved;
      this.heads.push(head);
      return Promise.resolve();
    },
  };
}

export async function boardOf(
  context: BoardContext,
  cache: BoardCache | null = null,
  wanted: Partial<Wanted> = {},
): Promise<Board> {
  return composeBoard(valueOf(await gather(context, { ...WANTED, ...wanted }, cache)));
}

export function valueOf(answered: Answered<Gathered>): Gathered {
  if (!answered.ok) throw new Error(`${answered.failure.code}: ${answered.failure.problem}`);
  return answered.value;
}
