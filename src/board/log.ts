import type { LogEntry } from '../core/board/log-event.js';
import { readPage, type BranchReading } from './branch.js';
import type { BoardContext } from './context.js';
import type { Kept } from './kept.js';
import type { Answered } from './told.js';

/** The log of the span: what was read of it, and what is kept of it. */

export interface Log {
  /** The newest first. */
  readonly entries: readonly LogEntry[];
  /** Whether it reaches back to `since`. */
  readonly isComplete: boolean;
  /** From when on it is whole, if it is. */
  readonly since: string;
}

export interface Span {
  readonly since: string;
  readonly kept: Kept | null;
}

/** A page a request: so many commits are read at most where there is no git to do it. */
const MOST_PAGES = 20;

/**
 * The entries read so far and what is kept, as one log of the whole span; `null`: something between them is missing. A kept
 * head that is no ancestor of the present one is never met, and so is never used.
 */
export function joined(entries: readonly LogEntry[], next: string | null, { since, kept }: Span): Log | null {
  const index = entries.findIndex(({ commit }) => commit === kept?.head);
  if (kept !== null && index !== -1 && kept.since <= since) {
    return { entries: [...entries.slice(0, index), ...kept.log], isComplete: true, since: kept.since };
  }
  return next === null ? { entries, isComplete: true, since } : null;
}

/** Reads on until what is kept is met, or the span ends. */
export async function readOn(
  context: BoardContext,
  branch: BranchReading & { readonly head: string },
  span: Span,
): Promise<Answered<Log>> {
  let { entries, next } = branch.page;
  for (let pages = 1; pages < MOST_PAGES && next !== null; pages += 1) {
    const page = await readPage(context, branch, { head: branch.head, after: next, since: span.since });
    if (!page.ok) return page;
    entries = [...entries, ...page.value.entries];
    next = page.value.next;
    const log = joined(entries, next, span);
    if (log !== null) return { ok: true, value: log };
  }
  return { ok: true, value: { entries, isComplete: false, since: span.since } };
}
