import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { answers, isQuery, resetsConnection } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { READ, COMMIT, expectOk } from '../support/scenario.js';
import { inJob, onPosix } from './stage.js';

/** `runner-coord` in a `run:` step after a step of the action: what it knows, what it asks, how it ends. */

const CLAIM = { with: { command: 'claim' } };

onPosix('after a step of the action', () => {
  test('it is on the PATH, without a node there, and asserts for this run in one request', () =>
    inJob(async ({ job, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      expectOk(await job.uses(CLAIM), 'claimed_new', true);
      asked();
      const path = `${join(job.temp, 'runner-coord', 'bin')}:/nowhere`;
      const asserted = await job.run(['/bin/sh', '-c', 'runner-coord assert'], { env: { PATH: path } });
      expect(asserted).toMatchObject({ status: 0, stdout: '' });
      expect(asserted.stderr).toContain('runner-coord: ');
      expect(asked()).toEqual([READ]);
    }));

  test('with --json the answer is the output "result" of the action', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      const claim = await job.uses(CLAIM);
      const { status, stdout } = await job.run(['runner-coord', 'status', '--json']);
      expect(status).toBe(0);
      const result = JSON.parse(stdout) as Record<string, unknown>;
      expect(result).toMatchObject({ ok: true, status: 'status', owned: true, 'run-id': '1001', pr: 17 });
      expect(Object.keys(result)).toEqual(Object.keys(claim.result as object));
    }));

  test('it carries the token of the tenure: a later tenure of the same run is not taken for it', () =>
    inJob(async ({ job, another, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      const other = await another({ job: 'other' });
      await other.uses({ with: { command: 'release' } });
      await other.uses(CLAIM);
      expect(await job.run(['runner-coord', 'assert'])).toMatchObject({
        status: 75,
        stderr: expect.stringContaining('fencing token 2') as unknown,
      });
      expect((await other.run(['runner-coord', 'assert'])).status).toBe(0);
    }));

  test('it knows its job where a tool was started with hardly any variables', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      const nothing = Object.fromEntries(
        [
          'GITHUB_ACTIONS',
          'GITHUB_RUN_ID',
          'GITHUB_REPOSITORY',
          'GITHUB_API_URL',
          'GITHUB_GRAPHQL_URL',
          'GITHUB_SERVER_URL',
        ].map((name) => [name, undefined]),
      );
      expect((await job.run(['runner-coord', 'assert'], { env: nothing })).status).toBe(0);
    }));

  test('two claims in one job: the last one is meant, unless --pr says otherwise', () =>
    inJob(async ({ job, repository, plant, record }) => {
      await repository.openPullRequest({ number: 18 });
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      await job.uses({ with: { command: 'claim', pr: '18' } });
      await job.run(['runner-coord', 'release']);
      expect([(await record(17))?.activeRun?.runId, (await record(18))?.activeRun]).toEqual(['1001', null]);
      expect((await job.run(['runner-coord', 'assert', '--pr', '17'])).status).toBe(0);
      expect((await job.run(['runner-coord', 'assert', '--pr=18'])).status).toBe(75);
    }));

  test('a claim of its own is noted for the commands after it', () =>
    inJob(async ({ another, plant, record }) => {
      await plant(recordOf());
      const job = await another({ runId: 1002 });
      await job.uses({ with: { command: 'claim', 'on-conflict': 'continue' } });
      expect((await job.run(['runner-coord', 'assert'])).status).toBe(75);
      expect((await job.run(['runner-coord', 'takeover', '--reason', 'by hand'])).status).toBe(0);
      expect((await job.run(['runner-coord', 'assert'])).status).toBe(0);
      expect((await record())?.history.at(-1)).toMatchObject({ type: 'takeover', reason: 'by hand', actor: 'octocat' });
    }));

  test('the file is for its user alone, and holds no token', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      const file = join(job.temp, 'runner-coord', 'job.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, 'utf8')).not.toContain('token-octocat');
      await writeFile(file, '{');
      expect(await job.run(['runner-coord', 'assert'])).toMatchObject({
        status: 64,
        stderr: expect.stringContaining(file) as unknown,
      });
      await chmod(file, 0o600);
    }));
});

onPosix('exit status', () => {
  test('75 where another run owns it, and who that is', () =>
    inJob(async ({ another, plant, asked }) => {
      await plant(recordOf());
      const job = await another({ runId: 1002 });
      await job.uses({ with: { command: 'status' } });
      asked();
      const refused = await job.run(['runner-coord', 'claim', '--pr', '17']);
      expect(refused.status).toBe(75);
      expect(refused.stderr).toContain('run 1001');
      expect(asked()).not.toContain(COMMIT);
    }));

  test('75 for an answer that grants nothing', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses({ with: { command: 'status' } });
      const free = await job.run(['runner-coord', 'assert', '--pr', '17', '--require-existing=false']);
      expect(free.status).toBe(75);
      expect((await job.run(['runner-coord', 'release', '--pr', '17'])).status).toBe(0);
      expect((await job.run(['runner-coord', 'check', '--pr', '17'])).status).toBe(0);
    }));

  test.each([
    ['no command', ['clam'], 'There is no command "clam"'],
    ['no option', ['claim', '--pull', '17'], 'There is no option "--pull"'],
    ['a token as an option', ['claim', '--github-token', 'x'], 'GH_TOKEN'],
    ['an input of the action alone', ['claim', '--release-on-exit'], 'an input of the action alone'],
    ['a value that is missing', ['claim', '--pr'], 'needs a value'],
    ['an empty value', ['claim', '--pr='], 'is empty'],
    ['twice the same', ['claim', '--pr', '1', '--pr', '2'], 'given twice'],
    ['a wrong value', ['claim', '--pr', 'seventeen'], '"--pr" must be a pull request number'],
    ['a stray word', ['assert', '--strict', 'false'], '"false" is not an option'],
    ['exec without a program', ['exec', '--grace', '1s'], 'after "--"'],
    ['exec with a wrong duration', ['exec', '--grace', 'soon', '--', 'true'], '--grace must be a duration'],
    ['a reserved run id', ['claim', '--pr', '17', '--run-id', 'person:hubot'], 'reserved'],
  ])('64 for %s, and nothing is asked', (_, words, said) =>
    inJob(async ({ job, github }) => {
      const { status, stderr, stdout } = await job.run(['node', 'dist/cli.js', ...words], { cwd: process.cwd() });
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
      expect(stderr).toContain(said);
      expect(github.requests).toEqual([]);
    }),
  );

  test('64 without a token, and where to put it', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf({ owner: null }));
      await job.uses(CLAIM);
      const { status, stderr } = await job.run(['runner-coord', 'assert'], { env: { GH_TOKEN: undefined } });
      expect(status).toBe(64);
      expect(stderr).toContain('GH_TOKEN: ${{ github.token }}');
    }));

  test('69 where GitHub cannot be asked, 77 where it refuses, 70 where the record is broken', () =>
    inJob(async ({ job, github, plant }) => {
      await plant(recordOf());
      const claim = ['runner-coord', 'claim', '--pr', '17', '--timeout', '500ms'];
      await job.uses({ with: { command: 'status' } });
      github.faults.next(isQuery(), resetsConnection(), 20);
      expect((await job.run(claim)).status).toBe(69);
      github.faults.clear();
      github.faults.next(isQuery(), answers({ status: 401, body: { message: 'Bad credentials' } }));
      expect((await job.run(claim)).status).toBe(77);
      await plant('{');
      expect((await job.run(claim)).status).toBe(70);
    }));
});

onPosix('words', () => {
  test('advice is given in words that can be typed here', () =>
    inJob(async ({ another, plant }) => {
      await plant(recordOf());
      const job = await another({ runId: 1002 });
      await job.uses({ with: { command: 'status' } });
      const { stderr } = await job.run(['runner-coord', 'claim', '--pr', '17']);
      expect(stderr).toContain('take it over with "runner-coord takeover"');
    }));
});
