import * as v from 'valibot';
import type { LogEntry } from '../core/board/log-event.js';
import type { Texts } from './details.js';
import type { Verdicts } from './runs.js';

/**
 * What of a state branch never changes: its log up to a commit, and the texts of its objects. A cache may keep it from one
 * board to the next. Whatever comes out of a cache is checked like anything foreign, and what does not fit is not used.
 */
export interface Kept {
  readonly repoId: number;
  readonly branch: string;
  readonly head: string;
  /** The log is whole from there to `head`. */
  readonly since: string;
  /** The newest first. */
  readonly log: readonly LogEntry[];
  readonly texts: Texts;
  readonly verdicts: Verdicts;
}

/** Where it is kept; both answer whatever happens, and nothing of it is an error. */
export interface BoardCache {
  restore(): Promise<string | null>;
  /** @param head names what is kept; what is there under that name already stays. */
  save(text: string, head: string): Promise<void>;
}

/** What is older is read again by whoever asks for it. */
const MOST_ENTRIES = 20_000;

/** A log that is kept is cut off at such times, and verdicts are believed for an hour from theirs. */
const time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);
const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/));
const KeptSchema = v.object({
  version: v.literal(1),
  repoId: v.number(),
  branch: v.string(),
  head: oid,
  since: v.pipe(time, v.regex(/^\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z$/)),
  log: v.array(v.object({ commit: oid, committedAt: time, message: v.string() })),
  texts: v.record(oid, v.nullable(v.string())),
  verdicts: v.record(v.string(), v.object({ state: v.picklist(['over', 'unknown']), at: time })),
});

/** `null`: it is not that of this branch, or of another version, or broken. */
export function readKept(text: string, { repoId, branch }: Pick<Kept, 'repoId' | 'branch'>): Kept | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = v.safeParse(KeptSchema, json, { abortEarly: true });
  if (!read.success || read.output.repoId !== repoId || read.output.branch !== branch) return null;
  const { texts, verdicts } = read.output;
  return { ...read.output, texts: new Map(Object.entries(texts)), verdicts: new Map(Object.entries(verdicts)) };
}

export function writeKept({ repoId, branch, head, since, log, texts, verdicts }: Kept): string {
  const kept = log.slice(0, MOST_ENTRIES);
  // What was cut off is not whole any more from before its last entry.
  const from = kept.length === log.length ? since : (kept.at(-1)?.committedAt ?? since);
  const common = { version: 1, repoId, branch, head, since: new Date(from).toISOString() };
  const maps = { texts: Object.fromEntries(texts), verdicts: Object.fromEntries(verdicts) };
  return JSON.stringify({ ...common, log: kept, ...maps });
}
