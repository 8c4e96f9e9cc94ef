/** Events whose payload is about one pull request: pull_request*, issue_comment, issues. */
import type { EventReader } from './answer.js';
import { nextStep } from './hints.js';
import { isAbsent, isObject, readNumber, valueAt } from './payload.js';
import { shown } from './text.js';

/** pull_request, pull_request_target, pull_request_review, …_review_comment, …_review_thread. */
export const readPullRequest: EventReader = ({ name, payload }) => {
  const source = 'pull_request.number';
  const number = readNumber(valueAt(payload, source), source);
  if (number.kind === 'invalid') return number;
  if (number.kind === 'absent') return { kind: 'none', looked: [source], hint: nextStep(name) };
  return { kind: 'found', pr: number.value, source };
};

/** GitHub numbers issues and pull requests in one row; `issue.pull_request` is what tells them apart. */
export const readIssue: EventReader = ({ name, payload }) => {
  const source = 'issue.number';
  const looked = ['issue.pull_request', source];
  const marker = valueAt(payload, 'issue.pull_request');
  const number = readNumber(valueAt(payload, source), source);
  if (number.kind === 'invalid') return number;
  if (isAbsent(marker) || number.kind === 'absent') {
    const which = number.kind === 'value' ? `#${number.value} is an issue, not a pull request. ` : '';
    return { kind: 'none', looked, hint: which + nextStep(name) };
  }
  if (!isObject(marker)) {
    return { kind: 'invalid', problem: `issue.pull_request should be an object, but is ${shown(marker)}` };
  }
  return { kind: 'found', pr: number.value, source };
};
