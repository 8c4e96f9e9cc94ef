/** Events about a check or a run on a commit: check_run, check_suite, workflow_run. */
import type { CommitLookup, EventAnswer, EventFacts, EventReader, HeadLookup } from './answer.js';
import { ownHead } from './branch-lookup.js';
import { nextStep } from './hints.js';
import { type ListRules, readLists } from './listed-pull-requests.js';
import { hereOf, identityOf, isAbsent, read, readSha, valueAt } from './payload.js';
import { BranchName, parseQueueRef } from './refs.js';
import { OwnerName } from './target.js';

/**
 * A check names a branch of this repository, or null for a fork's, of which it names nothing but the commit. The base
 * repository knows the commits of a fork's pull requests as `refs/pull/<n>/head`.
 */
export const readCheck: EventReader = (event) => {
  const { name, payload, repo } = event;
  const isRun = name === 'check_run';
  // A check run carries its suite, and either of the two lists may be the one that is filled.
  const lists = isRun
    ? ['check_run.pull_requests', 'check_run.check_suite.pull_requests']
    : ['check_suite.pull_requests'];
  const branchPath = isRun ? 'check_run.check_suite.head_branch' : 'check_suite.head_branch';
  const shaPath = `${name}.head_sha`;
  const branch = read(BranchName, valueAt(payload, branchPath), branchPath, 'a branch name');
  if (branch.kind === 'invalid') return branch;
  const sha = readSha(valueAt(payload, shaPath), shaPath);
  if (sha.kind === 'invalid') return sha;

  const onBranch = branch.kind === 'value' ? branch.value : null;
  const atCommit = sha.kind === 'value' ? sha.value : null;
  const head = onBranch === null ? null : hereOf(payload, repo);
  const listed = readLists(event, lists, { branch: onBranch, sha: atCommit, head });
  if (listed !== null) return listed;
  const looked = [...lists, branchPath, shaPath];
  if (atCommit === null) return { kind: 'none', looked, hint: nextStep(name) };
  if (onBranch === null) return byCommit(forkAt(atCommit, null), looked);
  return byHead(ownHead(event, onBranch, atCommit), looked);
};

/** A run of a fork's pull request has an empty list too, but names the head repository and branch. */
export const readWorkflowRun: EventReader = (event) => {
  const { payload } = event;
  const list = 'workflow_run.pull_requests';
  const branchPath = 'workflow_run.head_branch';
  const branch = read(BranchName, valueAt(payload, branchPath), branchPath, 'a branch name');
  if (branch.kind === 'invalid') return branch;
  const repository = valueAt(payload, 'workflow_run.head_repository');
  const rules: ListRules = {
    branch: branch.kind === 'value' ? branch.value : null,
    // The list is of the branch; that it moved on since the run began changes nothing.
    sha: null,
    head: isAbsent(repository) ? null : identityOf(repository),
  };
  return readLists(event, [list], rules) ?? readQueueBranch(event) ?? readRunHead(event, list, rules);
};

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

/** The commit has to be the present head: for a run of a tag, `head_branch` is the tag's name. */
function readRunHead({ name, payload }: EventFacts, list: string, { branch, head }: ListRules): EventAnswer {
  const ownerPath = 'workflow_run.head_repository.owner.login';
  const shaPath = 'workflow_run.head_sha';
  const looked = [list, ownerPath, 'workflow_run.head_branch', shaPath];
  const sha = readSha(valueAt(payload, shaPath), shaPath);
  if (sha.kind === 'invalid') return sha;
  if (sha.kind === 'absent') return { kind: 'none', looked, hint: nextStep(name) };
  // A fork that was deleted is null here while its pull requests live on, so the commit has to do.
  if (head === null || branch === null) return byCommit(forkAt(sha.value, branch), looked);
  const owner = read(OwnerName, valueAt(payload, ownerPath), ownerPath, 'an account name');
  if (owner.kind === 'invalid') return owner;
  if (owner.kind === 'absent') return { kind: 'none', looked, hint: nextStep(name) };
  return byHead({ owner: owner.value, branch, repository: head, sha: sha.value }, looked);
}

/** What is merged needs no owner any more, and a check on the default branch is not about what was merged there. */
function byHead(head: HeadLookup, looked: string[]): EventAnswer {
  return { kind: 'lookup', lookup: { heads: [head], commit: null }, looked };
}

function byCommit(commit: CommitLookup, looked: string[]): EventAnswer {
  return { kind: 'lookup', lookup: { heads: [], commit }, looked };
}

function forkAt(sha: string, branch: string | null): CommitLookup {
  return { sha, open: 'fork', branch, merged: false };
}
