import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { answers, isMutation, isQuery, landsLate } from '../../support/local-github/index.js';
import { runStepInProcess } from '../../support/in-process.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { recordOf } from '../../support/records.js';
import { inJob, type JobStage } from './stage.js';
import { runHere } from './here.js';

/** The same from the sources: one way through each part. */

const TOKEN = { GH_TOKEN: 'token-octocat', PATH: process.env['PATH'] ?? '' };

const addresses = ({ github }: JobStage): Record<string, string> => ({
  GITHUB_SERVER_URL: github.serverUrl,
  GITHUB_API_URL: github.apiUrl,
  GITHUB_GRAPHQL_URL: github.graphqlUrl,
});

async function afterClaim(stage: JobStage): Promise<Record<string, string>> {
  await stage.plant(recordOf({ owner: null }));
  const env = { RUNNER_TEMP: stage.job.temp };
  await runStepInProcess(stage.github, { with: { command: 'claim' }, env });
  return { ...TOKEN, ...env };
}

test('a later step claims, asserts, waits in vain and releases', () =>
  inJob(async (stage) => {
    const env = await afterClaim(stage);
    expect(await runHere(['assert'], env)).toMatchObject({ status: 0, stdout: '' });
    expect((await runHere(['claim', '--json'], env)).stdout).toContain('"owned":true');
    expect((await runHere(['ensure', '--run-id', 'other', '--wait-timeout', '100ms'], env)).status).toBe(75);
    expect((await runHere(['signal-exit', '--run-id', '1001', '--reason', 'enough'], env)).status).toBe(0);
    expect((await runHere(['assert', '--run-id', '1001'], { ...env, RUNNER_DEBUG: '1' })).status).toBe(75);
    expect((await runHere(['release', '--run-id', '1001'], env)).status).toBe(0);
    expect((await runHere(['assert'], { ...env, GITHUB_RUN_ID: '7' })).status).toBe(64);
    expect((await runHere(['assert', '--timeout', 'soon'], env)).stderr).toContain('"--timeout"');
    expect((await runHere(['assert'], { ...env, GH_TOKEN: 'to ken' })).status).toBe(64);
  }));

test('a later step goes on in the scope of the step before, beside the pull request itself', () =>
  inJob(async (stage) => {
    await stage.plant(recordOf({ owner: { runId: 'other' } }));
    const variables = { RUNNER_TEMP: stage.job.temp };
    const claim = { with: { command: 'claim', scope: 'preview', 'run-id': 'task-42' }, env: variables };
    expect((await runStepInProcess(stage.github, claim)).outputs).toMatchObject({ owned: 'true', scope: 'preview' });
    const env = { ...TOKEN, ...variables };
    const asserted = await runHere(['assert', '--json'], env);
    expect(JSON.parse(asserted.stdout)).toMatchObject({ owned: true, scope: 'preview', 'fencing-token': 1 });
    expect((await runHere(['assert', '--pr', '17'], env)).status).toBe(75);
    expect((await runHere(['assert', '--scope', 'deploy'], env)).status).toBe(75);
    const other = JSON.parse((await runHere(['claim', '--scope', 'deploy', '--json'], env)).stdout) as unknown;
    expect(other).toMatchObject({ owned: true, 'run-id': 'task-42', 'state-path': 'pulls/0/17.deploy.json' });
    expect((await runHere(['assert', '--scope', 'preview'], env)).status).toBe(0);
    expect((await runHere(['release'], env)).status).toBe(0);
    expect((await runHere(['assert', '--scope', 'deploy'], env)).status).toBe(75);
    const exec = ['exec', '--claim', '--scope', 'other', '--', 'true'];
    expect((await runHere(exec, env)).status).toBe(0);
    const left = await runHere(['status', '--scope', 'other', '--json'], env);
    expect(JSON.parse(left.stdout)).toMatchObject({
      scope: 'other',
      'owner-run-id': null,
      record: { fencingToken: 1 },
    });
    expect((await stage.record())?.activeRun?.runId).toBe('other');
  }));

test('a person on a laptop', () =>
  inJob(async (stage) => {
    await stage.plant(recordOf({ owner: null }));
    const env = { ...TOKEN, ...addresses(stage) };
    const about = ['--repo', 'acme/widgets', '--pr', '17'];
    expect((await runHere(['claim', ...about], env)).stderr).toContain('person:octocat');
    expect((await runHere(['check', ...about], env)).status).toBe(0);
    expect((await runHere(['claim', ...about, '--run-id', 'person:hubot'], env)).status).toBe(64);
    stage.github.faults.next(isQuery('viewer'), answers({ status: 200, body: { data: { viewer: { login: '' } } } }));
    expect((await runHere(['claim', ...about], env)).status).toBe(69);
    stage.github.faults.next(isQuery('viewer'), answers({ status: 401, body: { message: 'Bad credentials' } }));
    expect((await runHere(['claim', ...about], env)).status).toBe(77);
    const nobody = { ...env, GH_TOKEN: '', PATH: '/nowhere' };
    expect((await runHere(['claim', ...about], nobody)).stderr).toContain('gh auth login');
  }));

test('in a checkout, by its branch; in another folder it has to be said', () =>
  inJob(async (stage) => {
    const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: stage.job.workspace });
    const env = { ...TOKEN, ...addresses(stage) };
    const before = process.cwd();
    process.chdir(stage.job.workspace);
    try {
      expect((await runHere(['claim'], env)).stderr).toContain('no git remote');
      expect((await runHere(['board'], env)).stderr).toContain('Give --repo owner/name, or call it in a checkout.');
      await git('init', '-q', '-b', 'pr-17');
      await git('remote', 'add', 'origin', 'https://user:secret@git.acme.test/a/b/c');
      const wrong = await runHere(['claim'], env);
      expect(wrong.stderr).toContain('//git.acme.test/a/b/c');
      expect(wrong.stderr).not.toContain('secret');
      await git('remote', 'set-url', 'origin', 'git@github.com:acme/widgets.git');
      expect((await runHere(['claim'], env)).status).toBe(0);
      await git('checkout', '-q', '--orphan', 'elsewhere');
      expect((await runHere(['claim'], env)).stderr).toContain('--pr 17');
      // Whoever made the checkout does not get the token for github.com.
      await git('remote', 'set-url', 'origin', 'https://evil.test/acme/widgets.git');
      const elsewhere = await runHere(['claim', '--pr', '17', '--timeout', '100ms'], { ...TOKEN, PATH: TOKEN.PATH });
      expect(elsewhere.stderr).toContain('GH_ENTERPRISE_TOKEN');
      await git('remote', 'set-url', 'origin', 'https://acme.ghe.com/acme/widgets.git');
      expect((await runHere(['claim', '--pr', '17', '--timeout', '200ms'], TOKEN)).stderr).toContain(
        'api.acme.ghe.com',
      );
    } finally {
      process.chdir(before);
    }
  }));

test('a claim of unknown outcome is settled before the command ends', () =>
  inJob(async (stage) => {
    await stage.plant(recordOf({ owner: null }));
    await runStepInProcess(stage.github, { with: { command: 'status' }, env: { RUNNER_TEMP: stage.job.temp } });
    const late = landsLate();
    stage.github.faults.next(isMutation('createCommitOnBranch'), late);
    const env = { ...TOKEN, RUNNER_TEMP: stage.job.temp };
    const claim = await runHere(['claim', '--pr', '17', '--timeout', '500ms'], env);
    expect(claim.status).toBe(69);
    await late.land();
    expect((await stage.record())?.activeRun).toBeNull();
  }));

test('help, version, usage', async () => {
  expect((await runHere(['--help'], {})).stdout).toContain('Exit status:');
  for (const about of ['claim', 'exec', 'guard', 'check']) {
    expect((await runHere(['help', about], {})).stdout).toContain(`Usage: runner-coord ${about}`);
  }
  expect(await runHere(['help', 'me'], {})).toMatchObject({ status: 64 });
  const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  expect(await runHere(['--version'], {})).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(await runHere(['clam'], {})).toMatchObject({ status: 64 });
  expect(await runHere(['guard', 'instal'], {})).toMatchObject({ status: 64 });
});

test('exec runs a program, and starts none without ownership', () =>
  inJob(async (stage) => {
    const env = await afterClaim(stage);
    expect((await runHere(['exec', '--', 'sh', '-c', 'exit 3'], env)).status).toBe(3);
    expect((await runHere(['exec', '--', '/nowhere/agent'], env)).status).toBe(127);
    expect((await runHere(['exec', '--claim', '--run-id', 'other', '--', 'true'], env)).status).toBe(75);
    await runHere(['release', '--run-id', '1001'], env);
    expect((await runHere(['exec', '--claim', '--timeout', '30s', '--', 'true'], env)).status).toBe(0);
    expect((await stage.record())?.activeRun).toBeNull();
  }));

test('the guard is installed in the folder, and by a step', () =>
  inJob(async (stage) => {
    const env = await afterClaim(stage);
    const { workspace, temp } = stage.job;
    const before = process.cwd();
    process.chdir(workspace);
    try {
      expect((await runHere(['guard', 'install'], env)).status).toBe(64);
      await promisify(execFile)('git', ['init', '-q'], { cwd: workspace });
      expect((await runHere(['guard', 'install'], env)).status).toBe(0);
      expect((await runHere(['guard', 'uninstall'], env)).status).toBe(0);
      expect((await runHere(['guard', 'uninstall'], env)).stderr).toContain('no guard');
    } finally {
      process.chdir(before);
    }
    const guarded = {
      with: { command: 'claim', 'guard-push': 'true' },
      env: { RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace },
    };
    const step = await runStepInProcess(stage.github, guarded);
    expect(step.outputs['owned']).toBe('true');
    expect(await readFile(join(workspace, '.git', 'hooks', 'pre-push'), 'utf8')).toContain("'--pr' '17'");
    await step.post();
    await expect(readFile(join(workspace, '.git', 'hooks', 'pre-push'), 'utf8')).rejects.toThrow();
    const nowhere = { ...guarded, env: { RUNNER_TEMP: temp, GITHUB_WORKSPACE: undefined } };
    expect((await runStepInProcess(stage.github, nowhere)).outputs['error']).toBe('invalid_input');
  }));
