import { conflict, ok, type Decision } from './answer.js';
import type { ActiveRun, OwnershipRecord, SupersedeCause, Target } from './record.js';
import type { CoordinationRequest, Facts } from './request.js';
import { exitSignalOf, holdsTenure, relationOf } from './run.js';
import { isStale } from './staleness.js';
import { blankRecord, confirmTenure, endTenure, recordExitSignal, refreshTenure, startTenure } from './tenure.js';

/** What a decision is made from: the record that was read, or `null` where there is none. */
export interface Situation {
  readonly target: Target;
  readonly record: OwnershipRecord | null;
  readonly request: CoordinationRequest;
  readonly facts: Facts;
}

/**
 * The rules of every command (contract, section 3), decided from one reading of the record. Pure: the same situation
 * always gets the same decision, and a decision is good for that reading only.
 */
export function decide(situation: Situation): Decision {
  switch (situation.request.command) {
    case 'claim':
      return decideClaim(situation);
    case 'takeover':
      return decideTakeover(situation);
    case 'assert':
      return decideAssert(situation);
    case 'ensure':
      return decideEnsure(situation);
    case 'release':
      return decideRelease(situation);
    case 'signal-exit':
      return decideSignalExit(situation);
    case 'check':
      return decideCheck(situation);
    case 'status':
      return ok('status');
  }
}

function decideClaim(situation: Situation): Decision {
  const { record, request, facts } = situation;
  if (!facts.pullRequestOpen) return conflict('pr_closed');
  const active = record?.activeRun ?? null;
  if (record === null || active === null) return claimFree(situation);
  switch (relationOf(active, request.run)) {
    case 'mine':
      if (exitSignalOf(record) !== null) return conflict('exit_signal_recorded');
      return refreshTenure(record, active, request, facts);
    case 'mine_later_attempt':
      // What the earlier attempt left behind loses, its exit signal included: that one belongs to the old tenure.
      return startTenure(record, request, facts, { status: 'refreshed' });
    case 'mine_earlier_attempt':
      return conflict('ownership_lost');
    case 'another':
      return supersede(situation, record, active) ?? conflict('active_run_exists');
  }
}

function decideTakeover(situation: Situation): Decision {
  const { record, request, facts } = situation;
  const active = record?.activeRun ?? null;
  if (!facts.pullRequestOpen || record === null || active === null) return decideClaim(situation);
  switch (relationOf(active, request.run)) {
    case 'mine':
      if (exitSignalOf(record) === null) return decideClaim(situation);
      return startTenure(record, request, facts, { status: 'refreshed' });
    case 'mine_later_attempt':
    case 'mine_earlier_attempt':
      return decideClaim(situation);
    case 'another':
      return refuseWithoutPermission(facts) ?? startTenure(record, request, facts, { status: 'taken_over' });
  }
}

function decideAssert({ record, request, facts }: Situation): Decision {
  const active = record?.activeRun ?? null;
  if (record === null || active === null) {
    return request.requireExisting ? conflict('ownership_missing') : ok('no_owner_record');
  }
  if (!holdsTenure(active, request.run) || !meansTenure(request, active)) return conflict('ownership_lost');
  if (exitSignalOf(record) !== null) return conflict('exit_signal_recorded');
  return request.strict ? confirmTenure(record, active, request, facts) : ok('owner_confirmed');
}

function decideEnsure(situation: Situation): Decision {
  const { record, request } = situation;
  const active = record?.activeRun ?? null;
  if (record === null || active === null) return decideClaim(situation);
  if (relationOf(active, request.run) === 'another' && situation.facts.pullRequestOpen) {
    return supersede(situation, record, active) ?? conflict('ownership_lost');
  }
  return decideAssert({ ...situation, request: { ...request, fencingToken: null } });
}

function decideRelease({ record, request, facts }: Situation): Decision {
  const active = record?.activeRun ?? null;
  if (record === null || active === null) return ok('release_noop');
  if (!meansTenure(request, active)) return conflict('ownership_lost');
  if (holdsTenure(active, request.run)) return endTenure(record, active, request, facts, 'release');
  if (!request.evict) return conflict('ownership_lost');
  // Nobody works on a closed pull request any more, so ending its tenure harms nobody and needs no permission.
  const refusal = facts.pullRequestOpen ? refuseWithoutPermission(facts) : null;
  return refusal ?? endTenure(record, active, request, facts, 'evict');
}

function decideSignalExit({ record, request, facts }: Situation): Decision {
  if (record === null) return conflict('ownership_missing');
  const active = record.activeRun;
  if (request.requireActiveOwner && (active === null || !holdsTenure(active, request.run))) {
    return conflict('ownership_lost');
  }
  if (request.fencingToken !== null && (active === null || !meansTenure(request, active))) {
    return conflict('ownership_lost');
  }
  return recordExitSignal(record, request.targetRunId ?? request.run.runId, request, facts);
}

function decideCheck({ record, request, facts }: Situation): Decision {
  const active = record?.activeRun ?? null;
  if (record === null || active === null) return ok('no_owner_record');
  if (exitSignalOf(record) !== null) return conflict('exit_signal_recorded');
  if (isStale(active, facts.now, request.staleAfterMs)) return conflict('stale_runner');
  if (request.targetRunId !== null && request.targetRunId !== active.runId) return conflict('ownership_lost');
  return ok('fresh_runner');
}

function claimFree({ target, record, request, facts }: Situation): Decision {
  return startTenure(record ?? blankRecord(target), request, facts, { status: 'claimed_new' });
}

/** Section 5: replaces another run's tenure where the policy allows it, asks, or answers `null` for "it stays". */
function supersede(situation: Situation, record: OwnershipRecord, active: ActiveRun): Decision | null {
  const { request, facts } = situation;
  if (request.supersede === 'never') return null;
  const replace = (cause: SupersedeCause): Decision =>
    startTenure(record, request, facts, { status: 'taken_over', cause });
  if (exitSignalOf(record) !== null) return replace('exit_signal');
  if (request.supersede === 'stale' && isStale(active, facts.now, request.staleAfterMs)) return replace('stale');
  if (active.holder?.workflowRunId == null) return null;
  if (facts.ownerLiveness === 'unasked') return { kind: 'ask', question: 'owner_liveness' };
  return facts.ownerLiveness === 'dead' ? replace('dead') : null;
}

/** `null` when the actor may; a check that was not made yet is asked for, and anything but a grant refuses. */
function refuseWithoutPermission(facts: Facts): Decision | null {
  if (facts.takeoverPermission === 'unasked') return { kind: 'ask', question: 'takeover_permission' };
  return facts.takeoverPermission === 'granted' ? null : conflict('takeover_forbidden');
}

function meansTenure(request: CoordinationRequest, active: ActiveRun): boolean {
  return request.fencingToken === null || request.fencingToken === active.fencingToken;
}
