import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readRecord } from '../../src/core/read-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import type { ReadResult, Snapshot } from '../../src/store/state-store.js';
import { answers, fieldErrorAfterApplying, isQuery } from '../../support/local-github/index.js';
import {
  BLIND,
  BRANCH,
  PATH,
  READER,
  recordOf,
  shown,
  startStage,
  TARGET,
  UNKNOWN,
  within,
  WRITER,
  type StoreChoice,
  type StoreStage,
} from './stage.js';

let stage: StoreStage;
let pr = 100;

beforeAll(async () => {
  stage = await startStage();
});

afterAll(async () => {
  const { violations } = stage.github;
  await stage.close();
  expect(violations).toEqual([]);
});

async function read(options: StoreChoice = {}): Promise<ReadResult> {
  const store = await stage.store(options);
  const result = await store.read(within());
  for (const token of [WRITER, READER, BLIND, UNKNOWN]) expect(shown(result)).not.toContain(token);
  return result;
}

async function snapshot(options: StoreChoice = {}): Promise<Snapshot> {
  const result = await read(options);
  if (result.kind === 'failed') throw new Error(result.failure.problem);
  return result.snapshot;
}

async function refused(options: StoreChoice = {}): Promise<Extract<ReadResult, { kind: 'failed' }>['failure']> {
  const result = await read(options);
  if (result.kind === 'read') throw new Error('it was read');
  expect(result.failure.advice).not.toBe('');
  return result.failure;
}

describe('the state branch', () => {
  it('is not there: no head, no record, the pull request nevertheless', async () => {
    const { headRefOid } = await stage.repository.pullRequest(17);
    expect(await snapshot()).toEqual({
      head: null,
      reading: { kind: 'absent' },
      pullRequest: { open: true, headSha: headRefOid },
    });
    expect(stage.asked()).toEqual(['repository']);
  });

  it('is there without a record', async () => {
    const head = await stage.repository.writeFile(BRANCH, 'README.md', 'hello\n');
    expect(await snapshot()).toMatchObject({ head, reading: { kind: 'absent' } });
  });

  it('has the record at the very head that is named', async () => {
    const record = recordOf();
    const head = await stage.repository.writeFile(BRANCH, PATH, writeRecord(record));
    expect(await snapshot({ token: READER })).toMatchObject({ head, reading: { kind: 'record', record } });
  });

  it('shows head and record of one moment, however fast others write', async () => {
    const git = promisify(execFile);
    let writing = true;
    const writes = (async () => {
      for (let token = 1; writing; token += 1) {
        const record = recordOf({ fencingToken: token, activeRun: null, history: [] });
        await stage.repository.writeFile(BRANCH, PATH, writeRecord(record));
      }
    })();
    const store = await stage.store();
    const heads = new Set<string>();
    for (let look = 0; look < 25; look += 1) {
      const result = await store.read(within());
      if (result.kind === 'failed' || result.snapshot.head === null) throw new Error(shown(result));
      const { head, reading } = result.snapshot;
      const at = ['--git-dir', stage.repository.gitDir, 'show', `${head}:${PATH}`];
      expect(reading).toEqual(readRecord((await git('git', at)).stdout, TARGET));
      heads.add(head);
    }
    writing = false;
    await writes;
    expect(heads.size).toBeGreaterThan(5);
  });
});

describe('what lies at the path', () => {
  let target = TARGET;
  let path = '';

  beforeEach(async () => {
    pr += 1;
    target = { repo: TARGET.repo, pr };
    path = `acme/widgets/pr-${String(pr)}.json`;
    await stage.repository.openPullRequest({ number: pr });
  });

  afterEach(async () => {
    const head = await stage.repository.head(BRANCH);
    expect((await snapshot({ target })).head).toBe(head);
  });

  it.each([
    ['broken JSON', '{"schemaVersion": 3', 'it is not JSON'],
    ['nothing at all', '', 'it is not JSON'],
    ['a text with a byte order mark', `\uFEFF${writeRecord(recordOf())}`, 'it is not JSON'],
    ['the record of another pull request', writeRecord(recordOf()), 'it is the record of acme/widgets#17'],
    ['a binary', Buffer.from([0x7b, 0x00, 0x7d]), 'it is not a text file'],
    ['more than GitHub shows', `"${'x'.repeat(512_100)}"`, 'it is too large to be a record'],
    ['more than GitHub shows, JSON up to there', `${'1'.padEnd(512_000)} {`, 'it is too large to be a record'],
  ])('%s is corrupt, and never absent', async (_name, content, problem) => {
    await stage.repository.writeFile(BRANCH, path, content);
    expect((await snapshot({ target })).reading).toEqual({
      kind: 'corrupt',
      problem: expect.stringContaining(problem) as unknown,
    });
  });

  it('a directory is corrupt, and never absent', async () => {
    await stage.repository.writeFile(BRANCH, `${path}/oops.json`, '{}');
    expect((await snapshot({ target })).reading).toEqual({ kind: 'corrupt', problem: 'it is not a text file' });
  });

  it('a record of schema 4 is unsupported', async () => {
    await stage.repository.writeFile(BRANCH, path, JSON.stringify({ ...recordOf({ target }), schemaVersion: 4 }));
    expect((await snapshot({ target })).reading).toEqual({ kind: 'unsupported', version: 4 });
  });

  it('a record of schema 1 is one', async () => {
    await stage.repository.writeFile(BRANCH, path, JSON.stringify({ schemaVersion: 1, target, activeRun: null }));
    expect((await snapshot({ target })).reading).toMatchObject({ kind: 'record', record: { fencingToken: 1 } });
  });
});

describe('the pull request', () => {
  it.each(['closed', 'merged'] as const)('is %s', async (how) => {
    pr += 1;
    await stage.repository.openPullRequest({ number: pr });
    await stage.repository.closePullRequest(pr, how);
    const { headRefOid } = await stage.repository.pullRequest(pr);
    expect((await snapshot({ target: { repo: TARGET.repo, pr } })).pullRequest).toEqual({
      open: false,
      headSha: headRefOid,
    });
  });

  it('moves, and its head with it', async () => {
    const headSha = await stage.repository.pushToPullRequest(17);
    expect((await snapshot()).pullRequest).toEqual({ open: true, headSha });
  });

  it('does not exist', async () => {
    expect(await refused({ target: { repo: TARGET.repo, pr: 9999 } })).toMatchObject({
      code: 'pr_not_found',
      problem: 'There is no pull request acme/widgets#9999',
      retry: { kind: 'never' },
    });
  });
});

describe('what the token may not', () => {
  it('see the repository, which is the same as none', async () => {
    for (const repo of ['acme/none', 'none/widgets']) {
      expect(await refused({ target: { repo, pr: 17 } })).toMatchObject({
        code: 'permission_denied',
        problem: expect.stringContaining('Could not resolve to a Repository') as unknown,
        advice: expect.stringContaining('contents: read') as unknown,
        retry: { kind: 'never' },
      });
    }
  });

  it('do anything, because nobody knows it', async () => {
    expect(await refused({ token: UNKNOWN })).toMatchObject({
      code: 'permission_denied',
      problem: expect.stringContaining('401 "Bad credentials"') as unknown,
      advice: expect.stringContaining('github-token') as unknown,
      retry: { kind: 'never' },
    });
  });

  it('read pull requests, which is named', async () => {
    expect(await refused({ token: BLIND })).toMatchObject({
      code: 'permission_denied',
      problem: expect.stringContaining('Resource not accessible by integration') as unknown,
      advice: expect.stringContaining('permissions: { pull-requests: read }') as unknown,
      retry: { kind: 'never' },
    });
  });

  it('read contents, which is named', async () => {
    const token = 'ghs_pulls0123456789abcdef';
    stage.github.issueToken(token, { login: 'p', permissions: { 'pull-requests': 'read' } });
    expect(await refused({ token })).toMatchObject({
      code: 'permission_denied',
      advice: expect.stringContaining('permissions: { contents: read }') as unknown,
    });
  });
});

describe('a state branch in a wrong place', () => {
  it.each([
    ['main', 'the default branch'],
    ['pr-17', 'the branch of this pull request'],
  ])('%s is refused: %s', async (stateBranch, use) => {
    expect(await refused({ stateBranch })).toMatchObject({
      code: 'invalid_input',
      problem: expect.stringContaining(use) as unknown,
      retry: { kind: 'never' },
    });
  });

  it('the base branch is refused; the same name in a fork is not', async () => {
    await stage.repository.createBranch('next', (await stage.repository.head('main')) ?? '');
    await stage.repository.openPullRequest({ number: 60, base: 'next' });
    await stage.repository.openPullRequest({ number: 61, head: 'records', fork: 'them/widgets' });
    const base = await refused({ stateBranch: 'next', target: { repo: TARGET.repo, pr: 60 } });
    expect(base.problem).toContain('the base branch of this pull request');
    const fork = await snapshot({ stateBranch: 'records', target: { repo: TARGET.repo, pr: 61 } });
    expect(fork.reading).toEqual({ kind: 'absent' });
  });
});

describe('answers with errors', () => {
  afterEach(() => stage.github.faults.clear());

  it('beside the data are no reading: a part of it may be missing', async () => {
    stage.github.faults.next(isQuery(), fieldErrorAfterApplying({ path: ['repository', 'ref'] }));
    expect(await refused()).toMatchObject({ code: 'permission_denied', retry: { kind: 'never' } });
  });

  it('about the query itself, as an older server gives them, are permanent', async () => {
    const message = "Field 'file' doesn't exist on type 'Commit'";
    const errors = [{ path: ['query', 'repository'], extensions: { code: 'undefinedField' }, message }];
    stage.github.faults.next(isQuery(), answers({ status: 200, body: { errors } }));
    expect(await refused()).toMatchObject({
      code: 'api_error',
      advice: expect.stringContaining('Enterprise Server') as unknown,
      retry: { kind: 'never' },
    });
  });

  it.each([
    [500, { message: 'Server Error' }, 'backoff', 'api_error'],
    [404, { message: 'Not Found' }, 'never', 'permission_denied'],
    [418, { message: 'I am a teapot' }, 'never', 'api_error'],
    [200, { errors: [{ message: 'Something went wrong while executing your query' }] }, 'backoff', 'api_error'],
    [200, { data: null }, 'backoff', 'api_error'],
    [200, {}, 'backoff', 'api_error'],
  ])('%i %j → %s', async (status, body, kind, code) => {
    stage.github.faults.next(isQuery(), answers({ status, body }));
    expect(await refused()).toMatchObject({ code, retry: { kind } });
  });
});
