import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readRecord } from '../../src/core/read-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { withReadings } from './reading.js';
import { BRANCH, PATH, READER, recordOf, shown, TARGET, within } from './stage.js';

const { stage, snapshot } = withReadings();

describe('the state branch', () => {
  it('is not there: no head, no record, the pull request nevertheless', async () => {
    const { headRefOid } = await stage().repository.pullRequest(17);
    expect(await snapshot()).toEqual({
      target: TARGET,
      head: null,
      reading: { kind: 'absent' },
      tokenFloor: 0,
      pullRequest: {
        state: 'open',
        headSha: headRefOid,
        headRef: 'pr-17',
        headRepo: 'acme/widgets',
        isFork: false,
        isDefaultBranch: false,
      },
      time: { serverMs: expect.any(Number) as unknown, monotonicMs: expect.any(Number) as unknown },
    });
    expect(stage().asked()).toEqual(['repository']);
  });

  it('is there without a record', async () => {
    const head = await stage().mark();
    expect(await snapshot()).toMatchObject({ head, reading: { kind: 'absent' }, tokenFloor: 0 });
  });

  it('has the record at the very head that is named', async () => {
    const record = recordOf();
    const head = await stage().plant(writeRecord(record));
    expect(await snapshot({ token: READER })).toMatchObject({ head, reading: { kind: 'record', record } });
  });

  it('has a record of its own for every scope', async () => {
    const preview = { ...TARGET, scope: 'preview' };
    const record = recordOf({ target: preview, fencingToken: 9, activeRun: null });
    await stage().plant(writeRecord(record), 'pulls/0/17.preview.json');
    expect(await snapshot({ target: preview })).toMatchObject({ target: preview, reading: { kind: 'record', record } });
    expect(await snapshot({ target: { ...TARGET, scope: 'deploy' } })).toMatchObject({ reading: { kind: 'absent' } });
    expect(await snapshot()).toMatchObject({ reading: { kind: 'record', record: { fencingToken: 1 } } });
  });

  it('shows head and record of one moment, however fast others write', async () => {
    const git = promisify(execFile);
    let writing = true;
    const writes = (async () => {
      for (let token = 1; writing; token += 1) {
        await stage().plant(writeRecord(recordOf({ fencingToken: token, activeRun: null, history: [] })));
      }
    })();
    const store = await stage().store();
    const heads = new Set<string>();
    for (let look = 0; look < 25; look += 1) {
      const result = await store.read(within());
      if (result.kind === 'failed' || result.snapshot.head === null) throw new Error(shown(result));
      const { head, reading } = result.snapshot;
      const at = ['--git-dir', stage().repository.gitDir, 'show', `${head}:${PATH}`];
      expect(reading).toEqual(readRecord((await git('git', at)).stdout, TARGET));
      heads.add(head);
    }
    writing = false;
    await writes;
    expect(heads.size).toBeGreaterThan(5);
  });
});

describe('what lies at the path', () => {
  let pr = 1100;
  let target = TARGET;
  let path = '';

  beforeEach(async () => {
    pr += 1;
    target = { ...TARGET, pr };
    path = `pulls/1/${String(pr)}.json`;
    await stage().repository.openPullRequest({ number: pr });
  });

  afterEach(async () => {
    const head = await stage().repository.head(BRANCH);
    expect((await snapshot({ target })).head).toBe(head);
  });

  it.each([
    ['broken JSON', '{"schemaVersion": 3', 'it is not JSON'],
    ['nothing at all', '', 'it is not JSON'],
    ['a text with a byte order mark', `\uFEFF${writeRecord(recordOf())}`, 'it is not JSON'],
    ['the record of another pull request', writeRecord(recordOf()), '17'],
    ['a binary', Buffer.from([0x7b, 0x00, 0x7d]), 'it is not a text file'],
    ['more than GitHub shows', `"${'x'.repeat(512_100)}"`, 'it is too large to be a record'],
    ['more than GitHub shows, JSON up to there', `${'1'.padEnd(512_000)} {`, 'it is too large to be a record'],
  ])('%s is corrupt, and never absent', async (_name, content, problem) => {
    await stage().plant(content, path);
    expect((await snapshot({ target })).reading).toEqual({
      kind: 'corrupt',
      problem: expect.stringContaining(problem) as unknown,
    });
  });

  it('a directory is corrupt, and never absent', async () => {
    await stage().plant('{}', `${path}/oops.json`);
    expect((await snapshot({ target })).reading).toEqual({ kind: 'corrupt', problem: 'it is not a text file' });
  });

  it('a record of schema 4 is unsupported', async () => {
    await stage().plant(JSON.stringify({ ...recordOf({ target }), schemaVersion: 4 }), path);
    expect((await snapshot({ target })).reading).toEqual({ kind: 'unsupported', version: 4 });
  });

  it('a record of schema 1 is one', async () => {
    await stage().plant(JSON.stringify({ schemaVersion: 1, target: { repo: TARGET.repo, pr }, activeRun: null }), path);
    expect((await snapshot({ target })).reading).toMatchObject({ kind: 'record', record: { activeRun: null } });
  });

  it('the record of another repository with the same number is corrupt, by its id', async () => {
    const theirs = recordOf({ target: { ...target, repoId: 8 } });
    await stage().plant(writeRecord(theirs), path);
    expect((await snapshot({ target })).reading).toMatchObject({ kind: 'corrupt' });
  });
});
