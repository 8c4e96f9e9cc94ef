import { describe, expect, test } from '@jest/globals';
import type { Holder } from '../../src/core/record.js';
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

const closed = { pullRequestOpen: false };
const later = { run: runOf('1001', 2) };
const dead = { run: OTHER, supersede: 'dead' } as const;

describe('ensure', () => {
  decides('ensure', [
    { name: 'mine', record: owned(), word: 'ok owner_confirmed' },
    { name: 'mine and closed', record: owned(), known: closed, word: 'ok owner_confirmed' },
    {
      name: 'mine and closed, asked for',
      record: owned(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict pr_closed',
    },
    { name: 'mine, its token', record: owned(), ask: { fencingToken: 4 }, word: 'ok owner_confirmed' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    {
      name: 'mine, signalled and closed, asked for',
      record: signalled(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict exit_signal_recorded',
    },
    { name: 'mine, my attempt is later', record: owned(), ask: later, word: 'write ok refreshed' },
    {
      name: 'mine, my attempt is later, with the token of the earlier one',
      record: owned(),
      ask: { ...later, fencingToken: 4 },
      word: 'write ok refreshed',
    },
    {
      name: 'mine, my attempt is later, the earlier one signalled',
      record: signalled(),
      ask: later,
      word: 'write ok refreshed',
    },
    {
      name: 'mine, my attempt is later, closed',
      record: owned(),
      ask: later,
      known: closed,
      word: 'conflict pr_closed',
    },
    {
      name: 'mine, my attempt is later, closed, which is fine',
      record: owned(),
      ask: { ...later, requireOpen: false },
      known: closed,
      word: 'write ok refreshed',
    },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is earlier, closed',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      known: closed,
      word: 'conflict ownership_lost',
    },
    { name: 'no record', record: null, word: 'write ok claimed_new' },
    { name: 'no record, with a token', record: null, ask: { fencingToken: 4 }, word: 'conflict ownership_lost' },
    { name: 'no active run', record: free(), word: 'write ok claimed_new' },
    {
      name: 'no active run, with its last token',
      record: free(),
      ask: { fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    { name: 'no active run and closed', record: free(), known: closed, word: 'conflict pr_closed' },
    {
      name: 'no active run and closed, which is fine',
      record: free(),
      ask: { requireOpen: false },
      known: closed,
      word: 'write ok claimed_new',
    },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, with a token that is not its own',
      record: owned(),
      ask: { ...dead, fencingToken: 3 },
      known: { ownerLiveness: 'dead' },
      word: 'conflict ownership_lost',
    },
    { name: 'another, perhaps dead', record: owned(), ask: dead, word: 'ask owner_liveness' },
    {
      name: 'another, dead',
      record: owned(),
      ask: dead,
      known: { ownerLiveness: 'dead' },
      word: 'write ok taken_over',
    },
    {
      name: 'another, alive',
      record: owned(),
      ask: dead,
      known: { ownerLiveness: 'alive' },
      word: 'conflict ownership_lost',
    },
    { name: 'another, signalled', record: signalled(), ask: dead, word: 'write ok taken_over' },
    // Where no tenure would begin, ensure answers as assert does, which asks for an open pull request only when told to.
    {
      name: 'another and closed',
      record: owned(),
      ask: { run: OTHER },
      known: closed,
      word: 'conflict ownership_lost',
    },
    {
      name: 'another, alive and closed',
      record: owned(),
      ask: dead,
      known: { ...closed, ownerLiveness: 'alive' },
      word: 'conflict ownership_lost',
    },
    {
      name: 'another, signalled, but closed',
      record: signalled(),
      ask: dead,
      known: closed,
      word: 'conflict pr_closed',
    },
    {
      name: 'another, signalled and closed, which is fine',
      record: signalled(),
      ask: { ...dead, requireOpen: false },
      known: closed,
      word: 'write ok taken_over',
    },
  ]);

  // Case O4: whoever goes on in a tenure becomes the one whose life counts.
  test.each<[string, Holder | null, Holder | null, string]>([
    ['my workflow run', HOLDER, HOLDER, 'ok owner_confirmed'],
    ['another job of my workflow run', { ...HOLDER, job: 'other' }, HOLDER, 'ok owner_confirmed'],
    ['none', null, HOLDER, 'ok owner_confirmed'],
    ['no workflow run', { ...HOLDER, workflowRunId: null }, HOLDER, 'ok owner_confirmed'],
    ['a workflow run, and I have none', HOLDER, null, 'ok owner_confirmed'],
    ['another workflow run', { ...HOLDER, workflowRunId: 900 }, HOLDER, 'write ok refreshed'],
    ['a run of that number elsewhere', { ...HOLDER, repoId: 8 }, HOLDER, 'write ok refreshed'],
    ['my workflow run, its repository unknown', { ...HOLDER, repoId: null }, HOLDER, 'ok owner_confirmed'],
    [
      'another one, its repository unknown',
      { ...HOLDER, repoId: null, workflowRunId: 900 },
      HOLDER,
      'write ok refreshed',
    ],
  ])('mine, the holder is %s', (_name, holder, own, word) => {
    const record = owned({ activeRun: active({ runId: 'task-42', holder }) });
    const run = { runId: 'task-42', attempt: 1, holder: own };
    const decision = decideOn(record, request('ensure', { run }));
    expect(wordOf(decision)).toBe(word);
    if (decision.kind !== 'write') return;
    expect(decision.next.activeRun).toEqual(
      active({ runId: 'task-42', holder: own, updatedAt: NOW, renewedBy: 'write-1' }),
    );
  });

  test('a later attempt begins a tenure of its own, and the earlier one loses', () => {
    const { next } = written(decideOn(owned(), request('ensure', later)));
    expect(next.activeRun).toMatchObject({ attempt: 2, fencingToken: 5, id: 'write-1' });
    expect(wordOf(decideOn(next, request('assert')))).toBe('conflict ownership_lost');
    expect(wordOf(decideOn(next, request('release')))).toBe('conflict ownership_lost');
    expect(wordOf(decideOn(next, request('assert', { ...later, fencingToken: 5 })))).toBe('ok owner_confirmed');
  });
});
