import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  delayed,
  isMutation,
  isQuery,
  isRest,
  resetsConnection,
  type LoggedRequest,
} from '../../support/local-github/index.js';
import type { Job, RunResult } from '../../support/job.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { recordOf } from '../../support/records.js';
import { RECORD_PATH } from '../../support/world.js';
import { COMMIT, READ, TOKEN } from '../support/scenario.js';
import { inJob, onPosix, type JobStage } from './stage.js';

/** `runner-coord exec`: a program that runs for as long as its run owns the pull request. The built files, real processes, several at once. */

const CLAIM = { with: { command: 'claim' } };
/** Looks every second or two instead of every ten. */
const HASTY = ['--grace', '1s', '--lost-after', '3s'];

async function owning(stage: JobStage): Promise<void> {
  await stage.plant(recordOf({ owner: null }));
  await stage.job.uses(CLAIM);
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<RunResult>;
  readonly file: string;
}

/** Starts exec around a shell script and waits until the script says that it is at work. */
async function atWork(job: Job, script: string, options: readonly string[] = HASTY): Promise<Running> {
  const file = join(job.workspace, 'says');
  await writeFile(file, '');
  const words = ['runner-coord', 'exec', ...options, '--', 'sh', '-c', script, 'agent', file];
  let child: ChildProcess | null = null;
  const ended = job.run(words, { onStart: (started) => (child = started) });
  await Promise.race([
    until(async () => (await readFile(file, 'utf8')) !== ''),
    ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  if (child === null) throw new Error('nothing was started');
  return { child, ended, file };
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A zombie has ended; in a container nobody may be there to take note of it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/\) [ZX] /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

onPosix('while the run owns', () => {
  test.concurrent.each([
    ['0', 'exit 0', 0],
    ['3', 'exit 3', 3],
    ['128+n', 'kill -KILL $$', 137],
  ])('the status is that of the program: %s', (_, script, status) =>
    inJob(async (stage) => {
      await owning(stage);
      const ended = await stage.job.run(['runner-coord', 'exec', '--', 'sh', '-c', script]);
      expect(ended.status).toBe(status);
      expect((await stage.record())?.activeRun?.runId).toBe('1001');
    }),
  );

  test.concurrent.each([
    ['a program that is not there', ['/nowhere/agent'], 127],
    ['a file that cannot be executed', [join(packageRoot(), 'README.md')], 126],
  ])('%s', (_, words, status) =>
    inJob(async (stage) => {
      await owning(stage);
      const ended = await stage.job.run(['runner-coord', 'exec', '--', ...words]);
      expect(ended.status).toBe(status);
      expect(ended.stderr).toContain('runner-coord: error: ');
    }),
  );

  test.concurrent('stdin and stdout are those of the program, unharmed', () =>
    inJob(async (stage) => {
      await owning(stage);
      const input = Array.from({ length: 100_000 }, (_, index) => `line ${String(index)}\n`).join('');
      const ended = await stage.job.run(['runner-coord', 'exec', '--', 'cat'], { input });
      expect(ended.status).toBe(0);
      expect(ended.stdout === input).toBe(true);
    }),
  );

  test.concurrent('the program may ask on its own', () =>
    inJob(async (stage) => {
      await owning(stage);
      const ended = await stage.job.run([
        'runner-coord',
        'exec',
        '--',
        'sh',
        '-c',
        'runner-coord assert && echo owned',
      ]);
      expect(ended).toMatchObject({ status: 0, stdout: 'owned\n' });
    }),
  );

  test.concurrent.each(['TERM', 'INT', 'HUP'] as const)('SIG%s reaches the program', (name) =>
    inJob(async (stage) => {
      await owning(stage);
      const script = `trap 'echo caught; exit 7' ${name}; echo up > "$1"; while :; do sleep 0.05; done`;
      const { child, ended } = await atWork(stage.job, script);
      child.kill(`SIG${name}`);
      expect(await ended).toMatchObject({ status: 7, stdout: 'caught\n' });
    }),
  );

  test.concurrent('a quiet watch asks by conditional requests alone, which cost no points', () =>
    inJob(async (stage) => {
      await owning(stage);
      stage.asked();
      const before = stage.github.requests.length;
      const looks = (): readonly LoggedRequest[] =>
        stage.github.requests.slice(before).filter(({ operation }) => operation.includes('/contents/'));
      const { ended, file } = await atWork(stage.job, 'echo up > "$1"; while [ -e "$1" ]; do sleep 0.05; done');
      await until(() => looks().length >= 4);
      await rm(file);
      expect((await ended).status).toBe(0);
      const watched = looks().filter(({ outcome }) => outcome === 'answered');
      expect(watched.slice(1).map(({ status }) => status)).toEqual(watched.slice(1).map(() => 304));
      // The assert before it began.
      expect(stage.asked().filter((operation) => !operation.includes('/contents/'))).toEqual([READ]);
    }),
  );
});

onPosix('when ownership is lost', () => {
  test.concurrent('to a takeover: the program and all it has started are ended, status 76, and who has it now', () =>
    inJob(async (stage) => {
      await owning(stage);
      const script = `trap '' TERM; sleep 60 & echo $! > "$1"; wait`;
      const { ended, file } = await atWork(stage.job, script);
      await stage.step('takeover', { runId: 1002, with: { reason: 'mine' } });
      const end = await ended;
      expect(end.status).toBe(76);
      expect(end.stderr).toContain('run 1002');
      expect(end.stderr).toContain('SIGTERM');
      const grandchild = Number(await readFile(file, 'utf8'));
      expect(isAlive(grandchild)).toBe(false);
    }),
  );

  test.concurrent('by an exit signal, which asks the program to end by itself', () =>
    inJob(async (stage) => {
      await owning(stage);
      const { ended } = await atWork(
        stage.job,
        `trap 'echo bye; exit 0' TERM; echo up > "$1"; while :; do sleep 0.05; done`,
      );
      await stage.step('signal-exit', { job: 'other' });
      expect(await ended).toMatchObject({ status: 76, stdout: 'bye\n' });
    }),
  );

  test.concurrent('GitHub out of reach for --lost-after counts as a loss', () =>
    inJob(async (stage) => {
      await owning(stage);
      const { ended } = await atWork(stage.job, 'echo up > "$1"; sleep 60');
      stage.github.faults.always(isRest(), resetsConnection());
      stage.github.faults.always(isQuery(), resetsConnection());
      const end = await ended;
      expect(end.status).toBe(76);
      expect(end.stderr).toContain('has not been known for');
    }),
  );

  test.concurrent('before it has begun: nothing is started, status 75', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf());
      const job = await stage.another({ runId: 1002 });
      await job.uses({ with: { command: 'status' } });
      const ended = await job.run(['runner-coord', 'exec', '--pr', '17', '--', 'sh', '-c', 'echo started']);
      expect(ended).toMatchObject({ status: 75, stdout: '' });
    }),
  );

  test.concurrent('exec itself is killed: the program does not survive it', () =>
    inJob(async (stage) => {
      await owning(stage);
      const { child, ended, file } = await atWork(
        stage.job,
        `trap '' TERM; echo $$ > "$1"; while :; do sleep 0.1; done`,
      );
      const pid = Number(await readFile(file, 'utf8'));
      child.kill('SIGKILL');
      await until(() => !isAlive(pid));
      await ended;
      expect(isAlive(pid)).toBe(false);
    }),
  );
});

onPosix('with --claim', () => {
  test.concurrent('it claims, runs and releases: the whole job in one line', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      await stage.job.uses({ with: { command: 'status' } });
      const permissions = { contents: 'write', actions: 'read', statuses: 'write' } as const;
      stage.github.issueToken(TOKEN, { login: 'octocat', permissions });
      const claim = ['exec', '--claim', '--pr-status', '--pr', '17'];
      const ended = await stage.job.run(['runner-coord', ...claim, '--', 'sh', '-c', 'exit 4']);
      expect(ended.status).toBe(4);
      const { headRefOid } = await stage.repository.pullRequest(17);
      expect(stage.repository.statuses(headRefOid).map(({ state }) => state)).toEqual(['pending', 'success']);
      const record = await stage.record();
      expect(record?.activeRun).toBeNull();
      expect(record?.history.slice(-2).map(({ type }) => type)).toEqual(['claim', 'release']);
    }),
  );

  test.concurrent('a tenure that it only found stays', () =>
    inJob(async (stage) => {
      await owning(stage);
      expect((await stage.job.run(['runner-coord', 'exec', '--claim', '--', 'true'])).status).toBe(0);
      expect((await stage.record())?.activeRun?.runId).toBe('1001');
    }),
  );

  test.concurrent('it releases on the branch that it claimed on, and ends what its program has left behind', () =>
    inJob(async (stage) => {
      await stage.job.uses({ with: { command: 'status' } });
      const file = join(stage.job.workspace, 'pid');
      const claim = ['exec', '--claim', '--pr', '17', '--state-branch', 'coord-two', '--grace', '1s'];
      const script = 'sleep 60 & echo $! > "$1"';
      const ended = await stage.job.run(['runner-coord', ...claim, '--', 'sh', '-c', script, 'agent', file]);
      expect(ended.status).toBe(0);
      expect(isAlive(Number(await readFile(file, 'utf8')))).toBe(false);
      const text = await stage.repository.readFile('coord-two', RECORD_PATH);
      expect(JSON.parse(text ?? '')).toMatchObject({ activeRun: null, fencingToken: 1 });
    }),
  );

  test.concurrent('a signal in the middle of the claim leaves no tenure behind', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      await stage.job.uses({ with: { command: 'status' } });
      stage.github.faults.next(isMutation('createCommitOnBranch'), delayed(1_000));
      let child: ChildProcess | null = null;
      const words = ['runner-coord', 'exec', '--claim', '--pr', '17', '--', 'echo', 'ran'];
      const ending = stage.job.run(words, { onStart: (started) => (child = started) });
      await until(() => stage.github.requests.some(({ operation }) => operation === COMMIT));
      (child as ChildProcess | null)?.kill('SIGTERM');
      expect(await ending).toMatchObject({ status: 143, stdout: '' });
      expect((await stage.record())?.activeRun).toBeNull();
    }),
  );

  test.concurrent('it waits for its turn', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf());
      const job = await stage.another({ runId: 1002 });
      await job.uses({ with: { command: 'status' } });
      const words = ['runner-coord', 'exec', '--claim', '--wait-timeout', '30s', '--pr', '17', '--', 'echo', 'ran'];
      const waiting = job.run(words);
      await stage.step('release');
      expect(await waiting).toMatchObject({ status: 0, stdout: 'ran\n' });
    }),
  );
});
