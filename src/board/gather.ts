import type { Gathered } from '../core/board/compose.js';
import { readBranch, type BranchReading } from './branch.js';
import { readByGit } from './by-git.js';
import type { BoardContext } from './context.js';
import { inQuestions } from './details.js';
import { readKept, writeKept, type BoardCache } from './kept.js';
import { joined, readOn, type Log, type Span } from './log.js';
import { readTexts, readTitles, recordOf, type ReadTexts } from './records.js';
import { askRuns } from './runs.js';
import type { Answered } from './told.js';

/** Reads all that a board is made from, by as few questions as what is kept and what is there allow. */

export interface Wanted {
  /** `owner/name`. */
  readonly repo: string;
  readonly stateBranch: string;
  /** How far back, in milliseconds. */
  readonly spanMs: number;
}

/** The clocks of two machines, and a commit that bears another one's. */
const SLACK_MS = 3_600_000;

export async function gather(
  context: BoardContext,
  { repo, stateBranch, spanMs }: Wanted,
  cache: BoardCache | null,
): Promise<Answered<Gathered>> {
  // What is read goes by the clock of this machine, and somewhat further back; what is shown goes by GitHub's.
  const asked = new Date(Date.parse(context.clock.now()) - spanMs - SLACK_MS).toISOString();
  const [first, text] = await Promise.all([readBranch(context, repo, stateBranch, asked), cache?.restore() ?? null]);
  if (!first.ok) return first;
  // A clock that is far ahead has asked for too little.
  const needed = new Date(Date.parse(first.value.now) - spanMs).toISOString();
  const from = asked <= needed ? asked : needed;
  const read = from === asked ? first : await readBranch(context, repo, stateBranch, from);
  if (!read.ok) return read;
  const branch = read.value;
  const { head, now } = branch;
  const kept = text === null ? null : readKept(text, branch);
  const past = head === null ? NOTHING : await readPast(context, { ...branch, head }, { since: from, kept });
  if (!past.ok) return past;
  const { log, texts } = past.value;
  const records = branch.records.map((entry) => recordOf(entry, texts, branch));
  const [runs, pullRequests] = await Promise.all([
    askRuns(context, branch, records, now, kept?.verdicts ?? new Map()),
    readTitles(context, branch, records, past.value),
  ]);
  if (cache !== null && head !== null && log.isComplete && head !== kept?.head) {
    const present = new Map(
      branch.records.flatMap(({ blob }) => (blob === null ? [] : [[blob, texts.get(blob) ?? null] as const])),
    );
    const { repoId } = branch;
    const whole = {
      repoId,
      branch: stateBranch,
      head,
      since: log.since,
      log: log.entries,
      texts: present,
      verdicts: runs.verdicts,
    };
    await cache.save(writeKept(whole), head);
  }
  const { serverUrl } = context;
  const { isComplete } = log;
  const since = new Date(Date.parse(now) - spanMs).toISOString();
  const heads = head === null ? [] : [{ branch: stateBranch, commit: head }];
  const facts = { now, pullRequests, runs: runs.states };
  return {
    ok: true,
    value: { repo: branch.repo, serverUrl, stateBranch, heads, since, isComplete, records, log: log.entries, facts },
  };
}

interface Past extends ReadTexts {
  readonly log: Log;
}

const NOTHING: Answered<Past> = {
  ok: true,
  value: { log: { entries: [], isComplete: true, since: '' }, texts: new Map(), titles: new Map(), asked: new Set() },
};

/** The log of the span and the texts of all records. */
async function readPast(
  context: BoardContext,
  branch: BranchReading & { readonly head: string },
  span: Span,
): Promise<Answered<Past>> {
  const { head, repo, page, records } = branch;
  const known = span.kept?.texts ?? new Map<string, string | null>();
  const unknown = new Map(
    records.flatMap(({ blob, size }) => (blob === null || known.has(blob) ? [] : [[blob, size] as const])),
  );
  const questions = inQuestions(unknown);
  const short = joined(page.entries, page.next, span);
  if (short === null || questions.length > 1) {
    const since = short === null ? span.since : null;
    const byGit = await readByGit(context, { repo, head, since, blobs: [...unknown.keys()] });
    if (byGit.ok) {
      const texts = new Map([...known, ...byGit.texts]);
      const log = short ?? { entries: byGit.log, isComplete: true, since: span.since };
      return { ok: true, value: { log, texts, titles: new Map(), asked: new Set() } };
    }
    context.say.debug(`The state branch is read by the API alone, because git could not: ${byGit.problem}`);
  }
  const [log, read] = await Promise.all([
    short === null ? readOn(context, branch, span) : ({ ok: true, value: short } as const),
    readTexts(context, branch, known, questions),
  ]);
  if (!log.ok) return log;
  if (!read.ok) return read;
  return { ok: true, value: { log: log.value, ...read.value } };
}
