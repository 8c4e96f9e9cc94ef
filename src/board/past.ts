import type { BranchesReading } from './branches.js';
import { readByGit } from './by-git.js';
import type { BoardContext } from './context.js';
import { inQuestions } from './details.js';
import type { Kept } from './kept.js';
import { begun, logsOf, unfinished, withPage, type Log, type Reach } from './log.js';
import { readPages } from './pages.js';
import { readTexts, type ReadTexts } from './records.js';
import type { Answered } from './told.js';

/** What a first question leaves open, by git or by the API. */

/** A question each for all branches: so many are asked at most where there is no git to read the logs. */
const MOST_PAGES = 20;

export interface Past extends ReadTexts {
  /** Of the branches that are there. */
  readonly logs: readonly Log[];
}

/** The logs of the span and the texts of all records. */
export async function readPast(
  context: BoardContext,
  reading: BranchesReading,
  { since, kept }: { readonly since: string; readonly kept: Kept | null },
): Promise<Answered<Past>> {
  const { repo, branches } = reading;
  const known = kept?.texts ?? new Map<string, string | null>();
  const reaches = branches.flatMap((branch) =>
    branch.head === null ? [] : [begun(branch, branch.head, since, kept?.logs.get(branch.branch) ?? null)],
  );
  const unknown = branches.flatMap(({ head, records }) =>
    records.flatMap(({ blob, size }) =>
      head === null || blob === null || known.has(blob) ? [] : [{ head, blob, size }],
    ),
  );
  const questions = inQuestions(new Map(unknown.map(({ blob, size }) => [blob, size])));
  const open = unfinished(reaches);
  if (open.length > 0 || questions.length > 1) {
    const logs = open.map(({ head }) => head);
    const files = [...new Set(unknown.map(({ head }) => head))];
    const byGit = await readByGit(context, { repo, logs, since, files, blobs: questions.flat() });
    if (byGit.ok) {
      const read = reaches.map((reach): Reach => {
        const entries = byGit.logs.get(reach.head);
        return entries === undefined ? reach : { ...reach, entries, next: null };
      });
      const texts = new Map([...known, ...byGit.texts]);
      return { ok: true, value: { logs: logsOf(read), texts, titles: new Map(), asked: new Set() } };
    }
    context.say.debug(`The state branch is read by the API alone, because git could not: ${byGit.problem}`);
  }
  const [read, texts] = await Promise.all([
    readOn(context, reading, reaches, since),
    readTexts(context, reading, known, questions),
  ]);
  if (!read.ok) return read;
  if (!texts.ok) return texts;
  return { ok: true, value: { logs: logsOf(read.value), ...texts.value } };
}

/** Reads on until what is kept is met, or the span ends. */
async function readOn(
  context: BoardContext,
  reading: BranchesReading,
  begun: readonly Reach[],
  since: string,
): Promise<Answered<readonly Reach[]>> {
  let reaches = begun;
  let open = unfinished(reaches);
  for (let pages = 1; pages < MOST_PAGES && open.length > 0; pages += 1) {
    const behind = open.map(({ head, next }) => ({ head, after: next }));
    const read = await readPages(context, reading, behind, since);
    if (!read.ok) return read;
    reaches = reaches.map((reach) => {
      const page = read.value.get(reach.head);
      return page === undefined ? reach : withPage(reach, page);
    });
    open = unfinished(reaches);
  }
  return { ok: true, value: reaches };
}
