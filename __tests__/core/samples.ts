import type { Decision } from '../../src/core/answer.js';
import { decide } from '../../src/core/decide.js';
import type { Effort } from '../../src/core/effort.js';
import type { Outcome, PullRequestState, View } from '../../src/core/outcome.js';
import type { HeadBranch, Publication } from '../../src/core/publication.js';
import { placeKey } from '../../src/core/queue.js';
import type { ActiveRun, Holder, OwnershipRecord, QueueEntry, StoredTarget } from '../../src/core/record.js';
import {
  NO_END,
  type Command,
  type CoordinationRequest,
  type Facts,
  type Line,
  type Liveness,
  type WaiterLiveness,
} from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';

/** The example of the contract: run 1001 took acme/widgets#17 over from run 990, and holds token 4. */

export const TARGET: StoredTarget = { repo: 'acme/widgets', repoId: 7, pr: 17, scope: null };
export const CLAIMED = '2026-11-22T08:00:00.000Z';
export const RENEWED = '2026-11-22T08:05:00.000Z';
export const NOW = '2026-11-22T08:10:00.000Z';
export const MINUTE_MS = 60_000;

export const NO_EFFORT: Effort = {
  ...{ requests: 0, retries: 0, lostRaces: 0 },
  ...{ milliseconds: 0, waitedMilliseconds: 0 },
};

export const HOLDER: Holder = {
  repo: 'acme/widgets',
  repoId: 7,
  workflowRunId: 1001,
  workflow: 'agent',
  job: 'fix',
  actor: 'octocat',
  url: 'https://github.com/acme/widgets/actions/runs/1001/attempts/1',
};

export const PULL_REQUEST: PullRequestState = {
  state: 'open',
  headSha: 'a'.repeat(40),
  headRef: 'topic',
  headRepo: 'acme/widgets',
  isFork: false,
  isDefaultBranch: false,
};

/** The branch of the pull request, and a commit for it. */
export const HEAD_BRANCH: HeadBranch = { name: 'topic', isFork: false, isDefaultBranch: false };
export const PUBLICATION: Publication = {
  commit: 'b'.repeat(40),
  branch: null,
  isLeased: false,
  dryRun: false,
};

export function active(changes: Partial<ActiveRun> = {}): ActiveRun {
  return {
    runId: '1001',
    attempt: 1,
    fencingToken: 4,
    claimedAt: CLAIMED,
    updatedAt: RENEWED,
    expiresAt: null,
    detached: false,
    id: 'id-4',
    renewedBy: null,
    holder: HOLDER,
    ...changes,
  };
}

/** Owned by run 1001. */
export function owned(changes: Partial<OwnershipRecord> = {}): OwnershipRecord {
  return {
    schemaVersion: 3,
    target: TARGET,
    fencingToken: 4,
    activeRun: active(),
    previousRun: { runId: '990', replacedAt: CLAIMED, replacedByRunId: '1001' },
    queue: [],
    history: [
      {
        type: 'takeover',
        runId: '1001',
        attempt: 1,
        previousRunId: '990',
        at: CLAIMED,
        reason: 'stuck',
        fencingToken: 4,
        id: 'id-4',
        actor: 'octocat',
        workflow: 'agent',
        workflowRunId: 1001,
      },
    ],
    exitSignals: [],
    ...changes,
  };
}

/** Owned by run 1001, which was asked to exit. */
export function signalled(changes: Partial<OwnershipRecord> = {}): OwnershipRecord {
  return owned({ exitSignals: [{ runId: '1001', at: RENEWED, reason: null, fencingToken: 4 }], ...changes });
}

/** A record of a target that nobody owns any more. */
export function free(): OwnershipRecord {
  return owned({ activeRun: null, previousRun: { runId: '1001', replacedAt: RENEWED, replacedByRunId: null } });
}

/** A run that goes by the id of its workflow run. */
export function runOf(runId: string, attempt = 1): Run {
  const id = Number(runId);
  return { runId, attempt, holder: Number.isSafeInteger(id) ? { ...HOLDER, workflowRunId: id } : null };
}

export const OWNER = runOf('1001');
export const OTHER = runOf('2002');

/** For whoever is willing to wait for half an hour. */
export const WAITING: Line = { action: 'wait', placeMs: 30 * MINUTE_MS };
export const LEAVING: Line = { ...WAITING, action: 'leave' };

/** A place in line that counts for an hour yet. */
export function place(runId: string, changes: Partial<QueueEntry> = {}): QueueEntry {
  return {
    ...{ runId, attempt: 1, holder: runOf(runId).holder },
    ...{ since: RENEWED, until: '2026-11-22T09:10:00.000Z', detached: false, expiresAfter: null },
    ...{ id: `place-${runId}`, ...changes },
  };
}

/** A place whose end is past. */
export function pastPlace(runId: string, changes: Partial<QueueEntry> = {}): QueueEntry {
  return place(runId, { until: RENEWED, ...changes });
}

/** What GitHub says of whoever waits there. */
export function saying(
  value: Exclude<Liveness, 'unasked'>,
  ...places: readonly QueueEntry[]
): { readonly waiterLiveness: WaiterLiveness } {
  return { waiterLiveness: new Map(places.map((each) => [placeKey(each), value])) };
}

type Of<C extends CoordinationRequest['command']> = Extract<CoordinationRequest, { command: C }>;

/** A request with the defaults of the action, but for `supersede: never` and `require-existing: false`. */
export function request<C extends Command>(command: C, changes: Partial<Omit<Of<C>, 'command'>> = {}): Of<C> {
  return { ...defaultsOf(command), ...changes } as Of<C>;
}

function defaultsOf(command: Command): CoordinationRequest {
  const asking = { run: OWNER, reason: null };
  const beginning = { term: NO_END };
  const superseding = {
    ...{ ...beginning, requireOpen: null, supersede: 'never' as const, staleAfterMs: 30 * MINUTE_MS },
    line: null,
  };
  const meaning = { fencingToken: null };
  switch (command) {
    case 'claim':
      return { command, ...asking, ...superseding };
    case 'takeover':
      return { command, ...asking, ...beginning, requireOpen: null };
    case 'assert':
      return { command, ...asking, ...meaning, requireOpen: null, requireExisting: false, strict: false };
    case 'push':
      return { command, ...asking, ...meaning, requireOpen: null, publication: PUBLICATION };
    case 'ensure':
      return { command, ...asking, ...superseding, ...meaning };
    case 'release':
      return {
        command,
        ...asking,
        ...meaning,
        evict: false,
        targetRunId: null,
        jobOutcome: null,
        begunBy: null,
        writes: [],
      };
    case 'signal-exit':
      return { command, ...asking, ...meaning, requireActiveOwner: true, targetRunId: null };
    case 'check':
      return { command, ...asking, targetRunId: null, staleAfterMs: 30 * MINUTE_MS };
    case 'status':
      return { command, ...asking };
  }
}

export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    now: NOW,
    writeId: 'write-1',
    target: TARGET,
    tokenFloor: 0,
    pullRequestOpen: true,
    headBranch: HEAD_BRANCH,
    branch: 'unasked',
    ownerLiveness: 'unasked',
    waiterLiveness: new Map(),
    ownWrites: [],
    takeoverPermission: 'unasked',
    ...changes,
  };
}

export function decideOn(
  record: OwnershipRecord | null,
  asked: CoordinationRequest,
  known: Partial<Facts> = {},
): Decision {
  return decide({ record, request: asked, facts: facts(known) });
}

/** What a decision answers, in a word: `ok claimed_new`, `conflict pr_closed`, `ask owner_liveness`; writes say so. */
export function wordOf(decision: Decision): string {
  switch (decision.kind) {
    case 'ask':
      return `ask ${decision.question}`;
    case 'fail':
      return `error ${decision.failure.code}`;
    case 'answer':
    case 'write': {
      const { answer } = decision;
      const word = answer.kind === 'ok' ? `ok ${answer.status}` : `conflict ${answer.code}`;
      return decision.kind === 'write' ? `write ${word}` : word;
    }
  }
}

export type Write = Extract<Decision, { kind: 'write' }>;

export function written(decision: Decision): Write {
  if (decision.kind !== 'write') throw new Error(`a write was expected, but it is: ${wordOf(decision)}`);
  return decision;
}

export function viewOf(record: OwnershipRecord | null, changes: Partial<View> = {}): View {
  return {
    record,
    stateCommit: 'c'.repeat(40),
    target: TARGET,
    pullRequest: PULL_REQUEST,
    now: NOW,
    previousHead: null,
    replaced: null,
    published: null,
    ...changes,
  };
}

/** The outcome that a decision on this record comes to once it is written. */
export function outcomeOf(decision: Decision, record: OwnershipRecord | null): Outcome {
  if (decision.kind === 'ask') throw new Error(`still open: ${decision.question}`);
  if (decision.kind === 'fail') return { kind: 'error', failure: decision.failure, mayHaveWritten: false };
  return { ...decision.answer, view: viewOf(decision.kind === 'write' ? decision.next : record) };
}
