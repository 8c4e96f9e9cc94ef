import { describe, expect, test } from '@jest/globals';
import type { Holder } from '../../src/core/record.js';
import { inRepository, isSameWorkflowRun, relationOf, type Relation } from '../../src/core/run.js';
import { active, HOLDER, TARGET } from './samples.js';

const other: Holder = { ...HOLDER, workflowRunId: 1012 };
const elsewhere: Holder = { ...HOLDER, repo: 'acme/.github', repoId: 8 };
const withoutRepository: Holder = { ...HOLDER, repoId: null };
const withoutRun: Holder = { ...HOLDER, workflowRunId: null };

describe('attempts are compared within one workflow run only', () => {
  test.each<[string, { attempt: number; holder: Holder | null }, { attempt: number; holder: Holder | null }, Relation]>(
    [
      ['the same', { attempt: 2, holder: HOLDER }, { attempt: 2, holder: HOLDER }, 'mine'],
      ['another job of it', { attempt: 2, holder: HOLDER }, { attempt: 2, holder: { ...HOLDER, job: 'b' } }, 'mine'],
      ['later', { attempt: 1, holder: HOLDER }, { attempt: 2, holder: HOLDER }, 'mine_later_attempt'],
      ['earlier', { attempt: 3, holder: HOLDER }, { attempt: 2, holder: HOLDER }, 'mine_earlier_attempt'],
      // Case O5: the run id is the user's own and spans workflow runs.
      ['later, of another workflow run', { attempt: 1, holder: HOLDER }, { attempt: 3, holder: other }, 'mine'],
      ['earlier, of another workflow run', { attempt: 3, holder: HOLDER }, { attempt: 1, holder: other }, 'mine'],
      [
        'earlier, of a run of that number elsewhere',
        { attempt: 3, holder: HOLDER },
        { attempt: 1, holder: elsewhere },
        'mine',
      ],
      // What is unknown is compared with nothing.
      [
        'earlier, no owner’s workflow run known',
        { attempt: 3, holder: withoutRun },
        { attempt: 1, holder: HOLDER },
        'mine',
      ],
      [
        'earlier, neither workflow run known',
        { attempt: 3, holder: withoutRun },
        { attempt: 1, holder: withoutRun },
        'mine',
      ],
      [
        'earlier, the owner’s repository unknown',
        { attempt: 3, holder: withoutRepository },
        { attempt: 1, holder: HOLDER },
        'mine',
      ],
      [
        'earlier, neither repository known',
        { attempt: 3, holder: withoutRepository },
        { attempt: 1, holder: withoutRepository },
        'mine',
      ],
      ['earlier, outside of Actions', { attempt: 3, holder: null }, { attempt: 1, holder: null }, 'mine'],
      ['earlier, mine outside of Actions', { attempt: 3, holder: HOLDER }, { attempt: 1, holder: null }, 'mine'],
    ],
  )('%s', (_name, owner, asking, relation) => {
    expect(relationOf(active({ ...owner, runId: 'task-42' }), { ...asking, runId: 'task-42' })).toBe(relation);
    expect(relationOf(active({ ...owner, runId: 'task-42' }), { ...asking, runId: 'task-43' })).toBe('another');
  });

  test('the actor is no identity: bots share one', () => {
    expect(relationOf(active(), { runId: '1002', attempt: 1, holder: HOLDER })).toBe('another');
    const renamed = { ...HOLDER, actor: 'somebody-else' };
    expect(relationOf(active(), { runId: '1001', attempt: 1, holder: renamed })).toBe('mine');
  });
});

test.each<[string, Holder | null, Holder | null, boolean]>([
  ['one', HOLDER, { ...HOLDER, job: 'b', actor: null, url: null }, true],
  ['one, renamed', HOLDER, { ...HOLDER, repo: 'acme/gizmos' }, true],
  ['two', HOLDER, other, false],
  ['two of one number', HOLDER, elsewhere, false],
  ['one and none', HOLDER, null, false],
  ['none and one', null, HOLDER, false],
  ['none', null, null, false],
  ['of no repository', withoutRepository, withoutRepository, false],
  ['without a number', withoutRun, withoutRun, false],
])('the same workflow run: %s', (_name, one, two, same) => {
  expect(isSameWorkflowRun(one, two)).toBe(same);
});

describe('the id of a run’s repository', () => {
  test.each<[string, Holder | null, number | null | undefined]>([
    ['is filled in where the name is the target’s', withoutRepository, 7],
    ['whatever letters it is in', { ...withoutRepository, repo: 'ACME/Widgets' }, 7],
    ['but not where the name is another', { ...withoutRepository, repo: 'acme/.github' }, null],
    ['nor where it is unknown', { ...withoutRepository, repo: null }, null],
    ['and not where it is known', elsewhere, 8],
    ['nor outside of Actions', null, undefined],
  ])('%s', (_name, holder, repoId) => {
    expect(inRepository({ runId: '1001', attempt: 1, holder }, TARGET).holder?.repoId).toBe(repoId);
  });
});
