import type { ConflictCode, OkStatus } from '../../src/core/answer.js';
import type { Failure, Outcome, View } from '../../src/core/outcome.js';
import type { HistoryEvent, Holder, OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { reportOf, type Report, type ReportFacts } from '../../src/report/report.js';
import { active, HOLDER, NOW, owned, request, TARGET, viewOf } from '../core/samples.js';

/** Answers as summaries show them: run 1001 took acme/widgets#17 over from run 990, ten minutes ago. */

export const MONA: Holder = {
  ...HOLDER,
  workflowRunId: 990,
  workflow: 'polish',
  job: null,
  actor: 'mona',
  url: 'https://github.com/acme/widgets/actions/runs/990/attempts/1',
};

/** What somebody was told who asked for this. */
export function told(outcome: Outcome, asked: CoordinationRequest, facts: Partial<ReportFacts> = {}): Report {
  const target = (outcome.kind === 'error' ? null : outcome.view?.target) ?? TARGET;
  return reportOf({
    ...{ outcome, onConflict: 'fail', now: NOW, serverUrl: 'https://github.com', target, request: asked },
    ...(asked.command === 'leave' || asked.command === 'renew' ? {} : { command: asked.command }),
    ...{ stateBranch: 'runner-coord-state', ...facts },
  });
}

export function well(
  status: OkStatus,
  record: OwnershipRecord | null,
  asked: CoordinationRequest,
  changes: Partial<View> = {},
): Report {
  return told({ kind: 'ok', status, view: viewOf(record, changes) }, asked);
}

export function refusal(
  code: ConflictCode,
  record: OwnershipRecord | null,
  asked: CoordinationRequest,
  changes: Partial<View> = {},
): Report {
  return told({ kind: 'conflict', code, view: viewOf(record, changes) }, asked);
}

export function failed(failure: Pick<Failure, 'code' | 'problem' | 'advice'>): Report {
  return told({ kind: 'error', failure, mayHaveWritten: false }, request('status'));
}

/** An event of run 1001, five minutes ago unless told otherwise. */
export function event(type: string, changes: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    ...{ type, runId: '1001', attempt: 1, previousRunId: null, at: '2026-11-22T08:05:00.000Z', reason: null },
    ...{ fencingToken: 4, id: null, actor: 'octocat', workflow: 'agent', workflowRunId: 1001, ...changes },
  };
}

/** Held by octocat for a while, who pressed the button. */
export function held(changes: Partial<OwnershipRecord> = {}): OwnershipRecord {
  const ends = { detached: true, expiresAt: '2026-11-22T16:00:00.000Z' };
  const holder = { ...HOLDER, workflow: 'hold', job: 'takeover' };
  return owned({ activeRun: active({ runId: 'person:octocat', holder, ...ends }), ...changes });
}

export { active, owned, request };
