import { describe, expect, test } from '@jest/globals';
import { isExpired } from '../../src/core/expiry.js';
import { isOwned, type Outcome } from '../../src/core/outcome.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest, Facts, LeaveRequest, RenewRequest, Term } from '../../src/core/request.js';
import {
  active,
  decideOn,
  HOLDER,
  MINUTE_MS,
  NOW,
  OTHER,
  owned,
  OWNER,
  request,
  runOf,
  signalled,
  viewOf,
  wordOf,
  written,
} from './samples.js';

const BEFORE = '2026-11-22T08:09:59.999Z';
const AFTER = '2026-11-22T08:10:00.001Z';
const HOUR_MS = 60 * MINUTE_MS;

const hold = active({ expiresAt: NOW, detached: true });
const ended = owned({ activeRun: hold });
const leave: LeaveRequest = {
  command: 'leave',
  run: OWNER,
  reason: null,
  writes: ['id-4'],
  founding: true,
  jobOutcome: null,
};
const term = (changes: Partial<Term> = {}): Term => ({
  ...{ detached: false, expiresAfterMs: null, byDefault: false },
  ...changes,
});
const renew = (changes: Partial<RenewRequest> = {}): RenewRequest => ({
  ...{ command: 'renew', run: OWNER, reason: null, fencingToken: 4, term: term({ expiresAfterMs: HOUR_MS }) },
  ...changes,
});

test.each([
  [null, NOW, false],
  [NOW, BEFORE, false],
  [NOW, NOW, true],
  [NOW, AFTER, true],
])('a tenure that ends at %s is over at %s: %s', (expiresAt, now, over) => {
  expect(isExpired(active({ expiresAt }), now)).toBe(over);
  const outcome: Outcome = {
    kind: 'ok',
    status: 'status',
    view: viewOf(owned({ activeRun: active({ expiresAt }) }), { now }),
  };
  expect(isOwned(outcome, OWNER)).toBe(!over);
});

describe('a tenure that time has ended', () => {
  const other = { run: OTHER };
  const evict = request('release', { ...other, evict: true, fencingToken: 4 });
  const granted = { takeoverPermission: 'granted' } as const;
  test.each<[string, CoordinationRequest, Partial<Facts>, string, string]>([
    ['claim of its owner', request('claim'), {}, 'write ok refreshed', 'write ok claimed_new'],
    ['claim of another', request('claim', other), {}, 'conflict active_run_exists', 'write ok claimed_new'],
    [
      'claim of a later attempt',
      request('claim', { run: runOf('1001', 2) }),
      {},
      'write ok refreshed',
      'write ok claimed_new',
    ],
    [
      'claim on a closed pull request',
      request('claim'),
      { pullRequestOpen: false },
      'write ok refreshed',
      'conflict pr_closed',
    ],
    ['takeover of its owner', request('takeover'), {}, 'write ok refreshed', 'write ok claimed_new'],
    ['takeover of another', request('takeover', other), granted, 'write ok taken_over', 'write ok claimed_new'],
    ['takeover without a right', request('takeover', other), {}, 'ask takeover_permission', 'write ok claimed_new'],
    ['assert', request('assert'), {}, 'ok owner_confirmed', 'conflict ownership_lost'],
    ['strict assert', request('assert', { strict: true }), {}, 'write ok owner_confirmed', 'conflict ownership_lost'],
    [
      'assert with its token',
      request('assert', { fencingToken: 4 }),
      {},
      'ok owner_confirmed',
      'conflict ownership_lost',
    ],
    ['assert of another', request('assert', other), {}, 'conflict ownership_lost', 'conflict ownership_lost'],
    ['ensure of its owner', request('ensure'), {}, 'ok owner_confirmed', 'write ok claimed_new'],
    [
      'ensure with its token',
      request('ensure', { fencingToken: 4 }),
      {},
      'ok owner_confirmed',
      'conflict ownership_lost',
    ],
    ['ensure of another', request('ensure', other), {}, 'conflict ownership_lost', 'write ok claimed_new'],
    ['release', request('release'), {}, 'write ok released', 'write ok released'],
    ['release with its token', request('release', { fencingToken: 4 }), {}, 'write ok released', 'write ok released'],
    ['release of another', request('release', other), {}, 'conflict ownership_lost', 'conflict ownership_lost'],
    ['eviction', evict, granted, 'write ok released', 'write ok released'],
    ['signal-exit', request('signal-exit'), {}, 'write ok exit_signal_recorded', 'conflict ownership_lost'],
    [
      'signal-exit with its token',
      request('signal-exit', { fencingToken: 4 }),
      {},
      'write ok exit_signal_recorded',
      'conflict ownership_lost',
    ],
    ['check', request('check'), {}, 'ok fresh_runner', 'ok dead_runner'],
    ['check of its owner', request('check', { targetRunId: '1001' }), {}, 'ok fresh_runner', 'ok dead_runner'],
    [
      'check of another',
      request('check', { targetRunId: '2002' }),
      {},
      'conflict ownership_lost',
      'conflict ownership_lost',
    ],
    ['status', request('status'), {}, 'ok status', 'ok status'],
    ['renewal', renew(), {}, 'write ok refreshed', 'conflict ownership_lost'],
    ['leaving what began it', leave, {}, 'write ok released', 'write ok released'],
  ])('%s', (_name, asked, known, before, after) => {
    const words = [BEFORE, NOW, AFTER].map((now) => wordOf(decideOn(ended, asked, { ...known, now })));
    expect(words).toEqual([before, after, after]);
  });

  test.each<[string, CoordinationRequest, Partial<Facts>, string]>([
    ['a claim', request('claim', other), {}, 'claim'],
    ['an ensure', request('ensure', other), {}, 'claim'],
    ['a takeover', request('takeover', other), {}, 'claim'],
    ['a release', request('release'), {}, 'release'],
    ['an eviction', evict, granted, 'evict'],
    ['a leave', leave, {}, 'release'],
  ])('%s writes down that it ended, and when', (_name, asked, known, type) => {
    const { next, event } = written(decideOn(ended, asked, { ...known, now: AFTER }));
    const [expired, after] = next.history.slice(-2);
    expect(expired).toEqual({
      ...{ type: 'expired', runId: '1001', attempt: 1, previousRunId: null, at: NOW, reason: null, fencingToken: 4 },
      ...{ id: 'write-1', actor: null, workflow: null, workflowRunId: 1001 },
    });
    expect(after).toBe(event);
    expect(event.type).toBe(type);
  });

  test('its run is the one before, from the moment at which it ended', () => {
    const { next, event } = written(decideOn(ended, request('claim', other), { now: AFTER }));
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: null });
    expect(event).toMatchObject({ type: 'claim', previousRunId: null, fencingToken: 5 });
  });

  test('an exit signal for it is told by check, and stops nobody', () => {
    const record = signalled({ activeRun: hold });
    expect(wordOf(decideOn(record, request('check')))).toBe('conflict exit_signal_recorded');
    expect(wordOf(decideOn(record, request('claim')))).toBe('write ok claimed_new');
    expect(wordOf(decideOn(record, request('assert')))).toBe('conflict ownership_lost');
  });

  test('has no holder to name where none was known', () => {
    const record = owned({ activeRun: active({ expiresAt: NOW, holder: null }) });
    const { next } = written(decideOn(record, request('claim', other)));
    expect(next.history.at(-2)).toMatchObject({ type: 'expired', workflowRunId: null });
  });
});

describe('a tenure begins', () => {
  test.each<[string, CoordinationRequest, OwnershipRecord | null]>([
    ['claim', request('claim', { term: term({ detached: true, expiresAfterMs: HOUR_MS }) }), null],
    ['ensure', request('ensure', { term: term({ detached: true, expiresAfterMs: HOUR_MS }) }), null],
    ['takeover', request('takeover', { run: OTHER, term: term({ detached: true, expiresAfterMs: HOUR_MS }) }), owned()],
  ])('by %s for as long as is said', (_name, asked, record) => {
    const { next } = written(decideOn(record, asked, { takeoverPermission: 'granted' }));
    expect(next.activeRun).toMatchObject({ detached: true, expiresAt: '2026-11-22T09:10:00.000Z' });
  });

  test('without an end where nobody said one', () => {
    const { next } = written(decideOn(null, request('claim')));
    expect(next.activeRun).toMatchObject({ detached: false, expiresAt: null });
  });
});

describe('a renewal', () => {
  const IN_TWO_HOURS = '2026-11-22T10:10:00.000Z';
  const IN_AN_HOUR = '2026-11-22T09:10:00.000Z';
  const SOON = '2026-11-22T08:20:00.000Z';
  test.each<[string, string | null, Partial<Term>, string | null]>([
    ['moves the end', SOON, { expiresAfterMs: HOUR_MS }, IN_AN_HOUR],
    ['also to an earlier one, where that was said', IN_TWO_HOURS, { expiresAfterMs: HOUR_MS }, IN_AN_HOUR],
    ['by default moves it', SOON, { expiresAfterMs: HOUR_MS, byDefault: true }, IN_AN_HOUR],
    ['by default never shortens it', IN_TWO_HOURS, { expiresAfterMs: HOUR_MS, byDefault: true }, IN_TWO_HOURS],
    ['of which nothing is said leaves it', SOON, {}, SOON],
    ['of which nothing is said, by default, leaves it', SOON, { byDefault: true }, SOON],
    ['sets an end where there was none', null, { expiresAfterMs: HOUR_MS }, IN_AN_HOUR],
    ['by default sets no end where there was none', null, { expiresAfterMs: HOUR_MS, byDefault: true }, null],
    ['leaves none where there was none', null, {}, null],
  ])('%s', (_name, expiresAt, said, end) => {
    for (const detached of [true, false]) {
      const record = owned({ activeRun: active({ expiresAt, detached }) });
      const asked: CoordinationRequest[] = [
        request('claim', { term: term(said) }),
        request('takeover', { term: term(said) }),
        renew({ term: term(said) }),
        request('ensure', { run: { ...OWNER, holder: { ...HOLDER, workflowRunId: 1012 } }, term: term(said) }),
      ];
      for (const each of asked) {
        const write = written(decideOn(record, each));
        expect(wordOf(write)).toBe('write ok refreshed');
        expect(write.next.activeRun).toMatchObject({ expiresAt: end, detached, renewedBy: 'write-1', fencingToken: 4 });
      }
    }
  });

  test.each([true, false])('never changes whether it is a hold (%s)', (detached) => {
    const record = owned({ activeRun: active({ detached }) });
    const { next } = written(decideOn(record, request('claim', { term: term({ detached: !detached }) })));
    expect(next.activeRun?.detached).toBe(detached);
  });

  test.each<[string, OwnershipRecord | null, Partial<RenewRequest>, string]>([
    ['the tenure that is meant', owned(), {}, 'write ok refreshed'],
    ['the current tenure', owned(), { fencingToken: null }, 'write ok refreshed'],
    ['another tenure', owned(), { fencingToken: 3 }, 'conflict ownership_lost'],
    ['no record', null, {}, 'conflict ownership_lost'],
    ['nobody’s', owned({ activeRun: null }), { fencingToken: null }, 'conflict ownership_lost'],
    ['another run’s', owned(), { run: OTHER }, 'conflict ownership_lost'],
    ['an earlier attempt’s', owned(), { run: runOf('1001', 2) }, 'conflict ownership_lost'],
    ['one that was told to end', signalled(), {}, 'conflict exit_signal_recorded'],
  ])('by itself never begins one: %s', (_name, record, changes, word) => {
    expect(wordOf(decideOn(record, renew(changes)))).toBe(word);
  });
});
