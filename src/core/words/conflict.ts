import type { ConflictCode } from '../answer.js';
import type { View } from '../outcome.js';
import type { ActiveRun } from '../record.js';
import { relationOf, inRepository } from '../run.js';
import { plain } from '../text.js';
import type { Message, MessageContext } from './message.js';
import { claimReason, describeOwner, lastEnd, runName, signalText, targetName } from './owner.js';

/** What to say of a refusal: who holds, since when, and the exact way out for this command. */
export function conflictMessage(code: ConflictCode, view: View, context: MessageContext): Message {
  const { target, request, now } = context;
  const { record } = view;
  const name = targetName(target);
  const owner = record?.activeRun ?? null;
  const targetRunId = request !== null && 'targetRunId' in request ? request.targetRunId : null;
  // A check asks about a run that somebody named; its own run never owns anything.
  const me = runName(request?.command === 'check' && targetRunId !== null ? targetRunId : (request?.run.runId ?? ''));
  const held =
    owner === null
      ? `nobody owns it now${before(lastEnd(record, now))}`
      : `it is owned by ${describeOwner(owner, now)}${claimReason(record)}`;
  switch (code) {
    case 'active_run_exists':
      return {
        text: `${me} may not work on ${name}: ${held}.`,
        wayOut: `Wait until ${runName(owner?.runId ?? '')} releases it, or take it over with "command: takeover" and a reason.`,
      };
    case 'ownership_lost':
      return {
        text: `${me} does not own ${name}${wantedTenure(context, owner)}: ${held}.`,
        wayOut: wayOutOfLoss(view, context),
      };
    case 'ownership_missing':
      return {
        text: `${me} does not own ${name}: ${held}.`,
        wayOut: 'Claim it first with "command: claim" (or "command: ensure"), in this job or in one that it needs.',
      };
    case 'exit_signal_recorded':
      return {
        text: `The owner of ${name} was told to exit${signalText(record, now)}: ${held}.`,
        wayOut: 'Stop without touching the pull request. To continue, begin a new tenure with "command: takeover".',
      };
    case 'stale_runner':
      return {
        text: `The owner of ${name} counts as stale: ${held}.`,
        wayOut:
          'Look at its run. If it is gone, take over with "command: takeover", or claim with "supersede: stale". If it lives, let it renew with "command: claim".',
      };
    case 'takeover_forbidden':
      return {
        text: `${actorName(context)} may not end another run’s tenure of ${name}: ${held}.`,
        wayOut: wayOutOfForbidden(context),
      };
    case 'pr_closed':
      return {
        text: `${name} is ${view.pullRequest?.state === 'merged' ? 'merged' : 'closed'}, so no work on it may begin: ${held}.`,
        wayOut:
          'Reopen the pull request and run again, or set "require-open: false" for work on a closed one, such as a teardown. ' +
          'Releasing works on a closed pull request.',
      };
  }
}

function wayOutOfLoss({ record, target }: View, { request }: MessageContext): string {
  const stop = 'Stop this run without touching the pull request.';
  const owner = record?.activeRun ?? null;
  const command = request?.command ?? 'status';
  if (owner === null) {
    return command === 'check'
      ? 'Nobody is at work on it; leave "target-run-id" out to ask only that.'
      : `${stop} Its tenure has ended; to continue, begin a new one with "command: claim".`;
  }
  const relation = request === null ? 'another' : relationOf(owner, inRepository(request.run, target));
  if (relation === 'mine_later_attempt') {
    return 'The tenure is that of an earlier attempt of this workflow run: begin this attempt with "command: ensure", and use the token that it gives.';
  }
  if (command === 'release') {
    return (
      'There is nothing of this run to release. To end the tenure of the other run, release with "evict: true" and its ' +
      '"fencing-token" or "target-run-id", as a status shows them.'
    );
  }
  if (command === 'signal-exit') {
    return (
      'To signal another run, set "require-active-owner: false", and leave "target-run-id" and "fencing-token" out or make them ' +
      'name the owner; the actor needs what "takeover-permission" asks for, or has to stand in "takeover-actors".'
    );
  }
  if (command === 'check') return 'The run that "target-run-id" names does not own it; let it stop, or check who does without that input.';
  if (relation === 'mine' && (command === 'assert' || command === 'ensure')) {
    return `${stop} The "fencing-token" is that of a tenure that has ended; only a step that has begun or ensured the present one may go on.`;
  }
  return `${stop} To continue here, take it over with "command: takeover".`;
}

function wayOutOfForbidden({ request }: MessageContext): string {
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

function before(end: string | null): string {
  return end === null ? '' : ` (${end})`;
}

function actorName({ request }: MessageContext): string {
  return plain(request?.run.holder?.actor ?? 'The actor', 80);
}

function wantedTenure({ request }: MessageContext, owner: ActiveRun | null): string {
  const wanted = request !== null && 'fencingToken' in request ? request.fencingToken : null;
  return wanted === null || wanted === owner?.fencingToken ? '' : ` in the tenure with fencing token ${String(wanted)}`;
}
