import { describe, expect, test } from '@jest/globals';
import type { CoordinationRequest, Facts } from '../../src/core/request.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { blankRecord } from '../../src/core/tenure.js';
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
  TARGET,
  wordOf,
  written,
} from './samples.js';

interface Row {
  readonly name: string;
  readonly record: OwnershipRecord | null;
  readonly ask?: Partial<CoordinationRequest>;
  readonly known?: Partial<Facts>;
  readonly word: string;
}

describe('claim', () => {
  test.each<Row>([
    { name: 'no record', record: null, word: 'write ok claimed_new' },
    { name: 'no active run', record: free(), word: 'write ok claimed_new' },
    { name: 'mine', record: owned(), word: 'write ok refreshed' },
    { name: 'mine, later attempt', record: owned(), ask: { run: runOf('1001', 2) }, word: 'write ok refreshed' },
    {
      name: 'mine, later attempt, the earlier one signalled',
      record: signalled(),
      ask: { run: runOf('1001', 2) },
      word: 'write ok refreshed',
    },
    {
      name: 'mine, earlier attempt',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict active_run_exists' },
    {
      name: 'another, the fencing token of a claim is not looked at',
      record: owned(),
      ask: { run: OTHER, fencingToken: 4 },
      word: 'conflict active_run_exists',
    },
    {
      name: 'another, dead',
      record: owned(),
      ask: { run: OTHER, supersede: 'dead' },
      known: { ownerLiveness: 'dead' },
      word: 'write ok taken_over',
    },
    { name: 'closed and free', record: null, known: { pullRequestOpen: false }, word: 'conflict pr_closed' },
    { name: 'closed and mine', record: owned(), known: { pullRequestOpen: false }, word: 'conflict pr_closed' },
    {
      name: 'closed and another’s',
      record: owned(),
      ask: { run: OTHER },
      known: { pullRequestOpen: false },
      word: 'conflict pr_closed',
    },
  ])('$name: $word', ({ record, ask, known, word }) => {
    expect(wordOf(decideOn(record, request('claim', ask), known))).toBe(word);
  });

  test('the first tenure of a target has token 1 and describes its run', () => {
    const { next, event } = written(decideOn(null, request('claim', { reason: '  first  ' })));
    expect(next).toEqual({
      ...blankRecord(TARGET),
      fencingToken: 1,
      activeRun: active({ fencingToken: 1, claimedAt: NOW, updatedAt: NOW }),
      history: [event],
    });
    expect(event).toEqual({
      type: 'claim',
      runId: '1001',
      previousRunId: null,
      at: NOW,
      reason: 'first',
      fencingToken: 1,
      id: 'request-1',
    });
  });

  test('a tenure after a release gets the next token and leaves the previous run as it is', () => {
    const { next } = written(decideOn(free(), request('claim', { run: OTHER })));
    expect(next.activeRun).toMatchObject({ runId: '2002', fencingToken: 5 });
    expect(next.fencingToken).toBe(5);
    expect(next.previousRun).toEqual(free().previousRun);
  });

  test('a refresh moves updatedAt only', () => {
    const { next, event } = written(decideOn(owned(), request('claim')));
    expect(next).toEqual({ ...owned(), activeRun: active({ updatedAt: NOW }), history: [...owned().history, event] });
    expect(event).toMatchObject({ type: 'refresh', runId: '1001', fencingToken: 4, previousRunId: null });
  });

  test('a refresh fills in a missing claimedAt', () => {
    const undated = owned({ activeRun: active({ claimedAt: null, updatedAt: null }) });
    const { next } = written(decideOn(undated, request('claim')));
    expect(next.activeRun).toEqual(active({ claimedAt: NOW, updatedAt: NOW }));
  });

  test('a later attempt begins a tenure of its own, which an old signal does not reach', () => {
    const { next } = written(decideOn(signalled(), request('claim', { run: runOf('1001', 2) })));
    expect(next.activeRun).toMatchObject({ runId: '1001', attempt: 2, fencingToken: 5, claimedAt: NOW });
    expect(next.previousRun).toEqual(owned().previousRun);
    expect(wordOf(decideOn(next, request('assert', { run: runOf('1001', 2) })))).toBe('ok owner_confirmed');
    expect(wordOf(decideOn(next, request('assert', { run: runOf('1001', 1) })))).toBe('conflict ownership_lost');
  });

  test('a tenure without a description of its run is possible', () => {
    const { next } = written(decideOn(null, request('claim', { run: { runId: 'agent-7', attempt: 1, holder: null } })));
    expect(next.activeRun?.holder).toBeNull();
  });
});

describe('takeover', () => {
  const granted: Partial<Facts> = { takeoverPermission: 'granted' };

  test.each<Row>([
    { name: 'no record', record: null, word: 'write ok claimed_new' },
    { name: 'no active run', record: free(), word: 'write ok claimed_new' },
    { name: 'mine', record: owned(), word: 'write ok refreshed' },
    { name: 'mine, signalled', record: signalled(), word: 'write ok refreshed' },
    { name: 'mine, later attempt', record: owned(), ask: { run: runOf('1001', 2) }, word: 'write ok refreshed' },
    {
      name: 'mine, earlier attempt',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'another, permission not asked yet',
      record: owned(),
      ask: { run: OTHER },
      word: 'ask takeover_permission',
    },
    {
      name: 'another, permission granted',
      record: owned(),
      ask: { run: OTHER },
      known: granted,
      word: 'write ok taken_over',
    },
    {
      name: 'another, permission denied',
      record: owned(),
      ask: { run: OTHER },
      known: { takeoverPermission: 'denied' },
      word: 'conflict takeover_forbidden',
    },
    {
      name: 'another, signalled: the permission counts all the same',
      record: signalled(),
      ask: { run: OTHER, supersede: 'dead' },
      word: 'ask takeover_permission',
    },
    {
      name: 'closed',
      record: owned(),
      ask: { run: OTHER },
      known: { ...granted, pullRequestOpen: false },
      word: 'conflict pr_closed',
    },
    {
      name: 'closed, mine and signalled',
      record: signalled(),
      known: { ...granted, pullRequestOpen: false },
      word: 'conflict pr_closed',
    },
  ])('$name: $word', ({ record, ask, known, word }) => {
    expect(wordOf(decideOn(record, request('takeover', ask), known))).toBe(word);
  });

  test('records who was replaced, by whom and why', () => {
    const { next, event } = written(decideOn(owned(), request('takeover', { run: OTHER, reason: ' hangs ' }), granted));
    expect(next.activeRun).toMatchObject({ runId: '2002', fencingToken: 5, claimedAt: NOW, updatedAt: NOW });
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: '2002' });
    expect(event).toEqual({
      type: 'takeover',
      runId: '2002',
      previousRunId: '1001',
      at: NOW,
      reason: 'hangs',
      fencingToken: 5,
      id: 'request-1',
      actor: 'octocat',
    });
    expect(next.history).toEqual([...owned().history, event]);
  });

  test('names no actor where none is known', () => {
    const run = { runId: 'agent-7', attempt: 1, holder: null };
    expect(written(decideOn(owned(), request('takeover', { run }), granted)).event).not.toHaveProperty('actor');
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
    expect(next.activeRun).toEqual(active({ claimedAt: CLAIMED, updatedAt: NOW }));
  });
});
