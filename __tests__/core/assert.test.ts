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

/** A signal for an earlier tenure of the same run, and for the same token under another run. */
const signalledElsewhere = owned({
  exitSignals: [
    { runId: '1001', at: NOW, reason: null, fencingToken: 3 },
    { runId: '1001', at: NOW, reason: null, fencingToken: null },
    { runId: '990', at: NOW, reason: null, fencingToken: 4 },
  ],
});

describe('assert', () => {
  test.each<Row>([
    { name: 'mine', record: owned(), word: 'ok owner_confirmed' },
    { name: 'mine, the right token', record: owned(), ask: { fencingToken: 4 }, word: 'ok owner_confirmed' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, a token never given', record: owned(), ask: { fencingToken: 5 }, word: 'conflict ownership_lost' },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    { name: 'mine, an earlier tenure signalled', record: signalledElsewhere, word: 'ok owner_confirmed' },
    {
      name: 'mine, a later attempt goes on',
      record: owned(),
      ask: { run: runOf('1001', 2) },
      word: 'ok owner_confirmed',
    },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, with its token',
      record: owned(),
      ask: { run: OTHER, fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    { name: 'another, signalled', record: signalled(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    { name: 'no record', record: null, word: 'ok no_owner_record' },
    { name: 'no active run', record: free(), word: 'ok no_owner_record' },
    { name: 'no record, required', record: null, ask: { requireExisting: true }, word: 'conflict ownership_missing' },
    {
      name: 'no active run, required',
      record: free(),
      ask: { requireExisting: true },
      word: 'conflict ownership_missing',
    },
    { name: 'closed and mine', record: owned(), known: { pullRequestOpen: false }, word: 'ok owner_confirmed' },
    { name: 'strict and mine', record: owned(), ask: { strict: true }, word: 'write ok owner_confirmed' },
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
      ask: { run: OTHER, supersede: 'stale', staleAfterMs: 0 },
      known: { ownerLiveness: 'dead' },
      word: 'conflict ownership_lost',
    },
  ])('$name: $word', ({ record, ask, known, word }) => {
    expect(wordOf(decideOn(record, request('assert', ask), known))).toBe(word);
  });

  test('a strict assert leaves everything but the history as it is', () => {
    const { next, event } = written(decideOn(owned(), request('assert', { strict: true })));
    expect(next).toEqual({ ...owned(), history: [...owned().history, event] });
    expect(event).toMatchObject({ type: 'confirm', runId: '1001', fencingToken: 4, id: 'request-1' });
  });
});

describe('ensure', () => {
  test.each<Row>([
    { name: 'no record', record: null, word: 'write ok claimed_new' },
    { name: 'no active run', record: free(), word: 'write ok claimed_new' },
    { name: 'no record, required', record: null, ask: { requireExisting: true }, word: 'write ok claimed_new' },
    { name: 'free and closed', record: free(), known: { pullRequestOpen: false }, word: 'conflict pr_closed' },
    { name: 'mine', record: owned(), word: 'ok owner_confirmed' },
    { name: 'mine and closed', record: owned(), known: { pullRequestOpen: false }, word: 'ok owner_confirmed' },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    {
      name: 'mine, a later attempt goes on',
      record: owned(),
      ask: { run: runOf('1001', 2) },
      word: 'ok owner_confirmed',
    },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, a token is not an input of ensure',
      record: owned(),
      ask: { fencingToken: 3 },
      word: 'ok owner_confirmed',
    },
    { name: 'mine, strict', record: owned(), ask: { strict: true }, word: 'write ok owner_confirmed' },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, perhaps dead',
      record: owned(),
      ask: { run: OTHER, supersede: 'dead' },
      word: 'ask owner_liveness',
    },
    {
      name: 'another, dead',
      record: owned(),
      ask: { run: OTHER, supersede: 'dead' },
      known: { ownerLiveness: 'dead' },
      word: 'write ok taken_over',
    },
    {
      name: 'another, alive',
      record: owned(),
      ask: { run: OTHER, supersede: 'dead' },
      known: { ownerLiveness: 'alive' },
      word: 'conflict ownership_lost',
    },
    {
      name: 'another, signalled',
      record: signalled(),
      ask: { run: OTHER, supersede: 'dead' },
      word: 'write ok taken_over',
    },
    {
      name: 'another, dead, but closed: nothing can be claimed any more',
      record: signalled(),
      ask: { run: OTHER, supersede: 'dead' },
      known: { pullRequestOpen: false, ownerLiveness: 'dead' },
      word: 'conflict ownership_lost',
    },
  ])('$name: $word', ({ record, ask, known, word }) => {
    expect(wordOf(decideOn(record, request('ensure', ask), known))).toBe(word);
  });
});
