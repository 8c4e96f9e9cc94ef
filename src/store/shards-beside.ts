import * as v from 'valibot';
import type { StoredTarget } from '../core/record.js';
import { shardsBeside, type StateBranch } from '../core/state-branch.js';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, transient, type Purpose } from './failures.js';
import { judgeFormers } from './former-branches.js';
import { areTold, FormerEntries, formerFields, formerVariables } from './former-fields.js';
import { failureOfError, readGraphqlAnswer } from './graphql-answer.js';
import type { WriteResult } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

const Schema = v.object({
  repository: v.object({
    databaseId: v.number(),
    defaultBranchRef: v.nullable(v.object({ name: v.string() })),
    ...FormerEntries,
  }),
});

const RefsSchema = v.array(v.object({ ref: v.string() }));

/**
 * Before a plain branch is made, all shards beside it are looked at. A reading shows only that of its own pull request, and
 * the branch would be for all: there, nobody would see the others any more. One request, and one more where there are
 * branches of such names; `null`: there are no shards.
 */
export async function refuseBesideShards(
  transport: Transport,
  { repo, repoId }: Pick<StoredTarget, 'repo' | 'repoId'>,
  branch: StateBranch,
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult | null> {
  const [owner, name] = repo.split('/');
  const shards = shardsBeside(branch.name);
  const listed = await transport.rest(
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    { owner, repo: name, ref: `heads/${branch.name}-` },
    deadline,
  );
  // GitHub lists none where nothing matches. A server that has no such list is asked for each by its name.
  if (listed.kind !== 'answer' || listed.status !== 404) {
    const refused = failureOfStatus(listed, purpose);
    if (refused !== null) return { kind: 'failed', failure: refused };
    const refs = listed.kind === 'answer' ? v.safeParse(RefsSchema, listed.body) : null;
    if (refs?.success !== true) return untold(purpose, listed);
    if (!refs.output.some(({ ref }) => shards.includes(ref.replace('refs/heads/', '')))) return null;
  }
  const { variables, fields } = formerFields(shards.length);
  const query = `query RunnerCoordShards($owner: String!, $name: String!${variables}) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name }
    ${fields}
  }
}`;
  const answer = await transport.graphql(query, { owner, name, ...formerVariables(shards) }, deadline);
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return read;
  const [error] = read.errors;
  if (error !== undefined) return { kind: 'failed', failure: failureOfError(error, read.raw, purpose) };
  const data = v.safeParse(Schema, read.data, { abortEarly: true });
  // One that shows no branch at all shows nothing about these either.
  const shown = data.success && data.output.repository.defaultBranchRef !== null ? data.output.repository : null;
  if (shown === null || shown.databaseId !== repoId || !areTold(shown, shards.length)) {
    return untold(purpose, answer);
  }
  const failure = judgeFormers(shown, { repoId }, branch);
  return failure === null ? null : { kind: 'failed', failure };
}

function untold(purpose: Purpose, answer: HttpAnswer): WriteResult {
  const problem = `GitHub told nothing of other state branches while ${purpose.doing}`;
  return { kind: 'failed', failure: transient(problem, answer) };
}
