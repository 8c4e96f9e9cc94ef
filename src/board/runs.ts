import * as v from 'valibot';
import { targetKey } from '../core/board/log-event.js';
import type { RunState } from '../core/board/owner.js';
import type { ReadRecord } from '../core/board/rows.js';
import { isExpired } from '../core/expiry.js';
import type { ActiveRun, StoredTarget } from '../core/record.js';
import { ask } from '../store/ask.js';
import { failureOfStatus } from '../store/failures.js';
import { askLiveness, repositoryOf, type OwnerRunContext } from '../store/owner-run.js';
import { repositoryIdOf } from '../use-case/open-store.js';
import type { BoardContext, BoardRepository } from './context.js';

/** So many owners that the list does not show are asked about one by one; the others stay unknown. */
const MOST_SINGLE_QUESTIONS = 10;

const ListSchema = v.object({
  workflow_runs: v.array(
    v.object({ id: v.number(), status: v.nullable(v.string()), run_attempt: v.optional(v.number(), 1) }),
  ),
});

interface Asked {
  readonly key: string;
  readonly active: ActiveRun;
  readonly target: StoredTarget;
}

/**
 * Whether the workflow runs of the owners are over, as far as GitHub says: the newest hundred runs in one request, and what
 * is not among them one by one. Nothing is taken for over that GitHub does not call so.
 */
export async function askRuns(
  context: BoardContext,
  repository: BoardRepository,
  records: readonly ReadRecord[],
  now: string,
): Promise<ReadonlyMap<string, RunState>> {
  const owners = records.flatMap((read): readonly Asked[] => {
    const { reading } = read;
    const active = reading.kind === 'record' ? reading.record.activeRun : null;
    if (reading.kind !== 'record' || active?.holder?.workflowRunId == null) return [];
    // Of these GitHub's word says nothing.
    if (active.detached || isExpired(active, now)) return [];
    return [{ key: targetKey(read), active, target: reading.record.target }];
  });
  const states = new Map<string, RunState>();
  const listed = owners.length > 1 ? await listRuns(context, repository) : new Map<number, RunWord>();
  const left: Asked[] = [];
  for (const owner of owners) {
    const { active, target, key } = owner;
    const { holder } = active;
    const isHere = holder !== null && repositoryOf(holder, target) === repository.repo;
    const word = isHere ? listed.get(holder.workflowRunId ?? 0) : undefined;
    if (word === undefined) left.push(owner);
    // An answer about an earlier attempt is from the past.
    else states.set(key, word.isOver && word.attempt >= active.attempt ? 'over' : 'alive');
  }
  const answers = left.slice(0, MOST_SINGLE_QUESTIONS).map(async ({ key, active, target }) => {
    const { value, warning } = await askLiveness(
      runContext(context, repository),
      'owner',
      active,
      target,
      context.deadline,
    );
    if (warning !== null) context.say.debug(warning);
    states.set(key, value === 'dead' ? 'over' : value);
  });
  await Promise.all(answers);
  if (left.length > MOST_SINGLE_QUESTIONS) {
    const count = String(left.length - MOST_SINGLE_QUESTIONS);
    context.say.info(
      `Of ${count} more owners it was not asked whether their runs are over: they are not among the newest.`,
    );
  }
  return states;
}

interface RunWord {
  readonly attempt: number;
  readonly isOver: boolean;
}

async function listRuns(context: BoardContext, { repo }: BoardRepository): Promise<ReadonlyMap<number, RunWord>> {
  const [owner, name] = repo.split('/');
  const purpose = { doing: 'listing workflow runs', permission: 'actions: read', now: context.clock.now() };
  const question = {
    route: 'GET /repos/{owner}/{repo}/actions/runs',
    parameters: { owner, repo: name, per_page: 100 },
    purpose,
  };
  const answer = await ask(context.transport, question, context.deadline);
  const failure = failureOfStatus(answer, purpose);
  const list = failure === null && answer.kind === 'answer' ? v.safeParse(ListSchema, answer.body) : null;
  if (list?.success !== true) {
    const why = failure === null ? 'its answer could not be understood' : `${failure.problem}. ${failure.advice}`;
    context.say.warn(`GitHub did not tell which workflow runs are over, so owners are shown as unknown: ${why}`);
    return new Map();
  }
  return new Map(
    list.output.workflow_runs.map(({ id, status, run_attempt: attempt }) => [
      id,
      { attempt, isOver: status === 'completed' },
    ]),
  );
}

function runContext({ transport, asker, serverUrl, clock }: BoardContext, { repo }: BoardRepository): OwnerRunContext {
  const own = asker.workflowRun;
  const repoId = repositoryIdOf({ repo, pr: 1 }, asker);
  const ownWorkflowRun = own && { ...own, repo: asker.repository?.toLowerCase() ?? null, repoId };
  return { transport, ownWorkflowRun, serverUrl, now: clock.now() };
}
