import { readLogEntry, type LogEntry, type LogEvent } from '../../../src/core/board/log-event.js';
import type { Tenure, Wait } from '../../../src/core/board/model.js';
import { storyOf, type Story } from '../../../src/core/board/story.js';
import type { OwnershipRecord } from '../../../src/core/record.js';
import { active, HOLDER, MINUTE_MS, owned } from '../samples.js';

/** Logs and their stories in a line each: times are minutes after eight o'clock. */

const EIGHT = Date.parse('2026-11-22T08:00:00.000Z');

export function at(minute: number): string {
  return new Date(EIGHT + minute * MINUTE_MS).toISOString();
}

export type Trailers = Readonly<Record<string, string>>;

/** A commit of the log, with a reason where the trailers have one. */
export function entry(minute: number, type: string, runId: string, token: number, trailers: Trailers = {}): LogEntry {
  const { Reason: reason, ...more } = trailers;
  const common = { Event: type, 'Pull-Request': '17', 'Run-Id': runId, 'Fencing-Token': String(token), Attempt: '1' };
  const lines = Object.entries({ ...common, ...more }).map(([name, value]) => `Coord-${name}: ${value}`);
  const why = reason === undefined ? [] : [`Reason: ${reason}`, ''];
  const message = [`${type} it`, '', ...why, '[skip ci]', '', ...lines].join('\n');
  return { commit: `${type} ${String(minute)}`, committedAt: at(minute), message };
}

/** Owned by that run since that minute, and without a history. */
export function ownedBy(
  runId: string,
  fencingToken: number,
  minute: number,
  changes: Partial<OwnershipRecord> = {},
): OwnershipRecord {
  const holder = { ...HOLDER, workflowRunId: Number(runId) };
  const activeRun = active({ runId, fencingToken, claimedAt: at(minute), holder });
  return owned({ fencingToken, activeRun, history: [], ...changes });
}

/** What time has ended stands in the history of the record, with the write that found it. */
export function lapsed(runId: string, fencingToken: number, minute: number, id: string): Partial<OwnershipRecord> {
  const event = { type: 'expired', runId, attempt: 1, previousRunId: null, at: at(minute), reason: null, fencingToken };
  return { history: [{ ...event, id, actor: null, workflow: null, workflowRunId: null }] };
}

/** At nine o'clock. */
export function story(log: readonly LogEntry[], record: OwnershipRecord | null): Story {
  const events = log.map(readLogEntry).filter((event): event is LogEvent => event !== null);
  return storyOf(events, record, at(60), (id) => `run ${String(id)}`);
}

/** `1 #4 0–10 taken_over: stuck`; what is not known is `…`. */
export function tenureWords({ runId, fencingToken, from, to, end, reason }: Tenure): string {
  const why = reason === null ? '' : `: ${reason}`;
  return `${runId} #${fencingToken === null ? '…' : String(fencingToken)} ${timesOf({ from, to })} ${end}${why}`;
}

/** `2 5–10 served` */
export function waitWords({ runId, from, to, end }: Wait): string {
  return `${runId} ${timesOf({ from, to })} ${end}`;
}

function timesOf({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  const minute = (time: string | null): string =>
    time === null ? '…' : String((Date.parse(time) - EIGHT) / MINUTE_MS);
  return `${minute(from)}–${minute(to)}`;
}
