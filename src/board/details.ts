import * as v from 'valibot';
import type { PullRequestFacts } from '../core/board/rows.js';
import { plain } from '../core/text.js';
import { transient } from '../store/failures.js';
import { failureOfError, readGraphqlAnswer } from '../store/graphql-answer.js';
import { failed, reading } from './asking.js';
import type { BoardContext, BoardRepository } from './context.js';
import { untilTold, type Answered } from './told.js';

/** The text of an object; `null` where it is no text, or too long for one. */
export type Texts = ReadonlyMap<string, string | null>;

export interface Details {
  readonly texts: Texts;
  readonly pullRequests: ReadonlyMap<number, PullRequestFacts>;
  /** Why the pull requests are not known; `null`: they are, as far as they are there. */
  readonly untold: string | null;
}

/** GitHub gives up on a question after ten seconds; so many records were read in one. */
export const MOST_OBJECTS = 400;
/** An answer of more than 8 MiB is not read to its end, and a byte of a text may take six there. */
const MOST_BYTES = 1_300_000;

/** The objects of so many questions as they take; none is in two of them. */
export function inQuestions(objects: Iterable<readonly [oid: string, size: number]>): readonly (readonly string[])[] {
  const questions: string[][] = [];
  let bytes = 0;
  for (const [oid, size] of objects) {
    const last = questions.at(-1);
    bytes += size;
    if (last !== undefined && last.length < MOST_OBJECTS && bytes <= MOST_BYTES) last.push(oid);
    else {
      questions.push([oid]);
      bytes = size;
    }
  }
  return questions;
}

const BlobSchema = v.object({
  text: v.nullish(v.string(), null),
  isTruncated: v.nullish(v.boolean(), false),
});
const PullRequestSchema = v.object({ title: v.string(), state: v.picklist(['OPEN', 'CLOSED', 'MERGED']) });
const DataSchema = v.object({ repository: v.record(v.string(), v.unknown()) });
const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;

/** Records by the ids of their texts, and what the pull requests are called, in one request. */
export function readDetails(
  context: BoardContext,
  { repo }: BoardRepository,
  blobs: readonly string[],
  numbers: readonly number[],
): Promise<Answered<Details>> {
  const [owner, name] = repo.split('/');
  const fields = [
    ...blobs.map((oid, index) => `b${String(index)}: object(oid: "${oid}") { ... on Blob { text isTruncated } }`),
    ...numbers.map((number) => `p${String(number)}: pullRequest(number: ${String(number)}) { title state }`),
  ];
  const query = `query RunnerCoordBoardDetails($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${fields.join('\n    ')}
  }
}`;
  return untilTold<Details>(async () => {
    const purpose = reading(context, 'reading the records');
    const answer = await context.transport.graphql(query, { owner, name }, context.deadline);
    const read = readGraphqlAnswer(answer, purpose);
    if (read.kind === 'failed') return read;
    // What is not known of a pull request takes nothing from the record.
    const isAboutTitle = (path: readonly (string | number)[]): boolean => /^p\d+$/.test(String(path[1] ?? ''));
    const wrong = read.errors.find(({ path }) => !isAboutTitle(path));
    if (wrong !== undefined) return failed(failureOfError(wrong, read.raw, purpose));
    const data = v.safeParse(DataSchema, read.data, { abortEarly: true });
    if (!data.success)
      return failed(transient(`GitHub’s answer could not be understood while ${purpose.doing}`, answer));
    const shown = data.output.repository;
    const texts = new Map<string, string | null>();
    for (const [index, oid] of blobs.entries()) {
      const blob = v.safeParse(BlobSchema, shown[`b${String(index)}`], { abortEarly: true });
      if (!blob.success)
        return failed(transient(`GitHub did not show the object ${oid} while ${purpose.doing}`, answer));
      texts.set(oid, blob.output.isTruncated ? null : blob.output.text);
    }
    const denied = read.errors.find(({ type }) => type !== 'NOT_FOUND');
    const untold =
      denied === undefined ? null : `GitHub said "${plain(denied.message)}" (permission "pull-requests: read")`;
    return { kind: 'told', value: { texts, pullRequests: titlesIn(shown, numbers), untold } };
  }, context);
}

function titlesIn(shown: Readonly<Record<string, unknown>>, numbers: readonly number[]): Map<number, PullRequestFacts> {
  const titles = new Map<number, PullRequestFacts>();
  for (const number of numbers) {
    const told = v.safeParse(PullRequestSchema, shown[`p${String(number)}`], { abortEarly: true });
    if (told.success) titles.set(number, { title: told.output.title, state: STATES[told.output.state] });
  }
  return titles;
}
