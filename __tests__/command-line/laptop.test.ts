import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { parseRemote } from '../../src/git/remote-url.js';
import type { RunResult } from '../../support/job.js';
import { recordOf } from '../../support/records.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { READ, COMMIT } from '../support/scenario.js';
import { inJob, onPosix, type JobStage } from './stage.js';

/** Outside of Actions: the git remote, the branch that is checked out, and the person whose token it is. */

const git = promisify(execFile);
const VIEWER = 'viewer';
const PULLS = 'GET /repos/{owner}/{repo}/pulls';

/** No variable of a runner but the addresses, since the server is not the one that the remote would name. */
async function onLaptop(
  { github, job }: JobStage,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<RunResult> {
  const gone = ['GITHUB_ACTIONS', 'GITHUB_REPOSITORY', 'GITHUB_REPOSITORY_ID', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'];
  const more = [
    'GITHUB_WORKFLOW',
    'GITHUB_JOB',
    'GITHUB_ACTOR',
    'GITHUB_TRIGGERING_ACTOR',
    'RUNNER_TEMP',
    'GITHUB_EVENT_NAME',
  ];
  return job.run([process.execPath, join(packageRoot(), 'dist', 'cli.js'), ...words], {
    env: {
      ...Object.fromEntries([...gone, ...more].map((name) => [name, undefined])),
      GITHUB_SERVER_URL: github.serverUrl,
      ...env,
    },
  });
}

async function checkedOut(
  { job }: JobStage,
  branch: string,
  remote = 'git@github.test:Acme/widgets.git',
): Promise<void> {
  await git('git', ['init', '-q', '-b', branch], { cwd: job.workspace });
  await git('git', ['remote', 'add', 'origin', remote], { cwd: job.workspace });
}

onPosix('a person', () => {
  test('claims the pull request of the branch that is checked out, under the login of the token', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      await checkedOut(stage, 'pr-17');
      stage.asked();
      const claim = await onLaptop(stage, ['claim', '--json']);
      expect(claim).toMatchObject({ status: 0 });
      expect(JSON.parse(claim.stdout)).toMatchObject({ owned: true, 'run-id': 'person:octocat', pr: 17 });
      expect(stage.asked()).toEqual([VIEWER, PULLS, READ, COMMIT]);
      expect((await stage.record())?.activeRun).toMatchObject({
        runId: 'person:octocat',
        holder: { actor: 'octocat', workflowRunId: null },
      });
      expect((await onLaptop(stage, ['assert'])).status).toBe(0);
      expect((await onLaptop(stage, ['release'])).status).toBe(0);
    }));

  test('needs no checkout where --repo and --pr say it', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf());
      const status = await onLaptop(stage, ['status', '--repo', 'acme/widgets', '--pr', '17', '--json']);
      expect(JSON.parse(status.stdout)).toMatchObject({ 'owner-run-id': '1001', owned: false });
    }));

  test('is told what to say where neither is there', () =>
    inJob(async (stage) => {
      const lost = await onLaptop(stage, ['claim']);
      expect(lost.status).toBe(64);
      expect(lost.stderr).toContain('--repo owner/name and --pr');
      await checkedOut(stage, 'elsewhere');
      const none = await onLaptop(stage, ['claim']);
      expect(none.status).toBe(64);
      expect(none.stderr).toContain('--pr 17');
    }));

  test('cannot go by the name of somebody else', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      const words = ['claim', '--repo', 'acme/widgets', '--pr', '17', '--run-id', 'person:hubot'];
      expect((await onLaptop(stage, words)).status).toBe(64);
      expect((await stage.record())?.activeRun).toBeNull();
    }));

  test('an agent goes by PI_SUBAGENT_RUN_ID', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      const words = ['claim', '--repo', 'acme/widgets', '--pr', '17'];
      expect((await onLaptop(stage, words, { PI_SUBAGENT_RUN_ID: 'agent-7' })).status).toBe(0);
      expect((await stage.record())?.activeRun).toMatchObject({ runId: 'agent-7', holder: { actor: 'octocat' } });
    }));

  test('the token of the GitHub CLI is used where no variable holds one', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf());
      const folder = join(stage.job.workspace, 'bin');
      await mkdir(folder);
      await writeFile(
        join(folder, 'gh'),
        '#!/bin/sh\n[ "$1 $2 $3" = "auth token --hostname" ] && echo token-octocat\n',
      );
      await chmod(join(folder, 'gh'), 0o755);
      const words = ['status', '--repo', 'acme/widgets', '--pr', '17'];
      const path = [folder, process.env['PATH']].join(delimiter);
      expect((await onLaptop(stage, words, { GH_TOKEN: undefined, PATH: path })).status).toBe(0);
      const without = await onLaptop(stage, words, { GH_TOKEN: undefined, PATH: '/nowhere' });
      expect(without).toMatchObject({ status: 64, stderr: expect.stringContaining('gh auth login') as unknown });
    }));
});

test.each([
  ['https://github.com/acme/Widgets.git', { host: 'github.com', repository: 'acme/widgets' }],
  ['https://user:secret@git.acme.test:8443/acme/widgets', { host: 'git.acme.test:8443', repository: 'acme/widgets' }],
  ['ssh://git@git.acme.test:2222/acme/widgets.git', { host: 'git.acme.test', repository: 'acme/widgets' }],
  ['git@github.com:acme/widgets.git', { host: 'github.com', repository: 'acme/widgets' }],
  ['github.com:acme/widgets', { host: 'github.com', repository: 'acme/widgets' }],
  ['/srv/git/widgets.git', null],
  ['file:///srv/git/acme/widgets', null],
  ['https://github.com/acme', null],
  ['https://github.com/acme/widgets/tree/main', null],
  ['C:\\work\\widgets', null],
])('the remote %s', (text, remote) => {
  expect(parseRemote(text)).toEqual(remote);
});
