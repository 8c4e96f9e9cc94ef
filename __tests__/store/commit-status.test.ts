import { expect, it } from '@jest/globals';
import type { CommitStatus } from '../../src/core/words/commit-status.js';
import { setCommitStatus } from '../../src/store/commit-status.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import { answers, isRest } from '../../support/local-github/index.js';
import { budgetFor, PLENTY, silences, withQuestions } from './asking.js';
import { TARGET, within, WRITER } from './stage.js';

const STATUS = 'POST /repos/{owner}/{repo}/statuses/{sha}';

const stage = withQuestions();

async function told(changes: Partial<CommitStatus> = {}, budgetMs = PLENTY): Promise<string | null> {
  const { github, repository } = stage();
  const permissions = { 'pull-requests': 'read', statuses: 'write' } as const;
  github.issueToken(WRITER, { login: 'octocat', permissions });
  const { headRefOid: sha } = await repository.pullRequest(TARGET.pr);
  const status = { sha, context: 'runner-coord', state: 'pending', description: 'Owned', targetUrl: null } as const;
  const transport = await createTransport({ token: WRITER, apiUrl: github.apiUrl, graphqlUrl: github.graphqlUrl });
  const context = { transport, repo: TARGET.repo, now: '2026-11-22T08:00:00.000Z' };
  return setCommitStatus(context, { ...status, ...changes }, within(budgetMs));
}

it('is one request, by the present name of the repository', async () => {
  expect(await told({ targetUrl: 'https://github.test/run' })).toBeNull();
  expect(await told({ state: 'success' })).toBeNull();
  expect(stage().asked()).toEqual([STATUS, STATUS]);
  const { headRefOid } = await stage().repository.pullRequest(TARGET.pr);
  const shown = { context: 'runner-coord', description: 'Owned', creator: 'octocat' };
  expect(stage().repository.statuses(headRefOid)).toEqual([
    { ...shown, state: 'pending', targetUrl: 'https://github.test/run' },
    { ...shown, state: 'success', targetUrl: null },
  ]);
});

it.each(silences.slice(0, 8))('%s is told, and not tried again', async (_name, fault) => {
  stage().github.faults.always(isRest(STATUS), fault);
  const warning = await told({}, budgetFor(fault));
  expect(warning).toMatch(
    /^The pull request does not show who owns it now: .*while setting the commit status "runner-coord"/,
  );
  // The command itself has succeeded.
  expect(warning).not.toMatch(/run (?:this step )?again/i);
  expect(stage().asked()).toEqual([STATUS]);
});

it.each([403, 404])('%i names the permission', async (status) => {
  stage().github.faults.always(isRest(STATUS), answers({ status, body: { message: 'no' } }));
  expect(await told()).toContain('"permissions: { statuses: write }"');
});

it.each([
  ['a commit that is not there', { sha: 'b'.repeat(40) }, 'No commit found'],
  ['a description that is too long', { description: 'x'.repeat(141) }, 'Validation Failed'],
  ['an emoji', { description: '🦊' }, 'Validation Failed'],
  ['an address that is none', { targetUrl: 'ftp://github.test' }, 'Validation Failed'],
])('%s is refused by GitHub, and told', async (_name, changes, words) => {
  expect(await told(changes)).toContain(words);
});
