import fc from 'fast-check';
import type { OwnershipRecord } from '../../../src/core/record.js';
import type { CoordinationRequest, LeaveRequest } from '../../../src/core/request.js';
import type { Run } from '../../../src/core/run.js';
import { HOLDER, LEAVING, MINUTE_MS, request, WAITING } from '../samples.js';

/** What may happen in a repository of two targets, as steps of workflow runs and a person do it. */

/** Two steps of one run, two attempts of two others, jobs of one workflow run with run ids of their own, and a person. */
export const STEPS: readonly Run[] = [
  ...[runOf('1', 1), runOf('1', 1), runOf('2', 1), runOf('2', 2), runOf('3', 1), runOf('3', 2), runOf('4', 1)],
  ...[runOf('lint', 1, 5), runOf('test', 1, 5), runOf('test', 2, 5), runOf('test', 1, 6)],
  { runId: 'person:mona', attempt: 1, holder: null },
];

function runOf(runId: string, attempt: number, workflowRunId = Number(runId)): Run {
  return { runId, attempt, holder: { ...HOLDER, workflowRunId, workflow: `workflow ${runId}` } };
}

const DEEDS = [
  ...(['claim', 'claim', 'wait', 'wait', 'wait', 'wait', 'ensure', 'release', 'release', 'release'] as const),
  ...(['stop', 'post', 'evict', 'take over', 'take over', 'signal', 'push', 'confirm', 'die'] as const),
];

export interface Move {
  readonly target: number;
  readonly step: number;
  readonly what: (typeof DEEDS)[number];
  readonly supersede: 'never' | 'dead' | 'stale';
  readonly expiresAfterMs: number | null;
  readonly tokenFloor: number;
  readonly reason: string | null;
  readonly open: boolean;
  readonly minutes: number;
  readonly lostRaces: number;
}

export const move: fc.Arbitrary<Move> = fc.record({
  target: fc.constantFrom(0, 0, 0, 1),
  step: fc.nat({ max: STEPS.length - 1 }),
  what: fc.constantFrom(...DEEDS),
  supersede: fc.constantFrom('never', 'dead', 'dead', 'stale'),
  expiresAfterMs: fc.constantFrom(null, null, 10 * MINUTE_MS),
  tokenFloor: fc.constantFrom(0, 0, 0, 9),
  reason: fc.constantFrom(null, 'stuck', 'urgent'),
  open: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
  // No two commits are of one time, so that the truth can be found again by it.
  minutes: fc.integer({ min: 1, max: 8 }),
  lostRaces: fc.constantFrom(0, 0, 2),
});

/** What the step asks for; `null`: it only dies. */
export function requestOf(
  { what, supersede, expiresAfterMs, reason }: Move,
  run: Run,
  record: OwnershipRecord | null,
  writes: readonly string[],
): CoordinationRequest | null {
  const term = { detached: run.holder === null, expiresAfterMs, byDefault: false };
  const beginning = { run, reason, supersede, staleAfterMs: 20 * MINUTE_MS, term };
  const leave: LeaveRequest = { command: 'leave', run, reason, writes, founding: true, jobOutcome: null };
  switch (what) {
    case 'claim':
      return request('claim', beginning);
    case 'ensure':
      return request('ensure', beginning);
    case 'wait':
      return request('claim', { ...beginning, line: WAITING });
    case 'stop':
      return request('claim', { ...beginning, line: LEAVING });
    case 'release':
      return request('release', { run, reason, jobOutcome: 'success' });
    case 'evict':
      return request('release', { run, reason, evict: true, fencingToken: record?.fencingToken ?? 1 });
    case 'take over':
      return request('takeover', { run, reason, term });
    case 'post':
      return writes.length === 0 ? null : leave;
    case 'signal':
      return request('signal-exit', { run, reason, requireActiveOwner: false });
    case 'push':
      return request('push', { run, reason });
    case 'confirm':
      return request('assert', { run, reason, strict: true });
    case 'die':
      return null;
  }
}
