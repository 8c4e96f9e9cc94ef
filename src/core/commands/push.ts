import { conflict, ok, type Decision } from '../answer.js';
import { change, eventOf } from '../change.js';
import type { Failure } from '../outcome.js';
import { isStorableRef } from '../printable.js';
import { refOf, type HeadBranch, type Publication } from '../publication.js';
import type { PushRequest } from '../request.js';
import { ownedRecord, type Situation } from '../situation.js';
import { plain } from '../text.js';
import { decideAssert } from './assert.js';

/**
 * The rules of an assert, and where this run owns, the event that lands in the same push as the commit: whoever is not the
 * owner at that very moment moves neither.
 */
export function decidePush({ record, expired, stored, request, facts }: Situation<PushRequest>): Decision {
  const { run, reason, fencingToken, requireOpen, publication } = request;
  const asserting = { command: 'assert', run, reason, fencingToken, requireOpen } as const;
  const assert = { ...asserting, requireExisting: true, strict: false };
  const asserted = decideAssert({ record, expired, stored, request: assert, facts });
  const owned = ownedRecord(record);
  if (owned === null || asserted.kind !== 'answer' || asserted.answer.kind !== 'ok') return asserted;
  const { headBranch, branch } = facts;
  if (headBranch === null) throw new Error('a push is decided from a reading of the pull request');
  if (headBranch.isFork) return conflict('fork_head');
  const failure = wrongBranch(headBranch, publication);
  if (failure !== null) return { kind: 'fail', failure };
  if (branch === 'unasked') return { kind: 'ask', question: 'branch', publication, branch: headBranch.name };
  const { head, relation } = branch;
  if (relation === 'same') return ok('owner_confirmed');
  // A branch that somebody deleted is not made anew.
  if (head === null || (relation !== 'ahead' && relation !== 'leased')) return conflict('head_moved');
  if (publication.dryRun) return ok('owner_confirmed');
  const details = { from: head, to: publication.commit, ref: refOf(headBranch.name) };
  const event = eventOf({ type: 'publish', fencingToken: owned.active.fencingToken, details }, request, facts);
  return change(owned.record, event, 'published', facts);
}

function wrongBranch({ name, isDefaultBranch }: HeadBranch, { branch }: Publication): Failure | null {
  if (isDefaultBranch) {
    const problem = `The branch of this pull request is the default branch "${name}", which is not published to`;
    return { code: 'invalid_input', problem, advice: 'Open the pull request from a branch of its own.' };
  }
  if (!isStorableRef(refOf(name))) {
    const problem = `The branch "${plain(name, 80)}" has a name that no record can hold`;
    return { code: 'invalid_input', problem, advice: 'Open the pull request from a branch with a plain name.' };
  }
  if (branch === null || branch === name) return null;
  const problem = `The branch "${branch}" is not that of the pull request, which is "${name}"`;
  return { code: 'invalid_input', problem, advice: 'Leave the branch out, or name the one of the pull request.' };
}
