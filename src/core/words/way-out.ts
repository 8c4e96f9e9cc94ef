import type { ConflictCode } from '../answer.js';
import { plain } from '../text.js';
import { isExpired } from '../expiry.js';
import type { View } from '../outcome.js';
import type { ActiveRun, StoredTarget } from '../record.js';
import type { CoordinationRequest } from '../request.js';
import { inRepository, relationOf, type Relation } from '../run.js';
import { runName } from './owner.js';
import { afterMove } from './published.js';

/** The exact next step after a refusal, for the command that was refused. */

const STOP = 'Stop this run without touching the pull request.';

/** @param request `null`: the step ended before it knew what to ask. */
export function wayOutOf(
  code: ConflictCode,
  { record, target, published, now, movedTo }: View,
  request: CoordinationRequest | null,
): string {
  if (movedTo !== undefined) return ofMovedBranch(movedTo);
  const owner = record?.activeRun ?? null;
  const command = request?.command ?? 'status';
  switch (code) {
    case 'active_run_exists':
      return hasWaited(request)
        ? 'It stood in line, and its turn did not come in time; raise "wait-timeout", or take it over with "command: takeover" and a reason.'
        : `Wait until ${runName(owner?.runId ?? '')} releases it, or take it over with "command: takeover" and a reason. ` +
            'A claim with "wait-timeout" stands in line.';
    case 'ownership_lost':
      return owner === null || isExpired(owner, now)
        ? ofLossToNobody(command)
        : ofLoss(command, relationTo(owner, request, target));
    case 'ownership_missing':
      return command === 'signal-exit'
        ? NOBODY_TO_SIGNAL
        : 'Claim it first with "command: claim" (or "command: ensure"), in this job or in one that it needs.';
    case 'exit_signal_recorded':
      return command === 'check'
        ? 'Wait until its owner has released it, then check again: it may be at work for a moment yet.'
        : 'Stop without touching the pull request. To continue, begin a new tenure with "command: takeover".';
    case 'stale_runner':
      return 'Look at its run. If it is gone, take over with "command: takeover", or claim with "supersede: stale". If it lives, let it renew with "command: claim".';
    case 'takeover_forbidden':
      return ofForbidden(request);
    case 'queue_full':
      return 'Run it again later, or find out with "command: status" why so many wait and end what hangs with "command: takeover".';
    case 'head_moved':
      return afterMove(published);
    case 'fork_head':
      return 'Push to the fork with git itself, right after an assert; that is advisory only.';
    case 'pr_closed':
      return (
        'Reopen the pull request and run again, or set "require-open: false" for work on a closed one, such as a teardown. ' +
        'Releasing works on a closed pull request.'
      );
  }
}

/** A refused step that may wait does; its refusal is told when it has waited. */
function hasWaited(request: CoordinationRequest | null): boolean {
  return request !== null && 'line' in request && request.line !== null;
}

const NOBODY_TO_SIGNAL = 'There is nobody to signal, so there is nothing to do.';

function ofLossToNobody(command: CoordinationRequest['command']): string {
  if (command === 'check') return 'Nobody is at work on it; leave "target-run-id" out to ask only that.';
  if (command === 'signal-exit') return NOBODY_TO_SIGNAL;
  return `${STOP} Its tenure has ended; to continue, begin a new one with "command: claim".`;
}

function ofLoss(command: CoordinationRequest['command'], relation: Relation): string {
  const mine = relation === 'mine' || relation === 'mine_later_attempt';
  if (command === 'check') {
    return 'The run that "target-run-id" names does not own it; let it stop, or check who does without that input.';
  }
  if (command === 'signal-exit') {
    return (
      'To signal another run, set "require-active-owner: false", and leave "target-run-id" and "fencing-token" out or make them ' +
      'name the owner; the actor needs what "takeover-permission" asks for, or has to stand in "takeover-actors".'
    );
  }
  if (command === 'release') {
    return mine
      ? 'What was to be released has ended already. To release what this run owns now, leave "fencing-token" and "target-run-id" out.'
      : 'There is nothing of this run to release. To end the tenure of the other run, release with "evict: true" and its ' +
          '"fencing-token" or "target-run-id", as a status shows them.';
  }
  if ((command === 'assert' || command === 'push') && relation === 'mine_later_attempt') {
    return 'The tenure is that of an earlier attempt of this workflow run: begin this attempt with "command: ensure", and use the token that it gives.';
  }
  if (mine) {
    return `${STOP} The "fencing-token" is that of a tenure that has ended; only a step that has begun or ensured the present one may go on.`;
  }
  // A takeover would be refused as well.
  if (relation === 'mine_earlier_attempt') return `${STOP} A later attempt of this workflow run goes on in its place.`;
  return `${STOP} To continue here, take it over with "command: takeover".`;
}

function ofForbidden(request: CoordinationRequest | null): string {
  const unnamed =
    request?.command === 'release' && request.evict && request.fencingToken === null && request.targetRunId === null;
  if (unnamed) {
    return 'Say which tenure is meant: release with "evict: true" and the "fencing-token" or "target-run-id" that a status has shown.';
  }
  return (
    'Ask somebody who has the permission on the repository that the input "takeover-permission" names (by default write), ' +
    'or let the workflow name the actor in "takeover-actors", which is the way for bots and Apps. On a re-run both who ' +
    'started the run and who started it again need it.'
  );
}

function relationTo(owner: ActiveRun, request: CoordinationRequest | null, target: StoredTarget): Relation {
  return request === null ? 'another' : relationOf(owner, inRepository(request.run, target));
}

function ofMovedBranch(to: string): string {
  return (
    'Stop without touching the pull request: under the new name it may have another owner. Set "state-branch" to ' +
    `${plain(to)} in all workflows of this repository, and run again.`
  );
}
