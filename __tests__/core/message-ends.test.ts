import { describe, expect, test } from '@jest/globals';
import { verdictOf } from '../../src/core/code-table.js';
import { endsSoon } from '../../src/core/expiry.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { ActiveRun, OwnershipRecord } from '../../src/core/record.js';
import { messageOf } from '../../src/core/words/message.js';
import { endOf, lastEnd, targetName } from '../../src/core/words/owner.js';
import { active, decideOn, NOW, OTHER, owned, place, request, TARGET, viewOf, written } from './samples.js';

/** What is said of tenures that end by themselves, and of who waits for them. */

const IN_TEN_MINUTES = '2026-11-22T08:20:00.000Z';
const LATER = '2026-11-22T08:20:00.001Z';
const PAST = '2026-11-22T08:07:00.000Z';

const ending = (expiresAt: string | null, changes: Partial<ActiveRun> = {}): OwnershipRecord =>
  owned({ activeRun: active({ expiresAt, ...changes }) });

describe('an owner whose tenure ends within ten minutes', () => {
  test.each([
    [null, false],
    [LATER, false],
    [IN_TEN_MINUTES, true],
    [PAST, true],
  ])('%s: %s', (expiresAt, soon) => {
    expect(endsSoon(viewOf(ending(expiresAt)))).toBe(soon);
  });

  test('nobody’s ends', () => {
    expect(endsSoon(viewOf(null))).toBe(false);
    expect(endsSoon(viewOf(owned({ activeRun: null })))).toBe(false);
  });

  test.each([
    [IN_TEN_MINUTES, 'warning', ' for another 10 min), fencing token 4. That is soon: renew it'],
    [LATER, 'none', ', until 2026-11-22T08:20:00.001Z'],
    [null, 'none', 'run 1001 owns acme/widgets#17, fencing token 4.'],
  ])('is warned when it is confirmed (%s)', (expiresAt, annotation, part) => {
    const outcome: Outcome = { kind: 'ok', status: 'owner_confirmed', view: viewOf(ending(expiresAt)) };
    expect(verdictOf(outcome, 'fail', null).annotation).toBe(annotation);
    const context = { target: TARGET, request: request('assert'), now: NOW };
    const { text } = messageOf(outcome, context);
    expect(text.replace('(', ' ')).toContain(part.replace('(', ' '));
    expect(text.includes('That is soon')).toBe(annotation === 'warning');
  });

  test('is not warned by what it has just begun or renewed, nor by an answer that saw nothing', () => {
    const view = viewOf(ending(IN_TEN_MINUTES));
    expect(verdictOf({ kind: 'ok', status: 'refreshed', view }, 'fail', null).annotation).not.toBe('warning');
    expect(verdictOf({ kind: 'ok', status: 'owner_confirmed', view: null }, 'fail', null).annotation).not.toBe(
      'warning',
    );
  });
});

describe('the end of a tenure in words', () => {
  test.each<[string, Partial<ActiveRun>, string]>([
    ['no end', {}, ''],
    ['an end that nobody can read', { expiresAt: 'tomorrow' }, ''],
    ['one to come', { expiresAt: LATER }, ', until 2026-11-22T08:20:00.001Z (for another 10 min)'],
    ['a hold', { expiresAt: LATER, detached: true }, ', held until 2026-11-22T08:20:00.001Z (for another 10 min)'],
    ['one that is past', { expiresAt: PAST }, ', ended by itself at 2026-11-22T08:07:00.000Z (3 min ago)'],
  ])('%s', (_name, changes, words) => {
    expect(endOf(active(changes), NOW)).toBe(words);
  });

  test('is told of the last owner, where nobody has come after it', () => {
    const { next } = written(decideOn(ending(PAST), request('release')));
    const [expired] = next.history.slice(-2);
    const { history } = owned();
    const record = owned({ activeRun: null, history: expired === undefined ? history : [...history, expired] });
    expect(lastEnd(record, NOW)).toBe('the tenure of run 1001 ended by itself 3 min ago');
    expect(lastEnd(owned(), NOW)).toBeNull();
  });

  test('a refusal says that it has ended, and who waits', () => {
    const record = { ...ending(PAST), queue: [place('1002')] };
    const outcome: Outcome = { kind: 'conflict', code: 'ownership_lost', view: viewOf(record) };
    const { text } = messageOf(outcome, { target: TARGET, request: request('assert'), now: NOW });
    expect(text).toMatch(/nobody owns it now; its last owner was run 1001 .*; one run waits for it/);
  });

  test('a refusal names the end of who owns', () => {
    const outcome: Outcome = { kind: 'conflict', code: 'active_run_exists', view: viewOf(ending(LATER)) };
    const { text } = messageOf(outcome, { target: TARGET, request: request('claim', { run: OTHER }), now: NOW });
    expect(text).toContain('(for another 10 min)');
  });
});

test('a scope is part of the name', () => {
  expect(targetName({ ...TARGET, scope: 'deploy' })).toBe('acme/widgets#17 (scope deploy)');
  expect(targetName(TARGET)).toBe('acme/widgets#17');
  expect(targetName(null)).toBe('the pull request');
});

test('the status of a tenure that has ended by itself says that nobody owns', () => {
  const outcome: Outcome = { kind: 'ok', status: 'status', view: viewOf(ending(PAST)) };
  const { text } = messageOf(outcome, { target: TARGET, request: request('status'), now: NOW });
  expect(text).toMatch(/^Nobody owns acme\/widgets#17 now; its last owner was run 1001 .*ended by itself at/);
});
