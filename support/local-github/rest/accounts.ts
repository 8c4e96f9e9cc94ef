import { rateLimitOf } from '../rate-limit.js';
import { isoSeconds } from '../git/objects.js';
import { isBot } from '../state/users.js';
import type { World } from '../state/world.js';
import type { CollaboratorPermission } from '../types.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { forbidden, notFound, RestRefusal } from './errors.js';
import { repositoryShape, userShape } from './shapes.js';

function publicUser(world: World, login: string): Record<string, unknown> {
  const at = isoSeconds(world.now());
  const unknown = { name: null, company: null, blog: '', location: null, email: null, hireable: null, bio: null };
  const counters = { public_repos: 0, public_gists: 0, followers: 0, following: 0, created_at: at, updated_at: at };
  return { ...userShape(world, login), ...unknown, twitter_username: null, ...counters };
}

function getRepository({ repository }: RestCall): RestResult {
  return { status: 200, body: repositoryShape(repository) };
}

function getUser({ context, params }: RestCall): RestResult {
  const login = params.username ?? '';
  if (!isBot(login) && context.world.users.isNoUser(login)) throw notFound();
  return { status: 200, body: publicUser(context.world, login) };
}

function getSelf({ context }: RestCall): RestResult {
  if (context.grant === null) throw new RestRefusal(401, 'Requires authentication');
  if (isBot(context.grant.login)) throw forbidden(); // a GITHUB_TOKEN belongs to no user
  return { status: 200, body: publicUser(context.world, context.grant.login) };
}

/** The older names, which know neither maintain nor triage. */
const LEGACY: Record<CollaboratorPermission, string> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
};

function getPermission({ context, repository, params }: RestCall): RestResult {
  if (context.grant === null) throw new RestRefusal(401, 'Requires authentication');
  const login = params.username ?? '';
  const known = repository.collaborators.get(login.toLowerCase());
  if (known === undefined && context.world.users.isNoUser(login)) throw new RestRefusal(404, `${login} is not a user`);
  const isOwner = login.toLowerCase() === repository.owner.toLowerCase();
  const role = known ?? (isOwner ? 'admin' : repository.isPrivate ? 'none' : 'read');
  const user = { ...userShape(context.world, login), role_name: role };
  return { status: 200, body: { permission: LEGACY[role], user, role_name: role } };
}

function getRateLimit({ context }: RestCall): RestResult {
  const now = context.world.now();
  const core = rateLimitOf(context.grant, 'core', now);
  const graphql = rateLimitOf(context.grant, 'graphql', now);
  return { status: 200, body: { resources: { core, graphql, search: core }, rate: core } };
}

export const accountHandlers: RestHandlers = {
  'GET /repos/{owner}/{repo}': getRepository,
  'GET /users/{username}': getUser,
  'GET /user': getSelf,
  'GET /rate_limit': getRateLimit,
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': getPermission,
};
