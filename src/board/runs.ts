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

/** So many owners whose runs are not in progress are asked about one by one; the others stay unknown. */
const MOST_SINGLE_QUESTIONS = 6;

/**
 * What GitHub said of an attempt that no list shows any more. A run can be started again, and then is over no longer, so
 * that its word is not kept for long.
 */
export interface Verdict {
  readonly state: Exclude<RunState, 'alive'>;
  readonly at: string;
}
export type Verdicts = ReadonlyMap<string, Verdict>;
const KEPT_MS = 3_600_000;

const ListSchema = v.object({
  workflow_runs: v.array(v.object({ id: v.number(), status: v.nullable(v.string()) })),
});

interface Asked {
  readonly key: string;
  readonly active: ActiveRun;
  readonly target: StoredTarget;
}

export interface RunsReading {
  /** By `targetKey`. */
  readonly states: ReadonlyMap<string, RunState>;
  /** What the next board need not ask. */
  readonly verdicts: Verdicts;
}

/**
 * Whether the workflow runs of the owners are over, as far as GitHub says: those that are in progress in one request, and what
 * is not among them one by one. Nothing is taken for over that GitHub does not call so.
 */
export async function askRuns(
  context: BoardContext,
  repository: BoardRepository,
  records: readonly ReadRecord[],
  now: string,
  kept: Verdicts,
): Promise<RunsReading> {
  const owners = records.flatMap((read) => ownerToAsk(read, now));
  const states = new Map<string, RunState>();
  const verdicts = new Map<string, Verdict>();
  const listed = owners.length > 0 ? await listRuns(context, repository) : new Set<number>();
  const left: Asked[] = [];
  for (const owner of owners) {
    const { active, target, key } = owner;
    const { holder } = active;
    const isHere = holder !== null && repositoryOf(holder, target) === repository.repo;
    const verdict = kept.get(attemptKey(owner));
    if (isHere && listed.has(holder.workflowRunId ?? 0)) states.set(key, 'alive');
    else if (verdict === undefined || !isRecent(verdict, now)) left.push(owner);
    else {
      states.set(key, verdict.state);
      verdicts.set(attemptKey(owner), verdict);
    }
  }
  const answers = left.slice(0, MOST_SINGLE_QUESTIONS).map(async (owner) => {
    const { active, target, key } = owner;
    const asking = runContext(context, repository);
    const { value, warning } = await askLiveness(asking, 'owner', active, target, context.deadline);
    if (warning !== null) context.say.debug(warning);
    const state = value === 'dead' ? 'over' : value;
    states.set(key, state);
    // What is not known here may be known a moment later; of another repository's runs it never is.
    const isElsewhere = active.holder !== null && repositoryOf(active.holder, target) !== repository.repo;
    if (state === 'over' || (state === 'unknown' && isElsewhere)) verdicts.set(attemptKey(owner), { state, at: now });
  });
  await Promise.all(answers);
  if (left.length > MOST_SINGLE_QUESTIONS) {
    const count = String(left.length - MOST_SINGLE_QUESTIONS);
    context.say.info(`Of ${count} more owners it was not asked whether they are over.`);
  }
  return { states, verdicts };
}

/** What is from the future is no word of GitHub’s. */
function isRecent({ at }: Verdict, now: string): boolean {
  const age = Date.parse(now) - Date.parse(at);
  return age >= 0 && age <= KEPT_MS;
}

/** Of a hold, and of a tenure that has ended, GitHub's word says nothing. */
function ownerToAsk(read: ReadRecord, now: string): readonly Asked[] {
  const { reading } = read;
  const active = reading.kind === 'record' ? reading.record.activeRun : null;
  if (reading.kind !== 'record' || active?.holder?.workflowRunId == null) return [];
  if (active.detached || isExpired(active, now)) return [];
  return [{ key: targetKey(read), active, target: reading.record.target }];
}

function attemptKey({ active: { holder, attempt } }: Asked): string {
  return JSON.stringify([holder?.repo ?? null, holder?.workflowRunId ?? null, attempt]);
}

async function listRuns(context: BoardContext, { repo }: BoardRepository): Promise<ReadonlySet<number>> {
  const [owner, name] = repo.split('/');
  const purpose = { doing: 'listing workflow runs', permission: 'actions: read', now: context.clock.now() };
  const question = {
    route: 'GET /repos/{owner}/{repo}/actions/runs',
    parameters: { owner, repo: name, status: 'in_progress', per_page: 100 },
    purpose,
  };
  const answer = await ask(context.transport, question, context.deadline);
  const failure = failureOfStatus(answer, purpose);
  const list = failure === null && answer.kind === 'answer' ? v.safeParse(ListSchema, answer.body) : null;
  if (list?.success !== true) {
    const why = failure === null ? 'its answer could not be understood' : `${failure.problem}. ${failure.advice}`;
    context.say.warn(`GitHub did not tell which workflow runs are at work: ${why}`);
    return new Set();
  }
  const running = list.output.workflow_runs.filter(({ status }) => status !== 'completed');
  return new Set(running.map(({ id }) => id));
}

function runContext({ transport, asker, serverUrl, clock }: BoardContext, { repo }: BoardRepository): OwnerRunContext {
  const own = asker.workflowRun;
  const repoId = repositoryIdOf({ repo, pr: 1 }, asker);
  const ownWorkflowRun = own && { ...own, repo: asker.repository?.toLowerCase() ?? null, repoId };
  return { transport, ownWorkflowRun, serverUrl, now: clock.now() };
}
