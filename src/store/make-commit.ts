import * as v from 'valibot';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, notUnderstood, transient, type Purpose } from './failures.js';
import type { WriteResult } from './state-store.js';
import type { Transport } from './transport.js';

const objectId = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/));

/** The Git data API answers with the id of what it made. */
const MadeSchema = v.object({ sha: objectId });

/** Of a new file the text, of one that the repository has its object. */
export type TreeItem = { readonly path: string; readonly mode: string; readonly type: 'blob' | 'commit' } & (
  { readonly content: string } | { readonly sha: string }
);

export interface NewCommit {
  readonly tree: readonly TreeItem[];
  readonly message: string;
  readonly parents: readonly string[];
}

/**
 * The id of the commit, or why there is none. Trees and commits that nothing points to are harmless, so an unknown outcome
 * is as good as none. Two requests.
 */
export async function makeCommit(
  transport: Transport,
  repository: string,
  { tree: items, message, parents }: NewCommit,
  purpose: Purpose,
  deadline: Deadline,
): Promise<string | WriteResult> {
  const [owner, repo] = repository.split('/');
  const tree = await make('POST /repos/{owner}/{repo}/git/trees', { tree: items });
  if (typeof tree !== 'string') return tree;
  return make('POST /repos/{owner}/{repo}/git/commits', { message, tree, parents });

  async function make(route: string, parameters: Record<string, unknown>): Promise<string | WriteResult> {
    const made = await transport.rest(route, { owner, repo, ...parameters }, deadline);
    const failure = failureOfStatus(made, purpose);
    if (failure !== null || made.kind === 'no_answer') {
      return { kind: 'failed', failure: failure ?? transient(`GitHub did not answer while ${purpose.doing}`, made) };
    }
    const body = v.safeParse(MadeSchema, made.body, { abortEarly: true });
    if (body.success) return body.output.sha;
    return { kind: 'failed', failure: notUnderstood(purpose, made) };
  }
}
