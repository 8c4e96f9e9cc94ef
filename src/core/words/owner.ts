import { beginsTenure, endsTenure } from '../history.js';
import type { ActiveRun, HistoryEvent, OwnershipRecord, Target } from '../record.js';
import { exitSignalOf } from '../run.js';
import { ageInMs } from '../staleness.js';
import { formatDuration, plain } from '../text.js';

/** Who owns a pull request since when and why, in words. */

/** `run 1001 (attempt 2, workflow "agent", job "fix", by octocat), since … (for 12 min), fencing token 4, see …/runs/1001`. */
export function describeOwner(owner: ActiveRun, now: string): string {
  const { holder } = owner;
  const details = [
    owner.attempt > 1 ? `attempt ${String(owner.attempt)}` : null,
    holder?.workflow == null ? null : `workflow "${plain(holder.workflow, 80)}"`,
    holder?.job == null ? null : `job "${plain(holder.job, 80)}"`,
    holder?.actor == null ? null : `by ${plain(holder.actor, 80)}`,
  ].filter((detail) => detail !== null);
  const link = holder?.url == null ? '' : `, see ${plain(holder.url, 300)}`;
  const name = `${runName(owner.runId)}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
  return `${name} ${sinceOf(owner, now)}${endOf(owner, now)}${tokenOf(owner)}${link}`;
}

/** `since … (for 12 min, renewed 3 min ago)`. */
export function sinceOf({ claimedAt, updatedAt }: ActiveRun, now: string): string {
  const age = ageInMs(claimedAt, now);
  const renewed = ageInMs(updatedAt, now);
  if (claimedAt === null || age === null) return 'since an unknown time';
  const renewal = renewed !== null && updatedAt !== claimedAt ? `, renewed ${formatDuration(renewed)} ago` : '';
  return `since ${claimedAt} (for ${formatDuration(age)}${renewal})`;
}

/** `, until … (for another 2 h)`, where the tenure ends by itself. */
export function endOf({ expiresAt, detached }: ActiveRun, now: string): string {
  const past = ageInMs(expiresAt, now);
  if (expiresAt === null || past === null) return '';
  const what = detached ? 'held until' : 'until';
  return past >= 0
    ? `, ended by itself at ${expiresAt} (${formatDuration(past)} ago)`
    : `, ${what} ${expiresAt} (for another ${formatDuration(-past)})`;
}

/** Why the owner's tenure began, where somebody said so. */
export function claimReason(record: OwnershipRecord | null): string {
  const token = record?.activeRun?.fencingToken;
  const began = record?.history.find((event) => event.fencingToken === token && beginsTenure(event));
  return began?.reason == null ? '' : `, reason: ${plain(began.reason)}`;
}

/** What ended the last tenure, where nobody owns now: `run 1002 (workflow "clean up", by mona) evicted it 3 min ago`. */
export function lastEnd(record: OwnershipRecord | null, now: string): string | null {
  if (record === null || record.activeRun !== null) return null;
  const event = record.history.findLast((event) => endsTenure(event));
  if (event === undefined) return null;
  const age = ageInMs(event.at, now);
  const when = age === null ? '' : ` ${formatDuration(age)} ago`;
  const reason = event.reason === null ? '' : `, reason: ${plain(event.reason)}`;
  if (event.type === 'expired') return `the tenure of ${runName(event.runId)} ended by itself${when}`;
  return `${doer(event)} ${event.type === 'evict' ? `evicted ${runName(event.previousRunId ?? 'unknown')}` : 'released it'}${when}${reason}`;
}

/** Who told the owner to exit, when and why; empty where nobody did. */
export function signalText(record: OwnershipRecord | null, now: string): string {
  const signal = record === null ? null : exitSignalOf(record);
  if (signal === null || record === null) return '';
  const event = record.history.findLast(
    ({ type, runId, fencingToken }) =>
      type === 'signal-exit' && runId === signal.runId && fencingToken === signal.fencingToken,
  );
  const age = ageInMs(signal.at, now);
  const when = age === null ? '' : ` ${formatDuration(age)} ago`;
  const who = event?.actor == null ? '' : ` by ${plain(event.actor, 80)}`;
  return `${when}${who}${signal.reason === null ? '' : `, reason: ${plain(signal.reason)}`}`;
}

function doer({ runId, workflow, actor }: HistoryEvent): string {
  const details = [
    workflow === null ? null : `workflow "${plain(workflow, 80)}"`,
    actor === null ? null : `by ${plain(actor, 80)}`,
  ].filter((detail) => detail !== null);
  return `${runName(runId)}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

export function runName(runId: string): string {
  return `run ${plain(runId)}`;
}

export function tokenOf(owner: ActiveRun | null): string {
  return owner === null ? '' : `, fencing token ${String(owner.fencingToken)}`;
}

export function targetName(target: Target | null): string {
  if (target === null) return 'the pull request';
  const name = `${target.repo}#${String(target.pr)}`;
  return target.scope == null ? name : `${name} (scope ${target.scope})`;
}
