import type { Over, Said } from './history.js';
import { isSignalled, type StoredEvent, type StoredOwner, type StoredPlace, type StoredRecord } from './record.js';

/** The words of the contract about one asker and one record, said once more apart from src/. */

/** How far GitHub's `Date`, which counts whole seconds and may be kept a moment, is from the clock of the round. */
export const CLOCK_TOLERANCE_MS = 4_500;

export const BEGINNINGS: readonly string[] = ['claim', 'takeover', 'handover'];
export const ENDINGS: readonly string[] = ['release', 'evict'];

/** Whose tenure it is to whoever asks: `later` and `earlier` say what the asking attempt is to the owner's. */
export type Relation = 'mine' | 'later' | 'earlier' | 'another';

type Asker = Pick<Said, 'runId' | 'attempt' | 'workflowRunId'>;

export function relationOf(active: StoredOwner, { runId, attempt, workflowRunId }: Asker): Relation {
  if (active.runId !== runId) return 'another';
  if (active.holder.workflowRunId !== workflowRunId || active.attempt === attempt) return 'mine';
  return attempt > active.attempt ? 'later' : 'earlier';
}

/** The owner of the record is this attempt, and was not told to exit. */
export function owns(said: Asker, record: StoredRecord | null): boolean {
  if (record?.activeRun == null) return false;
  return relationOf(record.activeRun, said) === 'mine' && !isSignalled(record);
}

/** Whether the token that the step was given, if any, is that of the tenure. */
export function isMeant({ inputs }: Pick<Said, 'inputs'>, active: StoredOwner | null): boolean {
  return inputs.token === null || inputs.token === active?.fencingToken;
}

/**
 * Whether a token of an earlier attempt of the same workflow run still speaks for this one: no tenure that this attempt
 * began was ended by another, or signalled, since.
 */
export function speaksFor(token: number, said: Asker, history: readonly StoredEvent[]): boolean {
  const ofRun = (event: StoredEvent): boolean =>
    event.workflowRunId === said.workflowRunId && event.runId === said.runId;
  const begun = history.findIndex(({ type, fencingToken }) => BEGINNINGS.includes(type) && fencingToken === token);
  const beginning = history[begun];
  if (beginning === undefined || !ofRun(beginning) || beginning.attempt >= said.attempt) return false;
  const since = history.slice(begun + 1);
  const own = since.filter(
    (event) => BEGINNINGS.includes(event.type) && ofRun(event) && event.attempt === said.attempt,
  );
  return own.every((mine) => {
    const after = since.slice(since.indexOf(mine) + 1);
    const of = after.filter(({ fencingToken }) => fencingToken === mine.fencingToken);
    if (of.some(({ type }) => type === 'signal-exit' || type === 'evict')) return false;
    if (of.some(({ type }) => type === 'release')) return true;
    const next = after.find(({ type }) => BEGINNINGS.includes(type));
    return next === undefined || (ofRun(next) && next.attempt === said.attempt);
  });
}

/** Whether `ensure` with its token may ask at all. */
export function mayEnsure(said: Said, record: StoredRecord | null): boolean {
  const { token } = said.inputs;
  if (token === null) return true;
  if (record === null) return false;
  return token === record.activeRun?.fencingToken || speaksFor(token, said, record.history);
}

/** Whether the tenure is the one that a release means. */
export function isReleasable(said: Said, record: StoredRecord, active: StoredOwner): boolean {
  if (isMeant(said, active)) return true;
  const { token } = said.inputs;
  const ofMine = ['mine', 'later'].includes(relationOf(active, said));
  return token !== null && ofMine && speaksFor(token, said, record.history);
}

/** Whether GitHub may have said that the owner is over, at some moment between two. */
export function maybeOver(active: StoredOwner, over: readonly Over[], from: number, to: number): boolean {
  return over.some(
    (end) =>
      end.workflowRunId === active.holder.workflowRunId &&
      end.attempt >= active.attempt &&
      end.from <= to &&
      end.againTo >= from,
  );
}

/** Whether GitHub must have said so at every moment between two. */
export function certainlyOver(active: StoredOwner, over: readonly Over[], from: number, to: number): boolean {
  return over.some(
    (end) =>
      end.workflowRunId === active.holder.workflowRunId &&
      end.attempt >= active.attempt &&
      end.to < from &&
      end.againFrom > to,
  );
}

/**
 * Whether the step in line may have been over at some moment between two: its time was up, or GitHub may have called its
 * own attempt over, or a later one begun.
 */
export function maybeLeft(place: StoredPlace, over: readonly Over[], from: number, to: number): boolean {
  if (Date.parse(place.until) <= to + CLOCK_TOLERANCE_MS) return true;
  return (
    over.some(
      (end) =>
        end.workflowRunId === place.holder.workflowRunId &&
        end.from <= to &&
        (end.attempt > place.attempt || (end.attempt === place.attempt && end.from <= to)),
    ) && from <= to
  );
}

/** How long ago the owner was heard of, at a moment of the round's clock. */
export function ageOf({ claimedAt, updatedAt }: StoredOwner, at: number): number {
  return at - Math.max(Date.parse(claimedAt), Date.parse(updatedAt));
}

export function maybeStale({ inputs, end }: Said, active: StoredOwner): boolean {
  return ageOf(active, end) > inputs.staleAfterMs - CLOCK_TOLERANCE_MS;
}

export function certainlyStale({ inputs, start }: Said, active: StoredOwner): boolean {
  return ageOf(active, start) > inputs.staleAfterMs + CLOCK_TOLERANCE_MS;
}

/** Every actor of a round has the permission to write and no other. */
export function mayEndOthers({ inputs }: Said): boolean {
  return ['write', 'none'].includes(inputs.takeoverPermission);
}

export function nameOf(active: StoredOwner | null): string {
  if (active === null) return 'nobody';
  const { runId, attempt, fencingToken, holder } = active;
  return `${runId} (workflow run ${String(holder.workflowRunId)}, attempt ${String(attempt)}, token ${String(fencingToken)})`;
}
