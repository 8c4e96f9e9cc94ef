import { readByGit } from '../board/by-git.js';
import type { RecordEntry } from '../board/branch.js';
import type { BoardContext, BoardRepository } from '../board/context.js';
import { inQuestions, readDetails, type Texts } from '../board/details.js';
import type { Answered } from '../board/told.js';

/** A record, and a commit that has it. */
export interface PlacedRecord extends RecordEntry {
  readonly head: string;
}

/** The texts of some records, read as the board reads them: by git where one question of the API is not enough. */
export async function readRecordTexts(
  context: BoardContext,
  repository: BoardRepository,
  records: readonly PlacedRecord[],
): Promise<Answered<Texts>> {
  const sizes = new Map(records.flatMap(({ blob, size }) => (blob === null ? [] : [[blob, size] as const])));
  const questions = inQuestions(sizes);
  if (questions.length > 1) {
    const files = [...new Set(records.map(({ head }) => head))];
    const wanted = { repo: repository.repo, logs: [], since: context.clock.now(), files, blobs: questions.flat() };
    const byGit = await readByGit(context, wanted);
    if (byGit.ok) return { ok: true, value: byGit.texts };
    context.say.debug(`The records are read by the API, because git could not: ${byGit.problem}`);
  }
  const texts = new Map<string, string | null>();
  for (const blobs of questions) {
    const details = await readDetails(context, repository, blobs, []);
    if (!details.ok) return details;
    for (const [oid, text] of details.value.texts) texts.set(oid, text);
  }
  return { ok: true, value: texts };
}
