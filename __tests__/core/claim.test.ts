import { describe, expect, test } from '@jest/globals';
import { blankRecord } from '../../src/core/new-tenure.js';
import {
  active,
  CLAIMED,
  decideOn,
  free,
  HOLDER,
  NOW,
  OTHER,
  owned,
  OWNER,
  request,
  runOf,
  signalled,
  TARGET,
  wordOf,
  written,
} from './samples.js';
import { decides } from './table.js';

const later = { run: runOf('1001', 2) };
const byLater = owned({ activeRun: active({ attempt: 2 }) });
const closed = { pullRequestOpen: false };

describe('claim', () => {
  decides('claim', [
    { name: 'closed and no record', record: null, known: closed, word: 'conflict pr_closed' },
    { name: 'closed and free', record: free(), known: closed, word: 'conflict pr_closed' },
    {
      name: 'closed and free, asked for',
      record: free(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict pr_closed',
    },
    {
      name: 'closed and free, which is fine',
      record: free(),
      ask: { requireOpen: false },
      known: closed,
      word: 'write ok claimed_new',
    },
    { name: 'closed and another’s', record: owned(), ask: { run: OTHER }, known: closed, word: 'conflict pr_closed' },
    {
      name: 'closed and another’s, which is fine',
      record: owned(),
      ask: { run: OTHER, requireOpen: false },
      known: closed,
      word: 'conflict active_run_exists',
    },
    {
      name: 'closed and another’s that is signalled',
      record: signalled(),
      ask: { run: OTHER, supersede: 'dead' },
      known: closed,
      word: 'conflict pr_closed',
    },
    {
      name: 'closed and of my earlier attempt',
      record: owned(),
      ask: later,
      known: closed,
      word: 'conflict pr_closed',
    },
    { name: 'closed and of my later attempt', record: byLater, known: closed, word: 'conflict pr_closed' },
    { name: 'closed, mine and signalled', record: signalled(), known: closed, word: 'conflict pr_closed' },
    { name: 'closed and mine: a renewal does not ask', record: owned(), known: closed, word: 'write ok refreshed' },
    {
      name: 'closed and mine, asked for',
      record: owned(),
      ask: { requireOpen: true },
      known: closed,
      word: 'write ok refreshed',
    },
    { name: 'no record', record: null, word: 'write ok claimed_new' },
    { name: 'no active run', record: free(), word: 'write ok claimed_new' },
    { name: 'mine', record: owned(), word: 'write ok refreshed' },
    { name: 'mine, my attempt is later', record: owned(), ask: later, word: 'write ok refreshed' },
    {
      name: 'mine, my attempt is later, the earlier one signalled',
      record: signalled(),
      ask: later,
      word: 'write ok refreshed',
    },
    { name: 'mine, my attempt is earlier', record: byLater, word: 'conflict ownership_lost' },
    {
      name: 'mine, my attempt is earlier, the later one signalled',
      record: signalled({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict active_run_exists' },
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
      name: 'another, dead, but never',
      record: owned(),
      ask: { run: OTHER },
      known: { ownerLiveness: 'dead' },
      word: 'conflict active_run_exists',
    },
  ]);

  test('the first tenure of a target has token 1 and describes its run', () => {
    const { next, event } = written(decideOn(null, request('claim', { reason: '  first  ' })));
    expect(next).toEqual({
      ...blankRecord(TARGET),
      fencingToken: 1,
      activeRun: active({ fencingToken: 1, claimedAt: NOW, updatedAt: NOW, id: 'write-1' }),
      history: [event],
    });
    expect(event).toEqual({
      type: 'claim',
      runId: '1001',
      attempt: 1,
      previousRunId: null,
      at: NOW,
      reason: 'first',
      fencingToken: 1,
      id: 'write-1',
      actor: 'octocat',
      workflow: 'agent',
      workflowRunId: 1001,
    });
  });

  test('a tenure after a release gets the next token and leaves the previous run as it is', () => {
    const { next } = written(decideOn(free(), request('claim', { run: OTHER })));
    expect(next.activeRun).toMatchObject({ runId: '2002', fencingToken: 5 });
    expect(next.fencingToken).toBe(5);
    expect(next.previousRun).toEqual(free().previousRun);
  });

  test('a refresh moves updatedAt, and says which write it was', () => {
    const { next, event } = written(decideOn(owned(), request('claim')));
    const activeRun = active({ updatedAt: NOW, renewedBy: 'write-1' });
    expect(next).toEqual({ ...owned(), activeRun, history: [...owned().history, event] });
    expect(event).toMatchObject({
      type: 'refresh',
      runId: '1001',
      fencingToken: 4,
      previousRunId: null,
      id: 'write-1',
    });
  });

  // Case O4: the run id spans workflow runs, and liveness has to follow the one that renewed last.
  test('a refresh makes the renewing workflow run the holder', () => {
    const record = owned({ activeRun: active({ runId: 'task-42', attempt: 3 }) });
    const run = { runId: 'task-42', attempt: 1, holder: { ...HOLDER, workflowRunId: 1005, job: 'second' } };
    const { next } = written(decideOn(record, request('claim', { run })));
    expect(next.activeRun).toMatchObject({ attempt: 1, holder: run.holder, fencingToken: 4, id: 'id-4' });
    const outside = written(decideOn(record, request('claim', { run: { ...run, holder: null } }))).next;
    expect(outside.activeRun?.holder).toBeNull();
  });

  test('a refresh fills in a missing claimedAt', () => {
    const undated = owned({ activeRun: active({ claimedAt: null, updatedAt: null }) });
    const { next } = written(decideOn(undated, request('claim')));
    expect(next.activeRun).toMatchObject({ claimedAt: NOW, updatedAt: NOW });
  });

  test('a later attempt begins a tenure of its own, which an old signal does not reach', () => {
    const { next } = written(decideOn(signalled(), request('claim', later)));
    expect(next.activeRun).toMatchObject({
      runId: '1001',
      attempt: 2,
      fencingToken: 5,
      claimedAt: NOW,
      renewedBy: null,
    });
    expect(next.previousRun).toEqual(owned().previousRun);
    expect(wordOf(decideOn(next, request('assert', later)))).toBe('ok owner_confirmed');
    expect(wordOf(decideOn(next, request('assert', { run: OWNER })))).toBe('conflict ownership_lost');
  });

  test('a tenure without a description of its run is possible', () => {
    const { next, event } = written(
      decideOn(null, request('claim', { run: { runId: 'agent-7', attempt: 1, holder: null } })),
    );
    expect(next.activeRun?.holder).toBeNull();
    expect(event).toMatchObject({ actor: null, workflow: null, workflowRunId: null });
  });

  test('the id and the present name of the repository are filled in', () => {
    const old = owned({ target: { ...TARGET, repo: 'acme/gadgets', repoId: null } });
    expect(written(decideOn(old, request('claim'))).next.target).toEqual(TARGET);
  });

  test('the record says since when, whatever was there before', () => {
    expect(written(decideOn(free(), request('claim'))).next.activeRun?.claimedAt).toBe(NOW);
    expect(written(decideOn(owned(), request('claim'))).next.activeRun?.claimedAt).toBe(CLAIMED);
  });
});
