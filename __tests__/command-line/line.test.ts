import type { ChildProcess } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { anyRequest, badGateway, isMutation, isQuery } from '../../support/local-github/index.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import type { Job, RunOptions, RunResult } from '../../support/job.js';
import { recordOf } from '../../support/records.js';
import { lineOf, until, untilInLine } from '../support/line.js';
import { expectOk } from '../support/scenario.js';
import { inJob, onPosix, type JobStage } from './stage.js';

/** Waiting by the command line, which has no post step, and tenures that have an end. By the real clock, several at once. */

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;
const HOUR_MS = 3_600_000;
/** A reading and a commit; neither the pause between two looks nor the patience with GitHub is sat out. */
const SOON_MS = 4_000;

interface Waiting {
  readonly child: ChildProcess;
  readonly ended: Promise<RunResult>;
}

/** A command of run 1002, which stands in line behind run 1001 by now. */
async function inLine(stage: JobStage, words: readonly string[]): Promise<Waiting> {
  await stage.plant(recordOf());
  const job = await stage.another({ runId: 1002 });
  await job.uses({ with: { command: 'status' } });
  return standing(stage, '1002', (onStart) => job.run(['runner-coord', ...words], { onStart }));
}

async function standing(
  stage: JobStage,
  runId: string,
  start: (onStart: NonNullable<RunOptions['onStart']>) => Promise<RunResult>,
): Promise<Waiting> {
  let child: ChildProcess | null = null;
  const ended = start((started) => (child = started));
  const early = ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
  await Promise.race([untilInLine(stage, runId), early]);
  early.catch(() => undefined);
  if (child === null) throw new Error('nothing was started');
  return { child, ended };
}

onPosix('a signal while waiting', () => {
  test.concurrent.each(SIGNALS)('%s: claim leaves the line before it ends', (signal, status) =>
    inJob(async (stage) => {
      const words = ['claim', '--pr', '17', '--wait-timeout', '5m', '--json'];
      const { child, ended } = await inLine(stage, words);
      const told = performance.now();
      child.kill(signal);
      const end = await ended;
      expect(end.status).toBe(status);
      expect(performance.now() - told).toBeLessThan(SOON_MS);
      expect(JSON.parse(end.stdout)).toMatchObject({
        owned: false,
        error: 'active_run_exists',
        'queue-position': null,
      });
      expect(await lineOf(stage)).toEqual([]);
      expect((await stage.record())?.activeRun?.runId).toBe('1001');
    }),
  );

  test.concurrent.each(SIGNALS)('%s: exec --claim too, and starts no program', (signal, status) =>
    inJob(async (stage) => {
      const words = ['exec', '--claim', '--wait-timeout', '5m', '--pr', '17', '--', 'echo', 'started'];
      const { child, ended } = await inLine(stage, words);
      const told = performance.now();
      child.kill(signal);
      expect(await ended).toMatchObject({ status, stdout: '' });
      expect(performance.now() - told).toBeLessThan(SOON_MS);
      expect(await lineOf(stage)).toEqual([]);
    }),
  );

  test.concurrent('what is handed over in that moment is released to nobody else’s harm', () =>
    inJob(async (stage) => {
      const { child, ended } = await inLine(stage, ['claim', '--pr', '17', '--wait-timeout', '5m']);
      stage.github.faults.next(isQuery('repository'), {
        name: 'handed over meanwhile',
        before: async () => {
          await stage.step('release');
          return undefined;
        },
      });
      child.kill('SIGTERM');
      expect((await ended).status).toBe(143);
      const record = await stage.record();
      expect(record).toMatchObject({ activeRun: null, fencingToken: 2, queue: [] });
      expect(record?.history.map(({ type }) => type)).toEqual(['claim', 'release', 'handover', 'release']);
    }),
  );

  test.concurrent('a GitHub that does not answer keeps nobody for long; the place counts until its end', () =>
    inJob(async (stage) => {
      const { child, ended } = await inLine(stage, ['claim', '--pr', '17', '--wait-timeout', '5m']);
      stage.github.faults.always(anyRequest(), { name: 'silence', before: () => 'hang' });
      const told = performance.now();
      child.kill('SIGTERM');
      const end = await ended;
      expect(end.status).toBe(143);
      expect(performance.now() - told).toBeLessThan(15_000);
      expect(end.stderr).toMatch(/could not leave the line: .* Its place counts until 20.*Z/);
      expect(await lineOf(stage)).toEqual(['1002']);
    }),
  );
});

onPosix('a wait that ends by itself', () => {
  test.concurrent('status 75 and out of the line, where its time is up', () =>
    inJob(async (stage) => {
      const { ended } = await inLine(stage, ['claim', '--pr', '17', '--wait-timeout', '4s']);
      const end = await ended;
      expect(end.status).toBe(75);
      expect(end.stderr).toContain('first in line');
      expect(await lineOf(stage)).toEqual([]);
    }),
  );

  test.concurrent('status 0 once it is served', () =>
    inJob(async (stage) => {
      const { ended } = await inLine(stage, ['claim', '--pr', '17', '--wait-timeout', '5m', '--json']);
      expectOk(await stage.step('release'), 'released', false);
      const end = await ended;
      expect(end.status).toBe(0);
      expect(JSON.parse(end.stdout)).toMatchObject({ owned: true, status: 'claimed_new', 'fencing-token': 2 });
    }),
  );
});

/** No variable of a runner but the addresses: a person at a laptop. */
function onLaptop({ github, job }: JobStage, words: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const runner = ['ACTIONS', 'REPOSITORY', 'REPOSITORY_ID', 'RUN_ID', 'RUN_ATTEMPT', 'WORKFLOW', 'JOB', 'ACTOR'];
  const names = [...runner, 'TRIGGERING_ACTOR', 'EVENT_NAME'].map((name) => `GITHUB_${name}`);
  const [command = '', ...rest] = words;
  const program = [process.execPath, join(packageRoot(), 'dist', 'cli.js')];
  return job.run([...program, command, '--repo', 'acme/widgets', '--pr', '17', ...rest], {
    ...options,
    env: {
      ...Object.fromEntries([...names, 'RUNNER_TEMP'].map((name) => [name, undefined])),
      GITHUB_SERVER_URL: github.serverUrl,
    },
  });
}

async function lengthOf(stage: JobStage): Promise<number> {
  const { updatedAt, expiresAt } = (await stage.record())?.activeRun ?? {};
  return Date.parse(expiresAt ?? '') - Date.parse(updatedAt ?? '');
}

onPosix('outside of Actions', () => {
  test.concurrent('a tenure is detached and ends after an hour, unless told otherwise', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      expect((await onLaptop(stage, ['claim'])).status).toBe(0);
      expect((await stage.record())?.activeRun).toMatchObject({ runId: 'person:octocat', detached: true });
      expect(await lengthOf(stage)).toBe(HOUR_MS);
      expect((await onLaptop(stage, ['claim', '--expires-after', '3h'])).status).toBe(0);
      expect(await lengthOf(stage)).toBe(3 * HOUR_MS);
      // The hour of a plain claim never takes from what was asked for.
      expect((await onLaptop(stage, ['claim'])).status).toBe(0);
      expect(await lengthOf(stage)).toBeGreaterThan(2 * HOUR_MS);
    }),
  );

  test.concurrent('a place in line is one for such a tenure, which begins with the hand-over', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf());
      const words = ['claim', '--wait-timeout', '5m'];
      const { ended } = await standing(stage, 'person:octocat', (onStart) => onLaptop(stage, words, { onStart }));
      expect(await stage.record()).toMatchObject({ queue: [{ detached: true, expiresAfter: HOUR_MS }] });
      await stage.step('release');
      expect((await ended).status).toBe(0);
      expect((await stage.record())?.activeRun).toMatchObject({ runId: 'person:octocat', detached: true });
      expect(await lengthOf(stage)).toBe(HOUR_MS);
    }),
  );

  test.concurrent('exec --claim is the whole job in one line', () =>
    inJob(async (stage) => {
      await stage.plant(recordOf({ owner: null }));
      const end = await onLaptop(stage, ['exec', '--claim', '--', 'echo', 'ran']);
      expect(end).toMatchObject({ status: 0, stdout: 'ran\n' });
      const record = await stage.record();
      expect(record?.activeRun).toBeNull();
      expect(record?.history.map(({ type }) => type).slice(1)).toEqual(['claim', 'release']);
    }),
  );
});

/** Starts exec around a shell script in a tenure of some seconds, and waits until the script is at work. */
async function atWorkFor(
  { job, plant }: JobStage,
  length: string,
  grace: string,
  script: string,
): Promise<{ readonly ended: Promise<RunResult>; readonly file: string }> {
  await plant(recordOf({ owner: null }));
  await job.uses({ with: { command: 'claim', 'expires-after': length } });
  return atWork(job, ['--grace', grace], script);
}

async function atWork(
  job: Job,
  options: readonly string[],
  script: string,
): Promise<{ readonly ended: Promise<RunResult>; readonly file: string }> {
  const file = join(job.workspace, 'says');
  await writeFile(file, '');
  const ended = job.run(['runner-coord', 'exec', ...options, '--', 'sh', '-c', script, 'agent', file]);
  const early = ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
  await Promise.race([until(async () => (await readFile(file, 'utf8')) !== ''), early]);
  early.catch(() => undefined);
  return { ended, file };
}

onPosix('exec in a tenure that has an end', () => {
  test.concurrent('renews it at half of it, for as long as the program runs', () =>
    inJob(async (stage) => {
      const script = 'echo up > "$1"; while [ -e "$1" ]; do sleep 0.05; done';
      const { ended, file } = await atWorkFor(stage, '12s', '1s', script);
      const begun = (await stage.record())?.activeRun;
      const refreshes = async (): Promise<number> =>
        ((await stage.record())?.history ?? []).filter(({ type }) => type === 'refresh').length;
      await until(async () => (await refreshes()) >= 2);
      // By now the tenure would have ended without them.
      const active = (await stage.record())?.activeRun;
      expect(active).toMatchObject({ fencingToken: begun?.fencingToken, id: begun?.id, detached: false });
      expect(await lengthOf(stage)).toBe(12_000);
      await rm(file);
      expect((await ended).status).toBe(0);
    }),
  );

  test.concurrent('ends the program a grace before the end where no renewal comes through: status 76', () =>
    inJob(async (stage) => {
      const script = `trap 'date +%s > "$1"; exit 0' TERM; echo up > "$1"; while :; do sleep 0.05; done`;
      stage.github.faults.add({
        ...{ match: isMutation(), action: badGateway() },
        ...{ skip: 1, times: Number.POSITIVE_INFINITY },
      });
      const { ended, file } = await atWorkFor(stage, '12s', '4s', script);
      const end = await ended;
      expect(end.status).toBe(76);
      expect(end.stderr).toContain('could not be renewed yet');
      expect(end.stderr).toMatch(/The tenure of acme\/widgets#17 ends at 20.*Z, and it could not be renewed in time\./);
      const expiresAt = Date.parse((await stage.record())?.activeRun?.expiresAt ?? '');
      const told = Number(await readFile(file, 'utf8')) * 1_000;
      expect(told).toBeLessThan(expiresAt);
      expect(told).toBeGreaterThan(expiresAt - 8_000);
    }),
  );
});
