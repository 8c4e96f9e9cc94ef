import type { EventAnswer, EventFacts, EventReader } from './answer.js';
import { readCheck, readWorkflowRun } from './events-checks.js';
import { CHECKOUT, readCheckout } from './checkout.js';
import { readDeployment, readPush, readStatus } from './events-commits.js';
import { readIssue, readPullRequest } from './events-direct.js';
import { readRepositoryDispatch, readWorkflowDispatch } from './events-dispatch.js';
import { readMergeGroup } from './events-queue.js';
import { nextStep } from './hints.js';
import { pullRequestOfRef } from './refs.js';

export type { EventAnswer, EventFacts, PullRequestLookup } from './answer.js';

/** Which part of the payload to read, by `GITHUB_EVENT_NAME`. A map: an event may be called `constructor`. */
const READERS: ReadonlyMap<string, EventReader> = new Map([
  ['pull_request', readPullRequest],
  ['pull_request_target', readPullRequest],
  ['pull_request_review', readPullRequest],
  ['pull_request_review_comment', readPullRequest],
  ['pull_request_review_thread', readPullRequest],
  ['issue_comment', readIssue],
  ['issues', readIssue],
  ['check_run', readCheck],
  ['check_suite', readCheck],
  ['workflow_run', readWorkflowRun],
  ['push', readPush],
  ['deployment', readDeployment],
  ['deployment_status', readDeployment],
  ['status', readStatus],
  ['merge_group', readMergeGroup],
  ['workflow_dispatch', readWorkflowDispatch],
  ['repository_dispatch', readRepositoryDispatch],
  [CHECKOUT, readCheckout],
]);

/** The names of the events whose payload is read. For any other event only `GITHUB_REF` is looked at. */
export const READ_EVENTS: readonly string[] = [...READERS.keys()].filter((name) => name !== CHECKOUT);

/**
 * The pull request that an event is about, as far as the event itself says: pure, asks nobody, guesses nothing.
 *
 * The payload comes first, then `GITHUB_REF` (`refs/pull/<n>/merge`, or a merge queue's branch), then the look-up that
 * the payload leads to. A field that holds what GitHub never sends is `invalid`, not passed over. Never throws.
 */
export function pullRequestOfEvent(event: EventFacts): EventAnswer {
  const read = READERS.get(event.name);
  const answer: EventAnswer =
    read === undefined ? { kind: 'none', looked: [], hint: nextStep(event.name) } : read(event);
  if (answer.kind !== 'none' && answer.kind !== 'lookup') return answer;
  const pr = event.ref === null ? null : pullRequestOfRef(event.ref);
  if (pr !== null) return { kind: 'found', pr, source: 'GITHUB_REF' };
  return { ...answer, looked: [...answer.looked, 'GITHUB_REF'] };
}
