import type { OkStatus } from '../answer.js';
import type { View } from '../outcome.js';
import { endsSoon, isExpired } from '../expiry.js';
import { beginningOf } from '../history.js';
import type { ActiveRun, OwnershipRecord } from '../record.js';
import { plain } from '../text.js';
import type { MessageContext } from './message.js';
import { lineInWords } from './line.js';
import { publishedText, unpublishedText } from './published.js';
import { describeOwner, endOf, runName, targetName, tokenOf } from './owner.js';

/** What to say when it went well. */
export function okText(status: OkStatus, view: View | null, { target, request, now }: MessageContext): string {
  const name = targetName(target);
  const record = view?.record ?? null;
  const owner = record?.activeRun ?? null;
  const runId = request?.run.runId ?? '';
  const me = runName(runId);
  const previous = record?.previousRun?.runId ?? null;
  const line = record === null ? '' : lineInWords(record);
  const ownedBy =
    owner === null
      ? `Nobody owns ${name}${line}.`
      : isExpired(owner, now)
        ? `Nobody owns ${name} now; its last owner was ${describeOwner(owner, now)}${line}.`
        : `${name} is owned by ${describeOwner(owner, now)}${line}.`;
  switch (status) {
    case 'claimed_new':
      return `${me} claimed ${name}${until(owner, now)}${tokenOf(owner)}.`;
    case 'refreshed':
      return `${me} still owns ${name}${until(owner, now)}${tokenOf(owner)}.`;
    case 'taken_over':
      return `${me} took ${name} over from ${runName(previous ?? 'unknown')}${tokenOf(owner)}${causeOf(record)}.`;
    case 'owner_confirmed':
      return `${me} owns ${name}${until(owner, now)}${tokenOf(owner)}.${view !== null && endsSoon(view) ? RENEW : ''}${unpublishedText(view, request)}`;
    case 'published':
      return publishedText(view, request, `${me} published`, ownedBy);
    case 'no_owner_record':
      return `Nobody owns ${name}.`;
    case 'released':
      return `${
        previous === runId
          ? `${me} released ${name}`
          : `${me} ended the tenure of ${runName(previous ?? 'unknown')} on ${name}`
      }${owner === null ? '' : `, and handed it over to the first in line: ${describeOwner(owner, now)}`}.`;
    case 'release_noop':
      return owner === null
        ? `Nobody owned ${name}, so there was nothing to release.`
        : `Nothing was released: ${ownedBy}`;
    case 'exit_signal_recorded':
      return `${runName(owner?.runId ?? runId)} is asked to exit from ${name}.`;
    case 'fresh_runner':
    case 'status':
      return ownedBy;
    case 'dead_runner':
      return owner === null
        ? ownedBy
        : `Nobody is at work on ${name} any more: its owner is over, ${describeOwner(owner, now)}.`;
    case 'board':
      return 'The board is made.';
    case 'swept':
      return 'The records are swept.';
    case 'skipped_no_async_run_id':
      return 'There is no run id and this is not a workflow run, so there is nothing to own and nothing was done.';
  }
}

const RENEW = ' That is soon: renew it with "command: claim" and an "expires-after", or be done by then.';

function until(owner: ActiveRun | null, now: string): string {
  return owner === null ? '' : endOf(owner, now);
}

function causeOf(record: OwnershipRecord | null): string {
  const token = record?.activeRun?.fencingToken;
  const event = token === undefined || record === null ? undefined : beginningOf(record.history, token);
  if (event?.cause !== undefined) return `, cause: ${plain(event.cause, 40)}`;
  return event?.reason == null ? '' : `, reason: ${plain(event.reason)}`;
}
