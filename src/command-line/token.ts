import type { Failure } from '../core/outcome.js';
import type { Environment } from '../environment/environment.js';
import { readSecret } from '../inputs/values.js';

export type TokenAnswer =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly failure: Failure };

/**
 * The token of the environment, as the GitHub CLI takes it; on a laptop also the one that the GitHub CLI keeps. Never an
 * option: arguments can be read by everybody on the machine.
 */
export async function findToken(variables: NodeJS.ProcessEnv, environment: Environment): Promise<TokenAnswer> {
  const names = namesFor(variables, environment);
  const set = names.map((name) => variables[name]?.trim() ?? '').find((text) => text !== '');
  const text = set ?? (environment.insideActions ? null : await fromGh(environment.serverUrl));
  if (text === null) {
    const advice = environment.insideActions
      ? 'Give this step one: "env:" with "GH_TOKEN: ${{ github.token }}".'
      : `Set ${names[0] ?? 'GH_TOKEN'}, or log in with "gh auth login".`;
    return { ok: false, failure: { code: 'invalid_input', problem: 'There is no token for GitHub', advice } };
  }
  const read = readSecret(text);
  if (read.ok) return { ok: true, value: read.value };
  const problem = 'The token of the environment is no token: it holds blanks or characters that no header can carry';
  return { ok: false, failure: { code: 'invalid_input', problem, advice: 'Set it to a token alone.' } };
}

/**
 * A checkout says which host is asked, and anybody may have made it: a token for github.com goes to github.com alone, unless
 * the user has named the server. As the GitHub CLI has it.
 */
function namesFor(variables: NodeJS.ProcessEnv, { insideActions, serverUrl }: Environment): readonly string[] {
  const { hostname } = new URL(serverUrl);
  const isOwn =
    insideActions || variables['GITHUB_SERVER_URL'] !== undefined || variables['GITHUB_API_URL'] !== undefined;
  const isGithub = hostname === 'github.com' || hostname.endsWith('.ghe.com');
  return isOwn || isGithub ? ['GH_TOKEN', 'GITHUB_TOKEN'] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
}

async function fromGh(serverUrl: string): Promise<string | null> {
  const { tokenOfGh } = await import('./checkout.js');
  return tokenOfGh(serverUrl);
}
