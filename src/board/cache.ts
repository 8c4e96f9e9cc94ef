import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as ActionsCache from './actions-cache/index.js';
import type { BoardCache } from './kept.js';

export interface CacheOptions {
  readonly serverUrl: string;
  readonly repo: string;
  readonly stateBranch: string;
  readonly temporaryFolder: string;
  /** Of the whole step. */
  readonly timeoutMs: number;
  readonly debug: (message: string) => void;
}

export interface ActionsBoardCache extends BoardCache {
  /** Whether a question that nobody waits for any more may be under way: the package tries for minutes. */
  readonly hangs: () => boolean;
}

/** Nobody waits longer for what can be read anew. */
const LONGEST_MS = 20_000;
const FILE = 'log.json';

/**
 * The cache service of Actions, which only a step of the action can use. It keeps what is read for the next board; whatever
 * is wrong with it, the board is only slower. `null`: there is none here.
 */
export function cacheOfActions(options: CacheOptions): ActionsBoardCache | null {
  const { temporaryFolder, timeoutMs, debug } = options;
  if (!process.env['ACTIONS_RUNTIME_TOKEN']) return null;
  const folder = join(temporaryFolder, 'runner-coord-board-log');
  const prefix = prefixOf(options);
  const longestMs = Math.min(LONGEST_MS, timeoutMs / 4);
  let hangs = false;
  const attempt = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await unlessTooLong(work(), longestMs, () => (hangs = true));
    } catch (error) {
      debug(`The cache was not ${what}: ${error instanceof Error ? error.message : 'unknown reason'}`);
      return otherwise;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    hangs: () => hangs,
    restore: () =>
      attempt<string | null>('read', null, async () => {
        const { restoreCache } = await load();
        // Nothing has that key: what is wanted is the newest of those that begin alike.
        const found = await restoreCache([folder], `${prefix}newest`, [prefix], {
          ...{ timeoutInMs: longestMs, segmentTimeoutInMs: longestMs },
        });
        return found === undefined ? null : await readFile(join(folder, FILE), 'utf8');
      }),
    save: (text, name) =>
      attempt<void>('written', undefined, async () => {
        const { saveCache } = await load();
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, FILE), text);
        await saveCache([folder], `${prefix}${name}`);
      }),
  };
}

/** It lies beside this file in the sources, and beside the bundle in what is built. */
function load(): Promise<typeof ActionsCache> {
  return import(/* webpackIgnore: true */ './actions-cache/index.js');
}

/** The names of caches hold no commas, and are short; a branch may be called anything. */
function prefixOf({ serverUrl, repo, stateBranch }: CacheOptions): string {
  const name = createHash('sha256').update([serverUrl, repo, stateBranch].join('\n')).digest('hex').slice(0, 16);
  return `runner-coord-board-2-${name}-`;
}

async function unlessTooLong<T>(work: Promise<T>, longestMs: number, tell: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      tell();
      reject(new Error('it took too long'));
    }, longestMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
