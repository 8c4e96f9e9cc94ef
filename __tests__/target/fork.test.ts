import { expect, test } from '@jest/globals';
import { isForkPullRequest } from '../../src/target/fork.js';

const payload = (head: string | null, base: string): unknown => ({
  pull_request: { head: { repo: head === null ? null : { full_name: head } }, base: { repo: { full_name: base } } },
});

test.each([
  ['the same repository', payload('acme/widgets', 'acme/widgets'), false],
  ['the same repository in other letters', payload('Acme/Widgets', 'acme/widgets'), false],
  ['a fork', payload('mallory/widgets', 'acme/widgets'), true],
  ['a fork that is gone', payload(null, 'acme/widgets'), true],
  ['no pull request', { issue: { number: 17 } }, false],
  ['a payload of another shape', { pull_request: { head: { repo: 'acme/widgets' } } }, false],
  ['no payload', null, false],
])('%s', (_, event, fork) => {
  expect(isForkPullRequest(event)).toBe(fork);
});
