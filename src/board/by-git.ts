import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '../core/board/log-event.js';
import { variablesOf, type Entry } from '../git/configuration.js';
import { credentialsFor } from '../git/credentials.js';
import { isNewEnough, versionOf } from '../git/refusal.js';
import { firstLine, gitVariables, runGit, runGitForBytes } from '../git/run-git.js';
import type { BoardContext } from './context.js';
import type { Texts } from './details.js';

/**
 * The other way to read a state branch: what takes a hundred questions to the API is two fetches of git, of the log without
 * any file and of the newest files without any log. It costs nothing of the limits. Whatever goes wrong here, the API has to
 * do it.
 */

export interface WantedByGit {
  readonly repo: string;
  /** The very commit that the API has shown. */
  readonly head: string;
  /** From when on something is known to have happened; `null`: the log is known already. */
  readonly since: string | null;
  readonly blobs: readonly string[];
}

export type ReadByGit =
  | { readonly ok: true; readonly log: readonly LogEntry[]; readonly texts: Texts }
  | { readonly ok: false; readonly problem: string };

/** The first that fetches without what a filter leaves out, and a commit by its id. */
const OLDEST: readonly [number, number] = [2, 20];
const REMOTE = 'runner-coord';
/** A commit may bear another machine's clock. */
const SLACK_MS = 24 * 3_600_000;

export async function readByGit(context: BoardContext, wanted: WantedByGit): Promise<ReadByGit> {
  const parent = await mkdtemp(join(context.temporaryFolder, 'runner-coord-board-'));
  try {
    const git = await gitFor(context, wanted.repo, parent);
    if (typeof git === 'string') return { ok: false, problem: git };
    const [log, texts] = await Promise.all([readLog(git, parent, wanted), readTexts(git, parent, wanted)]);
    if (typeof log === 'string' || typeof texts === 'string') {
      return { ok: false, problem: [log, texts].filter((part) => typeof part === 'string').join('; ') };
    }
    return { ok: true, log, texts };
  } finally {
    await rm(parent, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs git in one of the two repositories; a text instead of an answer is what went wrong. */
type Git = (folder: string, args: readonly string[], input?: string) => Promise<Buffer | string>;

async function gitFor(context: BoardContext, repo: string, parent: string): Promise<Git | string> {
  const { deadline, serverUrl, token } = context;
  const base = {
    ...gitVariables(),
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    // Whoever has its address rewritten to SSH is not asked for anything either.
    GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
  };
  // A git that hangs leaves the API half of the time.
  const kept = deadline.remainingMs / 2;
  const timeLeft = (): number => deadline.remainingMs - kept;
  const call = { folder: parent, timeoutMs: timeLeft(), variables: base };
  const asked = async (input: string, ...args: readonly string[]): Promise<string | null> => {
    const answer = await runGit({ ...call, args, input });
    return answer.kind === 'ended' && answer.status === 0 ? answer.stdout.trim() : null;
  };
  const version = versionOf((await asked('', '--version')) ?? '');
  if (!isNewEnough(version, OLDEST)) return 'there is no git, or one that is too old';
  const url = `${serverUrl}/${repo}.git`;
  const credentials = await credentialsFor(
    url,
    { serverUrl, token },
    {
      header: (address) => asked('', 'config', '--get-urlmatch', 'http.extraheader', address),
      // Whoever else may be known here, the token of this step has just read the branch.
      fill: () => Promise.resolve(null),
    },
  );
  const none = join(parent, 'none');
  await mkdir(none);
  const fixed: readonly Entry[] = [
    { key: `remote.${REMOTE}.url`, value: url },
    { key: `remote.${REMOTE}.promisor`, value: 'true' },
    { key: 'core.hookspath', value: none },
    // What a person may have set for other logs, or to be safe in other folders.
    { key: 'log.showsignature', value: 'false' },
    { key: 'i18n.logoutputencoding', value: 'utf-8' },
    { key: 'safe.barerepository', value: 'all' },
    // Its helper outlives a git that had to be ended.
    { key: 'http.lowspeedlimit', value: '1' },
    { key: 'http.lowspeedtime', value: String(Math.ceil(timeLeft() / 1000)) },
    { key: 'gc.auto', value: '0' },
    { key: 'maintenance.auto', value: 'false' },
    { key: 'fetch.recursesubmodules', value: 'false' },
    { key: 'fetch.writecommitgraph', value: 'false' },
    ...credentials,
  ];
  const variables = { ...base, ...variablesOf({ own: [], fixed }, version, process.env) };
  return async (folder, args, input = '') => {
    const { answer, bytes } = await runGitForBytes({
      ...{ folder, args, input, timeoutMs: timeLeft(), variables },
    });
    if (answer.kind === 'ended' && answer.status === 0) return bytes;
    const said = answer.kind === 'ended' || answer.kind === 'cut_off' ? firstLine(answer.stderr) : answer.kind;
    return `git ${args[0] ?? ''}: ${said}`;
  };
}

/** A repository of its own for each, so that neither is cut by what the other leaves out. */
async function fetched(
  git: Git,
  parent: string,
  name: string,
  args: readonly string[],
): Promise<{ readonly folder: string } | string> {
  const made = await git(parent, ['init', '--quiet', '--bare', '--template=', name]);
  if (typeof made === 'string') return made;
  const folder = join(parent, name);
  const got = await git(folder, ['fetch', '--quiet', '--no-tags', ...args]);
  return typeof got === 'string' ? got : { folder };
}

async function readLog(git: Git, parent: string, { head, since }: WantedByGit): Promise<readonly LogEntry[] | string> {
  if (since === null) return [];
  const from = new Date(Date.parse(since) - SLACK_MS).toISOString();
  const log = await fetched(git, parent, 'log.git', [`--shallow-since=${from}`, '--filter=tree:0', REMOTE, head]);
  if (typeof log === 'string') return log;
  const told = await git(log.folder, ['log', '-z', '--first-parent', '--format=%H%n%cI%n%B', head]);
  if (typeof told === 'string') return told;
  return told
    .toString('utf8')
    .split('\0')
    .filter((text) => text !== '')
    .map((text) => {
      const [commit = '', committedAt = '', ...message] = text.split('\n');
      return { commit, committedAt, message: message.join('\n') };
    });
}

async function readTexts(git: Git, parent: string, { head, blobs }: WantedByGit): Promise<Texts | string> {
  if (blobs.length === 0) return new Map();
  const files = await fetched(git, parent, 'files.git', ['--depth=1', REMOTE, head]);
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
