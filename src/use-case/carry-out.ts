import { Meter } from '../coordinate/meter.js';
import { coordinateWithWaiting } from '../coordinate/wait.js';
import type { Effort } from '../core/effort.js';
import type { Failure, Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import { createLookups } from '../store/pull-request-lookups.js';
import { isForkPullRequest } from '../target/fork.js';
import { Deadline } from '../time/deadline.js';
import { cancelReplaced } from './cancel-replaced.js';
import { courtesyDeadline } from './courtesy.js';
import { findTarget } from './find-target.js';
import { openStoreFor, repositoryIdOf } from './open-store.js';
import { showOwner } from './show-owner.js';
import type { Memory, Place, Surroundings, Wanted } from './wanted.js';

/** They look, and act for no run. */
const ASKS_FOR_NOBODY: readonly string[] = ['check', 'status'];

/** What came of it. */
export interface CarriedOut {
  /** `null` where it could not be found out. */
  readonly target: Target | null;
  readonly outcome: Outcome;
  readonly effort: Effort;
}

/**
 * The one use case, whichever shell asks: resolve the target, open its store, coordinate or wait. Refusals and faults of
 * GitHub are outcomes; a throw is a bug.
 */
export async function carryOut(
  wanted: Wanted,
  surroundings: Surroundings,
  remember: (target: Target) => Memory,
): Promise<CarriedOut> {
  const { request, asker, place, stateBranch, timeoutMs, waitTimeoutMs, takeover, publishing } = wanted;
  const { transport, clock, serverUrl, newId, say, stop } = surroundings;
  const meter = new Meter(clock, transport);
  // Nobody can own by no name: a record that says so could not be read again.
  if (request.run.runId === '' && !ASKS_FOR_NOBODY.includes(request.command)) {
    return { target: null, outcome: errorOf(runIdRequired(request.command)), effort: meter.effort };
  }
  const deadline = new Deadline(clock, timeoutMs);
  const found = await findTarget(place, asker, serverUrl, createLookups(transport, clock, deadline));
  if (!found.ok) return { target: null, outcome: errorOf(found.failure), effort: meter.effort };
  const { target } = found;
  const { store, close } = await openStoreFor({ target, asker, stateBranch, takeover, publishing }, surroundings);
  const repositoryId = repositoryIdOf(target, asker);
  const memory = remember(target);
  const writes: string[] = [];
  const decided = await coordinateWithWaiting(request, {
    ...{ store, stateBranch, clock, deadline, newId, repositoryId, waitTimeoutMs, timeoutMs, meter },
    takeoverPermission: takeover.permission === 'none' ? 'granted' : 'unasked',
    beforeWrite: (event, present, head) => {
      if (event.id !== null) writes.push(event.id);
      memory.beforeWrite(event, present, head);
    },
    ...(stop === undefined ? {} : { stop }),
    ...say,
  }).finally(close);
  const outcome = hasReadOnlyToken(place) ? explainFork(decided) : decided;
  memory.afterOutcome(outcome);
  const courtesy = courtesyDeadline(clock, deadline);
  await Promise.all([
    wanted.cancelSuperseded ? cancelReplaced(outcome, store, surroundings, courtesy) : null,
    wanted.prStatus ? showOwner(outcome, writes, surroundings, courtesy) : null,
  ]);
  return { target, outcome, effort: meter.effort };
}

/** GitHub gives a run for a fork's pull request a token that can only read. */
function hasReadOnlyToken({ event: { name }, payload }: Place): boolean {
  if (!name.startsWith('pull_request') || name === 'pull_request_target' || !payload.ok) return false;
  return isForkPullRequest(payload.payload);
}

/** GitHub only says that the token may not; where the event tells why, the message does too. */
function explainFork(outcome: Outcome): Outcome {
  if (outcome.kind !== 'error' || outcome.failure.code !== 'permission_denied') return outcome;
  const advice =
    'This pull request comes from a fork, so the token is read-only whatever "permissions:" says (claiming takes ' +
    '"contents: write"). Trigger the workflow with pull_request_target or workflow_run; assert, check and status work here.';
  return { ...outcome, failure: { ...outcome.failure, advice } };
}

export function runIdRequired(command: string): Failure {
  return {
    code: 'run_id_required',
    problem: `The command ${command} acts for a run, and none is named`,
    advice: 'Set the input "run-id", or the variable PI_SUBAGENT_RUN_ID, or run inside a workflow.',
  };
}

/** An error from before anything could have been written. */
function errorOf(failure: Failure): Outcome {
  return { kind: 'error', failure, mayHaveWritten: false };
}
