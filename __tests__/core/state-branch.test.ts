import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formerNames, stateBranchesOf, stateBranchOf, unshardedName } from '../../src/core/state-branch.js';

test.each([
  ['coord', 17, 'coord', null],
  ['coord-{shard}', 17, 'coord-01', '01'],
  ['coord-{shard}', 16, 'coord-00', '00'],
  ['coord/{shard}/x', 15, 'coord/15/x', '15'],
  ['{shard}-coord', 4_294_967_295, '15-coord', '15'],
])('%s has pull request %i on %s', (pattern, pr, name, shard) => {
  expect(stateBranchOf(pattern, pr)).toEqual({ name, pattern, shard });
});

test('sixteen shards, each with the pull requests of its number, and no other branch beside them', () => {
  const names = stateBranchesOf('coord-{shard}').map(({ name }) => name);
  expect(new Set(names).size).toBe(16);
  expect([names[0], names[9], names[15]]).toEqual(['coord-00', 'coord-09', 'coord-15']);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (pr) => {
      expect(stateBranchOf('coord-{shard}', pr).name).toBe(names[pr % 16]);
    }),
  );
  expect(stateBranchesOf('coord')).toEqual([{ name: 'coord', pattern: 'coord', shard: null }]);
});

test.each([
  ['coord-{shard}', 'coord'],
  ['coord{shard}', 'coord'],
  ['coord/{shard}', 'coord'],
  ['{shard}-coord', 'coord'],
  ['a-{shard}-b', 'a-b'],
  ['{shard}', ''],
])('%s without its shard is "%s"', (pattern, name) => {
  expect(unshardedName(pattern)).toBe(name);
});

test.each([
  ['runner-coord-state', ['runner-coord-state-01']],
  ['runner-coord-state-{shard}', ['runner-coord-state']],
  ['coord', ['coord-01']],
  ['coord-{shard}', ['runner-coord-state', 'runner-coord-state-01', 'coord']],
  ['coord/{shard}', ['runner-coord-state', 'runner-coord-state-01', 'coord', 'coord-01']],
  ['{shard}', ['runner-coord-state', 'runner-coord-state-01']],
])('before a branch of %s is made, others are looked at', (pattern, names) => {
  expect(formerNames(stateBranchOf(pattern, 17), 17)).toEqual(names);
});
