import { describe, expect, it } from '@jest/globals';
import { MARKER_PATH, type Marker } from '../../src/core/marker.js';
import { stateBranchOf } from '../../src/core/state-branch.js';
import { misplacedStateBranch } from '../../src/store/branch-marker.js';
import { withReadings } from './reading.js';
import { changeOf, markerOf, within } from './stage.js';

/** A state branch of sixteen, and one beside which the records of this repository lie under another name. */

const { stage, snapshot, refused } = withReadings();

let places = 0;
/** A name that no other test of this file uses. */
const place = (): string => `place${String((places += 1))}`;
const put = (branch: string, text: string): Promise<string> => stage().repository.writeFile(branch, MARKER_PATH, text);
const mark = (branch: string, pattern: string, parts: Partial<Marker> = {}): Promise<string> =>
  put(branch, markerOf(pattern, parts));

describe('a shard', () => {
  it('is made when its first record is written, and says which one it is of what', async () => {
    const name = place();
    const stateBranch = `${name}-{shard}`;
    const store = await stage().store({ stateBranch });
    expect((await snapshot({ stateBranch })).head).toBeNull();
    const written = await store.write(changeOf(null), within());
    expect(written.kind).toBe('applied');
    expect(await stage().repository.readFile(`${name}-01`, MARKER_PATH)).toBe(markerOf(stateBranch, { shard: '01' }));
    expect(await stage().repository.head(stateBranch)).toBeNull();
    expect((await snapshot({ stateBranch })).reading.kind).toBe('record');
  });

  it.each<[string, (name: string) => Promise<string>, string]>([
    ['a copy of another shard', (name) => mark(`${name}-01`, `${name}-{shard}`, { shard: '02' }), 'made as shard 02'],
    ['a branch of its own', (name) => mark(`${name}-01`, `${name}-01`), 'made as "place'],
    ['no shard', (name) => mark(`${name}-01`, `${name}-{shard}`), 'made as shard of none'],
  ])('that is %s is not ours', async (_, plant, why) => {
    const name = place();
    await plant(name);
    const failure = await refused({ stateBranch: `${name}-{shard}` });
    expect(failure).toMatchObject({ code: 'state_branch_foreign', retry: { kind: 'never' } });
    expect(failure.problem).toContain(why);
  });

  it('is not read as a branch of its own', async () => {
    const name = place();
    await mark(`${name}-01`, `${name}-{shard}`, { shard: '01' });
    expect((await refused({ stateBranch: `${name}-01` })).problem).toContain(`made as "${name}-{shard}"`);
  });
});

describe('beside records under another name none are begun', () => {
  it.each([
    ['from one branch to shards', 'X', 'X', null, 'X-{shard}'],
    ['from shards to one branch', 'X-01', 'X-{shard}', '01', 'X'],
    ['to shards below it', 'X-y', 'X-y', null, 'X-y{shard}'],
  ])('%s', async (_, branch, pattern, shard, wanted) => {
    const name = place();
    const named = (text: string): string => text.replace('X', name);
    await mark(named(branch), named(pattern), { shard });
    const failure = await refused({ stateBranch: named(wanted) });
    expect(failure).toMatchObject({
      code: 'state_branch_foreign',
      problem: `The input "state-branch" is "${named(wanted)}", but this repository keeps its records under "${named(pattern)}" (branch "${named(branch)}")`,
      retry: { kind: 'never' },
    });
    expect(failure.advice).toContain(
      `runner-coord migrate --from '${named(pattern)}' --state-branch '${named(wanted)}'`,
    );
  });

  it('while they are being moved here', async () => {
    const name = place();
    await mark(name, name, { moved: { to: `${name}-{shard}`, from: 'a'.repeat(40) } });
    const failure = await refused({ stateBranch: `${name}-{shard}` });
    expect(failure.problem).toContain('is not there yet: the records are being moved');
    expect(failure.advice).toContain('let it be finished: runner-coord migrate');
  });

  it('when they have moved elsewhere, which is said', async () => {
    const name = place();
    await mark(name, name, { moved: { to: 'elsewhere', from: null } });
    expect((await refused({ stateBranch: `${name}-{shard}` })).advice).toContain('Set "state-branch" to elsewhere');
  });

  it.each(['no json', '{}'])('when the marker cannot be read (%s)', async (text) => {
    const name = place();
    await put(name, text);
    expect((await refused({ stateBranch: `${name}-{shard}` })).code).toBe('state_branch_foreign');
  });

  it('but two plain names are two branches', async () => {
    const name = place();
    await mark(`${name}-01`, `${name}-01`);
    expect((await snapshot({ stateBranch: name })).head).toBeNull();
  });

  it('but a branch that is none of ours is in nobody’s way', async () => {
    const name = place();
    await stage().repository.writeFile(name, 'README.md', 'hello\n');
    expect((await snapshot({ stateBranch: `${name}-{shard}` })).head).toBeNull();
    const copy = place();
    await mark(copy, copy, { repoId: 8 });
    expect((await snapshot({ stateBranch: `${copy}-{shard}` })).head).toBeNull();
  });

  it('and a shard that is there is used, whatever is left of the branch before', async () => {
    const name = place();
    await mark(name, name, { moved: { to: `${name}-{shard}`, from: null } });
    const head = await mark(`${name}-01`, `${name}-{shard}`, { shard: '01', tokenFloor: 4 });
    expect(await snapshot({ stateBranch: `${name}-{shard}` })).toMatchObject({ head, tokenFloor: 4 });
  });
});

it('a branch whose records have moved shows where to', async () => {
  const name = place();
  await mark(name, name, { moved: { to: `${name}-{shard}`, from: null } });
  expect((await snapshot({ stateBranch: name })).reading).toEqual({ kind: 'moved', to: `${name}-{shard}` });
});

it.each([
  [{ defaultBranch: 'coord-05' }, 'the default branch'],
  [{ headBranch: 'coord-05' }, 'the branch of this pull request'],
  [{ baseBranch: 'coord-05' }, 'the base branch of this pull request'],
])('no shard at all may be a branch that is in use (%j)', (use, words) => {
  const branches = { defaultBranch: 'main', headBranch: 'topic', baseBranch: 'main', ...use };
  expect(misplacedStateBranch(branches, stateBranchOf('coord-{shard}', 17))).toMatchObject({
    code: 'invalid_input',
    problem: `The input "state-branch" is "coord-{shard}", which is ${words}`,
  });
});
