/** Events about a commit: push, deployment, deployment_status, status. */
import * as v from 'valibot';

import type { EventAnswer, EventFacts, EventReader } from './answer.js';
import { nextStep } from './hints.js';
import { readSha, valueAt } from './payload.js';
import { pullRequestOfRef } from './refs.js';
import { CommitSha } from './target.js';

/** A push. Its merged pull request counts on the default branch only: elsewhere the commit is merely reused. */
export const readPush: EventReader = (event) => {
  const { payload } = event;
  const after = valueAt(payload, 'after');
  if (valueAt(payload, 'deleted') === true || (typeof after === 'string' && /^0+$/.test(after))) {
    const hint = `The push deleted its branch or tag, so there is no commit to look up. ${nextStep(event.name)}`;
    return { kind: 'none', looked: ['deleted', 'after'], hint };
  }
  const ref = valueAt(payload, 'ref');
  const branch = valueAt(payload, 'repository.default_branch');
  const acceptMerged = typeof ref === 'string' && typeof branch === 'string' && ref === `refs/heads/${branch}`;
  // `after` of an annotated tag is the tag object, which no pull request has; `head_commit` is the commit.
  return byCommit(event, { ref: 'ref', shas: ['head_commit.id', 'after'], acceptMerged, runSha: event.sha });
};

/** A deployment or its status: a merged pull request is what a deployment of the default branch deploys. */
export const readDeployment: EventReader = (event) =>
  byCommit(event, { ref: 'deployment.ref', shas: ['deployment.sha'], acceptMerged: true, runSha: event.sha });

/** A commit status. `GITHUB_SHA` is of no use: for this event it is the tip of the default branch. */
export const readStatus: EventReader = (event) =>
  byCommit(event, { ref: null, shas: ['sha'], acceptMerged: true, runSha: null });

interface CommitRules {
  /** Where the payload has the ref. A job of a pull_request run with an environment deploys `refs/pull/<n>/merge`. */
  ref: string | null;
  /** Where the payload may have the commit, best first. */
  shas: string[];
  acceptMerged: boolean;
  /** `GITHUB_SHA`, where it is the event's own commit. */
  runSha: string | null;
}

function byCommit({ name, payload }: EventFacts, rules: CommitRules): EventAnswer {
  const looked: string[] = [];
  const found = (sha: string): EventAnswer => ({
    kind: 'lookup',
    lookup: { by: 'commit', sha, acceptMerged: rules.acceptMerged },
    looked,
  });
  if (rules.ref !== null) {
    looked.push(rules.ref);
    const ref = valueAt(payload, rules.ref);
    const pr = typeof ref === 'string' ? pullRequestOfRef(ref) : null;
    if (pr !== null) return { kind: 'found', pr, source: rules.ref };
  }
  for (const path of rules.shas) {
    looked.push(path);
    const sha = readSha(valueAt(payload, path), path);
    if (sha.kind === 'invalid') return sha;
    if (sha.kind === 'value') return found(sha.value);
  }
  if (rules.runSha !== null) {
    looked.push('GITHUB_SHA');
    if (v.is(CommitSha, rules.runSha)) return found(rules.runSha);
  }
  return { kind: 'none', looked, hint: nextStep(name) };
}
