import type { Decision } from '../../src/core/answer.js';
import { decide } from '../../src/core/decide.js';
import type { Outcome, View } from '../../src/core/outcome.js';
import type { ActiveRun, Holder, OwnershipRecord, Target } from '../../src/core/record.js';
import type { Command, CoordinationRequest, Facts } from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';

/** The example of the contract: run 1001 took acme/widgets#17 over from run 990, and holds token 4. */

export const TARGET: Target = { repo: 'acme/widgets', pr: 17 };
export const CLAIMED = '2026-11-22T08:00:00.000Z';
export const RENEWED = '2026-11-22T08:05:00.000Z';
export const NOW = '2026-11-22T08:10:00.000Z';
export const MINUTE_MS = 60_000;

export const HOLDER: Holder = {
  workflowRunId: 1001,
  workflow: 'agent',
  job: 'fix',
  actor: 'octocat',
  url: 'https://github.com/acme/widgets/actions/runs/1001/attempts/1',
};

export function active(changes: Partial<ActiveRun> = {}): ActiveRun {
  return {
    runId: '1001',
    attempt: 1,
    fencingToken: 4,
    claimedAt: CLAIMED,
    updatedAt: RENEWED,
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
    history: [
      {
        type: 'takeover',
        runId: '1001',
        previousRunId: '990',
        at: CLAIMED,
        reason: 'stuck',
        fencingToken: 4,
        id: 'id-4',
        actor: 'octocat',
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

export function runOf(runId: string, attempt = 1): Run {
  const id = Number(runId);
  return { runId, attempt, holder: Number.isSafeInteger(id) ? { ...HOLDER, workflowRunId: id } : null };
}

export const OWNER = runOf('1001');
export const OTHER = runOf('2002');

export function request(command: Command, changes: Partial<CoordinationRequest> = {}): CoordinationRequest {
  return {
    command,
    id: 'request-1',
    run: OWNER,
    reason: null,
    fencingToken: null,
    requireExisting: false,
    requireActiveOwner: true,
    targetRunId: null,
    evict: false,
    strict: false,
    supersede: 'never',
    staleAfterMs: 30 * MINUTE_MS,
    jobOutcome: null,
    ...changes,
  };
}

export function facts(changes: Partial<Facts> = {}): Facts {
  return { now: NOW, pullRequestOpen: true, ownerLiveness: 'unasked', takeoverPermission: 'unasked', ...changes };
}

export function decideOn(
  record: OwnershipRecord | null,
  asked: CoordinationRequest,
  known: Partial<Facts> = {},
): Decision {
  return decide({ target: TARGET, record, request: asked, facts: facts(known) });
}

/** What a decision answers, in a word: `ok claimed_new`, `conflict pr_closed`, `ask owner_liveness`; writes say so. */
export function wordOf(decision: Decision): string {
  switch (decision.kind) {
    case 'ask':
      return `ask ${decision.question}`;
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
    headSha: 'a'.repeat(40),
    pullRequestOpen: true,
    previousHead: null,
    replaced: null,
    ...changes,
  };
}

/** The outcome that a decision on this record comes to once it is written. */
export function outcomeOf(decision: Decision, record: OwnershipRecord | null): Outcome {
  if (decision.kind === 'ask') throw new Error(`still open: ${decision.question}`);
  return { ...decision.answer, view: viewOf(decision.kind === 'write' ? decision.next : record) };
}
