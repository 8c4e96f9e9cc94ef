import type { Outcome } from '../../src/core/outcome.js';
import type { Holder, HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { isBegunBy } from '../../src/core/history.js';
import type { Publication } from '../../src/core/publication.js';
import type { CoordinationRequest, LeaveRequest, ReleaseRequest, Term } from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';
import { FIRST_NAME } from './branch.js';
import type { Agent, Step } from './scenario.js';

/** What a job keeps from one step to the next. */
export interface Memory {
  /** The token of its last claim; `null` where that claim was refused. */
  token: number | null;
  /** What its steps have left for their post steps, in the order of the steps. */
  readonly saved: Saved[];
}

/** What main leaves for the post step, as the action saves it. */
export interface Saved {
  phase: 'pending' | 'held' | 'none';
  /** Ids of all its writes. */
  writes: readonly string[];
  tenure: Tenure | null;
}

interface Tenure {
  readonly token: number;
  readonly id: string;
  readonly head: string;
  readonly record: OwnershipRecord;
  readonly outdatedHeads: readonly string[];
  /** GitHub's clock less that of the machine. */
  readonly clockOffsetMs: number;
}

export function runOf(agent: Agent): Run {
  const runId = agent.runId ?? agent.name;
  const holder: Holder = {
    repo: FIRST_NAME,
    repoId: 7,
    workflowRunId: workflowRunOf(agent),
    workflow: 'agent',
    job: agent.name,
    actor: 'octocat',
    url: null,
  };
  return { runId, attempt: agent.attempt ?? 1, holder };
}

export function workflowRunOf({ name, runId = name, workflowRun }: Agent): number {
  return workflowRun ?? 1000 + runId.charCodeAt(0);
}

export function requestOf(
  agent: Agent,
  step: Step,
  fencingToken: number | null,
  timeoutMs: number,
  publication: Publication | null,
): CoordinationRequest {
  const asking = { run: runOf(agent), reason: null };
  const { supersede = 'dead', staleAfterMs = 1_800_000, targetRunId = null } = step;
  const term: Term = {
    detached: step.detached ?? false,
    expiresAfterMs: step.expiresAfterMs ?? null,
    byDefault: step.expiresAfterMs === undefined,
  };
  // As the inputs have it: the place counts for as long as the step waits, and what the last look of it may take.
  const line =
    step.waitMs === undefined ? null : { action: 'wait' as const, placeMs: step.placeMs ?? step.waitMs + timeoutMs };
  const superseding = { requireOpen: null, supersede, staleAfterMs, term, line };
  const { command } = step;
  switch (command) {
    case 'claim':
      return { command, ...asking, ...superseding };
    case 'takeover':
      return { command, ...asking, term, requireOpen: null };
    case 'assert': {
      const { requireExisting = true, strict = false } = step;
      return { command, ...asking, fencingToken, requireOpen: null, requireExisting, strict };
    }
    case 'push': {
      if (publication === null) throw new Error('a push is asked for a commit');
      return { command, ...asking, fencingToken, requireOpen: step.requireOpen ?? null, publication };
    }
    case 'ensure':
      return { command, ...asking, ...superseding, fencingToken };
    case 'release':
      return {
        ...{ command, ...asking, fencingToken, targetRunId },
        ...{ evict: step.evict ?? false, jobOutcome: null, begunBy: null, writes: [] },
      };
    case 'signal-exit':
      return { command, ...asking, fencingToken, requireActiveOwner: step.requireActiveOwner ?? true, targetRunId };
    case 'check':
      return { command, ...asking, targetRunId, staleAfterMs };
    case 'status':
      return { command, ...asking };
    case 'post':
      throw new Error('a post step asks for what its main step has left');
  }
}

/** What the post step asks for; `null`: nothing. */
export function postRequestOf(agent: Agent, { phase, writes, tenure }: Saved): ReleaseRequest | LeaveRequest | null {
  const asking = { run: runOf(agent), reason: null, jobOutcome: null };
  if (phase === 'none') return null;
  if (phase === 'pending' || tenure === null) return { command: 'leave', ...asking, writes, founding: true };
  const { token: fencingToken, id: begunBy } = tenure;
  return { command: 'release', ...asking, fencingToken, begunBy, writes, evict: false, targetRunId: null };
}

/** Before a write: if the step is ended from here on, its post step has to look whether it landed. */
export function noteWrite(saved: Saved, { id }: HistoryEvent): void {
  if (id === null) return;
  saved.writes = [...saved.writes, id];
  saved.phase = 'pending';
}

/** After the answer: what the step began, which its post step ends. */
export function noteOutcome(saved: Saved, outcome: Outcome, machineNow: string): void {
  if (saved.writes.length === 0) return;
  if (outcome.kind !== 'ok') {
    saved.phase = outcome.mayHaveWritten === true ? 'pending' : 'none';
    return;
  }
  const { view } = outcome;
  const active = view?.record?.activeRun ?? null;
  saved.phase = 'none';
  if (view?.record == null || view.stateCommit === null || active?.id == null) return;
  if (!isBegunBy(view.record, saved.writes)) return;
  saved.phase = 'held';
  saved.tenure = {
    token: active.fencingToken,
    id: active.id,
    head: view.stateCommit,
    record: view.record,
    outdatedHeads: view.previousHead === null ? [] : [view.previousHead],
    clockOffsetMs: Date.parse(view.now) - Date.parse(machineNow),
  };
}

/** The token that later steps, and later attempts, are given. */
export function noteToken(memory: Memory, { command, run }: CoordinationRequest, outcome: Outcome): void {
  if (!['claim', 'takeover', 'ensure'].includes(command)) return;
  const active = outcome.kind === 'ok' ? (outcome.view?.record?.activeRun ?? null) : null;
  memory.token = active?.runId === run.runId ? active.fencingToken : null;
}
