import type { ConflictCode, OkStatus } from './answer.js';
import type { Outcome, View } from './outcome.js';
import type { ActiveRun, OwnershipRecord, Target } from './record.js';
import type { CoordinationRequest } from './request.js';
import { exitSignalOf } from './run.js';
import { ageInMs } from './staleness.js';
import { formatDuration, plain, sentence } from './text.js';

/** Long enough for every input to be wrong at once. */
const LONGEST_ERROR = 4000;

/** What a message may say beside the outcome. */
export interface MessageContext {
  readonly target: Target | null;
  readonly request: Pick<CoordinationRequest, 'command' | 'run' | 'fencingToken' | 'targetRunId' | 'supersede'>;
  /** ISO time of the answer. */
  readonly now: string;
}

/** What a person reads: what happened, and for anything but success the exact next step. */
export interface Message {
  readonly text: string;
  readonly wayOut: string | null;
}

/** One line on what happened, and one on what to do about it, for somebody who was just woken up. */
export function messageOf(outcome: Outcome, context: MessageContext): Message {
  switch (outcome.kind) {
    case 'error':
      return {
        text: sentence(plain(outcome.failure.problem, LONGEST_ERROR)),
        wayOut: outcome.failure.advice === '' ? null : sentence(plain(outcome.failure.advice, LONGEST_ERROR)),
      };
    case 'ok':
      return { text: okText(outcome.status, outcome.view, context), wayOut: null };
    case 'conflict':
      return conflictMessage(outcome.code, outcome.view, context);
  }
}

function okText(status: OkStatus, view: View | null, context: MessageContext): string {
  const name = targetName(context);
  const record = view?.record ?? null;
  const owner = record?.activeRun ?? null;
  const me = runName(context.request.run.runId);
  const previous = record?.previousRun?.runId ?? null;
  switch (status) {
    case 'claimed_new':
      return `${me} claimed ${name}${tokenOf(owner)}.`;
    case 'refreshed':
      return `${me} still owns ${name}${tokenOf(owner)}.`;
    case 'taken_over':
      return `${me} took ${name} over from ${runName(previous ?? 'unknown')}${tokenOf(owner)}${causeOf(record)}.`;
    case 'owner_confirmed':
      return `${me} owns ${name}${tokenOf(owner)}.`;
    case 'no_owner_record':
      return `Nobody owns ${name}.`;
    case 'released':
      return previous === context.request.run.runId
        ? `${me} released ${name}.`
        : `${me} ended the tenure of ${runName(previous ?? 'unknown')} on ${name}.`;
    case 'release_noop':
      return `Nobody owned ${name}, so there was nothing to release.`;
    case 'exit_signal_recorded':
      return `${runName(context.request.targetRunId ?? context.request.run.runId)} is asked to exit from ${name}.`;
    case 'fresh_runner':
      return owner === null ? `Nobody owns ${name}.` : `${name} is owned by ${describeOwner(owner, context.now)}.`;
    case 'status':
      return owner === null ? `Nobody owns ${name}.` : `${name} is owned by ${describeOwner(owner, context.now)}.`;
    case 'skipped_no_async_run_id':
      return 'There is no run id and this is not a workflow run, so there is nothing to own and nothing was done.';
  }
}

function conflictMessage(code: ConflictCode, { record }: View, context: MessageContext): Message {
  const name = targetName(context);
  const owner = record?.activeRun ?? null;
  const { command, run, targetRunId } = context.request;
  // A check asks about a run that somebody named; its own run never owns anything.
  const me = runName(command === 'check' && targetRunId !== null ? targetRunId : run.runId);
  const held =
    owner === null ? 'nobody owns it now' : `it is owned by ${describeOwner(owner, context.now)}${claimReason(record)}`;
  switch (code) {
    case 'active_run_exists':
      return {
        text: `${me} may not work on ${name}: ${held}.`,
        wayOut: `Wait until ${runName(owner?.runId ?? '')} releases it, or take it over with "command: takeover" and a reason.`,
      };
    case 'ownership_lost':
      return {
        text: `${me} does not own ${name}${wantedTenure(context, owner)}: ${held}.`,
        wayOut:
          'Stop this run without touching the pull request. To continue here, take it over with "command: takeover".',
      };
    case 'ownership_missing':
      return {
        text: `${me} does not own ${name}: ${held}.`,
        wayOut: 'Claim it first with "command: claim" (or "command: ensure"), in this job or in one that it needs.',
      };
    case 'exit_signal_recorded':
      return {
        text: `The owner of ${name} was told to exit${signalText(record, context.now)}: ${held}.`,
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
        wayOut:
          'Ask somebody who has the permission on the repository that the input "takeover-permission" names (by default write).',
      };
    case 'pr_closed':
      return {
        text: `${name} is closed, so it cannot be claimed: ${held}.`,
        wayOut: 'Reopen the pull request and run again. Releasing works on a closed pull request.',
      };
  }
}

/** `run 1001 (attempt 2, workflow "agent", job "fix", by octocat), token 4, since … (12 min), …/runs/1001`. */
export function describeOwner(owner: ActiveRun, now: string): string {
  const { holder } = owner;
  const details = [
    owner.attempt > 1 ? `attempt ${String(owner.attempt)}` : null,
    holder?.workflow == null ? null : `workflow "${plain(holder.workflow, 80)}"`,
    holder?.job == null ? null : `job "${plain(holder.job, 80)}"`,
    holder?.actor == null ? null : `by ${plain(holder.actor, 80)}`,
  ].filter((detail) => detail !== null);
  const age = ageInMs(owner.claimedAt, now);
  const renewed = ageInMs(owner.updatedAt, now);
  const since =
    owner.claimedAt === null || age === null
      ? 'since an unknown time'
      : `since ${owner.claimedAt} (for ${formatDuration(age)}` +
        `${renewed !== null && owner.updatedAt !== owner.claimedAt ? `, renewed ${formatDuration(renewed)} ago` : ''})`;
  const link = holder?.url == null ? '' : `, see ${plain(holder.url, 300)}`;
  return `${runName(owner.runId)}${details.length === 0 ? '' : ` (${details.join(', ')})`} ${since}${tokenOf(owner)}${link}`;
}

/** Why the owner's tenure began, where somebody said so. */
function claimReason(record: OwnershipRecord | null): string {
  const token = record?.activeRun?.fencingToken;
  const began = record?.history.find(
    ({ type, fencingToken }) => fencingToken === token && (type === 'claim' || type === 'takeover'),
  );
  return began?.reason == null ? '' : `, reason: ${plain(began.reason)}`;
}

function runName(runId: string): string {
  return `run ${plain(runId)}`;
}

function actorName({ request }: MessageContext): string {
  return plain(request.run.holder?.actor ?? 'The actor', 80);
}

function targetName({ target }: MessageContext): string {
  return target === null ? 'the pull request' : `${target.repo}#${String(target.pr)}`;
}

function tokenOf(owner: ActiveRun | null): string {
  return owner === null ? '' : `, fencing token ${String(owner.fencingToken)}`;
}

function causeOf(record: OwnershipRecord | null): string {
  const event = record?.history.at(-1);
  if (event?.cause !== undefined) return `, cause: ${plain(event.cause, 40)}`;
  return event?.reason == null ? '' : `, reason: ${plain(event.reason)}`;
}

function wantedTenure({ request }: MessageContext, owner: ActiveRun | null): string {
  const wanted = ['assert', 'release', 'signal-exit'].includes(request.command) ? request.fencingToken : null;
  return wanted === null || wanted === owner?.fencingToken ? '' : ` in the tenure with fencing token ${String(wanted)}`;
}

function signalText(record: OwnershipRecord | null, now: string): string {
  const signal = record === null ? null : exitSignalOf(record);
  if (signal === null || record === null) return '';
  const event = record.history.findLast(
    ({ type, runId, fencingToken }) =>
      type === 'signal-exit' && runId === signal.runId && fencingToken === signal.fencingToken,
  );
  const age = ageInMs(signal.at, now);
  const when = age === null ? '' : ` ${formatDuration(age)} ago`;
  const who = event?.actor === undefined ? '' : ` by ${plain(event.actor, 80)}`;
  return `${when}${who}${signal.reason === null ? '' : `, reason: ${plain(signal.reason)}`}`;
}
