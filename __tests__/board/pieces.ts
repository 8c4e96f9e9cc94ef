import type {
  Board,
  BoardCounts,
  BoardOwner,
  BoardPlace,
  BoardRow,
  Pace,
  Party,
  Tenure,
  Wait,
} from '../../src/core/board/model.js';

/** What boards of tests are made of. */

/** Of a log that does not tell what a change took. */
export const NO_PACE: Pace = {
  ...{ medianMs: null, p90Ms: null, medianRequests: null, p90Requests: null },
  ...{ retries: 0, slow: 'no', slices: [] },
};

export const NOW = '2026-03-08T10:00:00.000Z';
export const SINCE = '2026-03-07T10:00:00.000Z';

/** So many minutes before now. */
export function ago(minutes: number): string {
  return new Date(Date.parse(NOW) - minutes * 60_000).toISOString();
}

export function party(runId: string, workflow = 'agent', more: Partial<Party> = {}): Party {
  const url = `https://github.com/acme/widgets/actions/runs/${runId}`;
  return { runId, attempt: 1, workflow, job: 'fix', actor: 'octocat', url, ...more };
}

export function owner(who: Party, minutes: number, more: Partial<BoardOwner> = {}): BoardOwner {
  return {
    ...who,
    state: 'alive',
    fencingToken: 7,
    since: ago(minutes),
    ageMs: minutes * 60_000,
    expiresAt: null,
    detached: false,
    exitReason: null,
    ...more,
  };
}

export function place(who: Party, minutes: number, isPast = false): BoardPlace {
  return { ...who, since: ago(minutes), waitsMs: minutes * 60_000, until: ago(-20), isPast };
}

export function row(pr: number, more: Partial<BoardRow> = {}): BoardRow {
  return {
    pr,
    scope: null,
    title: `Change number ${String(pr)}`,
    pullRequestState: 'open',
    troubles: [],
    problem: null,
    owner: null,
    line: [],
    lastEvent: { type: 'claim', at: ago(3), runId: '1001', actor: 'octocat' },
    ...more,
  };
}

export function tenure(
  pr: number,
  who: Party,
  from: number | null,
  to: number | null,
  more: Partial<Tenure> = {},
): Tenure {
  return {
    ...who,
    pr,
    scope: null,
    fencingToken: 7,
    from: from === null ? null : ago(from),
    to: to === null ? null : ago(to),
    end: to === null ? 'holds' : 'released',
    reason: null,
    ...more,
  };
}

export function wait(pr: number, who: Party, from: number, to: number | null, end: Wait['end']): Wait {
  return { ...who, pr, scope: null, from: ago(from), to: to === null ? null : ago(to), end };
}

const COUNTS: BoardCounts = {
  owners: 6,
  holds: 1,
  waiting: 3,
  troubled: 5,
  free: 31,
  tenures: 12,
  takeovers: 1,
  superseded: 1,
  evictions: 1,
  expired: 1,
  publishes: 4,
  lostRaces: 2,
  medianTenureMs: 42 * 60_000,
  longestWaitMs: 95 * 60_000,
  pace: NO_PACE,
  reasons: [
    { text: 'run_completed', count: 1 },
    { text: 'The agent went in circles', count: 1 },
  ],
};

export function boardOf(more: Partial<Board> = {}): Board {
  return {
    repo: 'acme/widgets',
    serverUrl: 'https://github.com',
    stateBranch: 'runner-coord-state',
    heads: [{ branch: 'runner-coord-state', commit: 'c0ffee'.padEnd(40, '0') }],
    now: NOW,
    since: SINCE,
    isComplete: true,
    rows: [],
    counts: COUNTS,
    tenures: [],
    waits: [],
    ...more,
  };
}
