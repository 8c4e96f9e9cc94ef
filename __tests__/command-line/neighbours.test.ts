import { expect, test } from '@jest/globals';
import { landsLate, isMutation } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { expectOk } from '../support/scenario.js';
import { inJob, onPosix } from './stage.js';

/** What somebody who tried to break it has found: whose tenure is meant, and what is left behind. */

const CLAIM = { with: { command: 'claim' } };
/** As agents start tools: of the runner's variables only the folder is left. */
const STRIPPED = Object.fromEntries(
  [
    'ACTIONS',
    'RUN_ID',
    'RUN_ATTEMPT',
    'REPOSITORY',
    'REPOSITORY_ID',
    'API_URL',
    'GRAPHQL_URL',
    'SERVER_URL',
    'ACTOR',
  ].map((name) => [`GITHUB_${name}`, undefined]),
);

onPosix('a run id', () => {
  test('is never empty: the file tells it where the variables do not', () =>
    inJob(async ({ job, repository, plant, record }) => {
      await repository.openPullRequest({ number: 18 });
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      expect((await job.run(['runner-coord', 'claim', '--pr', '18'], { env: STRIPPED })).status).toBe(0);
      expect((await record(18))?.activeRun).toMatchObject({
        runId: '1001',
        attempt: 1,
        holder: { workflowRunId: 1001 },
      });
    }));

  test.each([['claim'], ['assert'], ['release'], ['exec', '--claim']])(
    'is asked for by %s in a job without one',
    (...words) =>
      inJob(async ({ job, plant, record, asked }) => {
        await plant(recordOf({ owner: null }));
        await job.uses({ with: { command: 'status' }, env: { RUNNER_TEMP: undefined } });
        asked();
        const program = words[0] === 'exec' ? ['--', 'echo', 'ran'] : [];
        const ended = await job.run(
          [process.execPath, `${process.cwd()}/dist/cli.js`, ...words, '--pr', '17', ...program],
          {
            env: { GITHUB_RUN_ID: undefined },
          },
        );
        expect(ended).toMatchObject({ status: 64, stdout: '' });
        expect(asked()).toEqual([]);
        expect((await record())?.activeRun).toBeNull();
      }),
  );
});

onPosix('the tenure of this job', () => {
  test('is not another job’s that follows it, after a signal, a release or an eviction of one’s own', () =>
    inJob(async ({ job, another, plant, record }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      const other = await another({ job: 'other' });
      await job.run(['runner-coord', 'signal-exit']);
      expectOk(await other.uses({ with: { command: 'takeover' } }), 'refreshed', true);
      expect((await job.run(['runner-coord', 'assert'])).status).toBe(75);
      expect((await job.run(['runner-coord', 'release', '--evict=false'])).status).toBe(75);
      expect((await job.run(['runner-coord', 'signal-exit'])).status).toBe(75);
      expect(await record()).toMatchObject({ fencingToken: 3, activeRun: { fencingToken: 3 } });
      expect((await other.run(['runner-coord', 'assert'])).status).toBe(0);
    }));

  test('an assert of another pull request does not change what plain commands are about', () =>
    inJob(async ({ job, repository, plant, record }) => {
      await repository.openPullRequest({ number: 18 });
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      await job.uses({ with: { command: 'claim', pr: '18' } });
      expect((await job.run(['runner-coord', 'assert', '--pr', '17'])).status).toBe(0);
      expect((await job.run(['runner-coord', 'assert', '--pr', '999'])).status).toBe(70);
      expect((await job.run(['runner-coord', 'assert', '--run-id', 'task-9'])).status).toBe(75);
      expect((await job.run(['runner-coord', 'release'])).status).toBe(0);
      expect([(await record(17))?.activeRun?.runId, (await record(18))?.activeRun]).toEqual(['1001', null]);
    }));
});

onPosix('what is left behind', () => {
  test('a claim that lands late is kept from landing: no step comes after the command', () =>
    inJob(async ({ github, job, plant, record }) => {
      await plant(recordOf({ owner: null }));
      await job.uses({ with: { command: 'status' } });
      const late = landsLate();
      github.faults.next(isMutation('createCommitOnBranch'), late);
      const claim = await job.run(['runner-coord', 'claim', '--pr', '17', '--timeout', '1s']);
      await late.land();
      expect((await record())?.activeRun?.runId ?? null).toBe(claim.status === 0 ? '1001' : null);
    }));

  test('a reader that leaves is no fault', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      const piped = await job.run(['bash', '-c', 'runner-coord status --json | true; echo ${PIPESTATUS[0]}']);
      expect(piped).toMatchObject({ stdout: '0\n' });
      expect(piped.stderr).not.toMatch(/^\s+at /m);
    }));

  test('-h in the middle of others is no help that lets a push go on', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      expect((await job.run(['runner-coord', 'assert', '-hx'])).status).toBe(64);
      expect((await job.run(['runner-coord', 'assert', '--__proto__=x'])).stderr).not.toContain('of the action alone');
    }));
});
