/** The operations we answer, spelled as in GitHub's OpenAPI description. The last placeholder may hold slashes. */
export const OPERATIONS = [
  'GET /rate_limit',
  'GET /user',
  'GET /users/{username}',
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/actions/runs',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
  'GET /repos/{owner}/{repo}/contents/{path}',
  'PUT /repos/{owner}/{repo}/contents/{path}',
  'POST /repos/{owner}/{repo}/git/blobs',
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
  'POST /repos/{owner}/{repo}/git/commits',
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'POST /repos/{owner}/{repo}/git/refs',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}',
  'POST /repos/{owner}/{repo}/git/trees',
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
  'GET /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  'POST /repos/{owner}/{repo}/statuses/{sha}',
] as const;

export type Operation = (typeof OPERATIONS)[number];

export interface Route {
  readonly operation: Operation;
  /** Where the path begins with `/repositories/ID`, the way redirects have it, in place of `/repos/OWNER/NAME`. */
  readonly repositoryId: number | null;
  readonly params: Readonly<Record<string, string>>;
}

const API_PREFIX = '/api/v3';

const PATTERNS = OPERATIONS.map((operation) => {
  const [method = '', template = ''] = operation.split(' ');
  const pattern = template.replace(/\{(\w+)\}/g, (_placeholder, name: string) =>
    name === 'path' || name === 'ref' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return { operation, method, pattern: new RegExp(`^${pattern}$`) };
});

export function findRoute(method: string, path: string): Route | null {
  const [bare = ''] = path.split('?');
  if (!bare.startsWith(API_PREFIX)) return null;
  const given = bare.slice(API_PREFIX.length).replace(/\/$/, '');
  const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(given);
  const rest = byId === null ? given : `/repos/-/-${byId[2] ?? ''}`;
  for (const candidate of PATTERNS) {
    const match = candidate.method === method ? candidate.pattern.exec(rest) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]);
    const repositoryId = byId === null ? null : Number(byId[1]);
    return {
      operation: candidate.operation,
      repositoryId,
      params: Object.fromEntries(params) as Record<string, string>,
    };
  }
  return null;
}

/** A path that is no valid encoding is looked up as it stands, and not found. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How a request is named in the log: its operation, or method and path where we know none. */
export function operationName(method: string, path: string): string {
  const route = findRoute(method, path);
  if (route === null) return `${method} ${path.split('?')[0] ?? ''}`;
  const { operation, repositoryId } = route;
  return repositoryId === null ? operation : operation.replace('/repos/{owner}/{repo}', '/repositories/{id}');
}

/** What stands behind `/repos/OWNER/NAME` in a path, with the query. */
export function belowRepository(path: string): string {
  return path.slice(API_PREFIX.length).replace(/^\/repos\/[^/?]+\/[^/?]+/, '');
}
