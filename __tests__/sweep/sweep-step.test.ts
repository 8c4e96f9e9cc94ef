import { expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { MARKER_PATH, recordPath, STATE_BRANCH } from '../../support/world.js';
import { runHere } from '../command-line/here.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ, TOKEN, type Stage } from '../support/scenario.js';

/** `command: sweep` as a step of what is built, and on the command line. */

const LONG_AGO_MS = 100 * 24 * 3_600_000;

/** Pull request 17 was closed long ago, and had the token 41. */
async function closed(stage: Stage): Promise<void> {
  await stage.plant(recordOf({ owner: null, token: 41 }));
  stage.github.clock.shift(-LONG_AGO_MS);
  await stage.repository.closePullRequest(17);
  stage.github.clock.shift(LONG_AGO_MS);
  stage.asked();
}

test('a step: only what it would do, then does it, and a pull request that is opened again goes on above', () =>
  onStage(async (stage) => {
    await closed(stage);
    const dry = await stage.step('sweep', { with: { 'dry-run': 'true' } });
    expectOk(dry, 'swept', false);
    expect(dry.outputs['message']).toBe('Would remove 1 of 1 record; the token floor would be 41.');
    expect(stage.asked()).toEqual([READ, READ, READ]);
    const step = await stage.step('sweep');
    expectOk(step, 'swept', false);
    expect(stage.asked()).toEqual([READ, READ, READ, COMMIT]);
    expect(step.outputs).toMatchObject({
      ...{ repo: 'acme/widgets', pr: '', 'run-id': '', 'state-branch': STATE_BRANCH },
      'state-commit': await stage.repository.head(STATE_BRANCH),
    });
    expect(step.result).toMatchObject({ command: 'sweep', counts: { records: 1, removed: 1 }, dryRun: false });
    expect(step.summary).toBe('🧹 Removed 1 of 1 record; the token floor is now 41.\n');
    expect(await stage.record()).toBeNull();
    expect((await step.post()).stdout).toBe('');
    // The very last record is gone, and the branch is still ours.
    expect(await stage.repository.readFile(STATE_BRANCH, MARKER_PATH)).toContain('"tokenFloor": 41');
    expectRefusal(await stage.step('assert', { with: { 'fencing-token': '41' } }), 'ownership_lost');
    await stage.repository.reopenPullRequest(17);
    const claim = await stage.step('claim');
    expectOk(claim, 'claimed_new', true);
    expect(claim.outputs['fencing-token']).toBe('42');
  }));

test('what somebody owns stays, however long its pull request has been closed', () =>
  onStage(async (stage) => {
    await closed(stage);
    await stage.repository.reopenPullRequest(17);
    const claim = await stage.step('claim');
    expect(claim.outputs['fencing-token']).toBe('42');
    stage.github.clock.shift(-LONG_AGO_MS);
    await stage.repository.closePullRequest(17);
    stage.github.clock.shift(LONG_AGO_MS);
    const step = await stage.step('sweep');
    expect(step.result).toMatchObject({ counts: { removed: 0, kept: { in_use: 1 } } });
    expectOk(await stage.step('release'), 'released', false);
  }));

test.each<[readonly string[], number, RegExp]>([
  [['--repo', 'acme/widgets', '--dry-run'], 0, /Would remove 1 of 1 record; the token floor would be 41\./],
  [['--repo', 'acme/widgets', '--older-than', '101d'], 0, /Removed none of 1 record; the token floor stays 0\./],
  [['--repo', 'acme/widgets', '--older-than', 'ever'], 64, /--older-than/],
  [['--repo', 'acme/nothing'], 77, /acme\/nothing/],
  [['17'], 64, /"17" is not an option/],
])('runner-coord sweep %j', (words, expected, said) =>
  onStage(async (stage) => {
    await closed(stage);
    const { serverUrl, apiUrl, graphqlUrl } = stage.github;
    const addresses = { GITHUB_SERVER_URL: serverUrl, GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: graphqlUrl };
    const variables = { PATH: process.env['PATH'] ?? '', GH_TOKEN: TOKEN, ...addresses };
    const { status, stdout, stderr } = await runHere(['sweep', ...words, '--json'], variables);
    expect([status, stderr]).toEqual([expected, expect.stringMatching(said)]);
    if (expected === 0) expect(JSON.parse(stdout)).toMatchObject({ command: 'sweep', status: 'swept' });
    expect(await stage.repository.readFile(STATE_BRANCH, recordPath(17))).not.toBeNull();
  }),
);
