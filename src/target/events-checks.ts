/** Events about a check or a run on a commit: check_run, check_suite, workflow_run. */
import * as v from 'valibot';

import type { EventAnswer, EventFacts, EventReader } from './answer.js';
import { nextStep } from './hints.js';
import { answerOf, belongsHere, isAbsent, read, readNumber, readSha, valueAt } from './payload.js';
import { parseQueueRef } from './refs.js';
import { OwnerName } from './target.js';

/** What git allows in a branch name, roughly: above all no `:`, which would end the owner in a `head=` filter. */
// eslint-disable-next-line no-control-regex -- control characters are what it refuses
const BranchName = v.pipe(v.string(), v.maxLength(255), v.regex(/^[^\x00-\x20\x7f~^:?*[\\]+$/));

/**
 * GitHub leaves the list of a check empty for forks and names no head repository there, so only the commit is left.
 * The look-up asks the base repository, which knows the commits of a fork's pull requests as `refs/pull/<n>/head`.
 */
export const readCheck: EventReader = (event) => {
  // A check run carries its suite, and either of the two lists may be the one that is filled.
  const lists =
    event.name === 'check_run'
      ? ['check_run.pull_requests', 'check_run.check_suite.pull_requests']
      : ['check_suite.pull_requests'];
  return readLists(event, lists) ?? byCommit(event, `${event.name}.head_sha`, lists);
};

/** A run of a fork's pull request has an empty list too, but names the head repository and branch. */
export const readWorkflowRun: EventReader = (event) => {
  const list = 'workflow_run.pull_requests';
  return readLists(event, [list]) ?? readQueueBranch(event) ?? byHead(event, list);
};

function readLists({ payload, repo }: EventFacts, lists: string[]): EventAnswer | null {
  const readings: { pr: number; source: string }[] = [];
  for (const list of lists) {
    const entries = read(v.array(v.unknown()), valueAt(payload, list), list, 'a list');
    if (entries.kind === 'invalid') return entries;
    for (const [index, entry] of (entries.kind === 'value' ? entries.value : []).entries()) {
      if (!belongsHere(entry, payload, repo)) continue;
      const source = `${list}[${index}].number`;
      const number = readNumber(valueAt(entry, 'number'), source);
      if (number.kind === 'invalid') return number;
      if (number.kind === 'absent') return { kind: 'invalid', problem: `${source} is missing` };
      readings.push({ pr: number.value, source });
    }
  }
  return answerOf(readings, lists);
}

/**
 * A run of the merge queue has its pull request in the name of its branch. Only the run's event says that it is the
 * queue's branch: a fork may give any branch that name.
 */
function readQueueBranch({ payload }: EventFacts): EventAnswer | null {
  const source = 'workflow_run.head_branch';
  const branch = valueAt(payload, source);
  if (valueAt(payload, 'workflow_run.event') !== 'merge_group' || typeof branch !== 'string') return null;
  const queue = parseQueueRef(branch);
  return queue === null ? null : { kind: 'found', pr: queue.pr, source };
}

function byHead(event: EventFacts, list: string): EventAnswer {
  const { payload } = event;
  const ownerPath = 'workflow_run.head_repository.owner.login';
  const branchPath = 'workflow_run.head_branch';
  const shaPath = 'workflow_run.head_sha';
  // A fork that was deleted is null here while its pull requests live on, so the commit has to do.
  if (isAbsent(valueAt(payload, 'workflow_run.head_repository')) || isAbsent(valueAt(payload, branchPath))) {
    return byCommit(event, shaPath, [list, 'workflow_run.head_repository', branchPath]);
  }
  const looked = [list, ownerPath, branchPath, shaPath];
  const owner = read(OwnerName, valueAt(payload, ownerPath), ownerPath, 'an account name');
  const branch = read(BranchName, valueAt(payload, branchPath), branchPath, 'a branch name');
  const sha = readSha(valueAt(payload, shaPath), shaPath);
  if (owner.kind === 'invalid') return owner;
  if (branch.kind === 'invalid') return branch;
  if (sha.kind === 'invalid') return sha;
  if (owner.kind === 'absent' || branch.kind === 'absent' || sha.kind === 'absent') {
    return { kind: 'none', looked, hint: nextStep(event.name) };
  }
  return {
    kind: 'lookup',
    lookup: { by: 'head', headOwner: owner.value, headBranch: branch.value, headSha: sha.value },
    looked,
  };
}

function byCommit(event: EventFacts, path: string, before: string[]): EventAnswer {
  const looked = [...before, path];
  const sha = readSha(valueAt(event.payload, path), path);
  if (sha.kind === 'invalid') return sha;
  if (sha.kind === 'absent') return { kind: 'none', looked, hint: nextStep(event.name) };
  // What is merged needs no owner any more, and a check on the default branch is not about the pull request behind it.
  return { kind: 'lookup', lookup: { by: 'commit', sha: sha.value, acceptMerged: false }, looked };
}
