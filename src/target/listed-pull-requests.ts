import * as v from 'valibot';

import type { EventAnswer, EventFacts } from './answer.js';
import { answerOf, belongsHere, mayBe, read, readNumber, valueAt } from './payload.js';
import type { RepositoryIdentity } from './repository.js';

/** What the event says of its head, to hold the entries of its lists against; null where it says nothing. */
export interface ListRules {
  branch: string | null;
  sha: string | null;
  head: RepositoryIdentity | null;
}

/**
 * The lists of open pull requests in checks and workflow runs. They hold pull requests of other repositories too, and
 * may hold others that contain the commit: only those whose head is the event's count. Null where none is left.
 */
export function readLists({ payload, repo }: EventFacts, lists: string[], rules: ListRules): EventAnswer | null {
  const readings: { pr: number; source: string }[] = [];
  for (const list of lists) {
    const entries = read(v.array(v.unknown()), valueAt(payload, list), list, 'a list');
    if (entries.kind === 'invalid') return entries;
    for (const [index, entry] of (entries.kind === 'value' ? entries.value : []).entries()) {
      if (!belongsHere(entry, payload, repo) || !hasHead(entry, rules)) continue;
      const source = `${list}[${index}].number`;
      const number = readNumber(valueAt(entry, 'number'), source);
      if (number.kind === 'invalid') return number;
      if (number.kind === 'absent') return { kind: 'invalid', problem: `${source} is missing` };
      readings.push({ pr: number.value, source });
    }
  }
  return answerOf(readings, lists);
}

/** What either side leaves out is not held against the other. */
function hasHead(entry: unknown, { branch, sha, head }: ListRules): boolean {
  const headRef = valueAt(entry, 'head.ref');
  if (branch !== null && typeof headRef === 'string' && headRef !== branch) return false;
  const headSha = valueAt(entry, 'head.sha');
  if (sha !== null && typeof headSha === 'string' && headSha.toLowerCase() !== sha.toLowerCase()) return false;
  return head === null || mayBe(valueAt(entry, 'head.repo'), head);
}
