import { parseRemote } from '../git/remote-url.js';
import { lastValue, type Entry } from './configuration.js';

/** Where the target's branches are. */
export interface Remote {
  /** As the checkout has it, before any rewriting; it may hold a password, so it is never shown. */
  readonly url: string;
  /** How the checkout calls it; `null`: it has none that is this repository. */
  readonly name: string | null;
  /** False where the address alone does not tell that it is the target: a push there is looked for on the target. */
  readonly isCertain: boolean;
}

/**
 * The remote of the checkout that is the target, by its address; else one that may be it by another name (a path, an alias of
 * SSH), and at last the address that the server gives the target. A remote that names another repository is never pushed to.
 *
 * @param resolved the address of each remote as git rewrites it.
 */
export function chooseRemote(
  entries: readonly Entry[],
  resolved: ReadonlyMap<string, string>,
  { repo, serverUrl }: { readonly repo: string; readonly serverUrl: string },
): Remote {
  const preferred = [lastValue(entries, 'remote.pushdefault'), 'origin', ...resolved.keys()].filter(
    (name) => name !== null,
  );
  const names = [...new Set(preferred)].filter((name) => resolved.has(name));
  const server = new URL(serverUrl).host.toLowerCase();
  const kinds = names.map((name) => ({ name, kind: kindOf(resolved.get(name) ?? '', repo, server) }));
  const [chosen] = [
    ...kinds.filter(({ kind }) => kind === 'target'),
    ...kinds.filter(({ kind }) => kind === 'perhaps'),
  ];
  const url = chosen === undefined ? null : (pushUrl(entries, chosen.name) ?? resolved.get(chosen.name) ?? null);
  if (chosen === undefined || url === null) return { url: `${serverUrl}/${repo}.git`, name: null, isCertain: true };
  return { url, name: chosen.name, isCertain: chosen.kind === 'target' };
}

export function remoteNames(entries: readonly Entry[]): readonly string[] {
  const names = entries.flatMap(({ key }) => /^remote\.(.+)\.(?:push)?url$/s.exec(key)?.[1] ?? []);
  return [...new Set(names)];
}

function pushUrl(entries: readonly Entry[], name: string): string | null {
  return lastValue(entries, `remote.${name}.pushurl`) ?? lastValue(entries, `remote.${name}.url`);
}

function kindOf(address: string, repo: string, server: string): 'target' | 'perhaps' | 'another' {
  const remote = parseRemote(address);
  if (remote === null) return /^file:|^\.{0,2}\/|^[a-z]:[\\/]/i.test(address) ? 'perhaps' : 'another';
  if (remote.repository !== repo) return 'another';
  return remote.host === server || remote.host === `ssh.${server}` || `www.${remote.host}` === server
    ? 'target'
    : 'perhaps';
}
