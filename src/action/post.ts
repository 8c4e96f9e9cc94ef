import { getInput } from '@actions/core';
import { randomUUID } from 'node:crypto';
import { coordinate } from '../coordinate.js';
import { messageOf } from '../core/message.js';
import { readRecord } from '../core/read-record.js';
import type { CoordinationRequest } from '../core/request.js';
import type { Snapshot, StateStore } from '../store/state-store.js';
import { Deadline } from '../time/deadline.js';
import { systemClock, type Clock } from '../time/clock.js';
import { connect, openStore } from './connect.js';
import { holderOf, readEnvironment, type Environment } from './environment.js';
import { log } from './log.js';
import { load, type SavedState } from './saved-state.js';

/** A write that was under way when main was killed may show up a little later; so long is it looked for. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 1_500;

/**
 * The post step: releases the tenure that main of this very step held, and only that one. It never fails the job; what
 * goes wrong is a warning.
 */
export async function post(): Promise<void> {
  const saved = load();
  if (saved.kind === 'unreadable') {
    log.warn('The state that main left behind cannot be read, so nothing was released. Release by hand if need be.');
  }
  if (saved.kind !== 'saved' || saved.state.phase === 'none') return;
  const { state } = saved;
  const surroundings = readEnvironment(process.env);
  if (!surroundings.ok) return log.warn(`Not released: ${surroundings.failure.problem}.`);
  const { environment } = surroundings;

  const clock = systemClock;
  const deadline = new Deadline(clock, state.timeoutMs);
  const transport = await connect(environment, getInput('github-token'));
  const { target, stateBranch } = state;
  const store = openStore({ transport, target, stateBranch, clock, environment, requiredPermission: 'write' });

  const tenure = state.phase === 'held' ? heldTenure(state) : await lookForTenure(state, store, deadline, clock);
  if (tenure === null) return log.info('This step came to own nothing, so there is nothing to release.');
  const request = releaseRequest(state, tenure.fencingToken, environment);
  const outcome = await coordinate(request, {
    store,
    clock,
    deadline,
    takeoverPermission: 'denied',
    ...(tenure.snapshot === null ? {} : { known: tenure.snapshot }),
    outdatedHeads: tenure.outdatedHeads,
    warn: log.warn,
    debug: log.debug,
  });
  const { text } = messageOf(outcome, { target, request, now: clock.now() });
  if (outcome.kind === 'error') log.warn(`Not released: ${text} ${outcome.failure.advice}`);
  else if (outcome.kind === 'conflict') log.info(`Nothing to release, the tenure ended already: ${text}`);
  else log.info(text);
}

interface FoundTenure {
  readonly fencingToken: number;
  readonly snapshot: Snapshot | null;
  readonly outdatedHeads: readonly string[];
}

/** The tenure that main saw, with the record it wrote, so that the release needs no reading if nothing moved. */
function heldTenure({ tenure, target }: SavedState): FoundTenure | null {
  if (tenure === null) return null;
  const { fencingToken, commit, headSha, outdatedHeads } = tenure;
  const reading = tenure.record === null ? null : readRecord(tenure.record, target);
  const snapshot = reading?.kind === 'record' ? { head: commit, reading, pullRequest: { open: true, headSha } } : null;
  return { fencingToken, snapshot, outdatedHeads };
}

/** Main ended without an answer: the tenure is ours only if the record's history shows main's own request. */
async function lookForTenure(
  { requestId, run }: SavedState,
  store: StateStore,
  deadline: Deadline,
  clock: Clock,
): Promise<FoundTenure | null> {
  for (let look = 1; look <= LOOKS && !deadline.expired; look += 1) {
    if (look > 1) await deadline.sleep(LOOK_PAUSE_MS * (0.5 + clock.random()));
    const read = await store.read(deadline);
    if (read.kind === 'failed') {
      if (read.failure.retry.kind === 'never' || look === LOOKS) {
        log.warn(`Whether this step owned anything could not be found out: ${read.failure.problem}.`);
        return null;
      }
      continue;
    }
    const { reading } = read.snapshot;
    const active = reading.kind === 'record' ? reading.record.activeRun : null;
    const event = reading.kind === 'record' ? reading.record.history.find(({ id }) => id === requestId) : undefined;
    if (event === undefined) continue;
    const ours = active?.runId === run.runId && active.fencingToken === event.fencingToken;
    return ours ? { fencingToken: active.fencingToken, snapshot: read.snapshot, outdatedHeads: [] } : null;
  }
  return null;
}

function releaseRequest(state: SavedState, fencingToken: number, environment: Environment): CoordinationRequest {
  return {
    command: 'release',
    id: randomUUID(),
    run: { ...state.run, holder: holderOf(environment) },
    reason: null,
    fencingToken,
    requireExisting: false,
    requireActiveOwner: true,
    targetRunId: null,
    evict: false,
    strict: false,
    supersede: 'never',
    staleAfterMs: 0,
    jobOutcome: jobOutcome(),
  };
}

/** How the job went, as far as the runner tells: it fills the input anew for the post step. */
function jobOutcome(): string | null {
  const status = getInput('job-status');
  return ['success', 'failure', 'cancelled'].includes(status) ? status : null;
}
