/** Events about a commit of a branch: push, deployment, deployment_status, status. */
import * as v from 'valibot';

import type { CommitLookup, EventFacts, EventReader } from './answer.js';
import { ownHead } from './branch-lookup.js';
import { nextStep } from './hints.js';
import { isAbsent, read, readSha, type Reading, valueAt } from './payload.js';
import { branchOfRef, BranchName, pullRequestOfRef } from './refs.js';
import { CommitSha } from './target.js';
import { shown } from './text.js';

/** What GitHub lists at most: where so many are named, there may be more. */
const MOST_BRANCHES = 10;

/**
 * A push means the pull request of its branch, also when the branch moved on since. Its merged pull request counts on
 * the default branch only: elsewhere the commit is merely reused.
 */
export const readPush: EventReader = (event) => {
  const { name, payload } = event;
  const after = valueAt(payload, 'after');
  if (valueAt(payload, 'deleted') === true || (typeof after === 'string' && /^0+$/.test(after))) {
    const hint = `The push deleted its branch or tag, so there is nothing to own. ${nextStep(name)}`;
    return { kind: 'none', looked: ['deleted', 'after'], hint };
  }
  const reading = read(v.string(), valueAt(payload, 'ref'), 'ref', 'a ref');
  if (reading.kind === 'invalid') return reading;
  const [ref, source] = reading.kind === 'value' ? [reading.value, 'ref'] : [event.ref ?? '', 'GITHUB_REF'];
  const pr = pullRequestOfRef(ref);
  if (pr !== null) return { kind: 'found', pr, source };
  const branch = branchOfRef(ref);
  if (branch === null) {
    const hint = ref.startsWith('refs/tags/')
      ? `A tag is the head of no pull request. ${nextStep(name)}`
      : nextStep(name);
    return { kind: 'none', looked: ['ref'], hint };
  }
  if (!v.is(BranchName, branch)) return { kind: 'invalid', problem: `ref should name a branch, but is ${shown(ref)}` };
  const sha = shaOf(event, 'after', event.sha);
  if (sha.kind === 'invalid') return sha;
  const isDefault = branch === valueAt(payload, 'repository.default_branch');
  const commit = isDefault && sha.kind === 'value' ? mergedAs(sha.value) : null;
  return { kind: 'lookup', lookup: { heads: [ownHead(event, branch, null)], commit }, looked: ['ref', 'after'] };
};

/**
 * A deployment or its status. `deployment.ref` may be a branch, a tag, a commit, or, for a job of a pull_request run
 * with an environment, `refs/pull/<n>/merge`. A merged pull request is what a deployment of its merge commit deploys.
 */
export const readDeployment: EventReader = (event) => {
  const looked = ['deployment.ref', 'deployment.sha'];
  const ref = read(v.string(), valueAt(event.payload, 'deployment.ref'), 'deployment.ref', 'a ref');
  if (ref.kind === 'invalid') return ref;
  const pr = ref.kind === 'value' ? pullRequestOfRef(ref.value) : null;
  if (pr !== null) return { kind: 'found', pr, source: 'deployment.ref' };
  const sha = shaOf(event, 'deployment.sha', event.sha);
  if (sha.kind === 'invalid') return sha;
  const known = sha.kind === 'value' ? sha.value : null;
  const branch = ref.kind === 'value' ? deployedBranch(ref.value, event.ref) : null;
  // A short name may be a tag's as well; only the commit shows that the branch is what was deployed.
  const proven = branch !== null && (branch.certain || known !== null);
  const heads = proven ? [ownHead(event, branch.name, branch.certain ? null : known)] : [];
  if (heads.length === 0 && known === null) return { kind: 'none', looked, hint: nextStep(event.name) };
  return { kind: 'lookup', lookup: { heads, commit: known === null ? null : mergedAs(known) }, looked };
};

/** `GITHUB_REF` of a deployment is `deployment.ref` in full, where that is no commit. */
function deployedBranch(ref: string, fullRef: string | null): { name: string; certain: boolean } | null {
  if (ref.startsWith('refs/tags/') || fullRef === `refs/tags/${ref}` || v.is(CommitSha, ref)) return null;
  const name = branchOfRef(ref) ?? ref;
  if (!v.is(BranchName, name)) return null;
  return { name, certain: name !== ref || fullRef === `refs/heads/${name}` };
}

/**
 * A commit status. It names up to ten branches that contain the commit: those whose tip it is count, if it still is.
 * `GITHUB_SHA` is of no use: for this event it is the tip of the default branch.
 */
export const readStatus: EventReader = (event) => {
  const looked = ['branches', 'sha'];
  const sha = shaOf(event, 'sha', null);
  if (sha.kind === 'invalid') return sha;
  const list = read(v.array(v.unknown()), valueAt(event.payload, 'branches'), 'branches', 'a list');
  if (list.kind === 'invalid') return list;
  if (sha.kind === 'absent') return { kind: 'none', looked, hint: nextStep(event.name) };
  const entries = list.kind === 'value' ? list.value : [];
  // A list that was cut leaves out branches, so the commit is asked for its heads instead.
  if (entries.length >= MOST_BRANCHES) {
    const commit: CommitLookup = { ...mergedAs(sha.value), open: 'here' };
    return { kind: 'lookup', lookup: { heads: [], commit }, looked };
  }
  const branches = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const where = `branches[${index}]`;
    const name = read(BranchName, valueAt(entry, 'name'), `${where}.name`, 'a branch name');
    const tip = readSha(valueAt(entry, 'commit.sha'), `${where}.commit.sha`);
    if (name.kind === 'invalid') return name;
    if (tip.kind === 'invalid') return tip;
    const elsewhere = tip.kind === 'value' && tip.value.toLowerCase() !== sha.value.toLowerCase();
    if (name.kind === 'value' && !elsewhere) branches.add(name.value);
  }
  const heads = [...branches].map((branch) => ownHead(event, branch, sha.value));
  return { kind: 'lookup', lookup: { heads, commit: mergedAs(sha.value) }, looked };
};

function mergedAs(sha: string): CommitLookup {
  return { sha, open: 'none', branch: null, merged: true };
}

/** The commit in the payload, else `GITHUB_SHA` where that is the event's own. */
function shaOf({ payload }: EventFacts, path: string, runSha: string | null): Reading<string> {
  const value = valueAt(payload, path);
  if (!isAbsent(value)) return readSha(value, path);
  return v.is(CommitSha, runSha) ? { kind: 'value', value: runSha } : { kind: 'absent' };
}
