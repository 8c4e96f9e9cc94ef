import type { GitService } from '../types.js';

export interface GitRoute {
  readonly nameWithOwner: string;
  /** null where a client asks for plain files, as those did that knew no better protocol. */
  readonly service: GitService | null;
  /** Whether the refs are asked for, and nothing is fetched or pushed yet. */
  readonly isAdvertisement: boolean;
  /** What stands behind the repository, with its slash and without the query. */
  readonly below: string;
}

/** What git asks for over HTTP, with or without `.git`; null for anything else. */
export function findGitRoute(method: string, path: string): GitRoute | null {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const match =
    /^\/(?<owner>[\w.-]+)\/(?<name>[\w.-]+?)(\.git)?(?<below>\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/.exec(
      pathname,
    );
  const { owner, name, below } = match?.groups ?? {};
  if (owner === undefined || name === undefined || below === undefined) return null;
  const isAdvertisement = below === '/info/refs';
  if (method !== (isAdvertisement ? 'GET' : 'POST')) return null;
  const named = isAdvertisement ? searchParams.get('service') : below.slice(1);
  return { nameWithOwner: `${owner}/${name}`, service: asService(named), isAdvertisement, below };
}

function asService(name: string | null): GitService | null {
  return name === 'git-upload-pack' || name === 'git-receive-pack' ? name : null;
}
