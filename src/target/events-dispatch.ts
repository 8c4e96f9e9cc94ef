/** Events that people and programs send by hand: workflow_dispatch, repository_dispatch. */
import * as v from 'valibot';

import type { EventAnswer, EventFacts, EventReader } from './answer.js';
import { ownHead } from './branch-lookup.js';
import { nextStep } from './hints.js';
import { belongsHere, isAbsent, isObject, type Reading, readNumber, valueAt } from './payload.js';
import { branchOfRef, BranchName } from './refs.js';
import { parsePullRequestInput } from './target.js';
import { shown } from './text.js';

/** `pr`, `pr-number`, `pull-request` and `pull-request-number`, each in kebab, snake and camel case. */
const NAMES = [
  'pr',
  ...['pr-number', 'pr_number', 'prNumber'],
  ...['pull-request', 'pull_request', 'pullRequest'],
  ...['pull-request-number', 'pull_request_number', 'pullRequestNumber'],
];

/**
 * Inputs are strings, empty when left out. Without a number the branch that the run was dispatched on is what is meant,
 * if that is the head of an open pull request; a merged one is not, for a dispatch on the default branch is no push.
 */
export const readWorkflowDispatch: EventReader = (event) => {
  const answer = readNames(event, 'inputs');
  if (answer.kind !== 'none') return answer;
  // GITHUB_REF is always the full ref, where the payload may have what the sender wrote.
  const sent = valueAt(event.payload, 'ref');
  const branch = branchOfRef(event.ref ?? (typeof sent === 'string' ? sent : ''));
  if (branch === null || !v.is(BranchName, branch)) return answer;
  return { kind: 'lookup', lookup: { heads: [ownHead(event, branch, null)], commit: null }, looked: answer.looked };
};

/** The sender may give a number, text, or a whole pull request as the API has it. */
export const readRepositoryDispatch: EventReader = (event) => readNames(event, 'client_payload');

function readNames(event: EventFacts, parent: string): EventAnswer {
  const readings: { pr: number; source: string }[] = [];
  for (const name of NAMES) {
    const source = `${parent}.${name}`;
    const number = readSent(valueAt(event.payload, source), source, event);
    if (number.kind === 'invalid') return number;
    if (number.kind === 'value') readings.push({ pr: number.value, source });
  }
  const [first] = readings;
  if (first === undefined) {
    return { kind: 'none', looked: NAMES.map((name) => `${parent}.${name}`), hint: nextStep(event.name) };
  }
  const candidates = [...new Set(readings.map(({ pr }) => pr))].sort((a, b) => a - b);
  if (candidates.length === 1) return { kind: 'found', ...first };
  return { kind: 'several', candidates, looked: readings.map(({ pr, source }) => `${source} (#${pr})`) };
}

function readSent(value: unknown, where: string, event: EventFacts): Reading<number> {
  if (isAbsent(value)) return { kind: 'absent' };
  if (typeof value === 'string') return readText(value.trim(), where, event);
  if (!isObject(value)) return readNumber(value, where);
  // A number alone is not enough here: dispatches are sent across repositories, with pull requests of the sender's.
  if (!belongsHere(value, event.payload, event.repo)) {
    return { kind: 'invalid', problem: `${where} is a pull request of another repository than ${event.repo}` };
  }
  const number = readNumber(valueAt(value, 'number'), `${where}.number`);
  return number.kind === 'absent' ? { kind: 'invalid', problem: `${where}.number is missing` } : number;
}

function readText(text: string, where: string, { repo, serverUrl }: EventFacts): Reading<number> {
  if (text === '') return { kind: 'absent' };
  const parsed = parsePullRequestInput(text, serverUrl);
  if (!parsed.ok) return { kind: 'invalid', problem: `${where} ${parsed.problem}` };
  if (parsed.value.repo !== null && parsed.value.repo !== repo.toLowerCase()) {
    return {
      kind: 'invalid',
      problem: `${where} is ${shown(text)}, a pull request of another repository than ${repo}`,
    };
  }
  return { kind: 'value', value: parsed.value.pr };
}
