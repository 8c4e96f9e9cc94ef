import type { Board, BoardOwner, BoardPlace, BoardRow, OwnerState, Party, Trouble } from '../../core/board/model.js';
import { ageInMs } from '../../core/staleness.js';
import { formatDuration } from '../../core/text.js';

/** What the board says in words. Foreign text is in them as it came: whoever draws them makes it harmless for its medium. */

/** How a row is: as its owner is, or why it has none. */
export type RowState = OwnerState | 'nobody' | 'unreadable';

export const STATE_NAMES: Readonly<Record<RowState, string>> = {
  alive: 'alive',
  over: 'over',
  held: 'hold',
  expired: 'expired',
  signalled: 'told to exit',
  unknown: 'unknown',
  nobody: 'nobody owns',
  unreadable: 'unreadable',
};

/** Why to look at one row. */
export const TROUBLE_TEXTS: Readonly<Record<Trouble, string>> = {
  owner_over: 'its workflow run is over, and nobody took its place',
  tenure_expired: 'its time has passed, and nobody took its place',
  signalled_goes_on: 'it was told to exit, and still owns',
  long_line: 'somebody has waited for more than an hour',
  unreadable: 'nobody can own or release it',
};

/** Why to look at several. */
const TROUBLE_COUNTS: Readonly<Record<Trouble, readonly [one: string, several: string]>> = {
  owner_over: ['owner is over', 'owners are over'],
  tenure_expired: ['tenure has expired', 'tenures have expired'],
  signalled_goes_on: ['was told to exit and still owns', 'were told to exit and still own'],
  long_line: ['line is longer than an hour', 'lines are longer than an hour'],
  unreadable: ['record cannot be read', 'records cannot be read'],
};

export function rowState(row: BoardRow): RowState {
  if (row.owner !== null) return row.owner.state;
  return row.problem !== null || row.troubles.includes('unreadable') ? 'unreadable' : 'nobody';
}

/** What a person on call wants to know first. */
export function headline({ rows }: Board): string {
  const troubled = rows.filter((row) => row.troubles.length > 0);
  const all = new Set(rows.map((row) => row.pr)).size;
  if (all === 0) return 'Nobody owns a pull request, and nobody waits';
  const concerned = new Set(troubled.map((row) => row.pr)).size;
  if (concerned === 0) return `None of ${number(all)} pull request${all === 1 ? '' : 's'} needs a look`;
  const why = (Object.keys(TROUBLE_COUNTS) as Trouble[]).flatMap((trouble) => {
    const count = troubled.filter((row) => row.troubles.includes(trouble)).length;
    return count === 0 ? [] : [`${number(count)} ${TROUBLE_COUNTS[trouble][count === 1 ? 0 : 1]}`];
  });
  const subject = `${number(concerned)} of ${number(all)} pull request${all === 1 ? '' : 's'}`;
  return `${subject} need${concerned === 1 ? 's' : ''} a look: ${why.join(', ')}`;
}

export function targetText({ pr, scope }: { readonly pr: number; readonly scope: string | null }): string {
  return scope === null ? `#${String(pr)}` : `#${String(pr)} [${scope}]`;
}

/** `run 1001, attempt 2`; a hold of a person has no run. */
export function partyName({ runId, attempt }: Pick<Party, 'runId' | 'attempt'>): string {
  const name = runId.startsWith('person:') ? runId : `run ${runId}`;
  return attempt !== null && attempt > 1 ? `${name}, attempt ${String(attempt)}` : name;
}

/** `agent / fix, by octocat`; empty where nothing more is known than the name tells. */
export function partyOrigin({ runId, workflow, job, actor }: Party): string {
  const names = [workflow, job].filter((name) => name !== null).join(' / ');
  const isNamed = actor === null || runId === `person:${actor}`;
  return [...(names === '' ? [] : [names]), ...(isNamed ? [] : [`by ${actor}`])].join(', ');
}

/** How an owner is: `hold until 2026-03-01 10:00`, `told to exit: too slow`. */
export function stateText(row: BoardRow): string {
  const name = STATE_NAMES[rowState(row)];
  const { owner } = row;
  if (owner === null) return row.problem === null ? name : `${name}: ${row.problem}`;
  if (owner.state === 'signalled') return owner.exitReason === null ? name : `${name}: ${owner.exitReason}`;
  return `${name}${endText(owner)}`;
}

function endText({ state, expiresAt }: BoardOwner): string {
  if (expiresAt === null || state === 'over') return '';
  return state === 'expired' ? ` at ${minute(expiresAt)}` : ` until ${minute(expiresAt)}`;
}

export function waitText({ waitsMs, isPast }: BoardPlace): string {
  if (isPast) return 'does not count any more';
  return waitsMs === null ? 'waits' : `waits for ${formatDuration(waitsMs)}`;
}

/** `takeover by octocat, 3 min ago`. */
export function lastEventText({ lastEvent }: BoardRow, now: string): string {
  if (lastEvent === null) return '–';
  const { type, actor, at, runId } = lastEvent;
  const age = ageInMs(at, now);
  return `${type} by ${actor ?? partyName({ runId, attempt: null })}${age === null ? '' : `, ${formatDuration(age)} ago`}`;
}

/** `2026-03-01 10:00`; what is no time is not repeated. */
export function minute(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? 'an unknown time' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** `12,345` */
export function number(count: number): string {
  return count.toLocaleString('en');
}
