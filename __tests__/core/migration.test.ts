import { describe, expect, test } from '@jest/globals';
import type { Marker } from '../../src/core/marker.js';
import { chooseFormer } from '../../src/core/migration-former.js';
import { planMigration, type Found, type MigrationPlan, type Seen } from '../../src/core/migration.js';
import { stateBranchesOf } from '../../src/core/state-branch.js';

/** What is done of a migration, told from what lies on the branches. */

const ABSENT: Found = { kind: 'absent' };
const FOREIGN: Found = { kind: 'foreign', failure: { code: 'state_branch_foreign', problem: 'not ours', advice: '' } };

interface Parts {
  readonly moved?: readonly [to: string, from?: string];
  readonly madeFrom?: readonly string[];
  readonly tokenFloor?: number;
  readonly hasRecords?: boolean;
}

function ours(head: string, { moved, madeFrom, tokenFloor = 0, hasRecords = true }: Parts = {}): Found {
  const marker: Omit<Marker, 'stateBranch'> = {
    ...{ repoId: 7, shard: null, tokenFloor },
    moved: moved === undefined ? null : { to: moved[0], from: moved[1] ?? null },
    ...(madeFrom === undefined ? {} : { madeFrom }),
  };
  return { kind: 'ours', head, marker: { ...marker, stateBranch: 'told by the branch' }, hasRecords };
}

/** The branches of a pattern: of sixteen those that are named, the others as `otherwise`. */
function seen(
  pattern: string,
  found: Found | Readonly<Record<string, Found>>,
  otherwise: Found = ABSENT,
): readonly Seen[] {
  const isOne = (value: typeof found): value is Found => 'kind' in value;
  return stateBranchesOf(pattern).map((branch) => {
    return { branch, found: isOne(found) ? found : (found[branch.shard ?? ''] ?? otherwise) };
  });
}

const plan = (old: readonly Seen[], next: readonly Seen[], defaultBranch = 'main'): MigrationPlan => {
  const pattern = (all: readonly Seen[]): string => all[0]?.branch.pattern ?? '';
  return planMigration(pattern(old), pattern(next), { repoId: 7, defaultBranch, old, next });
};

/** In short: which branches are marked at which head, and which are made from what over what. */
function told(made: MigrationPlan): readonly unknown[] {
  if (made.kind === 'refused') return [made.failure.code, made.failure.problem];
  const marks = made.marks.map(({ branch, head, marker }) => [branch.name, head, marker.moved?.from ?? null]);
  const makes = made.makes.map(({ branch, marker, over }) => [branch.name, marker.madeFrom, over]);
  return [marks, makes];
}

const SIXTEEN = stateBranchesOf('x-{shard}').map(({ name }) => name);

describe('from one to sixteen', () => {
  const next = (found: Readonly<Record<string, Found>>): readonly Seen[] => seen('x-{shard}', found);
  const MARKED = ours('M', { moved: ['x-{shard}', 'H'] });

  test('the branch is marked before anything is made', () => {
    const marks = [['x', 'H', 'H']];
    expect(told(plan(seen('x', ours('H')), next({})))).toEqual([marks, SIXTEEN.map((name) => [name, ['H'], null])]);
  });

  test('all shards are made of the commit before the mark, but those that are made', () => {
    const made = ours('S', { madeFrom: ['H'] });
    const missing = SIXTEEN.filter((name) => !['x-03', 'x-04'].includes(name)).map((name) => [name, ['H'], null]);
    expect(told(plan(seen('x', MARKED), next({ '03': made, '04': made })))).toEqual([[], missing]);
    expect(told(plan(seen('x', MARKED), seen('x-{shard}', made)))).toEqual([[], []]);
  });

  test('of one that was marked by hand its own head has the records', () => {
    const made = plan(seen('x', ours('M', { moved: ['x-{shard}'] })), next({}));
    expect(told(made)[1]).toContainEqual(['x-00', ['M'], null]);
  });

  test('the marker of a shard has the greatest floor there is', () => {
    const old = seen('x', ours('M', { moved: ['x-{shard}', 'H'], tokenFloor: 4 }));
    const shell = ours('S', { moved: ['x', 'S0'], tokenFloor: 6 });
    const made = plan(old, next({ '01': shell }));
    expect(
      made.kind === 'plan' && made.makes.map(({ marker, over }) => [marker.shard, marker.tokenFloor, over]),
    ).toEqual(stateBranchesOf('x-{shard}').map(({ shard }) => [shard, 6, shard === '01' ? 'S' : null]));
  });
});

describe('from sixteen', () => {
  test('shards that are not there are marked as well, or a claim would make them', () => {
    const made = plan(seen('x-{shard}', { '03': ours('H') }), seen('y', ABSENT));
    const marks = SIXTEEN.map((name) => (name === 'x-03' ? [name, 'H', 'H'] : [name, null, null]));
    expect(told(made)).toEqual([marks, [['y', ['H'], null]]]);
    expect(made.kind === 'plan' && made.marks[0]?.marker).toEqual({
      ...{ repoId: 7, stateBranch: 'x-{shard}', shard: '00', tokenFloor: 0, moved: { to: 'y', from: null } },
    });
  });

  test('to sixteen others, each is made of its own', () => {
    const old = stateBranchesOf('x-{shard}').map((branch) => {
      return { branch, found: ours('M', { moved: ['y{shard}', `H${branch.shard ?? ''}`] }) };
    });
    const made = old.map(({ branch: { shard } }) => [`y${shard ?? ''}`, [`H${shard ?? ''}`], null]);
    expect(told(plan(old, seen('y{shard}', {})))).toEqual([[], made]);
  });
});

describe('back to where they were', () => {
  test.each<[string, Parts]>([
    ['after they have moved from there', { moved: ['y', 'H0'] }],
    ['where there were none', { moved: ['y'], hasRecords: false }],
  ])('%s', (_, parts) => {
    const shell = ours('S', parts);
    expect(told(plan(seen('y', ours('H')), seen('x', shell)))).toEqual([[['y', 'H', 'H']], [['x', ['H'], 'S']]]);
    const marked = ours('M', { moved: ['x', 'H'] });
    expect(told(plan(seen('y', marked), seen('x', shell)))).toEqual([[], [['x', ['H'], 'S']]]);
  });
});

describe('refused', () => {
  const MARKED = ours('M', { moved: ['y', 'H'] });
  test.each<[string, readonly Seen[], readonly Seen[], string]>([
    ['an old branch that is not ours', seen('x', FOREIGN), seen('y', ABSENT), 'not ours'],
    ['a new one that is not', seen('x', ours('H')), seen('y', FOREIGN), 'not ours'],
    ['the default branch', seen('x', ours('H')), seen('main', FOREIGN), 'is the default branch'],
    ['no old branch', seen('x-{shard}', {}), seen('y', ABSENT), 'has no records under the "state-branch" "x-{shard}"'],
    [
      'a move back of what is not all there',
      seen('y-{shard}', {}),
      seen('x', ours('M', { moved: ['y-{shard}', 'H'] })),
      'The move from "x" to "y-{shard}" is not finished: the branch "y-00"',
    ],
    ['records that are elsewhere', seen('x', ours('M', { moved: ['z', 'H'] })), seen('y', ABSENT), 'have moved to "z"'],
    [
      'records that have moved on',
      seen('x', MARKED),
      seen('y', ours('N', { moved: ['z', 'I'], madeFrom: ['H'] })),
      'were moved to "y", and from there to "z"',
    ],
    ['a branch that is in use', seen('x', ours('H')), seen('y', ours('S')), '"y" is there already'],
    [
      'one that was made of others',
      seen('x', MARKED),
      seen('y', ours('S', { madeFrom: ['I'] })),
      '"y" is there already',
    ],
    ['one that was begun anew', seen('x', MARKED), seen('y', ours('S')), '"y" is there already'],
    [
      'a shell by hand that has records',
      seen('x', MARKED),
      seen('y', ours('S', { moved: ['z'] })),
      '"y" is there already',
    ],
    [
      'what only a reading from the past shows',
      seen('x', ours('H')),
      seen('y', ours('S', { madeFrom: ['H'] })),
      'there already',
    ],
  ])('%s', (_, old, next, said) => {
    expect(told(plan(old, next))).toEqual([expect.any(String), expect.stringContaining(said)]);
  });

  test.each([
    ['nothing was written', ours('H')],
    ['"x" stays marked as moved', MARKED],
  ])('%s', (said, old) => {
    const made = plan(seen('x', old), seen('y', ours('S')));
    expect(made.kind === 'refused' && made.failure.advice).toContain(said);
  });
});

describe('where the records are, if nobody says so', () => {
  const live = ours('H');
  test.each<[string, readonly Seen[], string]>([
    ['the only one', [...seen('a', ABSENT), ...seen('b-{shard}', { '04': live, '05': live })], 'b-{shard}'],
    ['what is on its way there', [...seen('a', ours('M', { moved: ['to', 'H'] })), ...seen('b', FOREIGN)], 'a'],
    ['not what has moved elsewhere', [...seen('a', ours('M', { moved: ['z', 'H'] })), ...seen('b', live)], 'b'],
  ])('%s', (_, all, from) => {
    expect(chooseFormer('to', all)).toEqual({ kind: 'chosen', from });
  });

  test.each<[string, readonly Seen[], string]>([
    ['none', [...seen('a', ABSENT), ...seen('b', FOREIGN)], 'names that are likely ("a", "b")'],
    ['two', [...seen('a', live), ...seen('b', live)], 'There are records under "a" and "b"'],
    ['all gone', seen('a', ours('M', { moved: ['z', 'H'] })), 'have moved to "z"'],
  ])('%s', (_, all, problem) => {
    expect(chooseFormer('to', all)).toMatchObject({
      kind: 'refused',
      failure: { code: 'invalid_input', problem: expect.stringContaining(problem) as unknown },
    });
  });
});
