import { getInput } from '@actions/core';
import { beginsTenure } from '../core/history.js';
import { readRecord } from '../core/read-record.js';
import type { OwnershipRecord } from '../core/record.js';
import type { LeaveRequest, ReleaseRequest } from '../core/request.js';
import type { Outcome } from '../core/outcome.js';
import { describeOwner, lastEnd, targetName } from '../core/words/owner.js';
import { messageOf } from '../core/words/message.js';
import type { Snapshot } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import { cleanUp } from '../use-case/clean-up.js';
import { askerOf, holderOf, readEnvironment, type Environment } from '../environment/environment.js';
import { announceEffort, log } from './log.js';
import { surroundingsOf } from './main.js';
import { load, type SavedState } from './saved-state.js';

/**
 * The post step: releases the tenure that main of this very step began, and only that one; where main ended without an
 * answer, sees to it that nothing of it can land any more. It never fails the job; what goes wrong is a warning.
 */
export async function post(): Promise<void> {
  const saved = load();
  if (saved.kind === 'unreadable') {
    log.warn('The state that main left behind cannot be read, so nothing was released. Release by hand if need be.');
  }
  if (saved.kind !== 'saved') return;
  const { state } = saved;
  const surroundings = readEnvironment(process.env);
  if (!surroundings.ok) return log.warn(`Not released: ${surroundings.failure.problem}.`);
  const { environment } = surroundings;
  const token = getInput('github-token');
  if (token === '') return log.warn(WITHOUT_TOKEN);

  const around = await surroundingsOf(environment, token);
  const { target, stateBranch, repositoryId, timeoutMs, prStatus, tenure } = state;
  const request = requestFrom(state, environment);
  const { outcome, effort } = await cleanUp(
    {
      ...{ request, target, stateBranch, repositoryId, timeoutMs, prStatus },
      asker: askerOf(environment),
      known: knownFrom(state, around.clock),
      outdatedHeads: tenure?.outdatedHeads ?? [],
    },
    around,
  );
  tell(outcome, request, state, around.clock);
  announceEffort(effort);
}

const WITHOUT_TOKEN =
  'Not released: this post step got no "github-token". The runner gives the post step of an action inside a composite ' +
  'action inside another one no inputs (actions/runner#2030). Release in a last step instead: "if: always()", with ' +
  '"command: release" and the fencing-token of the claim.';

/** The record that main wrote, so that the release needs no reading if nothing moved since. */
function knownFrom({ tenure, target, repositoryId, clockOffsetMs }: SavedState, clock: Clock): Snapshot | null {
  if (tenure?.record == null) return null;
  const reading = readRecord(tenure.record, { ...target, repoId: repositoryId });
  if (reading.kind !== 'record') return null;
  return {
    target: reading.record.target,
    head: tenure.commit,
    reading,
    // No tenure begins here, so no token is needed.
    tokenFloor: 0,
    pullRequest: null,
    time: { serverMs: Date.parse(clock.now()) + clockOffsetMs, monotonicMs: clock.monotonic() },
  };
}

function requestFrom(
  { phase, tenure, run, writes, founding }: SavedState,
  environment: Environment,
): ReleaseRequest | LeaveRequest {
  const asking = { run: { ...run, holder: holderOf(environment) }, reason: null, jobOutcome: jobOutcome() };
  if (phase !== 'held' || tenure === null) return { command: 'leave', ...asking, writes, founding };
  const { fencingToken, id: begunBy } = tenure;
  return { command: 'release', ...asking, fencingToken, begunBy, writes, evict: false, targetRunId: null };
}

/** How the job went, as far as the runner tells: it fills the input anew for the post step. */
function jobOutcome(): string | null {
  const status = getInput('job-status');
  return ['success', 'failure', 'cancelled'].includes(status) ? status : null;
}

function tell(outcome: Outcome, request: ReleaseRequest | LeaveRequest, state: SavedState, clock: Clock): void {
  const now = outcome.kind === 'error' ? clock.now() : (outcome.view?.now ?? clock.now());
  const { text } = messageOf(outcome, { target: state.target, request, now });
  if (outcome.kind === 'error') return log.warn(`Not released: ${text} ${outcome.failure.advice}`);
  if (outcome.kind === 'ok' && outcome.status === 'released') return log.info(text);
  const record = outcome.view?.record ?? null;
  const owner = record?.activeRun ?? null;
  const token = state.tenure?.fencingToken ?? begunWith(record, state.writes);
  if (token === null) {
    return log.info(
      'This step came to own nothing, and no tenure of it can begin any more, so there is nothing to release.',
    );
  }
  if (owner?.fencingToken === token) {
    return log.info('Nothing was released: another step of this run has renewed the tenure, and goes on in it.');
  }
  const released = record?.history.some(
    ({ type, fencingToken, runId }) => type === 'release' && fencingToken === token && runId === state.run.runId,
  );
  if (released === true) {
    return log.info(`Nothing to release: this run has released ${targetName(state.target)} already.`);
  }
  const end = lastEnd(record, now);
  const held =
    owner === null
      ? `nobody owns it now${end === null ? '' : ` (${end})`}`
      : `it is owned by ${describeOwner(owner, now)}`;
  log.warn(
    `This run lost ${targetName(state.target)} while the job was at work: ${held}. What this job did to the pull request ` +
      'since then, it did without owning it; ask right before every side effect with "command: assert".',
  );
}

/** The token of the tenure that one of these writes began, as far as the history shows; `null` for none. */
function begunWith(record: OwnershipRecord | null, writes: readonly string[]): number | null {
  const isOurs = (id: string | null | undefined): boolean => id != null && writes.includes(id);
  // A hand-over that this step wrote to somebody else began nothing of its own.
  const begun = record?.history.findLast((event) =>
    event.type === 'handover' ? isOurs(event.entry) : beginsTenure(event) && isOurs(event.id),
  );
  return begun?.fencingToken ?? null;
}
