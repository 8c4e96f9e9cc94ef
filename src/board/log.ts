import type { LogEntry } from '../core/board/log-event.js';
import type { BranchReading } from './branch.js';
import type { KeptLog } from './kept.js';
import type { LogPage } from './pages.js';

/** The logs of the span: what was read of each, and what is kept of it. */

export interface Log {
  readonly branch: string;
  readonly head: string;
  /** The newest first. */
  readonly entries: readonly LogEntry[];
  /** Whether it reaches back to the beginning of the span. */
  readonly isComplete: boolean;
  /** From when on it is whole, if it is. */
  readonly since: string;
}

/** How far the log of a branch was read. */
export interface Reach {
  readonly branch: string;
  readonly head: string;
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; `null`: it was read to the end of the span. */
  readonly next: string | null;
  readonly since: string;
  readonly kept: KeptLog | null;
}

export function begun({ branch, page }: BranchReading, head: string, since: string, kept: KeptLog | null): Reach {
  return withPage({ branch, head, entries: [], next: null, since, kept }, page);
}

/**
 * With one more page of it, and with what is kept once that is met. A kept head that is no ancestor of the present one is
 * never met, and so is never used.
 */
export function withPage(reach: Reach, page: LogPage): Reach {
  const { kept, since } = reach;
  const entries = [...reach.entries, ...page.entries];
  const index = entries.findIndex(({ commit }) => commit === kept?.head);
  if (kept === null || index === -1 || kept.since > since) return { ...reach, entries, next: page.next };
  return { ...reach, entries: [...entries.slice(0, index), ...kept.entries], next: null, since: kept.since };
}

/** Those that have to be read on. Shards that were made from one branch share its log, which one of them reads. */
export function unfinished(reaches: readonly Reach[]): readonly (Reach & { readonly next: string })[] {
  return reaches.flatMap((reach, index) => {
    const { next } = reach;
    return next === null || restOf(reach, index, reaches) !== null ? [] : [{ ...reach, next }];
  });
}

export function logsOf(reaches: readonly Reach[]): readonly Log[] {
  const logOf = (reach: Reach, index: number): Log => {
    const { branch, head, entries, next, since } = reach;
    const rest = next === null ? null : restOf(reach, index, reaches);
    if (rest === null) return { branch, head, entries, isComplete: next === null, since };
    const other = logOf(rest.reach, rest.index);
    const whole = [...entries, ...other.entries.slice(rest.place + 1)];
    return { ...other, branch, head, entries: whole, since: other.since > since ? other.since : since };
  };
  return reaches.map(logOf);
}

interface Rest {
  readonly reach: Reach;
  readonly index: number;
  /** Where in it the last commit is that was read here: all that is behind it is the same for both. */
  readonly place: number;
}

/** Where another one has read further; of those that have read equally far it is the first. */
function restOf({ entries }: Reach, own: number, reaches: readonly Reach[]): Rest | null {
  const last = entries.at(-1)?.commit;
  for (const [index, reach] of reaches.entries()) {
    const place = index === own ? -1 : reach.entries.findIndex(({ commit }) => commit === last);
    const isFurther = place < reach.entries.length - 1 || reach.next === null || index < own;
    if (place !== -1 && isFurther) return { reach, index, place };
  }
  return null;
}
