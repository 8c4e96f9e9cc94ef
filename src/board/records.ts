import { isFree, type PullRequestFacts, type ReadRecord } from '../core/board/rows.js';
import { readRecord, type RecordReading } from '../core/read-record.js';
import type { RecordEntry } from './branch.js';
import type { BranchesReading } from './branches.js';
import type { BoardContext, BoardRepository } from './context.js';
import { readDetails, type Texts } from './details.js';
import type { Answered } from './told.js';

/** The records, by the texts that are kept and those that are not; and what their pull requests are called. */

export interface ReadTexts {
  readonly texts: Texts;
  readonly titles: Titles;
  /** The pull requests that GitHub was asked about, whether it knows them or not. */
  readonly asked: ReadonlySet<number>;
}
type Titles = ReadonlyMap<number, PullRequestFacts>;

/** So many pull requests are asked for by name; whoever has more rows than that reads their numbers. */
const MOST_TITLES = 200;
/** GitHub’s numbers have no more than 32 bits; a question about a greater one is refused as a whole. */
export const GREATEST_NUMBER = 2 ** 31 - 1;

/** Texts that are not kept, and in the last request the titles of the pull requests whose rows may be shown. */
export async function readTexts(
  context: BoardContext,
  reading: BranchesReading,
  known: Texts,
  questions: readonly (readonly string[])[],
): Promise<Answered<ReadTexts>> {
  const entries = reading.branches.flatMap(({ records }) => records);
  const numbers = entries.flatMap((entry) => {
    const isKnown = entry.blob === null || known.has(entry.blob);
    const isSure = isKnown ? isShown(recordOf(entry, known, reading)) : questions.length <= 1;
    return isSure ? [entry.pr] : [];
  });
  const wanted = different(numbers);
  let read: ReadTexts = { texts: known, titles: new Map(), asked: new Set() };
  for (const [index, blobs] of (questions.length === 0 ? [[]] : questions).entries()) {
    const details = await askDetails(context, reading, blobs, index >= questions.length - 1 ? wanted : []);
    if (!details.ok) return details;
    const { texts, titles, asked } = details.value;
    read = { texts: new Map([...read.texts, ...texts]), titles, asked };
  }
  return { ok: true, value: read };
}

/** The titles that nobody has asked for yet. */
export async function readTitles(
  context: BoardContext,
  repository: BoardRepository,
  records: readonly ReadRecord[],
  { titles, asked }: Pick<ReadTexts, 'titles' | 'asked'>,
): Promise<Titles> {
  const missing = different(records.flatMap((read) => (isShown(read) && !asked.has(read.pr) ? [read.pr] : [])));
  const details = await askDetails(context, repository, [], missing);
  if (details.ok) return new Map([...titles, ...details.value.titles]);
  // They are an ornament: who owns what is known without them.
  context.say.warn(`Titles are not shown: ${details.failure.problem}`);
  return titles;
}

async function askDetails(
  context: BoardContext,
  repository: BoardRepository,
  blobs: readonly string[],
  numbers: readonly number[],
): Promise<Answered<ReadTexts>> {
  const asked = new Set(numbers);
  if (blobs.length === 0 && numbers.length === 0)
    return { ok: true, value: { texts: new Map(), titles: new Map(), asked } };
  const details = await readDetails(context, repository, blobs, numbers);
  if (!details.ok) return details;
  const { texts, pullRequests: titles, untold } = details.value;
  if (untold !== null) context.say.warn(`Titles are not shown: ${untold}`);
  return { ok: true, value: { texts, titles, asked } };
}

export function recordOf(
  { pr, scope, blob }: RecordEntry,
  texts: Texts,
  { repo, repoId }: BoardRepository,
): ReadRecord {
  return {
    pr,
    scope,
    reading: readingOf(blob === null ? null : (texts.get(blob) ?? null), { repo, repoId, pr, scope }),
  };
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
  return [...new Set(numbers)].filter((number) => number <= GREATEST_NUMBER).slice(0, MOST_TITLES);
}
