import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { LogEntry } from '../core/board/log-event.js';
import { unitedLog } from '../core/board/united-log.js';
import type { Texts } from './details.js';
import type { Verdicts } from './runs.js';

/**
 * What of state branches never changes: their logs up to a commit, and the texts of their objects. A cache may keep it from
 * one board to the next. Whatever comes out of a cache is checked like anything foreign, and what does not fit is not used.
 */
export interface Kept {
  readonly repoId: number;
  /** As the input says it. */
  readonly stateBranch: string;
  /** By the names of the branches. */
  readonly logs: ReadonlyMap<string, KeptLog>;
  readonly texts: Texts;
  readonly verdicts: Verdicts;
}

export interface KeptLog {
  readonly head: string;
  /** The log is whole from there to `head`. */
  readonly since: string;
  /** The newest first. */
  readonly entries: readonly LogEntry[];
}

/** Where it is kept; both answer whatever happens, and nothing of it is an error. */
export interface BoardCache {
  restore(): Promise<string | null>;
  /** @param name of what is kept, by `keptName`; what is there under that name already stays. */
  save(text: string, name: string): Promise<void>;
}

/** What is older is read again by whoever asks for it. */
const MOST_ENTRIES = 20_000;

/** A log that is kept is cut off at such times, and verdicts are believed for an hour from theirs. */
const time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);
const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/));
const EntrySchema = v.object({ commit: oid, committedAt: time, message: v.string() });
const KeptSchema = v.object({
  version: v.literal(2),
  repoId: v.number(),
  stateBranch: v.string(),
  since: v.pipe(time, v.regex(/^\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z$/)),
  /** `then`: the commit of a branch before, with which the log goes on as that one’s does. */
  branches: v.array(v.object({ branch: v.string(), head: oid, log: v.array(EntrySchema), then: v.nullable(oid) })),
  texts: v.record(oid, v.nullable(v.string())),
  verdicts: v.record(v.string(), v.object({ state: v.picklist(['over', 'unknown']), at: time })),
});
type KeptBranch = v.InferOutput<typeof KeptSchema>['branches'][number];

/** `null`: it is not that of this repository and state branch, or of another version, or broken. */
export function readKept(text: string, { repoId, stateBranch }: Pick<Kept, 'repoId' | 'stateBranch'>): Kept | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = v.safeParse(KeptSchema, json, { abortEarly: true });
  if (!read.success || read.output.repoId !== repoId || read.output.stateBranch !== stateBranch) return null;
  const { since, branches, texts, verdicts } = read.output;
  const logs = new Map<string, KeptLog>();
  const places = new Map<string, { readonly log: readonly LogEntry[]; readonly place: number }>();
  for (const { branch, head, log, then } of branches) {
    const other = then === null ? { log: [], place: 0 } : places.get(then);
    if (other === undefined) return null;
    const entries = [...log, ...other.log.slice(other.place)];
    for (const [place, { commit }] of log.entries()) places.set(commit, { log: entries, place });
    logs.set(branch, { head, since, entries });
  }
  const maps = { texts: new Map(Object.entries(texts)), verdicts: new Map(Object.entries(verdicts)) };
  return { repoId, stateBranch, logs, ...maps };
}

export function writeKept({ repoId, stateBranch, logs, texts, verdicts }: Kept): string {
  const all = [...logs.values()];
  const united = unitedLog(all.map(({ entries }) => entries));
  const kept = new Set(united.slice(0, MOST_ENTRIES).map(({ commit }) => commit));
  // What was cut off is not whole any more from before its last entry, and what is shared only as far as each of them is.
  const cut = kept.size === united.length ? undefined : united[MOST_ENTRIES - 1]?.committedAt;
  const since = [...all.map((log) => log.since), ...(cut === undefined ? [] : [cut])]
    .map((text) => new Date(text).toISOString())
    .reduce((latest, each) => (each > latest ? each : latest));
  const seen = new Set<string>();
  const branches = [...logs].map(([branch, { head, entries }]): KeptBranch => {
    const own = entries.filter(({ commit }) => kept.has(commit));
    const shared = own.findIndex(({ commit }) => seen.has(commit));
    const log = shared === -1 ? own : own.slice(0, shared);
    for (const { commit } of log) seen.add(commit);
    return { branch, head, log, then: own[shared]?.commit ?? null };
  });
  const maps = { texts: Object.fromEntries(texts), verdicts: Object.fromEntries(verdicts) };
  return JSON.stringify({ version: 2, repoId, stateBranch, since, branches, ...maps });
}

/** By all heads: of one branch it is the commit itself. */
export function keptName(heads: Iterable<string>): string {
  const [only = '', ...more] = heads;
  return more.length === 0
    ? only
    : createHash('sha256')
        .update([only, ...more].join('\n'))
        .digest('hex');
}
