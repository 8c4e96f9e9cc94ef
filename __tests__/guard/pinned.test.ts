import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pinGuard } from '../../src/action/guard-push.js';
import { OWNER } from '../core/samples.js';
import { Stage } from './stage.js';

/** The guard of a step asks about what that step was about, and says all of it. */

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.create();
});

afterEach(() => stage.remove());

test.each([
  ['a pull request', null, []],
  ['a scope of it', 'preview', ['--scope=preview']],
])('%s', async (_name, scope, scoped) => {
  const target = { repo: 'acme/widgets', pr: 17, scope };
  const commandLine = { execPath: process.execPath, cli: stage.program };
  await pinGuard({ GITHUB_WORKSPACE: stage.work }, commandLine, { target, run: OWNER, stateBranch: 'state' });
  expect(await stage.push()).toMatchObject({ status: 0, arrived: true });
  const [call] = await stage.calls();
  const about = ['--repo', 'acme/widgets', '--pr', '17', ...scoped];
  expect(call?.args).toEqual(['assert', ...about, '--run-id=1001', '--state-branch=state']);
});
