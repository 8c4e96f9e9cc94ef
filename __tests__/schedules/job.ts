import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import type { Snapshot } from '../../src/store/state-store.js';
import type { Agent, Step } from './scenario.js';

/** What a job keeps from one step to the next. */
export interface Memory {
  /** The token of its last claim; `null` where that claim was refused. */
  token: number | null;
  /** What that claim left on the branch, and the head that it replaced: both are handed to the post step. */
  known: Snapshot | null;
  outdatedHeads: readonly string[];
}

export function noMemory(): Memory {
  return { token: null, known: null, outdatedHeads: [] };
}

export function requestOf(agent: Agent, step: Step, id: string, memory: Memory): CoordinationRequest {
  const runId = agent.runId ?? agent.name;
  const holder = { workflowRunId: 1000, workflow: 'agent', job: agent.name, actor: 'octocat', url: null };
  return {
    command: step.command,
    id,
    run: { runId, attempt: agent.attempt ?? 1, holder },
    reason: null,
    fencingToken: step.token === 'own' ? memory.token : null,
    requireExisting: step.requireExisting ?? false,
    requireActiveOwner: step.requireActiveOwner ?? true,
    targetRunId: step.targetRunId ?? null,
    evict: step.evict ?? false,
    strict: step.strict ?? false,
    supersede: step.supersede ?? 'dead',
    staleAfterMs: step.staleAfterMs ?? 1_800_000,
    jobOutcome: null,
  };
}

export function remember(memory: Memory, { command, run }: CoordinationRequest, outcome: Outcome): void {
  if (!['claim', 'takeover', 'ensure'].includes(command)) return;
  Object.assign(memory, noMemory());
  const view = outcome.kind === 'ok' ? outcome.view : null;
  const record = view?.record ?? null;
  if (view === null || record?.activeRun?.runId !== run.runId) return;
  const { stateCommit: head, headSha, previousHead } = view;
  memory.token = record.activeRun.fencingToken;
  memory.known = { head, reading: { kind: 'record', record }, pullRequest: { open: true, headSha } };
  memory.outdatedHeads = previousHead === null ? [] : [previousHead];
}
