import * as v from 'valibot';
import { formerNames, shardsBeside, type StateBranch } from '../core/state-branch.js';
import { AnswerClock } from '../store/answer-time.js';
import { permanent, transient } from '../store/failures.js';
import { judgeFormers } from '../store/former-branches.js';
import { areTold, formerVariables } from '../store/former-fields.js';
import { failed, notUnderstood, parsed, reading } from './asking.js';
import { branchIn, type BranchReading } from './branch.js';
import { aliasOf, BranchesSchema, branchesQuery, RefSchema } from './branch-query.js';
import type { BoardContext, BoardRepository } from './context.js';
import { untilTold, type Answered } from './told.js';

export interface BranchesReading extends BoardRepository {
  /** All that were asked for, in that order. */
  readonly branches: readonly BranchReading[];
  readonly defaultBranch: string | null;
  /** GitHub's time of the answer. */
  readonly now: string;
}

/**
 * Reads where state branches stand: the only one, or all shards. Only an answer that shows the repository can say that a
 * branch is not there.
 */
export function readBranches(
  context: BoardContext,
  asked: string,
  wanted: readonly StateBranch[],
  since: string,
): Promise<Answered<BranchesReading>> {
  const [owner, name] = asked.split('/');
  const answerClock = new AnswerClock();
  const formers = wanted
    .slice(0, 1)
    .flatMap((branch) =>
      branch.shard === null ? shardsBeside(branch.name) : formerNames(branch, Number(branch.shard)),
    );
  const query = branchesQuery(wanted.length, formers.length);
  const refs = Object.fromEntries(wanted.map((each, index) => [`ref${String(index)}`, `refs/heads/${each.name}`]));
  const variables = { owner, name, since, ...refs, ...formerVariables(formers) };
  return untilTold<BranchesReading>(async () => {
    const purpose = reading(context, 'reading the state branch');
    const sent = context.clock.monotonic();
    const answer = await context.transport.graphql(query, variables, context.deadline);
    const told = parsed(answer, BranchesSchema, purpose);
    if (told.kind === 'failed') return told;
    const time = answerClock.read(answer, sent, context.clock.monotonic());
    if (time.kind !== 'now') {
      return failed(transient(`Something on the way to GitHub gave a kept answer while ${purpose.doing}`, answer));
    }
    const { repository } = told.value;
    if (repository === null) {
      const advice = `Check the name, and that the token may see it (permission "${purpose.permission}").`;
      return failed(permanent('permission_denied', `GitHub shows no repository ${asked} to this token`, advice));
    }
    const shown = v.safeParse(
      v.array(RefSchema),
      wanted.map((_, index) => repository[aliasOf(index)]),
    );
    if (!shown.success || !areTold(repository, formers.length))
      return failed(notUnderstood('repository', purpose, answer));
    if (repository.defaultBranchRef === null && shown.output.every((ref) => ref === null)) {
      return failed(transient(`GitHub showed no branch at all of ${asked} while ${purpose.doing}`, answer));
    }
    const repoId = repository.databaseId;
    const branches: BranchReading[] = [];
    for (const [index, branch] of wanted.entries()) {
      const read = branchIn(shown.output[index]?.target ?? null, branch, repoId);
      if (read.kind === 'failed') return read;
      branches.push(read.value);
    }
    const [missing] = wanted.filter((_, index) => branches[index]?.head === null);
    const elsewhere = missing === undefined ? null : judgeFormers(repository, { repoId }, missing);
    if (elsewhere !== null) {
      // Beside records that are here, others are no reason to show none.
      if (branches.every(({ head }) => head === null)) return failed(elsewhere);
      context.say.warn(`${elsewhere.problem}. ${elsewhere.advice}`);
    }
    const now = new Date(time.time.serverMs).toISOString();
    const defaultBranch = repository.defaultBranchRef?.name ?? null;
    const repo = repository.nameWithOwner.toLowerCase();
    return { kind: 'told', value: { repo, repoId, branches, defaultBranch, now } };
  }, context);
}
