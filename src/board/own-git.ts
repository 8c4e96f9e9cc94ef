import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { variablesOf, type Entry } from '../git/configuration.js';
import { credentialsFor } from '../git/credentials.js';
import { isNewEnough, versionOf } from '../git/refusal.js';
import { firstLine, gitVariables, runGit, runGitForBytes } from '../git/run-git.js';
import type { BoardContext } from './context.js';

/** A git that reads from the server with the token of this step, and is led astray by no setting of this machine. */

/** The first that fetches without what a filter leaves out, and a commit by its id. */
const OLDEST: readonly [number, number] = [2, 20];
const REMOTE = 'runner-coord';

/** Runs git in a folder; a text instead of an answer is what went wrong. */
export type Git = (folder: string, args: readonly string[], input?: string) => Promise<Buffer | string>;

export async function gitFor(context: BoardContext, repo: string, parent: string): Promise<Git | string> {
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

/** Fetches commits into a repository of its own, so that no fetch is cut by what another one leaves out. */
export async function fetched(
  git: Git,
  parent: string,
  name: string,
  { options, commits }: { readonly options: readonly string[]; readonly commits: readonly string[] },
): Promise<{ readonly folder: string } | string> {
  const made = await git(parent, ['init', '--quiet', '--bare', '--template=', name]);
  if (typeof made === 'string') return made;
  const folder = join(parent, name);
  const got = await git(folder, ['fetch', '--quiet', '--no-tags', ...options, REMOTE, ...commits]);
  return typeof got === 'string' ? got : { folder };
}
