import { describe, expect, test } from '@jest/globals';
import {
  active,
  decideOn,
  free,
  HOLDER,
  NOW,
  OTHER,
  owned,
  request,
  runOf,
  signalled,
  wordOf,
  written,
} from './samples.js';
import { decides } from './table.js';

const evict = { run: OTHER, evict: true } as const;
const seen = { ...evict, fencingToken: 4 };
const granted = { takeoverPermission: 'granted' } as const;
const denied = { takeoverPermission: 'denied' } as const;
const byLater = owned({ activeRun: active({ attempt: 2 }) });

describe('release', () => {
  decides('release', [
    { name: 'no record', record: null, word: 'ok release_noop' },
    { name: 'no active run', record: free(), word: 'ok release_noop' },
    { name: 'no active run, with a token', record: free(), ask: { fencingToken: 4 }, word: 'ok release_noop' },
    // Case T9: somebody claims between the look and the eviction, or nobody does.
    { name: 'no active run, evicting', record: free(), ask: evict, word: 'ok release_noop' },
    {
      name: 'no active run, evicting a run',
      record: free(),
      ask: { ...evict, targetRunId: '1001' },
      word: 'ok release_noop',
    },
    { name: 'mine', record: owned(), word: 'write ok released' },
    { name: 'mine and closed', record: owned(), known: { pullRequestOpen: false }, word: 'write ok released' },
    { name: 'mine, signalled', record: signalled(), word: 'write ok released' },
    { name: 'mine, the right token', record: owned(), ask: { fencingToken: 4 }, word: 'write ok released' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, the right run', record: owned(), ask: { targetRunId: '1001' }, word: 'write ok released' },
    { name: 'mine, another run meant', record: owned(), ask: { targetRunId: '2002' }, word: 'conflict ownership_lost' },
    { name: 'mine, my attempt is later', record: owned(), ask: { run: runOf('1001', 2) }, word: 'write ok released' },
    { name: 'mine, my attempt is earlier', record: byLater, word: 'conflict ownership_lost' },
    {
      name: 'mine, of another workflow run',
      record: owned({ activeRun: active({ runId: 'task-42', attempt: 3 }) }),
      ask: { run: { runId: 'task-42', attempt: 1, holder: { ...HOLDER, workflowRunId: 1012 } } },
      word: 'write ok released',
    },
    { name: 'mine, evicting needs no permission', record: owned(), ask: { evict: true }, word: 'write ok released' },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, named, without evict',
      record: owned(),
      ask: { run: OTHER, targetRunId: '1001', fencingToken: 4 },
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'another and closed, without evict',
      record: owned(),
      ask: { run: OTHER },
      known: { ...granted, pullRequestOpen: false },
      word: 'conflict ownership_lost',
    },
    {
      name: 'evict: nobody said whom',
      record: owned(),
      ask: evict,
      known: granted,
      word: 'conflict takeover_forbidden',
    },
    {
      name: 'evict: nobody said whom, closed',
      record: owned(),
      ask: evict,
      known: { pullRequestOpen: false },
      word: 'conflict takeover_forbidden',
    },
    { name: 'evict: the permission is asked', record: owned(), ask: seen, word: 'ask takeover_permission' },
    { name: 'evict by the token: granted', record: owned(), ask: seen, known: granted, word: 'write ok released' },
    {
      name: 'evict by the run id: granted',
      record: owned(),
      ask: { ...evict, targetRunId: '1001' },
      known: granted,
      word: 'write ok released',
    },
    { name: 'evict: denied', record: owned(), ask: seen, known: denied, word: 'conflict takeover_forbidden' },
    {
      name: 'evict: a closed pull request needs no permission',
      record: owned(),
      ask: seen,
      known: { ...denied, pullRequestOpen: false },
      word: 'write ok released',
    },
    {
      name: 'evict: another tenure than the one that was seen',
      record: owned(),
      ask: { ...evict, fencingToken: 3 },
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'evict: another run than the one that was seen',
      record: owned(),
      ask: { ...evict, targetRunId: '990' },
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'evict: the right run in another tenure',
      record: owned(),
      ask: { ...evict, targetRunId: '1001', fencingToken: 3 },
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'evict: an earlier attempt may evict a later one like anybody else',
      record: byLater,
      ask: { evict: true, fencingToken: 4 },
      word: 'ask takeover_permission',
    },
  ]);

  test('a release leaves the record and its token', () => {
    const { next, event } = written(decideOn(owned(), request('release', { reason: 'done', jobOutcome: 'success' })));
    expect(next).toEqual({
      ...owned(),
      activeRun: null,
      previousRun: { runId: '1001', replacedAt: NOW, replacedByRunId: null },
      history: [...owned().history, event],
    });
    expect(event).toEqual({
      type: 'release',
      runId: '1001',
      attempt: 1,
      previousRunId: null,
      at: NOW,
      reason: 'done',
      fencingToken: 4,
      id: 'write-1',
      actor: 'octocat',
      workflow: 'agent',
      workflowRunId: 1001,
      outcome: 'success',
    });
  });

  // Case O11: the history says who did it.
  test('an eviction records the old owner, the reason and who did it', () => {
    const { next, event } = written(decideOn(owned(), request('release', { ...seen, reason: 'left behind' }), granted));
    expect(next.activeRun).toBeNull();
    expect(next.fencingToken).toBe(4);
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: null });
    expect(event).toMatchObject({
      type: 'evict',
      runId: '2002',
      previousRunId: '1001',
      reason: 'left behind',
      fencingToken: 4,
      actor: 'octocat',
      workflowRunId: 2002,
    });
  });

  test('releasing twice is no error', () => {
    const { next } = written(decideOn(owned(), request('release')));
    expect(wordOf(decideOn(next, request('release')))).toBe('ok release_noop');
  });
});

// Case O9, and section 3: what another step has renewed belongs to that step.
describe('the post step', () => {
  const renewed = (renewedBy: string | null): ReturnType<typeof owned> => owned({ activeRun: active({ renewedBy }) });

  decides('release', [
    { name: 'the tenure it began', record: owned(), ask: { begunBy: 'id-4' }, word: 'write ok released' },
    {
      name: 'a tenure that another write began',
      record: owned(),
      ask: { begunBy: 'id-3' },
      word: 'conflict ownership_lost',
    },
    {
      name: 'its tenure, renewed by another step',
      record: renewed('id-5'),
      ask: { begunBy: 'id-4', writes: ['id-4'] },
      word: 'ok release_noop',
    },
    {
      name: 'its tenure, renewed by another write of its own step',
      record: renewed('id-5'),
      ask: { begunBy: 'id-4', writes: ['id-4', 'id-5'] },
      word: 'write ok released',
    },
    { name: 'a release by the user, renewed by another step', record: renewed('id-5'), word: 'write ok released' },
    {
      name: 'an owner from before writes had ids',
      record: owned({ activeRun: active({ id: null }) }),
      ask: { begunBy: 'id-4' },
      word: 'conflict ownership_lost',
    },
  ]);
});
