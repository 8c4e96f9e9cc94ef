import { describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest, Facts } from '../../src/core/request.js';
import { active, decideOn, free, NOW, OTHER, owned, request, runOf, signalled, wordOf, written } from './samples.js';

interface Row {
  readonly name: string;
  readonly record: OwnershipRecord | null;
  readonly ask?: Partial<CoordinationRequest>;
  readonly known?: Partial<Facts>;
  readonly word: string;
}

const evict = { run: OTHER, evict: true } as const;

describe('release', () => {
  test.each<Row>([
    { name: 'no record', record: null, word: 'ok release_noop' },
    { name: 'no active run', record: free(), word: 'ok release_noop' },
    { name: 'no active run, with a token', record: free(), ask: { fencingToken: 4 }, word: 'ok release_noop' },
    { name: 'no active run, evicting', record: free(), ask: evict, word: 'ok release_noop' },
    { name: 'mine', record: owned(), word: 'write ok released' },
    { name: 'mine and closed', record: owned(), known: { pullRequestOpen: false }, word: 'write ok released' },
    { name: 'mine, signalled', record: signalled(), word: 'write ok released' },
    { name: 'mine, the right token', record: owned(), ask: { fencingToken: 4 }, word: 'write ok released' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, a later attempt', record: owned(), ask: { run: runOf('1001', 2) }, word: 'write ok released' },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    { name: 'mine, evicting needs no permission', record: owned(), ask: { evict: true }, word: 'write ok released' },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another and closed, without evict',
      record: owned(),
      ask: { run: OTHER },
      known: { pullRequestOpen: false, takeoverPermission: 'granted' },
      word: 'conflict ownership_lost',
    },
    { name: 'evict: the permission is asked', record: owned(), ask: evict, word: 'ask takeover_permission' },
    {
      name: 'evict: granted',
      record: owned(),
      ask: evict,
      known: { takeoverPermission: 'granted' },
      word: 'write ok released',
    },
    {
      name: 'evict: denied',
      record: owned(),
      ask: evict,
      known: { takeoverPermission: 'denied' },
      word: 'conflict takeover_forbidden',
    },
    {
      name: 'evict: a closed pull request needs no permission',
      record: owned(),
      ask: evict,
      known: { takeoverPermission: 'denied', pullRequestOpen: false },
      word: 'write ok released',
    },
    {
      name: 'evict: another tenure than the one that is meant',
      record: owned(),
      ask: { ...evict, fencingToken: 3 },
      known: { takeoverPermission: 'granted' },
      word: 'conflict ownership_lost',
    },
    {
      name: 'evict: an earlier attempt may evict a later one like anybody else',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      ask: { evict: true },
      known: { takeoverPermission: 'granted' },
      word: 'write ok released',
    },
  ])('$name: $word', ({ record, ask, known, word }) => {
    expect(wordOf(decideOn(record, request('release', ask), known))).toBe(word);
  });

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
      previousRunId: null,
      at: NOW,
      reason: 'done',
      fencingToken: 4,
      id: 'request-1',
      outcome: 'success',
    });
  });

  test('an eviction records the old owner, the reason and who did it', () => {
    const asked = request('release', { ...evict, reason: 'left behind' });
    const { next, event } = written(decideOn(owned(), asked, { takeoverPermission: 'granted' }));
    expect(next.activeRun).toBeNull();
    expect(next.fencingToken).toBe(4);
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: null });
    expect(event).toEqual({
      type: 'evict',
      runId: '2002',
      previousRunId: '1001',
      at: NOW,
      reason: 'left behind',
      fencingToken: 4,
      id: 'request-1',
      actor: 'octocat',
    });
  });

  test('releasing twice is no error', () => {
    const { next } = written(decideOn(owned(), request('release')));
    expect(wordOf(decideOn(next, request('release')))).toBe('ok release_noop');
  });
});
