import type { Answer } from '../core/answer.js';
import { isNewerReading } from '../core/older-reading.js';
import { isOwned, type Failure, type Outcome, type View } from '../core/outcome.js';
import type { Published } from '../core/publication.js';
import type { ActiveRun, HistoryEvent, OwnershipRecord } from '../core/record.js';
import { exitSignalOf, type Run } from '../core/run.js';

/** A write that this request sent and was not told to be applied, and what it answers if it turns out to be. */
export interface SentWrite {
  readonly id: string;
  readonly type: string;
  readonly answer: Answer;
  readonly replaced: ActiveRun | null;
  /** The commit that it carried to the branch of the pull request, if it lands. */
  readonly published: Published | null;
  /** The record that it was made from. */
  readonly base: OwnershipRecord | null;
  /** The head that it was made from. */
  readonly expectedHead: string | null;
  /** `lost`: GitHub refused it, but a request may be delivered twice, and the second delivery loses against the first. */
  readonly state: 'unknown' | 'lost' | 'lost_and_looked' | 'applied';
}

/** The events that grant: others may be found without this run owning anything. */
const GRANTING: readonly string[] = ['claim', 'refresh', 'takeover', 'confirm'];

/**
 * The write that shows in a reading, or `null` where none does.
 *
 * @param logged the ids of those that the log of the branch shows.
 */
export function landedOf(
  sent: readonly SentWrite[],
  record: OwnershipRecord | null,
  logged: readonly string[] = [],
): SentWrite | null {
  return sent.findLast(({ id }) => logged.includes(id) || (record !== null && shows(record, id))) ?? null;
}

/** The answer of a write that landed. What it won may be lost again by now; what the found event says decides. */
export function answerOf({ id: wanted, answer, replaced, published }: SentWrite, view: View, run: Run): Outcome {
  const outcome: Outcome = { ...answer, view: { ...view, replaced, published } };
  // The commits are on the branch, whoever owns it by now.
  if (published !== null) return outcome;
  const { record } = view;
  // A write may bring more than one event; the last says who owns by it.
  const event = record?.history.findLast(({ id }) => id === wanted);
  const activeRun = record?.activeRun ?? null;
  const token = event?.fencingToken ?? activeRun?.fencingToken ?? null;
  if (event !== undefined && !grants(event, answer, run)) return outcome;
  const sameTenure = activeRun !== null && activeRun.fencingToken === token;
  if (sameTenure && isOwned(outcome, run)) return outcome;
  const signalled = sameTenure && record !== null && exitSignalOf(record) !== null;
  return {
    kind: 'conflict',
    code: signalled ? 'exit_signal_recorded' : 'ownership_lost',
    view: { ...view, replaced },
    mayHaveWritten: true,
  };
}

/** A hand-over grants only to whom it was handed, and nothing to who has ended another's tenure by it. */
function grants({ type, runId }: HistoryEvent, answer: Answer, run: Run): boolean {
  if (type !== 'handover') return GRANTING.includes(type);
  return runId === run.runId && !(answer.kind === 'ok' && answer.status === 'released');
}

/**
 * The history forgets minor events first, but a tenure names the writes that began and renewed it. A place in line is
 * named by the write that took it, and so is the hand-over to it.
 */
function shows({ history, activeRun, queue }: OwnershipRecord, id: string): boolean {
  if (activeRun?.id === id || activeRun?.renewedBy === id) return true;
  return queue.some((place) => place.id === id) || history.some((event) => event.id === id || event.entry === id);
}

/**
 * Those that may still land, after an answer that knows nothing of them: a tenure that nobody knows of, or the end of one.
 * A reading that shows more than they were made from proves that they cannot.
 */
export function stillPossible(sent: readonly SentWrite[], record: OwnershipRecord | null): readonly SentWrite[] {
  return sent.filter(({ state, base }) => state === 'unknown' && !isNewerReading(record, base));
}

/**
 * Whether the place that this write took may still stand in line unseen: joining leaves no event, so a reading that lacks
 * the place may be from before it.
 */
export function mayStandUnseen({ id, base }: SentWrite, record: OwnershipRecord | null): boolean {
  return record?.queue.some((place) => place.id === id) !== true && !isNewerReading(record, base);
}

/**
 * After a reading: a race that was lost is known to be lost to somebody else. One that still shows the head on which the
 * write was refused shows nothing of who won.
 */
export function lookedAt(sent: readonly SentWrite[], head: string | null): readonly SentWrite[] {
  return sent.map((write) =>
    write.state === 'lost' && write.expectedHead !== head ? { ...write, state: 'lost_and_looked' } : write,
  );
}

/** An error, and whether the caller has to reckon with a write of this step that is on the branch nevertheless. */
export function failedWith(failure: Failure, sent: readonly SentWrite[]): Outcome {
  const mayHaveWritten = sent.some(({ state }) => state !== 'lost_and_looked');
  // A race that was lost against oneself is so unlikely that only the post step has to reckon with it.
  if (!sent.some(({ state }) => state === 'unknown')) return { kind: 'error', failure, mayHaveWritten };
  const isPush = sent.some(({ state, published }) => state === 'unknown' && published !== null);
  if (isPush) {
    const landed =
      'Whether the last push went through is not known, so the commits may have landed, or may do so in a moment: look at the branch.';
    return { kind: 'error', failure: { ...failure, advice: `${landed} ${failure.advice}` }, mayHaveWritten };
  }
  const unknown =
    'Whether the last write of this step was applied is not known, so this run does not count as the owner; ' +
    '"command: status" shows it.';
  return { kind: 'error', failure: { ...failure, advice: `${unknown} ${failure.advice}` }, mayHaveWritten };
}
