import * as v from 'valibot';
import { latestWriteOf } from '../core/contention.js';
import type { PullRequestState } from '../core/outcome.js';
import { readRecord } from '../core/read-record.js';
import type { StoredTarget, Target } from '../core/record.js';
import { formerNames, type StateBranch } from '../core/state-branch.js';
import type { ServerTime } from '../time/server-time.js';
import { judgeBranch, misplacedStateBranch, type BranchFiles } from './branch-marker.js';
import type { Purpose } from './failures.js';
import { areTold, formersThere, type Formers } from './former-fields.js';
import { permanent, transient } from './failures.js';
import { failureOfError, readGraphqlAnswer } from './graphql-answer.js';
import { type PullRequestSchema, ReadSchema, type ReadRepository } from './read-query.js';
import type { ReadResult, Snapshot, StoreFailure } from './state-store.js';
import type { HttpAnswer } from './transport.js';

/** `unfounded`: the branch is not there, but others are under which the records may lie. */
export type SnapshotAnswer =
  ReadResult | { readonly kind: 'unfounded'; readonly snapshot: Snapshot; readonly formers: Formers };

/** Reads the answer to the query. Whatever is not understood is a failure; nothing defaults to "there is no record". */
export function readSnapshot(
  answer: HttpAnswer,
  asked: Target,
  stateBranch: StateBranch,
  time: ServerTime,
  purpose: Purpose,
): SnapshotAnswer {
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return failed(read.failure);
  const name = `${asked.repo}#${String(asked.pr)}`;
  const [error] = read.errors;
  if (error !== undefined) {
    const missing = error.type === 'NOT_FOUND' && read.errors.every(({ type }) => type === 'NOT_FOUND');
    if (missing && error.path.join('.') === 'repository.pullRequest') return failed(pullRequestMissing(name));
    const permission = error.path.includes('pullRequest') ? 'pull-requests: read' : purpose.permission;
    return failed(failureOfError(error, read.raw, { ...purpose, permission }));
  }
  const data = v.safeParse(ReadSchema, read.data, { abortEarly: true });
  if (!data.success) {
    const [issue] = data.issues;
    const where = v.getDotPath(issue) ?? 'data';
    return failed(transient(`GitHub’s answer could not be understood (${where}) while ${purpose.doing}`, answer));
  }
  const { repository } = data.output;
  if (repository === null) {
    const advice = `Check the name, and that the token may see it (permission "${purpose.permission}").`;
    return failed(permanent('permission_denied', `GitHub shows no repository ${asked.repo} to this token`, advice));
  }
  const { pullRequest } = repository;
  if (pullRequest === null) return failed(pullRequestMissing(name));
  // A repository with a pull request has a default branch: an answer that shows none shows nothing about ours either.
  if (repository.ref === null && repository.defaultBranchRef === null) {
    return failed(transient(`GitHub showed no branch at all of ${asked.repo} while ${purpose.doing}`, answer));
  }
  if (!areTold(repository, formerNames(stateBranch, asked.pr).length)) {
    return failed(transient(`GitHub told nothing of other state branches while ${purpose.doing}`, answer));
  }
  const target: StoredTarget = {
    repo: repository.nameWithOwner.toLowerCase(),
    repoId: repository.databaseId,
    pr: asked.pr,
    scope: asked.scope ?? null,
  };
  const misplaced = misplacedStateBranch(
    {
      defaultBranch: repository.defaultBranchRef?.name ?? null,
      headBranch: pullRequest.isCrossRepository ? null : pullRequest.headRefName,
      baseBranch: pullRequest.baseRefName,
    },
    stateBranch,
  );
  if (misplaced !== null) return failed(misplaced);
  return readBranch(repository, pullRequest, { target, stateBranch, time });
}

function readBranch(
  { ref, defaultBranchRef, ...repository }: ReadRepository,
  pullRequest: v.InferOutput<typeof PullRequestSchema>,
  { target, stateBranch, time }: { target: StoredTarget; stateBranch: StateBranch; time: ServerTime },
): SnapshotAnswer {
  const common = { target, pullRequest: stateOf(pullRequest, defaultBranchRef?.name ?? null), time };
  if (ref === null) {
    const snapshot: Snapshot = { ...common, head: null, reading: { kind: 'absent' }, tokenFloor: 0 };
    return formersThere(repository).length === 0
      ? { kind: 'read', snapshot }
      : { kind: 'unfounded', snapshot, formers: repository };
  }
  const branch = judgeBranch(filesOf(ref.target), target, stateBranch);
  if (branch.kind === 'failed') return failed(branch.failure);
  const { moved } = branch;
  const reading = moved === null ? readingOf(ref.target.record, target) : ({ kind: 'moved', to: moved.to } as const);
  const { oid: head, message, committedDate } = ref.target;
  const latest = latestWriteOf(message, committedDate);
  const snapshot: Snapshot = { ...common, head, reading, tokenFloor: branch.tokenFloor, latest };
  return { kind: 'read', snapshot };
}

type Commit = NonNullable<ReadRepository['ref']>['target'];

function filesOf({ marker, records, record }: Commit): BranchFiles {
  const text = marker?.object?.isTruncated === true ? null : (marker?.object?.text ?? null);
  return { marker: marker === null ? 'absent' : { text }, hasRecords: records?.type === 'tree' || record !== null };
}

function readingOf(record: Commit['record'], target: StoredTarget): Snapshot['reading'] {
  if (record === null) return { kind: 'absent' };
  const blob = record.object;
  if (blob === null || blob.text === null) return { kind: 'corrupt', problem: 'it is not a text file' };
  if (blob.isTruncated) return { kind: 'corrupt', problem: 'it is too large to be a record' };
  return readRecord(blob.text, target);
}

function stateOf(pullRequest: v.InferOutput<typeof PullRequestSchema>, defaultBranch: string | null): PullRequestState {
  const { state, headRefOid: headSha, headRefName: headRef, isCrossRepository, headRepository } = pullRequest;
  const headRepo = headRepository?.nameWithOwner.toLowerCase() ?? null;
  // A head repository that was deleted was a fork's: it could not be gone while its pull request lives.
  return {
    state: state === 'OPEN' ? 'open' : state === 'MERGED' ? 'merged' : 'closed',
    headSha,
    headRef,
    headRepo,
    isFork: isCrossRepository || headRepo === null,
    // Where nobody tells which one is the default branch, any may be.
    isDefaultBranch: !isCrossRepository && (defaultBranch === null || defaultBranch === headRef),
  };
}

function pullRequestMissing(name: string): StoreFailure {
  const advice = 'Check the inputs "repo" and "pr": an issue is no pull request.';
  return permanent('pr_not_found', `There is no pull request ${name}`, advice);
}

function failed(failure: StoreFailure): ReadResult {
  return { kind: 'failed', failure };
}
