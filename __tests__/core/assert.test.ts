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

/** A signal for an earlier tenure of the same run, and for the same token under another run. */
const signalledElsewhere = owned({
  exitSignals: [
    { runId: '1001', at: NOW, reason: null, fencingToken: 3 },
    { runId: '1001', at: NOW, reason: null, fencingToken: null },
    { runId: '990', at: NOW, reason: null, fencingToken: 4 },
  ],
});
const closed = { pullRequestOpen: false };
const existing = { requireExisting: true };

describe('assert', () => {
  decides('assert', [
    { name: 'mine', record: owned(), word: 'ok owner_confirmed' },
    { name: 'mine, the right token', record: owned(), ask: { fencingToken: 4 }, word: 'ok owner_confirmed' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, a token never given', record: owned(), ask: { fencingToken: 5 }, word: 'conflict ownership_lost' },
    {
      name: 'mine, an old token, and signalled',
      record: signalled(),
      ask: { fencingToken: 3 },
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is later',
      record: owned(),
      ask: { run: runOf('1001', 2) },
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is later, with its token',
      record: owned(),
      ask: { run: runOf('1001', 2), fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, of another workflow run whose attempt is another',
      record: owned({ activeRun: active({ runId: 'task-42', attempt: 3 }) }),
      ask: { run: { runId: 'task-42', attempt: 1, holder: { ...HOLDER, workflowRunId: 1012 } } },
      word: 'ok owner_confirmed',
    },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, with its token',
      record: owned(),
      ask: { run: OTHER, fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    { name: 'another, signalled', record: signalled(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    { name: 'no record, with a token', record: null, ask: { fencingToken: 4 }, word: 'conflict ownership_lost' },
    {
      name: 'no active run, with its token',
      record: free(),
      ask: { fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    {
      name: 'no active run, with a token, required',
      record: free(),
      ask: { ...existing, fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    { name: 'mine, an earlier tenure signalled', record: signalledElsewhere, word: 'ok owner_confirmed' },
    { name: 'no record, required', record: null, ask: existing, word: 'conflict ownership_missing' },
    { name: 'no active run, required', record: free(), ask: existing, word: 'conflict ownership_missing' },
    {
      name: 'no active run, required, closed',
      record: free(),
      ask: { ...existing, requireOpen: true },
      known: closed,
      word: 'conflict ownership_missing',
    },
    { name: 'no record', record: null, word: 'ok no_owner_record' },
    { name: 'no active run', record: free(), word: 'ok no_owner_record' },
    { name: 'no active run and closed', record: free(), known: closed, word: 'ok no_owner_record' },
    {
      name: 'no active run and closed, asked for',
      record: free(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict pr_closed',
    },
    { name: 'mine and closed', record: owned(), known: closed, word: 'ok owner_confirmed' },
    {
      name: 'mine and closed, which is fine',
      record: owned(),
      ask: { requireOpen: false },
      known: closed,
      word: 'ok owner_confirmed',
    },
    {
      name: 'mine and closed, asked for',
      record: owned(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict pr_closed',
    },
    { name: 'mine and open, asked for', record: owned(), ask: { requireOpen: true }, word: 'ok owner_confirmed' },
    {
      name: 'mine, signalled and closed, asked for',
      record: signalled(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict exit_signal_recorded',
    },
    {
      name: 'another’s and closed, asked for',
      record: owned(),
      ask: { run: OTHER, requireOpen: true },
      known: closed,
      word: 'conflict ownership_lost',
    },
    { name: 'strict and mine', record: owned(), ask: { strict: true }, word: 'write ok owner_confirmed' },
    {
      name: 'strict, mine and closed, asked for',
      record: owned(),
      ask: { strict: true, requireOpen: true },
      known: closed,
      word: 'conflict pr_closed',
    },
    {
      name: 'strict and another’s',
      record: owned(),
      ask: { strict: true, run: OTHER },
      word: 'conflict ownership_lost',
    },
    { name: 'strict and signalled', record: signalled(), ask: { strict: true }, word: 'conflict exit_signal_recorded' },
    { name: 'strict and nobody’s', record: free(), ask: { strict: true }, word: 'ok no_owner_record' },
    {
      name: 'a plain claim might supersede, an assert never does',
      record: signalled(),
      ask: { run: OTHER },
      known: { ownerLiveness: 'dead' },
      word: 'conflict ownership_lost',
    },
  ]);

  test('a strict assert leaves everything but the history as it is', () => {
    const { next, event } = written(decideOn(owned(), request('assert', { strict: true })));
    expect(next).toEqual({ ...owned(), history: [...owned().history, event] });
    expect(event).toMatchObject({ type: 'confirm', runId: '1001', fencingToken: 4, id: 'write-1' });
  });

  // Case O6: after an eviction nothing may look like ownership.
  test('an evicted run is told so', () => {
    const granted = { takeoverPermission: 'granted' } as const;
    const evicted = written(
      decideOn(owned(), request('release', { run: OTHER, evict: true, fencingToken: 4 }), granted),
    ).next;
    const word = (ask: { fencingToken?: number; requireExisting: boolean }): string =>
      wordOf(decideOn(evicted, request('assert', ask)));
    expect(word({ fencingToken: 4, requireExisting: true })).toBe('conflict ownership_lost');
    expect(word({ fencingToken: 4, requireExisting: false })).toBe('conflict ownership_lost');
    expect(word({ requireExisting: true })).toBe('conflict ownership_missing');
    expect(wordOf(decideOn(evicted, request('ensure', { fencingToken: 4 })))).toBe('conflict ownership_lost');
  });
});
