import { expect, test } from '@jest/globals';
import { findTarget } from '../../src/use-case/find-target.js';
import { SmallGitHub } from './github.js';

// No event tells a scope: it comes from whoever asks, however the pull request is found.
test.each([
  ['a pull request that is named', '17', null],
  ['a scope of it', '17', 'preview'],
  ['the pull request of the event', null, null],
  ['a scope of that one', null, 'deploy'],
])('%s', async (_name, pr, scope) => {
  const payload = { ok: true, payload: { pull_request: { number: 17 } } } as const;
  const place = { repo: null, pr, scope, event: { name: 'pull_request', ref: null, sha: null }, payload };
  const asker = { repository: 'acme/widgets', repositoryId: 7, actors: [], workflowRun: null };
  expect(await findTarget(place, asker, 'https://github.com', new SmallGitHub([]))).toEqual({
    ok: true,
    target: { repo: 'acme/widgets', pr: 17, scope },
  });
});
