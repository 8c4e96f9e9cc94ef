import * as v from 'valibot';
import { readRecord } from '../core/read-record.js';
import type { Target } from '../core/record.js';
import type { Purpose } from './failures.js';
import { permanent, transient } from './failures.js';
import { failureOfError, readGraphqlAnswer } from './graphql-answer.js';
import type { ReadResult, Snapshot, StoreFailure } from './state-store.js';
import type { HttpAnswer } from './transport.js';

/**
 * Everything a decision needs, in one query. The record is read *through* the head commit (`Commit.file`), never by the
 * branch's name: only so do head and record belong together, which the compare-and-swap relies on.
 */
export const READ_QUERY = `query RunnerCoordRead($owner: String!, $name: String!, $pr: Int!, $ref: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    ref(qualifiedName: $ref) {
      target {
        oid
        ... on Commit { file(path: $path) { object { ... on Blob { text isTruncated } } } }
      }
    }
    pullRequest(number: $pr) {
      state
      headRefOid
      headRefName
      baseRefName
      headRepository { nameWithOwner }
    }
  }
}`;

const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/, 'is not an object id'));

const DataSchema = v.object({
  repository: v.nullable(
    v.object({
      defaultBranchRef: v.nullable(v.object({ name: v.string() })),
      ref: v.nullable(
        v.object({
          target: v.object({
            oid,
            file: v.nullable(
              v.object({
                object: v.nullable(
                  v.object({ text: v.nullish(v.string(), null), isTruncated: v.nullish(v.boolean(), false) }),
                ),
              }),
            ),
          }),
        }),
      ),
      pullRequest: v.nullable(
        v.object({
          state: v.picklist(['OPEN', 'CLOSED', 'MERGED']),
          headRefOid: oid,
          headRefName: v.string(),
          baseRefName: v.string(),
          headRepository: v.nullable(v.object({ nameWithOwner: v.string() })),
        }),
      ),
    }),
  ),
});

type Repository = NonNullable<v.InferOutput<typeof DataSchema>['repository']>;

/** Reads the answer to `READ_QUERY`. Whatever is not understood is a failure; nothing defaults to "there is no record". */
export function readSnapshot(answer: HttpAnswer, target: Target, stateBranch: string, purpose: Purpose): ReadResult {
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return failed(read.failure);
  const name = `${target.repo}#${String(target.pr)}`;
  const [error] = read.errors;
  if (error !== undefined) {
    const missing = error.type === 'NOT_FOUND' && read.errors.every(({ type }) => type === 'NOT_FOUND');
    if (missing && error.path.join('.') === 'repository.pullRequest') return failed(pullRequestMissing(name));
    const permission = error.path.includes('pullRequest') ? 'pull-requests: read' : purpose.permission;
    return failed(failureOfError(error, read.raw, { ...purpose, permission }));
  }
  const data = v.safeParse(DataSchema, read.data, { abortEarly: true });
  if (!data.success) {
    const [issue] = data.issues;
    const where = v.getDotPath(issue) ?? 'data';
    return failed(transient(`GitHub’s answer could not be understood (${where}) while ${purpose.doing}`));
  }
  const { repository } = data.output;
  if (repository === null) {
    const advice = `Check the name, and that the token may see it (permission "${purpose.permission}").`;
    return failed(permanent('permission_denied', `GitHub shows no repository ${target.repo} to this token`, advice));
  }
  const { pullRequest } = repository;
  if (pullRequest === null) return failed(pullRequestMissing(name));
  const misplaced = misplacedStateBranch(repository, target, stateBranch);
  if (misplaced !== null) return failed(misplaced);
  return {
    kind: 'read',
    snapshot: {
      head: repository.ref?.target.oid ?? null,
      reading: readingOf(repository, target),
      pullRequest: { open: pullRequest.state === 'OPEN', headSha: pullRequest.headRefOid },
    },
  };
}

function readingOf({ ref }: Repository, target: Target): Snapshot['reading'] {
  if (ref === null || ref.target.file === null) return { kind: 'absent' };
  const blob = ref.target.file.object;
  if (blob === null || blob.text === null) return { kind: 'corrupt', problem: 'it is not a text file' };
  if (blob.isTruncated) return { kind: 'corrupt', problem: 'it is too large to be a record' };
  return readRecord(blob.text, target);
}

/** Records on a branch that people or deploys use would be code changes, and start workflows. */
function misplacedStateBranch(repository: Repository, target: Target, stateBranch: string): StoreFailure | null {
  const { defaultBranchRef, pullRequest } = repository;
  const isHead =
    pullRequest?.headRefName === stateBranch &&
    // A fork that is gone cannot be told from this repository; refusing is the safe side.
    (pullRequest.headRepository?.nameWithOwner ?? target.repo).toLowerCase() === target.repo;
  const use =
    defaultBranchRef?.name === stateBranch
      ? 'the default branch'
      : isHead
        ? 'the branch of this pull request'
        : pullRequest?.baseRefName === stateBranch
          ? 'the base branch of this pull request'
          : null;
  if (use === null) return null;
  const problem = `The input "state-branch" is "${stateBranch}", which is ${use}`;
  return permanent('invalid_input', problem, 'Use a branch of its own, for example the default "runner-coord-state".');
}

function pullRequestMissing(name: string): StoreFailure {
  const advice = 'Check the inputs "repo" and "pr": an issue is no pull request.';
  return permanent('pr_not_found', `There is no pull request ${name}`, advice);
}

function failed(failure: StoreFailure): ReadResult {
  return { kind: 'failed', failure };
}
