import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '../core/board/log-event.js';
import type { BoardContext } from './context.js';
import type { Texts } from './details.js';
import { fetched, gitFor, type Git } from './own-git.js';

/**
 * The other way to read state branches: what takes a hundred questions to the API is two fetches of git, of the logs without
 * any file and of the newest files without any log, however many branches there are. It costs nothing of the limits. Whatever
 * goes wrong here, the API has to do it.
 */

export interface WantedByGit {
  readonly repo: string;
  /** Of which the log is wanted, all with something that happened since then: the very commits that the API has shown. */
  readonly logs: readonly string[];
  readonly since: string;
  /** In which the blobs are. */
  readonly files: readonly string[];
  readonly blobs: readonly string[];
}

export type ReadByGit =
  { readonly ok: true; readonly logs: Logs; readonly texts: Texts } | { readonly ok: false; readonly problem: string };

/** By the heads. */
type Logs = ReadonlyMap<string, readonly LogEntry[]>;

/** A commit may bear another machine's clock. */
const SLACK_MS = 24 * 3_600_000;

export async function readByGit(context: BoardContext, wanted: WantedByGit): Promise<ReadByGit> {
  const parent = await mkdtemp(join(context.temporaryFolder, 'runner-coord-board-'));
  try {
    const git = await gitFor(context, wanted.repo, parent);
    if (typeof git === 'string') return { ok: false, problem: git };
    const [logs, texts] = await Promise.all([readLogs(git, parent, wanted), readTexts(git, parent, wanted)]);
    if (typeof logs === 'string' || typeof texts === 'string') {
      return { ok: false, problem: [logs, texts].filter((part) => typeof part === 'string').join('; ') };
    }
    return { ok: true, logs, texts };
  } finally {
    await rm(parent, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function readLogs(git: Git, parent: string, { logs: heads, since }: WantedByGit): Promise<Logs | string> {
  if (heads.length === 0) return new Map();
  const from = new Date(Date.parse(since) - SLACK_MS).toISOString();
  const options = [`--shallow-since=${from}`, '--filter=tree:0'];
  const log = await fetched(git, parent, 'log.git', { options, commits: heads });
  if (typeof log === 'string') return log;
  const told = await git(log.folder, ['log', '-z', '--first-parent', '--format=%H %P%n%cI%n%B', ...heads]);
  if (typeof told === 'string') return told;
  const commits = new Map<string, { readonly entry: LogEntry; readonly parent: string }>();
  const texts = told.toString('utf8').split('\0');
  for (const text of texts.filter((each) => each !== '')) {
    const [names = '', committedAt = '', ...message] = text.split('\n');
    const [commit = '', parent = ''] = names.split(' ');
    commits.set(commit, { entry: { commit, committedAt, message: message.join('\n') }, parent });
  }
  return new Map(heads.map((head) => [head, logFrom(head, commits)]));
}

/** Each commit after its parent, as far back as was fetched. */
function logFrom(
  head: string,
  commits: ReadonlyMap<string, { readonly entry: LogEntry; readonly parent: string }>,
): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  for (let at = commits.get(head); at !== undefined; at = commits.get(at.parent)) entries.push(at.entry);
  return entries;
}

async function readTexts(git: Git, parent: string, { files: heads, blobs }: WantedByGit): Promise<Texts | string> {
  if (blobs.length === 0) return new Map();
  const files = await fetched(git, parent, 'files.git', { options: ['--depth=1'], commits: heads });
  if (typeof files === 'string') return files;
  const told = await git(files.folder, ['cat-file', '--batch'], `${blobs.join('\n')}\n`);
  return typeof told === 'string' ? told : textsIn(told, blobs);
}

/** `<oid> blob <size>`, the content, and a line break, one after another. */
function textsIn(told: Buffer, blobs: readonly string[]): Texts | string {
  const texts = new Map<string, string | null>();
  let at = 0;
  for (const oid of blobs) {
    const end = told.indexOf('\n', at);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(told.toString('latin1', at, Math.max(at, end))) ?? [];
    if (size === undefined) return `git cat-file: the object ${oid} is not there`;
    const content = told.subarray(end + 1, end + 1 + Number(size));
    texts.set(oid, content.includes(0) ? null : content.toString('utf8'));
    at = end + 1 + Number(size) + 1;
  }
  return texts;
}
