import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Job } from '../../support/job.js';
import { recordOf } from '../../support/records.js';
import { expectRefusal } from '../support/scenario.js';
import { inJob, onPosix, type JobStage } from './stage.js';

/** The push guard in a job: what a tool pushes itself goes through only while the run owns. */

const GUARDED = { with: { command: 'claim', 'guard-push': 'true', 'release-on-exit': 'true' } };

const git = async (cwd: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { cwd })).stdout.trim();

/** The workspace is a checkout with one commit more than its remote. */
async function checkout({ job, repository }: JobStage): Promise<void> {
  const { workspace } = job;
  await git(workspace, 'init', '-q', '-b', 'pr-17');
  await git(workspace, 'remote', 'add', 'origin', repository.gitDir);
  await git(workspace, 'fetch', '-q', 'origin', 'pr-17');
  await git(workspace, 'reset', '-q', '--hard', 'FETCH_HEAD');
  await git(workspace, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'work');
}

const push = (job: Job) => job.run(['git', 'push', '-q', 'origin', 'HEAD:pr-17']);

onPosix('guard-push', () => {
  test('lets the owner push, refuses who was taken over, and is gone after the post step', () =>
    inJob(async (stage) => {
      const { job, repository, plant, step } = stage;
      await plant(recordOf({ owner: null }));
      await checkout(stage);
      const claim = await job.uses(GUARDED);
      expect(claim.outputs['owned']).toBe('true');
      expect((await push(job)).status).toBe(0);
      const pushed = await repository.head('pr-17');
      expect(pushed).toBe(await git(job.workspace, 'rev-parse', 'HEAD'));
      await step('takeover', { runId: 1002, with: { reason: 'mine' } });
      await git(
        job.workspace,
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        'more',
      );
      const refused = await push(job);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('run 1002');
      expect(await repository.head('pr-17')).toBe(pushed);
      await claim.post();
      expect((await push(job)).status).toBe(0);
    }));

  test('a hook that was there goes on to run', () =>
    inJob(async (stage) => {
      const { job, plant } = stage;
      await plant(recordOf({ owner: null }));
      await checkout(stage);
      const hook = join(job.workspace, '.git', 'hooks', 'pre-push');
      await mkdir(join(hook, '..'), { recursive: true });
      await writeFile(hook, '#!/bin/sh\ncat > seen\nexit 0\n');
      await chmod(hook, 0o755);
      const before = await readFile(hook, 'utf8');
      const claim = await job.uses(GUARDED);
      expect((await push(job)).status).toBe(0);
      expect(await readFile(join(job.workspace, 'seen'), 'utf8')).toContain('refs/heads/pr-17');
      await claim.post();
      expect(await readFile(hook, 'utf8')).toBe(before);
    }));

  test('without a checkout the step fails before it claims anything', () =>
    inJob(async ({ job, plant, record }) => {
      await plant(recordOf({ owner: null }));
      expectRefusal(await job.uses(GUARDED), 'invalid_input', 'checkout');
      expect((await record())?.activeRun).toBeNull();
    }));

  test('a repository above the workspace is none of the job’s', () =>
    inJob(async (stage) => {
      const { job, plant } = stage;
      await plant(recordOf({ owner: null }));
      await checkout(stage);
      const inside = join(job.workspace, 'deep', 'workspace');
      await mkdir(inside, { recursive: true });
      expectRefusal(await job.uses({ ...GUARDED, env: { GITHUB_WORKSPACE: inside } }), 'invalid_input', 'checkout');
    }));

  test('asks about the pull request of its step, whatever a later step turns to', () =>
    inJob(async (stage) => {
      const { job, repository, plant, step } = stage;
      await repository.openPullRequest({ number: 18 });
      await plant(recordOf({ owner: null }));
      await checkout(stage);
      await job.uses(GUARDED);
      await job.uses({ with: { command: 'claim', pr: '18' } });
      expect((await push(job)).status).toBe(0);
      await step('takeover', { runId: 1002, with: { reason: 'mine' } });
      await git(
        job.workspace,
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        'more',
      );
      expect((await push(job)).status).toBe(1);
    }));

  test('a push without a token is refused, and says what is missing', () =>
    inJob(async (stage) => {
      const { job, plant } = stage;
      await plant(recordOf({ owner: null }));
      await checkout(stage);
      await job.uses(GUARDED);
      const refused = await job.run(['git', 'push', '-q', 'origin', 'HEAD:pr-17'], { env: { GH_TOKEN: undefined } });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('GH_TOKEN');
    }));
});

onPosix('runner-coord guard', () => {
  test('install and uninstall in the folder that it is called in', () =>
    inJob(async (stage) => {
      const { job, plant, step } = stage;
      await plant(recordOf({ owner: null }));
      await checkout(stage);
      await job.uses({ with: { command: 'claim' } });
      expect((await job.run(['runner-coord', 'guard', 'install'])).status).toBe(0);
      await step('takeover', { runId: 1002, with: { reason: 'mine' } });
      expect((await push(job)).status).toBe(1);
      expect((await job.run(['runner-coord', 'guard', 'uninstall'])).status).toBe(0);
      expect((await push(job)).status).toBe(0);
      expect((await job.run(['runner-coord', 'guard', 'uninstall'])).status).toBe(0);
      expect((await job.run(['runner-coord', 'guard', 'install'], { cwd: '/' })).status).toBe(64);
    }));
});
