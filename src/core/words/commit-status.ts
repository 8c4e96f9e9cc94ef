import { isExpired } from '../expiry.js';
import { beginsTenure, endsTenure } from '../history.js';
import type { Outcome, View } from '../outcome.js';
import type { ActiveRun, HistoryEvent, OwnershipRecord, Target } from '../record.js';
import { plain } from '../text.js';
import { runName } from './owner.js';

/** Who owns a pull request, as GitHub shows it beside the head commit. A picture: no command ever looks at it. */
export interface CommitStatus {
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success';
  readonly description: string;
  readonly targetUrl: string | null;
}

/** GitHub takes no more characters. */
const LONGEST_DESCRIPTION = 140;

/** What the picture is painted anew for: these say who owns by a write of this step. */
const PAINTED: readonly string[] = ['claimed_new', 'refreshed', 'taken_over', 'published', 'released'];

/**
 * Whether this step has moved what the picture shows: it gave the answer by a write, or its write began or ended the last
 * tenure beside a refusal. What was only looked at moves nothing.
 *
 * @param writes the ids of what the step has sent.
 */
export function movesCommitStatus(outcome: Outcome, writes: readonly string[]): boolean {
  if (outcome.kind === 'error' || writes.length === 0) return false;
  if (outcome.kind === 'ok' && PAINTED.includes(outcome.status)) return true;
  const id = lastTurn(outcome.view?.record ?? null)?.id ?? null;
  return id !== null && writes.includes(id);
}

/** `null`: nobody knows the head, or whether anybody owns. */
export function commitStatusOf({ record, target, pullRequest, published, now }: View): CommitStatus | null {
  const sha = published?.landed === true ? published.commit : pullRequest?.headSha;
  if (record === null || sha === undefined) return null;
  const context = contextOf(target);
  const owner = record.activeRun;
  if (owner !== null && !isExpired(owner, now)) {
    const targetUrl = owner.holder?.url ?? null;
    return { sha, context, state: 'pending', description: described(ownedText(owner)), targetUrl };
  }
  const text = owner === null ? freeText(lastTurn(record)) : endedText(owner.runId, owner.expiresAt);
  return { sha, context, state: 'success', description: described(text), targetUrl: null };
}

function contextOf({ scope }: Target): string {
  return scope == null ? 'runner-coord' : `runner-coord/${scope}`;
}

/** What matters most comes first: the end is cut off. */
function ownedText({ runId, claimedAt, expiresAt, detached, holder }: ActiveRun): string {
  const { workflow = null, actor = null } = holder ?? {};
  const who = [workflow, actor === null ? null : `by ${actor}`].filter((part) => part !== null).join(', ');
  const until = expiresAt === null ? '' : `, until ${minuteOf(expiresAt)}`;
  const times = `${sinceText(claimedAt)}${until}`;
  return `${detached ? 'Held' : 'Owned'} by ${named(runId)}${times}${who === '' ? '' : ` (${who})`}`;
}

function freeText(end: HistoryEvent | undefined): string {
  // A history that was shortened by hand may not tell how it ended.
  if (end === undefined || !endsTenure(end)) return 'Free';
  const { type, runId, previousRunId, actor, at } = end;
  if (type === 'expired') return endedText(runId, at);
  const how =
    type === 'evict'
      ? `${named(previousRunId ?? 'unknown')} was evicted${actor === null ? '' : ` by ${actor}`}`
      : `released by ${named(runId)}`;
  return `Free${sinceText(at)}: ${how}`;
}

function endedText(runId: string, at: string | null): string {
  return `Free${sinceText(at)}: the tenure of ${named(runId)} ended by itself`;
}

/** The event that began or ended the last tenure. */
function lastTurn(record: OwnershipRecord | null): HistoryEvent | undefined {
  return record?.history.findLast((event) => beginsTenure(event) || endsTenure(event));
}

function named(runId: string): string {
  return plain(runName(inBasicPlane(runId)), 50);
}

/** The picture stays as it is while time goes by, so it tells no durations. */
function sinceText(at: string | null): string {
  return at === null ? '' : ` since ${minuteOf(at)}`;
}

function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function described(text: string): string {
  return plain(inBasicPlane(text), LONGEST_DESCRIPTION);
}

/** GitHub refuses all others here: "description doesn't accept 4-byte Unicode". */
function inBasicPlane(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}]+/gu, '?');
}
