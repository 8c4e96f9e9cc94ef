import { expect, test } from '@jest/globals';
import {
  commonBeginning,
  formerPatterns,
  migrateCommand,
  refuseClash,
  refuseNames,
} from '../../src/core/migration-names.js';
import { filesFor, mayShareRecords, recordFiles } from '../../src/core/migration-records.js';
import { stateBranchesOf, stateBranchOf } from '../../src/core/state-branch.js';

test.each([
  ['coord-{shard}', ['runner-coord-state', 'runner-coord-state-{shard}', 'coord']],
  ['coord', ['runner-coord-state', 'runner-coord-state-{shard}', 'coord-{shard}']],
  ['runner-coord-state-{shard}', ['runner-coord-state']],
  ['a/{shard}', ['runner-coord-state', 'runner-coord-state-{shard}', 'a', 'a-{shard}']],
])('records that are wanted in %s are looked for in %j', (to, patterns) => {
  expect(formerPatterns(to)).toEqual(patterns);
});

test.each([
  ['a', 'a', 'the very same'],
  ['a', 'a/{shard}', 'git’s branch "a" cannot be there beside "a/00"'],
  ['a/{shard}', 'a', 'git’s branch "a/00" cannot be there beside "a"'],
  ['a/b', 'a', 'cannot be there'],
  ['a-03', 'a-{shard}', 'would be both'],
])('from %s to %s is refused', (from, to, problem) => {
  expect(refuseNames(from, to)).toMatchObject({
    code: 'invalid_input',
    problem: expect.stringContaining(problem) as unknown,
  });
});

test.each([
  ['a', 'a-{shard}'],
  ['a-{shard}', 'a'],
  ['a-{shard}', 'a{shard}'],
  ['a', 'b/a'],
])('from %s to %s may be', (from, to) => {
  expect(refuseNames(from, to)).toBeNull();
});

test.each([
  [['main', 'coord', 'coord-00/x', 'coord-16'], 'coord-00/x'],
  [['coord-99', 'coord-05'], null],
])('of %j, %s is in the way of coord-{shard}', (names, other) => {
  const failure = refuseClash(names, stateBranchesOf('coord-{shard}'));
  expect(failure?.problem ?? null).toEqual(
    other === null ? null : `Git allows no branch "coord-00" beside the branch "${other}"`,
  );
});

test.each([
  ['coord', 'coord'],
  ['coord-{shard}', 'coord-'],
  ['a/b-{shard}', 'a'],
  ['{shard}/a', ''],
])('all branches of %s and what may be in their way begin with "%s"', (pattern, beginning) => {
  expect(commonBeginning(pattern)).toBe(beginning);
});

test('the command as it is typed', () => {
  expect(migrateCommand('a', 'a-{shard}')).toBe("runner-coord migrate --from 'a' --state-branch 'a-{shard}'");
  // A marker may say anything, and people paste what they are told.
  expect(migrateCommand("a'; touch here; '", "b'")).toBe(
    `runner-coord migrate --from 'a'\\''; touch here; '\\''' --state-branch 'b'\\'''`,
  );
});

const file = (path: string) => ({ path, mode: '100644', type: 'blob', sha: 'a'.repeat(40) }) as const;
const paths = ['pulls/0/17.json', 'pulls/0/33.preview.json', 'pulls/1/1018.json', 'pulls/0/18.json/x'];
const others = [
  'README.md',
  'pulls/0/17.txt',
  'pulls/1/17.json',
  'pulls/0/017.json',
  'x/0/17.json',
  'pulls/0/9999999999999999.json',
  'a/pulls/0/17.json',
];

test('what lies in the place of a record is one, whatever it is', () => {
  expect(recordFiles([...others, ...paths].map(file))).toEqual(paths.map(file));
});

test.each([
  ['x', 'y-{shard}', 1, ['pulls/0/17.json', 'pulls/0/33.preview.json']],
  ['x', 'y-{shard}', 2, ['pulls/0/18.json/x']],
  ['x', 'y-{shard}', 10, ['pulls/1/1018.json']],
  ['x', 'y', 0, paths],
  // Nobody reads them there.
  ['x-{shard}', 'y', 2, ['pulls/0/18.json/x']],
  ['x-{shard}', 'y-{shard}', 1, ['pulls/0/17.json', 'pulls/0/33.preview.json']],
])('from %s to %s, of shard %i', (from, to, pr, expected) => {
  const found = filesFor(stateBranchOf(to, pr), stateBranchOf(from, pr), [...others, ...paths].map(file));
  expect(found.map(({ path }) => path)).toEqual(expected);
});

test('shards share records with their own and with what is not sharded', () => {
  const [x, one, two] = [stateBranchOf('x', 1), stateBranchOf('x-{shard}', 1), stateBranchOf('y-{shard}', 2)];
  expect([
    mayShareRecords(x, one),
    mayShareRecords(two, x),
    mayShareRecords(one, one),
    mayShareRecords(one, two),
  ]).toEqual([true, true, true, false]);
});
