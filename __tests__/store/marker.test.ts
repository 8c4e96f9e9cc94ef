import { beforeEach, describe, expect, it } from '@jest/globals';
import { MARKER_PATH } from '../../src/core/marker.js';
import { writeRecord } from '../../src/core/write-record.js';
import { withReadings } from './reading.js';
import { changeOf, markerOf, PATH, recordOf, within } from './stage.js';

/** Whose a branch is says its marker alone: whatever else is on it, nothing is read or written without. */

const { stage, snapshot, refused } = withReadings();

let stateBranch = '';
let branches = 0;

beforeEach(() => {
  branches += 1;
  stateBranch = `state-${String(branches)}`;
});

const put = (text: string | Uint8Array, path = MARKER_PATH): Promise<string> =>
  stage().repository.writeFile(stateBranch, path, text);

describe('a branch without the marker', () => {
  it.each([
    ['README.md', 'hello\n'],
    ['src/index.ts', 'export {};\n'],
    ['.runner-coord.json.bak', '{}'],
    ['docs/.runner-coord.json', '{}'],
  ])('that has %s is not ours', async (path, text) => {
    await put(text, path);
    expect(await refused({ stateBranch })).toMatchObject({
      code: 'state_branch_foreign',
      problem: `The branch "${stateBranch}" is no state branch of this repository: it has no .runner-coord.json`,
      advice: expect.stringMatching(/Nothing was written.*"state-branch".*same in all workflows/) as unknown,
      retry: { kind: 'never' },
    });
  });

  it.each(['of this pull request', 'of another one'])(
    'that has a record %s is corrupt, never begun anew',
    async (whose) => {
      await put(writeRecord(recordOf()), whose === 'of another one' ? 'pulls/0/18.json' : PATH);
      expect(await refused({ stateBranch })).toMatchObject({
        code: 'state_corrupt',
        problem: expect.stringContaining('is missing') as unknown,
        advice: expect.stringMatching(
          /Restore.*git checkout <commit> -- \.runner-coord\.json.*never begin it anew/,
        ) as unknown,
        retry: { kind: 'never' },
      });
    },
  );
});

describe('a marker', () => {
  it('with the id of another repository belongs to a copy', async () => {
    await stage().plant(writeRecord(recordOf()), PATH, stateBranch);
    await stage().mark(stateBranch, { repoId: 8 });
    const failure = await refused({ stateBranch });
    expect(failure).toMatchObject({ code: 'state_branch_foreign', retry: { kind: 'never' } });
    expect(failure.problem).toContain('belongs to the repository with id 8, and this one has id 7');
    expect(failure.advice).toMatch(/fork or a template, delete it here/);
  });

  it('of another spelling of the branch is not ours', async () => {
    await put(markerOf(stateBranch.toUpperCase()));
    const failure = await refused({ stateBranch });
    expect(failure).toMatchObject({ code: 'state_branch_foreign', retry: { kind: 'never' } });
    expect(failure.problem).toContain(`it was made as "${stateBranch.toUpperCase()}"`);
  });

  it.each([
    ['broken JSON', '{"layout": 1', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['a list', '[]', 'layout'],
    ['no layout', '{"repoId": 7}', 'layout'],
    ['no id', '{"layout":1,"stateBranch":"x","tokenFloor":0}', 'repoId'],
    ['an id that is a text', '{"layout":1,"repoId":"7","stateBranch":"x","tokenFloor":0}', 'repoId'],
    ['no branch', '{"layout":1,"repoId":7,"tokenFloor":0}', 'stateBranch'],
    ['no floor', '{"layout":1,"repoId":7,"stateBranch":"x"}', 'tokenFloor'],
    ['a floor below zero', '{"layout":1,"repoId":7,"stateBranch":"x","tokenFloor":-1}', 'tokenFloor'],
    [
      'a floor that cannot be raised',
      '{"layout":1,"repoId":7,"stateBranch":"x","tokenFloor":9007199254740991}',
      'tokenFloor',
    ],
    ['two floors', '{"layout":1,"repoId":7,"stateBranch":"x","tokenFloor":9,"tokenFloor":0}', 'stands twice'],
    ['a binary', Buffer.from([0x7b, 0x00, 0x7d]), 'not a text file'],
    ['a megabyte', `${markerOf('x')}${' '.repeat(600_000)}`, 'not a text file'],
  ])('of %s is corrupt, whatever else is on the branch', async (_name, text, why) => {
    await put(text);
    const failure = await refused({ stateBranch });
    expect(failure).toMatchObject({ code: 'state_corrupt', retry: { kind: 'never' } });
    expect(failure.problem).toContain(why);
  });

  it('that is a folder is corrupt', async () => {
    await put('{}', `${MARKER_PATH}/oops`);
    expect(await refused({ stateBranch })).toMatchObject({ code: 'state_corrupt' });
  });

  it('of another layout is for a newer version', async () => {
    await put(JSON.stringify({ layout: 2, repoId: 7, stateBranch, tokenFloor: 0 }));
    const failure = await refused({ stateBranch });
    expect(failure).toMatchObject({ code: 'state_unsupported', retry: { kind: 'never' } });
    expect(failure.problem).toContain('layout 2');
  });

  it('tells the floor of tokens, beside a record and without one', async () => {
    const head = await stage().mark(stateBranch, { tokenFloor: 41 });
    expect(await snapshot({ stateBranch })).toMatchObject({ head, reading: { kind: 'absent' }, tokenFloor: 41 });
    await stage().plant(writeRecord(recordOf()), PATH, stateBranch);
    expect(await snapshot({ stateBranch })).toMatchObject({
      reading: { kind: 'record', record: { fencingToken: 1 } },
      tokenFloor: 41,
    });
  });

  it('is what a first use writes', async () => {
    const store = await stage().store({ stateBranch });
    expect(await store.write(changeOf(null), within())).toMatchObject({ kind: 'applied' });
    const text = await stage().repository.readFile(stateBranch, MARKER_PATH);
    expect(JSON.parse(text ?? '')).toEqual({ layout: 1, repoId: 7, stateBranch, tokenFloor: 0 });
    expect(text).toMatch(/^\{\n {2}"layout": 1,[^]*\}\n$/);
    expect(await snapshot({ stateBranch })).toMatchObject({ reading: { kind: 'record' }, tokenFloor: 0 });
  });
});
