import * as v from 'valibot';

import { parsePlainNumber } from './target.js';

const PULL_REF = /^refs\/pull\/([^/]+)\/(?:merge|head)$/;
/** `<base>` may hold slashes, even one that looks like the end of the name: the last `/pr-…` counts. */
const QUEUE_REF = /^(?:refs\/heads\/)?gh-readonly-queue\/(.+)\/pr-([^/-]+)-(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** What git allows in a branch name, roughly: above all no `:`, which would end the owner in a `head=` filter. */
// eslint-disable-next-line no-control-regex -- control characters are what it refuses
export const BranchName = v.pipe(v.string(), v.maxLength(255), v.regex(/^[^\x00-\x20\x7f~^:?*[\\]+$/));

/** The branch of `refs/heads/<branch>`, whatever it is called; null for a tag and any other ref. */
export function branchOfRef(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

/** The branch of a merge queue: which pull request it tests, and onto which base branch. */
export interface QueueRef {
  pr: number;
  /** A branch name without `refs/heads/`. */
  base: string;
}

/** Parses `[refs/heads/]gh-readonly-queue/<base>/pr-<n>-<sha>`; null for any other ref. */
export function parseQueueRef(ref: string): QueueRef | null {
  const [, base, number] = QUEUE_REF.exec(ref) ?? [];
  if (base === undefined || number === undefined) return null;
  const pr = parsePlainNumber(number);
  return pr === null ? null : { pr, base };
}

/** The number in `refs/pull/<n>/merge`, `refs/pull/<n>/head` or a merge queue's ref; null for any other ref. */
export function pullRequestOfRef(ref: string): number | null {
  const [, number] = PULL_REF.exec(ref) ?? [];
  if (number !== undefined) return parsePlainNumber(number);
  return ref.startsWith('refs/heads/') ? (parseQueueRef(ref)?.pr ?? null) : null;
}
