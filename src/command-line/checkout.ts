import { execFile } from 'node:child_process';
import type { Failure } from '../core/outcome.js';
import { plain } from '../core/text.js';
import type { Environment } from '../environment/environment.js';
import { parseRemote } from '../git/remote-url.js';

/** What the checkout tells that a command is called in, outside of Actions. Loaded only there. */

export type CheckoutAnswer =
  { readonly ok: true; readonly environment: Environment } | { readonly ok: false; readonly failure: Failure };

type Wanted = 'repository' | 'pull request';

const ADVICE: Readonly<Record<Wanted, string>> = {
  repository: 'Give --repo owner/name, or call it in a checkout.',
  'pull request': 'Give --repo owner/name and --pr, or call it in a checkout of the pull request’s branch.',
};

/** @param needed whether the target depends on it; else a folder that is no checkout is as good. */
export async function findCheckout(environment: Environment, needed: boolean, wanted: Wanted): Promise<CheckoutAnswer> {
  const remote = await remoteUrl();
  const parsed = remote === null ? null : parseRemote(remote);
  if (parsed === null) {
    if (!needed) return { ok: true, environment };
    // Agents' proxies have a password in the address.
    const shown = plain((remote ?? '').replace(/\/\/[^/]*@/, '//'), 200);
    const seen = remote === null ? 'this folder has no git remote' : `the remote "${shown}" is no repository`;
    const problem = `Which repository is meant is not known: ${seen}`;
    return no(problem, ADVICE[wanted]);
  }
  const branch = await git('symbolic-ref', '--quiet', '--short', 'HEAD');
  const { serverUrl, apiUrl, graphqlUrl } = addressesOf(parsed.host, environment);
  return {
    ok: true,
    environment: {
      ...environment,
      ...{ serverUrl, apiUrl, graphqlUrl },
      // What is checked out, and not what the machine was made for.
      ...{ repository: parsed.repository, repositoryId: null, workflowRunId: null },
      event: { name: 'checkout', path: null, ref: branch === null ? null : `refs/heads/${branch}`, sha: null },
    },
  };
}

/** The remote that the branch follows, else `origin`, else the only one. */
async function remoteUrl(): Promise<string | null> {
  const branch = await git('symbolic-ref', '--quiet', '--short', 'HEAD');
  const followed = branch === null ? null : await git('config', '--get', `branch.${branch}.remote`);
  const remotes = (await git('remote'))?.split('\n') ?? [];
  const [only, ...more] = remotes;
  const last = more.length === 0 ? only : undefined;
  const name = [followed, 'origin', last].find((candidate) => candidate != null && remotes.includes(candidate));
  return name == null ? null : git('remote', 'get-url', name);
}

/** Variables of the user win; github.com has an address of its own for its API, a server of one's own a path. */
function addressesOf(host: string, environment: Environment): Pick<Environment, 'serverUrl' | 'apiUrl' | 'graphqlUrl'> {
  const { serverUrl, apiUrl, graphqlUrl } = environment;
  const isSet = serverUrl !== 'https://github.com' || apiUrl !== 'https://api.github.com';
  const isPublic = host === 'github.com' || host === 'ssh.github.com' || host === 'www.github.com';
  if (isSet || isPublic) return { serverUrl, apiUrl, graphqlUrl };
  const server = `https://${host}`;
  if (host.endsWith('.ghe.com')) {
    const api = `https://api.${host}`;
    return { serverUrl: server, apiUrl: api, graphqlUrl: `${api}/graphql` };
  }
  return { serverUrl: server, apiUrl: `${server}/api/v3`, graphqlUrl: `${server}/api/graphql` };
}

/** What git says, or `null` where it says nothing or there is none. */
function git(...args: readonly string[]): Promise<string | null> {
  return said('git', args);
}

/** The first command's output without its last line break; `null` for any failure and for nothing. */
function said(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 10_000, windowsHide: true }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== '' ? stdout.trim() : null);
    });
  });
}

/** The token of the GitHub CLI, for that host; `null` where it is not there or not logged in. */
export function tokenOfGh(serverUrl: string): Promise<string | null> {
  return said('gh', ['auth', 'token', '--hostname', new URL(serverUrl).hostname]);
}

function no(problem: string, advice: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { code: 'target_unresolved', problem, advice } };
}
