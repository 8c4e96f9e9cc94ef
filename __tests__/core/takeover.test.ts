import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/core/request.js';
import {
  active,
  CLAIMED,
  decideOn,
  free,
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

const granted: Partial<Facts> = { takeoverPermission: 'granted' };
const closed = { ...granted, pullRequestOpen: false };
const other = { run: OTHER };

describe('takeover', () => {
  decides('takeover', [
    { name: 'no record', record: null, word: 'write ok claimed_new' },
    { name: 'no active run', record: free(), word: 'write ok claimed_new' },
    { name: 'no active run and closed', record: free(), known: closed, word: 'conflict pr_closed' },
    {
      name: 'no active run and closed, which is fine',
      record: free(),
      ask: { requireOpen: false },
      known: closed,
      word: 'write ok claimed_new',
    },
    { name: 'mine', record: owned(), word: 'write ok refreshed' },
    { name: 'mine and closed: a renewal does not ask', record: owned(), known: closed, word: 'write ok refreshed' },
    { name: 'mine, my attempt is later', record: owned(), ask: { run: runOf('1001', 2) }, word: 'write ok refreshed' },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is earlier, the later one signalled',
      record: signalled({ activeRun: active({ attempt: 2 }) }),
      known: granted,
      word: 'conflict ownership_lost',
    },
    { name: 'mine, signalled', record: signalled(), word: 'write ok refreshed' },
    { name: 'mine, signalled and closed', record: signalled(), known: closed, word: 'conflict pr_closed' },
    {
      name: 'mine, signalled and closed, which is fine',
      record: signalled(),
      ask: { requireOpen: false },
      known: closed,
      word: 'write ok refreshed',
    },
    { name: 'another, permission not asked yet', record: owned(), ask: other, word: 'ask takeover_permission' },
    { name: 'another, permission granted', record: owned(), ask: other, known: granted, word: 'write ok taken_over' },
    {
      name: 'another, permission denied',
      record: owned(),
      ask: other,
      known: { takeoverPermission: 'denied' },
      word: 'conflict takeover_forbidden',
    },
    {
      name: 'another, signalled: the permission counts all the same',
      record: signalled(),
      ask: other,
      word: 'ask takeover_permission',
    },
    { name: 'another and closed', record: owned(), ask: other, known: closed, word: 'conflict pr_closed' },
    {
      name: 'another and closed, which is fine',
      record: owned(),
      ask: { ...other, requireOpen: false },
      known: closed,
      word: 'write ok taken_over',
    },
  ]);

  test('records who was replaced, by whom and why', () => {
    const { next, event } = written(decideOn(owned(), request('takeover', { run: OTHER, reason: ' hangs ' }), granted));
    expect(next.activeRun).toMatchObject({
      runId: '2002',
      fencingToken: 5,
      claimedAt: NOW,
      updatedAt: NOW,
      id: 'write-1',
    });
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: '2002' });
    expect(event).toEqual({
      type: 'takeover',
      runId: '2002',
      attempt: 1,
      previousRunId: '1001',
      at: NOW,
      reason: 'hangs',
      fencingToken: 5,
      id: 'write-1',
      actor: 'octocat',
      workflow: 'agent',
      workflowRunId: 2002,
    });
    expect(next.history).toEqual([...owned().history, event]);
  });

  test('names no actor where none is known', () => {
    const run = { runId: 'agent-7', attempt: 1, holder: null };
    expect(written(decideOn(owned(), request('takeover', { run }), granted)).event.actor).toBeNull();
  });

  test('the takeover of a signalled own tenure begins a new one, and the previous run stays', () => {
    const { next } = written(decideOn(signalled(), request('takeover')));
    expect(next.activeRun).toMatchObject({ runId: '1001', attempt: 1, fencingToken: 5, claimedAt: NOW });
    expect(next.previousRun).toEqual(owned().previousRun);
    expect(wordOf(decideOn(next, request('assert')))).toBe('ok owner_confirmed');
    expect(wordOf(decideOn(next, request('assert', { fencingToken: 4 })))).toBe('conflict ownership_lost');
  });

  test('an own takeover without a signal stays in its tenure', () => {
    const { next } = written(decideOn(owned(), request('takeover')));
    expect(next.activeRun).toEqual(active({ claimedAt: CLAIMED, updatedAt: NOW, renewedBy: 'write-1' }));
  });
});
