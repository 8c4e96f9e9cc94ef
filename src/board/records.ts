import { isFree, type PullRequestFacts, type ReadRecord } from '../core/board/rows.js';
import { readRecord, type RecordReading } from '../core/read-record.js';
import type { BranchReading, RecordEntry } from './branch.js';
import type { BoardContext, BoardRepository } from './context.js';
import { MOST_OBJECTS, readDetails, type Texts } from './details.js';
import type { Answered } from './told.js';

/** The records, by the texts that are kept and those that are not; and what their pull requests are called. */

export interface ReadTexts {
  readonly texts: Texts;
  /** `null` if none were asked for; empty if GitHub told none. */
  readonly titles: Titles | null;
}
export type Titles = ReadonlyMap<number, PullRequestFacts>;

/** So many pull requests are asked for by name; whoever has more rows than that reads their numbers. */
const MOST_TITLES = 200;

/** Texts that are not kept, and in the last request the titles of the pull requests whose rows may be shown. */
export async function readTexts(
  context: BoardContext,
  branch: BranchReading,
  known: Texts,
  blobs: readonly string[],
): Promise<Answered<ReadTexts>> {
  const numbers = branch.records.flatMap((entry) => {
    const isSure = known.has(entry.blob) ? isShown(recordOf(entry, known, branch)) : blobs.length <= MOST_OBJECTS;
    return isSure ? [entry.pr] : [];
  });
  let read: ReadTexts = { texts: known, titles: null };
  const batches = Math.max(1, Math.ceil(blobs.length / MOST_OBJECTS));
  for (let batch = 0; batch < batches; batch += 1) {
    const part = blobs.slice(batch * MOST_OBJECTS, (batch + 1) * MOST_OBJECTS);
    const wanted = batch === batches - 1 ? different(numbers) : [];
    const details = await askDetails(context, branch, part, wanted);
    if (!details.ok) return details;
    const { texts, titles } = details.value;
    read = { texts: new Map([...read.texts, ...texts]), titles };
  }
  return { ok: true, value: read };
}

/** The titles that nobody has asked for yet. */
export async function readTitles(
  context: BoardContext,
  branch: BranchReading,
  records: readonly ReadRecord[],
  titles: Titles | null,
): Promise<Titles> {
  if (titles !== null) return titles;
  const missing = different(records.flatMap((read) => (isShown(read) ? [read.pr] : [])));
  const details = await askDetails(context, branch, [], missing);
  if (details.ok) return details.value.titles ?? new Map();
  // They are an ornament: who owns what is known without them.
  context.say.warn(`Titles are not shown: ${details.failure.problem}`);
  return new Map();
}

async function askDetails(
  context: BoardContext,
  repository: BoardRepository,
  blobs: readonly string[],
  numbers: readonly number[],
): Promise<Answered<ReadTexts>> {
  if (blobs.length === 0 && numbers.length === 0) return { ok: true, value: { texts: new Map(), titles: null } };
  const details = await readDetails(context, repository, blobs, numbers);
  if (!details.ok) return details;
  const { texts, pullRequests: titles, untold } = details.value;
  if (untold !== null) context.say.warn(`Titles are not shown: ${untold}`);
  return { ok: true, value: { texts, titles: numbers.length === 0 ? null : titles } };
}

export function recordOf(
  { pr, scope, blob }: RecordEntry,
  texts: Texts,
  { repo, repoId }: BoardRepository,
): ReadRecord {
  return { pr, scope, reading: readingOf(texts.get(blob) ?? null, { repo, repoId, pr, scope }) };
}

function readingOf(text: string | null, target: Parameters<typeof readRecord>[1]): RecordReading {
  return text === null
    ? { kind: 'corrupt', problem: 'it is not a text file, or too large to be a record' }
    : readRecord(text, target);
}

function isShown({ reading }: ReadRecord): boolean {
  return reading.kind !== 'record' || !isFree(reading.record);
}

function different(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].slice(0, MOST_TITLES);
}
