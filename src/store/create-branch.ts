import * as v from 'valibot';
import { MARKER_PATH, writeMarker } from '../core/marker.js';
import { recordPath } from '../core/record.js';
import type { StateBranch } from '../core/state-branch.js';
import { writeRecord } from '../core/write-record.js';
import type { Deadline } from '../time/deadline.js';
import { stateBranchReadme } from './branch-readme.js';
import { commitMessage } from './commit-message.js';
import { failureOfStatus, messageIn, permanent, transient, type Purpose } from './failures.js';
import { failedWrite, unknownWrite } from './refused-write.js';
import type { Change, WriteResult } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

const objectId = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/));

/** The Git data API answers with the id of what it made. */
const MadeSchema = v.object({ sha: objectId });
const RefSchema = v.object({ object: v.object({ sha: objectId }) });
const RefsSchema = v.array(v.object({ ref: v.string() }));

/**
 * First use in a repository: makes the state branch as an orphan whose root commit holds the marker, a README and the
 * first record. Trees and commits that nothing points to are harmless, so only the last request, which creates the ref,
 * is the compare-and-swap. Three requests.
 */
export async function createBranch(
  transport: Transport,
  { name: stateBranch, pattern, shard }: StateBranch,
  change: Change,
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const { target } = change.next;
  const [owner, repo] = target.repo.split('/');
  const { headline, body } = commitMessage(change.event, target, change.next.history, change.effort, 3);
  if (target.repoId === null) throw new Error('a state branch is made from a reading, which knows the repository’s id');
  const marker = writeMarker({ repoId: target.repoId, stateBranch: pattern, shard, tokenFloor: 0, moved: null });

  const tree = await make('POST /repos/{owner}/{repo}/git/trees', {
    tree: [
      { path: MARKER_PATH, mode: '100644', type: 'blob', content: marker },
      { path: 'README.md', mode: '100644', type: 'blob', content: stateBranchReadme(stateBranch) },
      { path: recordPath(target), mode: '100644', type: 'blob', content: writeRecord(change.next) },
    ],
  });
  if (typeof tree !== 'string') return tree;
  const commit = await make('POST /repos/{owner}/{repo}/git/commits', {
    message: `${headline}\n\n${body}`,
    tree,
    parents: [],
  });
  if (typeof commit !== 'string') return commit;
  const answer = await transport.rest(
    'POST /repos/{owner}/{repo}/git/refs',
    { owner, repo, ref: `refs/heads/${stateBranch}`, sha: commit },
    deadline,
  );
  const said = answer.kind === 'answer' && answer.status === 422 ? messageIn(answer.body) : '';
  return said === ''
    ? readRefCreation(answer, commit, purpose)
    : whyNotCreated(transport, { owner, repo, stateBranch, commit }, said, purpose, deadline);

  /** The id of what was made, or why not; nothing points to it yet, so an unknown outcome is as good as none. */
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

/** Applied only if the answer names our commit: a success that does not say so is settled by reading, like any other. */
function readRefCreation(answer: HttpAnswer, commit: string, purpose: Purpose): WriteResult {
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

function notUnderstood(purpose: Purpose, answer: HttpAnswer): ReturnType<typeof transient> {
  return transient(`GitHub’s answer could not be understood while ${purpose.doing}`, answer);
}
