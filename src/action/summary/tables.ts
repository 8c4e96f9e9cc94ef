import { isPast } from '../../core/queue.js';
import { recordPath, type HistoryEvent, type OwnershipRecord } from '../../core/record.js';
import { ageInMs } from '../../core/staleness.js';
import { formatDuration } from '../../core/text.js';
import { ordinal } from '../../core/words/line.js';
import type { Report } from '../../report/report.js';
import { escapeMarkdown, link, table } from '../../report/markdown.js';
import { causeOf } from './deed.js';
import { partyLink, runLabel } from './names.js';

/** How many events are shown; the log has the rest. */
const SHOWN_EVENTS = 8;
/** How many of those who wait are shown by name. */
const SHOWN_PLACES = 5;

const DAY_MS = 86_400_000;

/** What says little beside the others: the owner’s sentence names the last renewal. */
const MINOR: readonly string[] = ['refresh', 'confirm'];

/** In whose event the workflow run is that of somebody else than the run that it names. */
const OF_ANOTHER = 'signal-exit';

/** Maps, because an event may be called anything, such as `__proto__`. */
const VERBS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    claim: 'claimed it',
    release: 'released it',
    expired: 'reached the end of its time',
    'signal-exit': 'was told to exit',
    publish: 'published',
    leave: 'gave up',
  }),
);

/** Those that name another run. */
const VERBS_FROM: ReadonlyMap<string, string> = new Map(
  Object.entries({
    claim: 'claimed it after',
    takeover: 'took it over from',
    handover: 'got its turn after',
    evict: 'evicted',
  }),
);

/** Who waits, in order; empty where nobody does. */
export function lineTable({ queue }: OwnershipRecord, { now, request }: Report): string {
  if (queue.length === 0) return '';
  const rows = queue
    .slice(0, SHOWN_PLACES)
    .map((place, index) => [
      `${ordinal(index + 1)}${place.runId === request?.run.runId ? ' (this run)' : ''}`,
      partyLink(place),
      `${when(place.since, now)}${isPast(place, now) ? ', its time is up' : ''}`,
    ]);
  const more = queue.length - rows.length;
  return table(['In line', 'Run', 'Since'], more > 0 ? [...rows, ['…', `${String(more)} more`, '']] : rows);
}

/** The last events, newest first, and where the others are. */
export function historyTable({ history }: OwnershipRecord, report: Report): string[] {
  const told = history.filter(({ type }) => !MINOR.includes(type));
  const rows = told
    .slice(-SHOWN_EVENTS)
    .reverse()
    .map((event) => [when(event.at, report.now), eventWords(event, report), actorOf(event, report), whyOf(event)]);
  const older = told.length - rows.length;
  const log = logLink(older > 0 ? `${String(older)} older` : 'All that happened', report);
  return [...(rows.length === 0 ? [] : [table(['When', 'Event', 'By', 'Why'], rows)]), ...log];
}

/** The commits of the record, as GitHub lists them. */
export function logLink(label: string, { target, stateBranch, serverUrl }: Report): string[] {
  if (target === null || stateBranch === null) return [];
  const branch = stateBranch.split('/').map(encodeURIComponent).join('/');
  return [link(label, `${serverUrl}/${target.repo}/commits/${branch}/${recordPath(target)}`)];
}

function eventWords(event: HistoryEvent, report: Report): string {
  const { type, runId, previousRunId, to } = event;
  const run = link(runLabel(runId), type === OF_ANOTHER ? null : addressOf(event, report));
  const from = previousRunId === null ? undefined : VERBS_FROM.get(type);
  if (from !== undefined && previousRunId !== null) {
    return `${run} ${from} ${escapeMarkdown(runLabel(previousRunId))}${causeOf(event)}`;
  }
  return `${run} ${VERBS.get(type) ?? escapeMarkdown(type)}${to === undefined ? '' : ` ${escapeMarkdown(to.slice(0, 12))}`}`;
}

function actorOf(event: HistoryEvent, report: Report): string {
  const { type, actor, workflow } = event;
  const work = workflow === null ? '' : link(workflow, type === OF_ANOTHER ? addressOf(event, report) : null);
  return [escapeMarkdown(actor ?? ''), work].filter(Boolean).join(', ') || '–';
}

function addressOf({ workflowRunId }: HistoryEvent, { target, serverUrl }: Report): string | null {
  if (workflowRunId === null || target === null) return null;
  return `${serverUrl}/${target.repo}/actions/runs/${String(workflowRunId)}`;
}

function whyOf({ reason, outcome }: HistoryEvent): string {
  const job = outcome === undefined ? null : `job: ${outcome}`;
  return escapeMarkdown([job, reason].filter(Boolean).join('; ') || '–', 250);
}

/** `3 min ago (08:07:00 UTC)`; of what is older than a day with the date. */
function when(time: string | null, now: string): string {
  const age = ageInMs(time, now);
  if (time === null || age === null) return '–';
  const day = age < DAY_MS ? '' : `${time.slice(0, 10)} `;
  const ago = age < 1000 ? 'just now' : `${formatDuration(age)} ago`;
  return `${ago} (${day}${time.slice(11, 19)} UTC)`;
}
