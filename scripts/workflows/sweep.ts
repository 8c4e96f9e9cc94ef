import assert from 'node:assert/strict';
import { recordOf } from '../../support/records.js';
import { markerOf, MARKER_PATH, recordPath, STATE_BRANCH } from '../../support/world.js';
import { dispatched, EXAMPLES, scenario, type Scenario } from './scenario.js';

/** The sweep, by the button and on a schedule. */

/** The job of sweep.yml that the example calls. */
const DONE = 'sweep/sweep';
const LONG_AGO_MS = 100 * 24 * 3_600_000;

export const SWEEP: readonly Scenario[] = [
  scenario('sweep.yml by the button only says what would go, and on a schedule it goes', async (stage) => {
    const { github, repository } = stage;
    await repository.openPullRequest({ number: 18, head: 'work' });
    await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ repoId: repository.id }));
    for (const pr of [17, 18]) {
      const target = { repo: 'acme/widgets', repoId: repository.id, pr, scope: null };
      const record = { ...recordOf({ owner: null, token: pr, pr }), target };
      await repository.writeFile(STATE_BRANCH, recordPath(pr), JSON.stringify(record));
    }
    github.clock.shift(-LONG_AGO_MS);
    await repository.closePullRequest(18);
    github.clock.shift(LONG_AGO_MS);
    const button = dispatched({ 'older-than': '60d', 'dry-run': 'true' });
    const dry = await stage.run({ workflow: EXAMPLES.sweep, ...button, runId: 1001 });
    assert.equal(dry.job(DONE), 'success');
    assert.match(dry.log.summary(DONE), /Would remove 1 of 2 records; the token floor would be 18\./);
    assert.notEqual(await repository.readFile(STATE_BRANCH, recordPath(18)), null);
    const run = await stage.run({ workflow: EXAMPLES.sweep, event: 'schedule', payload: {}, runId: 1002 });
    assert.equal(run.job(DONE), 'success');
    assert.match(run.log.summary(DONE), /Removed 1 of 2 records; the token floor is now 18\./);
    assert.equal(await repository.readFile(STATE_BRANCH, recordPath(18)), null);
    assert.notEqual(await repository.readFile(STATE_BRANCH, recordPath(17)), null);
  }),
];
