import { describe, expect, test } from '@jest/globals';
import { anyRequest, answers, neverAnswers, redirectsTo } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { onStage, WITHOUT_JITTER } from '../support/scenario.js';

const SECRET = 'secret-that-must-never-be-seen-0123';
const writing = { login: 'octocat', permissions: { contents: 'write', actions: 'write' } } as const;

/** Everything that a step leaves behind for others to see, apart from the line that asks the runner to mask. */
function everythingBut(mask: string, { stdout, stderr, outputs, summary, state }: StepResult): string {
  const told = stdout.split('\n').filter((line) => line !== mask);
  return JSON.stringify([told, stderr, outputs, summary, state]);
}

describe('the token is asked to be masked before anything else, and never shown', () => {
  test.each(['claim', 'assert', 'takeover'])('%s', (command) =>
    onStage(async ({ step, plant, github, repository, log }) => {
      github.issueToken(SECRET, writing);
      await plant(recordOf());
      const main = await step(command, { token: SECRET, with: { 'release-on-exit': 'true' } });
      const post = await main.post();
      expect(main.stdout.split('\n')[0]).toBe(`::add-mask::${SECRET}`);
      for (const step of [main, post]) expect(everythingBut(`::add-mask::${SECRET}`, step)).not.toContain(SECRET);
      const commits = JSON.stringify(await log());
      const record = await repository.readFile('runner-coord-state', 'acme/widgets/pr-17.json');
      expect(commits + (record ?? '')).not.toContain(SECRET);
    }),
  );

  test.each([
    ['an answer that repeats it', answers({ status: 400, body: { message: `bad token ${SECRET}` } })],
    ['a redirect', redirectsTo(`http://127.0.0.1:9/?token=elsewhere`)],
    ['no answer', neverAnswers()],
  ])('not after %s', (_name, fault) =>
    onStage(async ({ step, github }) => {
      github.issueToken(SECRET, writing);
      github.faults.always(anyRequest(), fault);
      const claim = await step('claim', { token: SECRET, env: WITHOUT_JITTER, with: { timeout: '1s' } });
      expect(claim.exitCode).toBe(1);
      expect(everythingBut(`::add-mask::${SECRET}`, claim)).not.toContain(SECRET);
    }),
  );

  test('not where it is refused as bad input', () =>
    onStage(async ({ step }) => {
      const main = await step('claim', { with: { 'github-token': `${SECRET} with a blank` } });
      expect(main.outputs['error']).toBe('invalid_input');
      expect(everythingBut('', main).replaceAll(`::add-mask::${SECRET}`, '')).not.toContain(SECRET);
    }));

  test('not by a post step that fails', () =>
    onStage(async ({ step, plant, github }) => {
      github.issueToken(SECRET, writing);
      await plant(recordOf({ owner: null }));
      const main = await step('claim', { token: SECRET, with: { 'release-on-exit': 'true' } });
      github.revokeToken(SECRET);
      const post = await main.post();
      expect(post.stdout).toContain('401');
      expect(everythingBut(`::add-mask::${SECRET}`, post)).not.toContain(SECRET);
    }));
});
