import { stateBranchesOf } from '../core/state-branch.js';
import type { Gathered } from '../core/board/compose.js';
import { unitedLog } from '../core/board/united-log.js';
import { readBranches } from './branches.js';
import type { BoardContext } from './context.js';
import { keptName, readKept, writeKept, type BoardCache, type Kept } from './kept.js';
import { readPast } from './past.js';
import { readTitles, recordOf } from './records.js';
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
  const wanted = stateBranchesOf(stateBranch);
  const [first, text] = await Promise.all([readBranches(context, repo, wanted, asked), cache?.restore() ?? null]);
  if (!first.ok) return first;
  // A clock that is far ahead has asked for too little.
  const needed = new Date(Date.parse(first.value.now) - spanMs).toISOString();
  const from = asked <= needed ? asked : needed;
  const read = from === asked ? first : await readBranches(context, repo, wanted, from);
  if (!read.ok) return read;
  const { now, repoId, branches } = read.value;
  const kept = text === null ? null : readKept(text, { repoId, stateBranch });
  const past = await readPast(context, read.value, { since: from, kept });
  if (!past.ok) return past;
  const { logs, texts } = past.value;
  const entries = branches.flatMap((branch) => branch.records);
  const records = entries.map((entry) => recordOf(entry, texts, read.value));
  const [runs, pullRequests] = await Promise.all([
    askRuns(context, read.value, records, now, kept?.verdicts ?? new Map()),
    readTitles(context, read.value, records, past.value),
  ]);
  const isComplete = logs.every((log) => log.isComplete);
  const name = keptName(logs.map(({ head }) => head));
  if (cache !== null && isComplete && logs.length > 0 && name !== keptName(headsIn(kept))) {
    const present = new Map(entries.flatMap(({ blob }) => (blob === null ? [] : [[blob, texts.get(blob) ?? null]])));
    const whole = { repoId, stateBranch, logs: new Map(logs.map((log) => [log.branch, log])), texts: present };
    await cache.save(writeKept({ ...whole, verdicts: runs.verdicts }), name);
  }
  return {
    ok: true,
    value: {
      ...{ repo: read.value.repo, serverUrl: context.serverUrl, stateBranch, isComplete, records },
      heads: logs.map(({ branch, head }) => ({ branch, commit: head })),
      since: new Date(Date.parse(now) - spanMs).toISOString(),
      log: unitedLog(logs.map((log) => log.entries)),
      facts: { now, pullRequests, runs: runs.states },
    },
  };
}

function headsIn(kept: Kept | null): readonly string[] {
  return [...(kept?.logs.values() ?? [])].map(({ head }) => head);
}
