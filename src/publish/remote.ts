import { parseRemote } from '../git/remote-url.js';
import { lastValue, type Entry } from '../git/configuration.js';

/** Where the target's branches are. */
export interface Remote {
  /** As git has rewritten it in the checkout; it may hold a password, so it is never shown. */
  readonly url: string;
  /** How the checkout calls it; `null`: it has none that is this repository. */
  readonly name: string | null;
  /** False where the address alone does not tell that it is the target: a push there is looked for on the target. */
  readonly isCertain: boolean;
}

/** Where the checkout would push to; a remote may have several. */
export type Address = Pick<Remote, 'name' | 'url'>;

type Target = { readonly repo: string; readonly serverUrl: string };

/**
 * The remote of the checkout that is the target, by its address; else one that may be it by another name (a path, an alias of
 * SSH), and at last the address that the server gives the target. A remote that names another repository is never pushed to.
 *
 * @param addresses as git rewrites them; the one without a name is what the server gives the target.
 */
export function chooseRemote(entries: readonly Entry[], addresses: readonly Address[], target: Target): Remote {
  const preferred = [lastValue(entries, 'remote.pushdefault'), 'origin'];
  const rank = ({ name }: Address): number => {
    const place = name === null ? -1 : preferred.indexOf(name);
    return place === -1 ? preferred.length : place;
  };
  const remotes = addresses.filter(({ name }) => name !== null).sort((one, another) => rank(one) - rank(another));
  const kinds = remotes.map((address) => ({ ...address, kind: kindOf(address.url, target) }));
  const chosen = kinds.find(({ kind }) => kind === 'target') ?? kinds.find(({ kind }) => kind === 'perhaps');
  if (chosen !== undefined) return { url: chosen.url, name: chosen.name, isCertain: chosen.kind === 'target' };
  const url = addresses.find(({ name }) => name === null)?.url ?? targetUrl(target);
  return { url, name: null, isCertain: url === targetUrl(target) || kindOf(url, target) === 'target' };
}

export function targetUrl({ serverUrl, repo }: Target): string {
  return `${serverUrl}/${repo}.git`;
}

export function remoteNames(entries: readonly Entry[]): readonly string[] {
  const names = entries.flatMap(({ key }) => /^remote\.(.+)\.(?:push)?url$/s.exec(key)?.[1] ?? []);
  return [...new Set(names)];
}

/** A relative path would mean another folder where the push is made. */
function kindOf(address: string, { repo, serverUrl }: Target): 'target' | 'perhaps' | 'another' {
  const server = new URL(serverUrl).host.toLowerCase();
  const remote = parseRemote(address);
  if (remote === null) return /^file:|^\/|^[a-z]:[\\/]/i.test(address) ? 'perhaps' : 'another';
  if (remote.repository !== repo) return 'another';
  return remote.host === server || remote.host === `ssh.${server}` || remote.host === `www.${server}`
    ? 'target'
    : 'perhaps';
}
