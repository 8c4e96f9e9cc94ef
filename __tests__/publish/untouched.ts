import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { packageRoot } from '../../support/local-github/package-root.js';
import type { RunResult } from '../../support/job.js';
import type { StoredRecord } from '../../support/world.js';
import type { PublishStage } from './stage.js';

/** What a push promises of everything around it: the checkout is as it was, and nothing is left. */

/** Every file of the folders: its mode, and what is in it. Configuration, refs, index, hooks and objects are all files. */
export async function fingerprint(...folders: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found: [string, string][] = [];
  const walk = async (path: string): Promise<void> => {
    const { mode } = await lstat(path);
    const kind = mode & 0o170000;
    if (kind === 0o040000) {
      found.push([path, mode.toString(8)]);
      for (const name of await readdir(path)) await walk(join(path, name));
      return;
    }
    const content = kind === 0o120000 ? await readlink(path) : await readFile(path);
    found.push([path, `${mode.toString(8)} ${createHash('sha1').update(content).digest('hex')}`]);
  };
  for (const folder of folders) await walk(folder);
  return Object.fromEntries(found.sort(([one], [another]) => (one < another ? -1 : 1)));
}

/** What the command told with `--json`, loosely. */
export interface Told {
  readonly ok: boolean;
  readonly owned: boolean;
  readonly status: string | null;
  readonly error: string | null;
  readonly message: string;
  readonly 'published-sha': string | null;
  readonly 'published-from': string | null;
}

export interface Pushed extends RunResult {
  readonly told: Told;
  /** How many pushes reached the server. */
  readonly pushes: number;
}

export interface PushOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Folders beside the checkout that have to stay as they are. */
  readonly beside?: readonly string[];
}

/** Publishes from a folder by the built command line, and holds it to what it promises however it ends. */
export async function pushFrom(
  { job, pushes }: Pick<PublishStage, 'job' | 'pushes'>,
  folder: string,
  words: readonly string[] = [],
  { env = {}, beside = [] }: PushOptions = {},
): Promise<Pushed> {
  const cli = join(packageRoot(), 'dist', 'cli.js');
  const folders = [folder, ...beside];
  const [before, left, count] = [await fingerprint(...folders), await readdir(job.temp), pushes()];
  const ended = await job.run([process.execPath, cli, 'push', '--json', ...words], {
    cwd: folder,
    env: { GIT_CONFIG_NOSYSTEM: '1', ...env },
  });
  expect(await fingerprint(...folders)).toEqual(before);
  expect(await readdir(job.temp)).toEqual(left);
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/token-(?:octocat|reader|contents)|^\s+at .*:\d+:\d+\)?$/m);
  const told = (ended.stdout === '' ? {} : JSON.parse(ended.stdout)) as Told;
  return { ...ended, told, pushes: pushes() - count };
}

/** The commit is the branch's head, the record tells of it, and so does the command. */
export async function expectPublished(
  { headOf, record }: Pick<PublishStage, 'headOf' | 'record'>,
  pushed: Pushed,
  { from, to, ref = 'refs/heads/pr-17' }: { readonly from: string | null; readonly to: string; readonly ref?: string },
): Promise<void> {
  const { status, told, pushes, stderr } = pushed;
  expect({ status, stderr, pushes }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('published'),
    pushes: 1,
  });
  expect(told).toMatchObject({ ok: true, owned: true, status: 'published', error: null });
  expect(told).toMatchObject({ 'published-sha': to, 'published-from': from });
  expect(await headOf(ref)).toBe(to);
  expect(lastEvent(await record())).toMatchObject({ type: 'publish', runId: '1001', from, to, ref });
}

/** Nothing was published, nor did anything try to. */
export async function expectUnpublished(
  { headOf }: Pick<PublishStage, 'headOf'>,
  { status, told, pushes, stderr }: Pushed,
  expected: {
    readonly status: number;
    readonly error: string | null;
    readonly head: string | null;
    /** What a person has to read. */
    readonly says: readonly (string | RegExp)[];
    readonly ref?: string;
    readonly pushes?: number;
  },
): Promise<void> {
  expect({ status, error: told.error, pushes, stderr }).toMatchObject({
    ...{ status: expected.status, error: expected.error, pushes: expected.pushes ?? 0 },
  });
  for (const words of expected.says) expect(told.message).toEqual(expect.stringMatching(pattern(words)));
  expect(told).toMatchObject({ 'published-sha': null, 'published-from': null });
  expect(await headOf(expected.ref ?? 'refs/heads/pr-17')).toBe(expected.head);
}

function pattern(words: string | RegExp): RegExp {
  return words instanceof RegExp ? words : new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

interface LoggedEvent {
  readonly type: string;
  readonly runId: string;
  readonly from?: string;
  readonly to?: string;
  readonly ref?: string;
}

export function lastEvent(record: StoredRecord | null): LoggedEvent | null {
  return record?.history.at(-1) ?? null;
}
