import * as v from 'valibot';
import type { ClosedState } from '../core/sweep/plan.js';
import { failed, notUnderstood } from '../board/asking.js';
import type { BoardContext, BoardRepository } from '../board/context.js';
import { GREATEST_NUMBER } from '../board/records.js';
import { untilTold, type Answered } from '../board/told.js';
import { failureOfError, readGraphqlAnswer } from '../store/graphql-answer.js';

/** So many pull requests in one question: two thousand records are five. */
export const MOST_NUMBERS = 400;

const PullRequestSchema = v.object({
  state: v.picklist(['OPEN', 'CLOSED', 'MERGED']),
  closedAt: v.nullable(v.string()),
});
const DataSchema = v.object({ repository: v.record(v.string(), v.unknown()) });
const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;

export type ClosedStates = ReadonlyMap<number, ClosedState>;

/** Which pull requests are closed, and since when. What GitHub does not show is not in it. */
export async function readClosedStates(
  context: BoardContext,
  repository: BoardRepository,
  numbers: Iterable<number>,
): Promise<Answered<ClosedStates>> {
  const asked = [...new Set(numbers)].filter((number) => number <= GREATEST_NUMBER);
  const states = new Map<number, ClosedState>();
  for (let at = 0; at < asked.length; at += MOST_NUMBERS) {
    const some = await askStates(context, repository, asked.slice(at, at + MOST_NUMBERS));
    if (!some.ok) return some;
    for (const [number, state] of some.value) states.set(number, state);
  }
  return { ok: true, value: states };
}

function askStates(
  context: BoardContext,
  { repo }: BoardRepository,
  numbers: readonly number[],
): Promise<Answered<ClosedStates>> {
  const [owner, name] = repo.split('/');
  const fields = numbers.map(
    (number) => `p${String(number)}: pullRequest(number: ${String(number)}) { state closedAt }`,
  );
  const query = `query RunnerCoordSweep($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${fields.join('\n    ')}
  }
}`;
  return untilTold<ClosedStates>(async () => {
    const purpose = {
      ...{ doing: 'asking which pull requests are closed', now: context.clock.now() },
      permission: 'pull-requests: read',
    };
    const answer = await context.transport.graphql(query, { owner, name }, context.deadline);
    const read = readGraphqlAnswer(answer, purpose);
    if (read.kind === 'failed') return read;
    // That there is no such pull request is an answer, and not that it is closed.
    const wrong = read.errors.find(({ type, path }) => type !== 'NOT_FOUND' || path.length < 2);
    if (wrong !== undefined) return failed(failureOfError(wrong, read.raw, purpose));
    const data = v.safeParse(DataSchema, read.data, { abortEarly: true });
    if (!data.success) return failed(notUnderstood('repository', purpose, answer));
    const states = new Map<number, ClosedState>();
    for (const number of numbers) {
      const told = v.safeParse(PullRequestSchema, data.output.repository[`p${String(number)}`], { abortEarly: true });
      if (told.success) states.set(number, { state: STATES[told.output.state], closedAt: told.output.closedAt });
    }
    return { kind: 'told', value: states };
  }, context);
}
