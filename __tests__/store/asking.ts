import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Advised } from '../../src/store/state-store.js';
import {
  answers,
  answersHtml,
  badGateway,
  neverAnswers,
  resetsConnection,
  secondaryRateLimit,
  type FaultAction,
} from '../../support/local-github/index.js';
import { startStage, type StoreStage } from './stage.js';

/** What one question may take; it is short only where nobody answers. */
export const PLENTY = 15_000;
export const budgetFor = (fault: FaultAction): number => (fault.name === 'never answers' ? 300 : PLENTY);

/** Everything that is no answer of GitHub's, or one that says nothing. */
export const silences: readonly (readonly [string, FaultAction])[] = [
  ['502', badGateway()],
  ['a reset', resetsConnection()],
  ['no answer', neverAnswers()],
  ['a rate limit beyond the deadline', secondaryRateLimit({ retryAfter: 3600 })],
  ['403', answers({ status: 403, body: { message: 'Resource not accessible by integration' } })],
  ['404', answers({ status: 404, body: { message: 'Not Found' } })],
  ['401', answers({ status: 401, body: { message: 'Bad credentials' } })],
  ['a redirect', answers({ status: 301, headers: { location: 'http://127.0.0.1:9/' }, body: {} })],
  ['HTML', answersHtml(200)],
  ['null', answers({ status: 200, body: null })],
  ['a list', answers({ status: 200, body: [] })],
  ['nothing that is asked for', answers({ status: 200, body: {} })],
  [
    'other types',
    answers({ status: 200, body: { status: 7, run_attempt: '2', permission: true, role_name: 1, path: 7 } }),
  ],
];

export function withQuestions(): () => StoreStage {
  let started: StoreStage | undefined;
  const stage = (): StoreStage => {
    if (started === undefined) throw new Error('Only inside of a test.');
    return started;
  };
  beforeAll(async () => {
    started = await startStage();
  });
  beforeEach(() => {
    stage().asked();
  });
  afterEach(() => stage().github.faults.clear());
  afterAll(async () => {
    const { violations } = stage().github;
    await stage().close();
    expect(violations).toEqual([]);
  });
  return stage;
}

/** An answer in a line: its value, and what the user should hear. */
export function lineOf({ value, warning }: Advised<string>): string {
  return warning === null ? value : `${value}: ${warning}`;
}
