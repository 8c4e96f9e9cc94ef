import type { ConflictCode } from '../answer.js';
import type { View } from '../outcome.js';
import { isExpired } from '../expiry.js';
import type { ActiveRun, OwnershipRecord } from '../record.js';
import type { CoordinationRequest } from '../request.js';
import { plain } from '../text.js';
import { lineInWords } from './line.js';
import type { Message, MessageContext } from './message.js';
import { movedText } from './published.js';
import { claimReason, describeOwner, lastEnd, runName, signalText, targetName } from './owner.js';
import { wayOutOf } from './way-out.js';

/** What to say of a refusal: who holds, since when, and the exact way out for this command. */
export function conflictMessage(code: ConflictCode, view: View, context: MessageContext): Message {
  const wayOut = wayOutOf(code, view, context.request);
  const problem = problemOf(code, view, context);
  const why = view.movedTo === undefined ? heldBy(view.record, context.now) : movedAway(view.movedTo);
  const text = code === 'head_moved' ? problem : `${problem}: ${why}.`;
  if (context.request?.command !== 'push') return { text, problem, wayOut };
  return { text, problem, wayOut: `Nothing was pushed; the commits are still in this checkout. ${wayOut}` };
}

/** What is refused, without who owns: the beginning of a sentence, but for "head_moved", where it is all of it. */
function problemOf(code: ConflictCode, view: View, context: MessageContext): string {
  const { target, request, now } = context;
  const { record } = view;
  const name = targetName(target);
  const owner = record?.activeRun ?? null;
  const me = runName(subjectOf(context, owner));
  switch (code) {
    case 'active_run_exists':
      return `${me} may not work on ${name}`;
    case 'ownership_lost':
      return `${me} does not own ${name}${wantedTenure(context, owner)}`;
    case 'ownership_missing':
      return `${me} does not own ${name}`;
    case 'exit_signal_recorded':
      return `The owner of ${name} was told to exit${signalText(record, now)}`;
    case 'stale_runner':
      return `The owner of ${name} counts as stale`;
    case 'takeover_forbidden':
      return `${actorsOf(request)} may not ${forbidden(context, owner, name)}`;
    case 'queue_full':
      return `${me} may not wait for ${name}, because ${String(record?.queue.length ?? 0)} others do already`;
    case 'head_moved':
      return movedText(view, name);
    case 'fork_head':
      return `The branch of ${name} is in a fork (${plain(view.pullRequest?.headRepo ?? 'which is gone', 100)}), where no record can be moved with it`;
    case 'pr_closed': {
      const state = view.pullRequest?.state === 'merged' ? 'merged' : 'closed';
      return `${name} is ${state}, so no work on it may begin`;
    }
  }
}

function heldBy(record: OwnershipRecord | null, now: string): string {
  const line = record === null ? '' : lineInWords(record);
  if (record?.activeRun == null) return `nobody owns it now${before(lastEnd(record, now))}${line}`;
  const owner = describeOwner(record.activeRun, now);
  if (isExpired(record.activeRun, now)) return `nobody owns it now; its last owner was ${owner}${line}`;
  return `it is owned by ${owner}${claimReason(record)}${line}`;
}

function movedAway(to: string): string {
  return `the records of this repository have moved to the state branch "${plain(to)}"`;
}

/** The run that does not own: the asking one, or the one that it took for the owner. */
function subjectOf({ request }: MessageContext, owner: ActiveRun | null): string {
  if (request === null) return '';
  const named = 'targetRunId' in request ? request.targetRunId : null;
  return named === null || named === owner?.runId ? request.run.runId : named;
}

function before(end: string | null): string {
  return end === null ? '' : ` (${end})`;
}

function wantedTenure({ request }: MessageContext, owner: ActiveRun | null): string {
  const wanted = request !== null && 'fencingToken' in request ? request.fencingToken : null;
  return wanted === null || wanted === owner?.fencingToken ? '' : ` in the tenure with fencing token ${String(wanted)}`;
}

/** A takeover of what nobody owns is refused if it begins a hold, else because others are in line. */
function forbidden({ request, now }: MessageContext, owner: ActiveRun | null, name: string): string {
  const isFree = owner === null || isExpired(owner, now);
  if (request?.command !== 'takeover' || !isFree) return `end another run’s tenure of ${name}`;
  return request.term.detached ? `hold ${name}` : `pass by those in line for ${name}`;
}

/** On a re-run both who started the run and who started it again are asked for, and either may be the one who may not. */
function actorsOf(request: CoordinationRequest | null): string {
  const actor = plain(request?.run.holder?.actor ?? 'The actor', 80);
  return request !== null && request.run.attempt > 1 ? `${actor}, or who started this run before,` : actor;
}
