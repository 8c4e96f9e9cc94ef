import * as v from 'valibot';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, messageIn, notUnderstood, permanent, type Purpose } from './failures.js';
import { failedWrite, unknownWrite } from './refused-write.js';
import type { WriteResult } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

/** Where a branch points to, by the Git data API: creating a ref is the compare-and-swap of a branch that is not there yet. */

const RefSchema = v.object({ object: v.object({ sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)) }) });
const RefsSchema = v.array(v.object({ ref: v.string() }));

/** Points a branch that is not there yet to a commit. */
export async function createRef(
  transport: Transport,
  repository: string,
  { stateBranch, commit }: { readonly stateBranch: string; readonly commit: string },
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const [owner, repo] = repository.split('/');
  const answer = await transport.rest(
    'POST /repos/{owner}/{repo}/git/refs',
    { owner, repo, ref: `refs/heads/${stateBranch}`, sha: commit },
    deadline,
  );
  const said = answer.kind === 'answer' && answer.status === 422 ? messageIn(answer.body) : '';
  return said === ''
    ? readRefChange(answer, commit, purpose)
    : whyNotCreated(transport, { owner, repo, stateBranch, commit }, said, purpose, deadline);
}

/** Applied only if the answer names our commit: a success that does not say so is settled by reading, like any other. */
export function readRefChange(answer: HttpAnswer, commit: string, purpose: Purpose): WriteResult {
  const failure = failureOfStatus(answer, purpose);
  if (failure !== null) return failedWrite(answer, failure);
  const body = answer.kind === 'answer' ? v.safeParse(RefSchema, answer.body, { abortEarly: true }) : null;
  if (body?.success === true && body.output.object.sha === commit) return { kind: 'applied', commit };
  return { kind: 'unknown', failure: notUnderstood(purpose, answer) };
}

/**
 * 422 has one status and several reasons: the branch exists by now, its name clashes with that of another branch, a rule
 * forbids to create it. GitHub words the last two alike, so the refs have to tell.
 */
async function whyNotCreated(
  transport: Transport,
  {
    owner,
    repo,
    stateBranch,
    commit,
  }: { owner: string | undefined; repo: string | undefined; stateBranch: string; commit: string },
  said: string,
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const ref = `heads/${stateBranch}`;
  const found = await transport.rest('GET /repos/{owner}/{repo}/git/ref/{ref}', { owner, repo, ref }, deadline);
  if (found.kind === 'answer' && found.status === 200) {
    // The ref is at our own commit where it was made and answered as if it was not: nobody else has that commit.
    const body = v.safeParse(RefSchema, found.body, { abortEarly: true });
    const isOurs = body.success && body.output.object.sha === commit;
    return isOurs ? { kind: 'applied', commit } : { kind: 'lost_race' };
  }
  if (/reference already exists/i.test(said)) return { kind: 'lost_race' };
  // Nobody knows what refused it as long as the ref cannot be read.
  if (found.kind === 'no_answer' || found.status !== 404) {
    return unknownWrite(failureOfStatus(found, purpose) ?? notUnderstood(purpose, found));
  }
  const clash = await clashingBranch(transport, { owner, repo, stateBranch }, deadline);
  const heading = `GitHub answered 422 "${said}" while creating the state branch "${stateBranch}"`;
  if (clash !== null) {
    const advice = `Delete or rename the branch "${clash}", or set the input "state-branch" to another name in all workflows.`;
    const problem = `${heading}: git allows no branch of that name beside the branch "${clash}"`;
    return { kind: 'failed', failure: permanent('invalid_input', problem, advice) };
  }
  const advice =
    'A ruleset of the repository or organization probably forbids to create the branch: exclude it there, or let this ' +
    `app or token bypass it. A branch whose name begins with "${stateBranch}/" would be in the way too.`;
  // A ref that was made and cannot be seen yet is answered in the same words; a clash would have prevented it.
  return { kind: 'unknown', failure: permanent('permission_denied', heading, advice) };
}

/** A branch that is a folder of the wanted name, or is in the folder's place. */
async function clashingBranch(
  transport: Transport,
  { owner, repo, stateBranch }: { owner: string | undefined; repo: string | undefined; stateBranch: string },
  deadline: Deadline,
): Promise<string | null> {
  const parts = stateBranch.split('/');
  const parents = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  // Everything that begins like the first part; usually a handful.
  const answer = await transport.rest(
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    { owner, repo, ref: `heads/${parts[0] ?? stateBranch}` },
    deadline,
  );
  const refs = answer.kind === 'answer' && answer.status === 200 ? v.safeParse(RefsSchema, answer.body) : null;
  const names = refs?.success === true ? refs.output.map(({ ref }) => ref.replace(/^refs\/heads\//, '')) : [];
  return names.find((name) => parents.includes(name) || name.startsWith(`${stateBranch}/`)) ?? null;
}
