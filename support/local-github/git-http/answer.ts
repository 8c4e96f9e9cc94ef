import { canSee, may, type RequestContext } from '../context.js';
import type { Answer } from '../faults/plan.js';
import type { OpenEntry } from '../request-log.js';
import type { Repository } from '../state/repository.js';
import { runBackend } from './backend.js';
import { PushHooks } from './push-hooks.js';
import { readReport, withReasons } from './push-report.js';
import { findGitRoute, type GitRoute } from './route.js';

export interface GitCall {
  readonly entry: OpenEntry;
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly hasToken: boolean;
  readonly ending: AbortSignal;
}

/** Answers git: who may do what is GitHub's to say, all else is git's own server. */
export async function answerGit(context: RequestContext, call: GitCall): Promise<Answer> {
  const route = findGitRoute(call.entry.method, call.entry.path);
  if (route === null) throw new Error(`${call.entry.path} is nothing that git asks for.`);
  const { service } = route;
  if (service === null) return refuse(403, 'Please upgrade your git client.');
  const isPush = service === 'git-receive-pack';
  if (call.hasToken && context.grant === null) {
    return unauthorized('Invalid username or token. Password authentication is not supported for Git operations.');
  }
  const moved = redirect(context, route, call.entry);
  if (moved !== null) return moved;
  const repository = context.world.find(route.nameWithOwner);
  const isKnown = repository !== null && canSee(context, repository);
  // Without credentials nobody learns whether there is such a repository.
  if (context.grant === null && (isPush || !isKnown)) {
    return unauthorized(isPush ? 'No anonymous write access.' : 'Repository not found.');
  }
  if (!isKnown || !may(context, repository, 'contents', 'read')) return refuse(404, 'Repository not found.');
  if (isPush && !may(context, repository, 'contents', 'write')) {
    const login = context.grant?.login ?? '';
    return refuse(403, `Permission to ${repository.nameWithOwner}.git denied to ${login}.`);
  }
  return serve(context, repository, { ...call, route });
}

async function serve(
  context: RequestContext,
  repository: Repository,
  { route, entry, rawBody, headers, ending }: GitCall & { readonly route: GitRoute },
): Promise<Answer> {
  const commands = entry.git?.commands ?? [];
  const hooks = new PushHooks(context, repository, commands);
  const answer = await runBackend({
    gitDir: repository.gitDir,
    below: route.below,
    method: entry.method,
    query: entry.path.split('?')[1] ?? '',
    body: rawBody,
    headers,
    login: context.grant?.login ?? null,
    config: context.injections.gitConfig ?? {},
    hooks: commands.length === 0 ? [] : hooks.wanted(),
    onQuestion: (question) => hooks.answer(question),
    ending,
  }).finally(() => hooks.end());
  if (commands.length === 0) return answer;
  for (const { ref } of commands) {
    if (ref.startsWith('refs/heads/')) {
      await context.world.followBranch(repository, ref.slice('refs/heads/'.length));
    }
  }
  const told = answer.body as Buffer;
  const body = hooks.reasons.size === 0 ? told : withReasons(told, hooks.reasons);
  if (entry.git !== undefined) entry.git = { ...entry.git, results: readReport(body) };
  return { ...answer, body };
}

/** Git follows this when it asks for the refs, and goes on under the new name. */
function redirect(
  context: RequestContext,
  { nameWithOwner, below }: GitRoute,
  { method, path }: OpenEntry,
): Answer | null {
  const repository = context.world.findFormer(nameWithOwner);
  if (repository === null || !canSee(context, repository)) return null;
  const query = path.includes('?') ? `?${path.split('?')[1] ?? ''}` : '';
  const location = `${repository.cloneUrl}${below}${query}`;
  return { status: method === 'GET' ? 301 : 307, headers: { 'content-type': 'text/plain', location }, body: '' };
}

/** Git shows a plain text to its user, behind `remote: `. */
function refuse(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

function unauthorized(text: string): Answer {
  const { headers, ...answer } = refuse(401, text);
  return { ...answer, headers: { ...headers, 'www-authenticate': 'Basic realm="GitHub"' } };
}
