import { describe, expect, test } from '@jest/globals';
import { speaksForAttempt } from '../../src/core/earlier-attempt.js';
import type { HistoryEvent } from '../../src/core/record.js';
import { active, decideOn, free, HOLDER, NOW, OTHER, owned, request, runOf, wordOf, written } from './samples.js';

/** Who did something, written shortly: `R1/2` is attempt 2 of workflow run 1001; X is another run. */
const ACTORS = {
  'R/1': { runId: '1001', attempt: 1, workflowRunId: 1001 },
  'R/2': { runId: '1001', attempt: 2, workflowRunId: 1001 },
  'R/3': { runId: '1001', attempt: 3, workflowRunId: 1001 },
  X: { runId: '2002', attempt: 1, workflowRunId: 2002 },
  'same id elsewhere': { runId: '1001', attempt: 1, workflowRunId: 5005 },
  'no workflow run': { runId: '1001', attempt: 1, workflowRunId: null },
  'no attempt': { runId: '1001', attempt: null, workflowRunId: 1001 },
} as const;
type Step = readonly [type: string, by: keyof typeof ACTORS, token: number];

const history = (steps: readonly Step[]): HistoryEvent[] =>
  steps.map(([type, by, fencingToken], index) => ({
    type,
    ...ACTORS[by],
    previousRunId: null,
    at: NOW,
    reason: null,
    fencingToken,
    id: `id-${String(index)}`,
    actor: null,
    workflow: null,
  }));

const ME = runOf('1001', 2);
const began: Step = ['claim', 'R/1', 4];

describe('a token of an earlier attempt of the workflow run, here 4 of R/1, in the hands of R/2', () => {
  test.each<[string, readonly Step[], boolean]>([
    ['nothing happened since', [began], true],
    ['it was renewed', [began, ['refresh', 'R/1', 4]], true],
    ['the tenure began by a takeover', [['takeover', 'R/1', 4]], true],
    ['the tenure was handed over', [['handover', 'R/1', 4]], true],
    ['the earlier attempt was taken over', [began, ['takeover', 'X', 5]], true],
    ['the earlier attempt was evicted', [began, ['evict', 'X', 4]], true],
    ['the earlier attempt was signalled', [began, ['signal-exit', 'R/1', 4]], true],
    ['the earlier attempt released', [began, ['release', 'R/1', 4]], true],
    ['I have begun a tenure since', [began, ['claim', 'R/2', 5]], true],
    [
      'and confirmed, renewed and published in it',
      [began, ['claim', 'R/2', 5], ['confirm', 'R/2', 5], ['refresh', 'R/2', 5], ['publish', 'R/2', 5]],
      true,
    ],
    ['my tenure was taken over', [began, ['claim', 'R/2', 5], ['takeover', 'X', 6]], false],
    [
      'my tenure was superseded and that run has released',
      [began, ['claim', 'R/2', 5], ['takeover', 'X', 6], ['release', 'X', 6]],
      false,
    ],
    ['my tenure was evicted', [began, ['claim', 'R/2', 5], ['evict', 'X', 5]], false],
    [
      'my tenure was evicted and I claimed again',
      [began, ['claim', 'R/2', 5], ['evict', 'X', 5], ['claim', 'R/2', 6]],
      false,
    ],
    ['my tenure expired', [began, ['claim', 'R/2', 5], ['expired', 'X', 5]], false],
    ['my tenure was signalled', [began, ['claim', 'R/2', 5], ['signal-exit', 'R/2', 5]], false],
    [
      'my tenure was signalled and I took over anew',
      [began, ['claim', 'R/2', 5], ['signal-exit', 'R/2', 5], ['claim', 'R/2', 6]],
      false,
    ],
    ['my tenure was handed over to another', [began, ['claim', 'R/2', 5], ['handover', 'X', 6]], false],
    ['I have released', [began, ['claim', 'R/2', 5], ['release', 'R/2', 5]], true],
    [
      'I have released and claimed again',
      [began, ['claim', 'R/2', 5], ['release', 'R/2', 5], ['claim', 'R/2', 6]],
      true,
    ],
    [
      'I have released, and another has claimed since',
      [began, ['claim', 'R/2', 5], ['release', 'R/2', 5], ['claim', 'X', 6]],
      true,
    ],
    [
      'I have released, claimed again and was taken over',
      [began, ['claim', 'R/2', 5], ['release', 'R/2', 5], ['claim', 'R/2', 6], ['takeover', 'X', 7]],
      false,
    ],
    [
      'a signal to another tenure is none of mine',
      [began, ['takeover', 'X', 5], ['signal-exit', 'X', 5], ['takeover', 'R/2', 6]],
      true,
    ],
    ['a later attempt has begun', [began, ['claim', 'R/2', 5], ['claim', 'R/3', 6]], false],
    ['the token is of my own attempt', [['claim', 'R/2', 4]], false],
    ['the token is of a later attempt', [['claim', 'R/3', 4]], false],
    ['the token is of another run', [['claim', 'X', 4]], false],
    ['the token is of another workflow run with my run id', [['claim', 'same id elsewhere', 4]], false],
    ['the token is of nobody knows which workflow run', [['claim', 'no workflow run', 4]], false],
    ['the token is of nobody knows which attempt', [['claim', 'no attempt', 4]], false],
    ['the history is too short to tell', [['refresh', 'R/1', 4]], false],
    ['the history is empty', [], false],
  ])('%s', (_name, steps, speaks) => {
    expect(speaksForAttempt(4, ME, { ...free(), history: history(steps) })).toBe(speaks);
  });

  test('a run that nobody knows a workflow run of speaks for no attempt', () => {
    const record = { ...free(), history: history([began]) };
    expect(speaksForAttempt(4, { ...ME, holder: null }, record)).toBe(false);
    expect(speaksForAttempt(4, { ...ME, holder: { ...HOLDER, workflowRunId: null } }, record)).toBe(false);
    expect(speaksForAttempt(4, { ...ME, runId: 'task-42' }, record)).toBe(false);
  });
});

// "Re-run failed jobs": attempt 2 runs only the gated job, which was given the token of attempt 1.
describe('what it is good for', () => {
  const given = { run: ME, fencingToken: 4 };
  const first = owned({ activeRun: active({ id: 'id-0' }), history: history([began]) });

  test('ensure begins the tenure of this attempt, and the next job of it goes on there', () => {
    const { next } = written(decideOn(first, request('ensure', given)));
    expect(next.activeRun).toMatchObject({ attempt: 2, fencingToken: 5 });
    expect(wordOf(decideOn(next, request('ensure', given)))).toBe('ok owner_confirmed');
  });

  test('ensure claims what is free, and nothing that another has', () => {
    const released = { ...free(), history: history([began, ['release', 'R/1', 4]]) };
    expect(wordOf(decideOn(released, request('ensure', given)))).toBe('write ok claimed_new');
    const taken = owned({
      fencingToken: 5,
      activeRun: active({ runId: '2002', fencingToken: 5, holder: OTHER.holder }),
      history: history([began, ['takeover', 'X', 5]]),
    });
    expect(wordOf(decideOn(taken, request('ensure', given)))).toBe('conflict ownership_lost');
  });

  test('after this attempt was evicted, ensure with that token grants nothing, and without it does', () => {
    const evicted = { ...free(), fencingToken: 5, history: history([began, ['claim', 'R/2', 5], ['evict', 'X', 5]]) };
    expect(wordOf(decideOn(evicted, request('ensure', given)))).toBe('conflict ownership_lost');
    expect(wordOf(decideOn(evicted, request('ensure', { run: ME })))).toBe('write ok claimed_new');
  });

  test('assert does not take it', () => {
    const { next } = written(decideOn(first, request('ensure', given)));
    expect(wordOf(decideOn(next, request('assert', given)))).toBe('conflict ownership_lost');
  });

  test('release means the tenure of mine that followed it', () => {
    const { next } = written(decideOn(first, request('ensure', given)));
    expect(wordOf(decideOn(next, request('release', given)))).toBe('write ok released');
    expect(wordOf(decideOn(first, request('release', given)))).toBe('write ok released');
  });

  test('release follows it to a tenure of the earlier attempt as well', () => {
    const again = history([began, ['release', 'R/1', 4], ['claim', 'R/1', 5]]);
    const record = owned({ fencingToken: 5, activeRun: active({ fencingToken: 5 }), history: again });
    expect(wordOf(decideOn(record, request('release', given)))).toBe('write ok released');
  });

  test('release does not follow it to another run, be it an eviction or not', () => {
    const taken = owned({
      fencingToken: 5,
      activeRun: active({ runId: '2002', fencingToken: 5, holder: OTHER.holder }),
      history: history([began, ['takeover', 'X', 5]]),
    });
    const granted = { takeoverPermission: 'granted' } as const;
    expect(wordOf(decideOn(taken, request('release', given)))).toBe('conflict ownership_lost');
    expect(wordOf(decideOn(taken, request('release', { ...given, evict: true }), granted))).toBe(
      'conflict ownership_lost',
    );
  });
});
