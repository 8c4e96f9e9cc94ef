import { beginningOf } from '../../core/history.js';
import type { View } from '../../core/outcome.js';
import type { HistoryEvent, OwnershipRecord } from '../../core/record.js';
import type { Report } from '../../report/report.js';
import { escapeMarkdown } from '../../report/markdown.js';
import { partyLink, type Party } from './names.js';

/** Who did what to whom, and why. A person or bot is told by the login; a run that superseded another did it by itself. */

export function takeoverDeed(view: View, record: OwnershipRecord, name: string): string {
  const owner = record.activeRun;
  const began = owner === null ? undefined : beginningOf(record.history, owner.fencingToken);
  const cause = causeOf(began);
  const doer = cause === '' ? doerOf(began, owner) : doerOf(undefined, owner);
  return `${doer} took ${name} over from ${partyLink(replacedBy(view, began))}${cause}${why(began)}`;
}

export function evictionDeed(view: View, record: OwnershipRecord, name: string, { request }: Report): string {
  const ended = record.history.findLast(({ type }) => type === 'evict');
  return `${doerOf(ended, request?.run ?? null)} evicted ${partyLink(replacedBy(view, ended))} from ${name}${why(ended)}`;
}

export function signalDeed(record: OwnershipRecord, name: string, { request }: Report): string {
  const told = record.history.findLast(({ type }) => type === 'signal-exit');
  const owner = record.activeRun;
  if (owner === null || owner.runId === request?.run.runId) {
    return `${doerOf(undefined, owner)} said that it leaves ${name}${why(told)}`;
  }
  return `${doerOf(told, request?.run ?? null)} told ${partyLink(owner)} to leave ${name}${why(told)}`;
}

const CAUSES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    exit_signal: 'which was told to exit',
    dead: 'which is over',
    stale: 'which was not heard of for too long',
  }),
);

/** `, which is over`, where a run superseded another. */
export function causeOf(event: HistoryEvent | undefined): string {
  return event?.cause === undefined ? '' : `, ${CAUSES.get(event.cause) ?? escapeMarkdown(event.cause)}`;
}

function why(event: HistoryEvent | undefined): string {
  return event?.reason == null ? '' : `: ${escapeMarkdown(event.reason)}`;
}

function doerOf(event: HistoryEvent | undefined, run: Party | null): string {
  if (event?.actor != null) return escapeMarkdown(event.actor);
  return run === null ? 'Somebody' : partyLink(run, 'Run');
}

/** Where the answer to this step’s own write was lost, the record alone tells whom it replaced. */
function replacedBy({ replaced, record }: View, event: HistoryEvent | undefined): Party {
  return replaced ?? { runId: event?.previousRunId ?? record?.previousRun?.runId ?? 'unknown' };
}
