import type { OwnershipRecord } from '../record.js';
import type { LogEvent } from './log-event.js';
import type { Wait } from './model.js';
import { partyOf } from './owner.js';

/** Who stands in line while the log is told. */
export interface OpenWait {
  readonly wait: Wait;
  /** The id of the write that took the place. */
  readonly id: string | null;
  readonly workflowRunId: number | null;
}

/** A later attempt takes the place of an earlier one of its workflow run. */
export function takePlace(
  waiting: readonly OpenWait[],
  event: LogEvent,
  urlOf: (workflowRunId: number) => string,
): { readonly waiting: readonly OpenWait[]; readonly waits: readonly Wait[] } {
  const { pr, scope, runId, attempt, workflow, actor, workflowRunId, at, requestId } = event;
  const isEarlier = (open: OpenWait): boolean =>
    workflowRunId !== null && open.workflowRunId === workflowRunId && (open.wait.attempt ?? 0) < (attempt ?? 0);
  const wait: Wait = {
    ...{ pr, scope, runId, attempt, workflow, actor, job: null },
    url: workflowRunId === null ? null : urlOf(workflowRunId),
    ...{ from: at, to: null, end: 'waits' },
  };
  return {
    waiting: [...waiting.filter((open) => !isEarlier(open)), { wait, id: requestId, workflowRunId }],
    waits: waiting.filter(isEarlier).map((open) => ended(open, 'left', at)),
  };
}

/** A commit that gives a run a tenure removes all its places. */
export function servePlaces(
  waiting: readonly OpenWait[],
  { place, runId, at }: LogEvent,
): { readonly place: Wait | null; readonly rest: readonly OpenWait[]; readonly waits: readonly Wait[] } {
  const isServed = ({ wait, id }: OpenWait): boolean => wait.runId === runId || (place !== null && id === place);
  return {
    place: waiting.find(({ id }) => place !== null && id === place)?.wait ?? null,
    rest: waiting.filter((open) => !isServed(open)),
    waits: waiting.filter(isServed).map((open) => ended(open, 'served', at)),
  };
}

/** The log does not say which place was left; a run that waits in several steps leaves the oldest first. */
export function leavePlaces(
  waiting: readonly OpenWait[],
  { runId, at }: LogEvent,
): { readonly rest: readonly OpenWait[]; readonly waits: readonly Wait[] } {
  const index = waiting.findIndex(({ wait }) => wait.runId === runId);
  if (index === -1) return { rest: waiting, waits: [] };
  return {
    rest: waiting.filter((_, other) => other !== index),
    waits: waiting.slice(index, index + 1).map((open) => ended(open, 'left', at)),
  };
}

/** Those that the record still has wait; the others were dropped when their time was past, which no commit tells. */
export function stillWaiting(
  waiting: readonly OpenWait[],
  record: OwnershipRecord | null,
  last: string,
): readonly Wait[] {
  const places = record?.queue ?? [];
  const dropped = waiting.filter(({ id }) => !places.some((place) => place.id !== null && place.id === id));
  const present = places.flatMap((place): readonly Wait[] => {
    if (place.since === null || record === null) return [];
    const { pr, scope } = record.target;
    return [{ pr, scope, ...partyOf(place), from: place.since, to: null, end: 'waits' }];
  });
  return [...dropped.map((open) => ended(open, 'left', last)), ...present];
}

function ended({ wait }: OpenWait, end: Wait['end'], to: string): Wait {
  return { ...wait, end, to };
}
