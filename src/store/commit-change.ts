import * as v from 'valibot';
import { recordPath } from '../core/record.js';
import { writeRecord } from '../core/write-record.js';
import type { Deadline } from '../time/deadline.js';
import { commitMessage } from './commit-message.js';
import { transient, type Purpose } from './failures.js';
import { failedWrite, unknownWrite } from './refused-write.js';
import { failureOfError, readGraphqlAnswer, type GraphqlError } from './graphql-answer.js';
import type { Change, WriteResult } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

/** The compare-and-swap: GitHub makes the commit only if the branch still points to `expectedHeadOid`. */
export const COMMIT_MUTATION = `mutation RunnerCoordCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** Writes the next record on top of `expectedHead`, under the present name of the repository. */
export async function commitChange(
  transport: Transport,
  stateBranch: string,
  change: Change & { readonly expectedHead: string },
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const { target } = change.next;
  const input = {
    branch: { repositoryNameWithOwner: target.repo, branchName: stateBranch },
    expectedHeadOid: change.expectedHead,
    message: commitMessage(change.event, target, change.next.history, change.effort, 1),
    fileChanges: {
      additions: [
        { path: recordPath(target), contents: Buffer.from(writeRecord(change.next), 'utf8').toString('base64') },
      ],
    },
  };
  return readWrite(await transport.graphql(COMMIT_MUTATION, { input }, deadline), purpose);
}

const AppliedSchema = v.object({
  createCommitOnBranch: v.object({
    commit: v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)) }),
  }),
});

/**
 * What became of the write. A commit in `data` was applied even where a field failed beside it; a clear refusal was not
 * applied; everything else is unknown until the branch has been read again.
 */
export function readWrite(answer: HttpAnswer, purpose: Purpose): WriteResult {
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return failedWrite(answer, read.failure);
  const applied = v.safeParse(AppliedSchema, read.data, { abortEarly: true });
  if (applied.success) return { kind: 'applied', commit: applied.output.createCommitOnBranch.commit.oid };
  const refused = isRefused(read.data, read.errors);
  if (refused && read.errors.some(isLostRace)) return { kind: 'lost_race' };
  const [error] = read.errors;
  if (error === undefined) {
    return unknownWrite(transient(`GitHub’s answer could not be understood while ${purpose.doing}`, answer));
  }
  const failure = failureOfError(error, read.raw, purpose);
  return refused && failure.retry.kind !== 'backoff' ? { kind: 'failed', failure } : unknownWrite(failure);
}

/** Errors of the mutation itself refused it; one of a field below it came after it was applied. */
function isRefused(data: unknown, errors: readonly GraphqlError[]): boolean {
  const shown = v.is(v.object({ createCommitOnBranch: v.record(v.string(), v.unknown()) }), data);
  return !shown && errors.every(({ path }) => path.length <= 1);
}

/** Both wordings that were seen: the usual one has a type, the one of a true simultaneous race has none we know. */
function isLostRace({ type, message }: GraphqlError): boolean {
  return (
    type === 'STALE_DATA' ||
    /^Expected branch to point to "[^"]*" but it did not/.test(message) ||
    /^Ref \S+ is at \S+ but expected \S+/.test(message)
  );
}
