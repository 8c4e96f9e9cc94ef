/** Events that people and programs send by hand: workflow_dispatch, repository_dispatch. */
import type { EventAnswer, EventFacts, EventReader } from './answer.js';
import { nextStep } from './hints.js';
import { answerOf, belongsHere, isAbsent, isObject, type Reading, readNumber, valueAt } from './payload.js';
import { parsePullRequestInput } from './target.js';
import { shown } from './text.js';

const NAMES = [
  'pr',
  'pr-number',
  'pr_number',
  'pull-request',
  'pull_request',
  'pull-request-number',
  'pull_request_number',
];
/** Payloads of repository_dispatch are JSON, where camel case is as common. */
const CAMEL_NAMES = ['prNumber', 'pullRequest', 'pullRequestNumber'];

/** Inputs are strings, empty when left out; a URL of a pull request of this repository will do as well. */
export const readWorkflowDispatch: EventReader = (event) => readNames(event, 'inputs', NAMES);

/** The sender may give a number, text, or a whole pull request as the API has it. */
export const readRepositoryDispatch: EventReader = (event) =>
  readNames(event, 'client_payload', [...NAMES, ...CAMEL_NAMES]);

function readNames(event: EventFacts, parent: string, names: string[]): EventAnswer {
  const readings: { pr: number; source: string }[] = [];
  for (const name of names) {
    const source = `${parent}.${name}`;
    const number = readSent(valueAt(event.payload, source), source, event);
    if (number.kind === 'invalid') return number;
    if (number.kind === 'value') readings.push({ pr: number.value, source });
  }
  const looked = names.map((name) => `${parent}.${name}`);
  return answerOf(readings, looked) ?? { kind: 'none', looked, hint: nextStep(event.name) };
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
