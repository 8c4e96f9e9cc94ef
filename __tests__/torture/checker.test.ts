import { describe, expect, test } from '@jest/globals';
import { goodLog, Log, START } from './log.js';

/** The checker of the torture must be able to fail: each kind of violation is put into a log by hand and is found. */

describe('a log that explains everything', () => {
  test('has no violation', () => {
    const log = goodLog();
    log.add('signal-exit', '1002', 'd');
    log.say('signal-exit', '1002', { status: 'exit_signal_recorded' }, { ids: ['d'] });
    log.say('assert', '1002', { error: 'exit_signal_recorded' });
    log.begin('1003', 'e', { cause: 'exit_signal' });
    log.say('claim', '1003', { owned: true, status: 'taken_over' }, { ids: ['e'] });
    log.add('release', '1003', 'f');
    log.say('release', '1003', { status: 'released' }, { ids: ['f'] });
    log.say('release', '1003', { status: 'release_noop' });
    log.say('assert', '1003', { error: 'ownership_missing' });
    log.say('assert', '1003', { error: 'ownership_lost' }, { inputs: { token: 3 } });
    const verdict = log.check();
    expect(verdict.violations).toEqual([]);
    expect(verdict).toMatchObject({ commits: 6, acknowledged: 6, staleAnswers: 0, lateTenures: 0 });
  });

  test('has none when the history is full and its minor events fall out', () => {
    const log = new Log();
    log.begin('1001', 'first');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['first'] });
    for (let number = 1; number <= 60; number += 1) {
      const id = `refresh-${String(number)}`;
      const [first, ...rest] = log.record.history;
      const full = log.record.history.length === 50 && first !== undefined;
      if (full) log.record = { ...log.record, history: [first, ...rest.slice(1)] };
      log.add('refresh', '1001', id);
      log.say('claim', '1001', { owned: true, status: 'refreshed' }, { ids: [id] });
    }
    expect(log.check().violations).toEqual([]);
  });

  test('has none for a write that was found again only after another run had won', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.begin('1002', 'b');
    log.say('claim', '1001', { error: 'ownership_lost' }, { ids: ['a'], start: START });
    log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['b'] });
    expect(log.check().violations).toEqual([]);
  });

  test('has none for a release that was found again only after another job of the run had begun the next tenure', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.add('release', '1001', 'b');
    log.begin('1001', 'c');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'], start: START });
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['c'] });
    log.say('release', '1001', { status: 'released' }, { ids: ['b'], start: START });
    expect(log.check().violations).toEqual([]);
  });

  test('has none for a later attempt that ensures with the token of the earlier one, and for what that one is refused', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const later = { runId: '1001', attempt: 2 };
    log.say('assert', later, { error: 'ownership_lost' });
    log.begin(later, 'b');
    log.say('ensure', later, { owned: true, status: 'refreshed' }, { ids: ['b'], inputs: { token: 1 } });
    log.say('ensure', later, { owned: true, status: 'owner_confirmed' }, { inputs: { token: 1 } });
    log.say('assert', '1001', { error: 'ownership_lost' }, { inputs: { token: 1 } });
    log.say('release', '1001', { error: 'ownership_lost' });
    log.add('release', later, 'c');
    log.say('release', later, { status: 'released' }, { ids: ['c'], inputs: { token: 1 } });
    expect(log.check().violations).toEqual([]);
  });

  test('counts an answer from the past apart, if a stale read was injected', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const old = { commit: log.head, digest: log.digest(), token: 1 };
    log.begin('1002', 'b');
    log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['b'] });
    const times = { start: log.now + 50, end: log.now + 60 };
    const seen = { staleReads: 1, shownHeads: [old.commit] };
    log.say('assert', '1001', { ...old, owned: true, status: 'owner_confirmed' }, { ...times, seen });
    expect(log.check()).toMatchObject({ violations: [], staleAnswers: 1 });
  });
});

describe('an owner that never held', () => {
  test('an owner that the record does not show is found', () => {
    const log = goodLog();
    log.say('assert', '1001', { owned: true, status: 'owner_confirmed' });
    expect(log.rules()).toEqual(['owned']);
  });

  test('an earlier attempt and a later one that have not begun the tenure are found', () => {
    for (const attempt of [1, 3]) {
      const log = new Log();
      log.begin({ runId: '1001', attempt: 2 }, 'a');
      log.say('claim', { runId: '1001', attempt: 2 }, { owned: true, status: 'claimed_new' }, { ids: ['a'] });
      log.say('assert', { runId: '1001', attempt }, { owned: true, status: 'owner_confirmed' });
      expect(log.rules()).toEqual(['owned']);
    }
  });

  test('an owner that was told to exit is found', () => {
    const log = goodLog();
    log.add('signal-exit', '1002', 'd');
    log.say('signal-exit', '1002', { status: 'exit_signal_recorded' }, { ids: ['d'] });
    log.say('assert', '1002', { owned: true, status: 'owner_confirmed' });
    expect(log.rules()).toEqual(['owned']);
  });

  test('an owner that had lost before its process began is found, if no stale read was injected', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const old = { commit: log.head, digest: log.digest(), token: 1 };
    log.begin('1002', 'b');
    log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['b'] });
    const later = { start: log.now + 50, end: log.now + 60 };
    log.say('assert', '1001', { ...old, owned: true, status: 'owner_confirmed' }, later);
    expect(log.rules()).toEqual(['owned']);
  });

  test('an answer from a past that no reading of the step has shown is found, stale read or not', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const old = { commit: log.head, digest: log.digest(), token: 1 };
    log.begin('1002', 'b');
    log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['b'] });
    const later = { start: log.now + 50, end: log.now + 60, seen: { staleReads: 1, shownHeads: [log.head] } };
    log.say('assert', '1001', { ...old, owned: true, status: 'owner_confirmed' }, later);
    expect(log.rules()).toEqual(['owned']);
  });

  test('a step that answers from before what it had been shown is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const old = { commit: log.head, digest: log.digest(), token: 1 };
    log.begin('1002', 'b');
    log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['b'] });
    const seen = { staleReads: 1, shownHeads: [log.head, old.commit] };
    log.say('assert', '1001', { ...old, owned: true, status: 'owner_confirmed' }, { seen, start: START });
    expect(log.rules()).toEqual(['older than seen']);
  });

  test.each([
    ['the last look of a wait may be cut off by the end of the time', 1, []],
    ['the looks before it are not', 2, ['older than seen']],
  ])('%s', (_, looks, rules) => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const old = { commit: log.head, digest: log.digest(), token: 1 };
    log.begin('1002', 'b');
    log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { ids: ['b'] });
    const seen = { staleReads: 0, shownHeads: [old.commit, ...Array<string>(looks).fill(log.head)] };
    log.say('claim', '1003', { ...old, error: 'active_run_exists' }, { seen, start: START, inputs: { waits: true } });
    expect(log.rules()).toEqual(rules);
  });

  test('a step that believes a record below the token that it was given is found', () => {
    const log = goodLog();
    log.add('release', '1002', 'd');
    log.say('release', '1002', { status: 'released' }, { ids: ['d'] });
    const old = { commit: log.head, digest: log.digest(), token: null };
    log.begin('1003', 'e');
    log.say('claim', '1003', { owned: true, status: 'claimed_new' }, { ids: ['e'] });
    const seen = { staleReads: 9, shownHeads: [old.commit] };
    const more = { inputs: { token: 3 }, seen, start: log.now + 50, end: log.now + 60 };
    log.say('release', '1003', { ...old, status: 'release_noop' }, more);
    expect(log.rules()).toEqual(['older than seen']);
  });
});

describe('a conflict that was never true', () => {
  test.each<[string, string, string]>([
    ['claim', '1002', 'active_run_exists'],
    ['assert', '1002', 'ownership_lost'],
    ['assert', '1001', 'ownership_missing'],
    ['assert', '1002', 'exit_signal_recorded'],
    ['check', '1001', 'stale_runner'],
    ['takeover', '1001', 'takeover_forbidden'],
    ['signal-exit', '1002', 'ownership_lost'],
    ['claim', '1001', 'pr_closed'],
  ])('%s by %s → %s', (command, runId, error) => {
    const log = goodLog();
    log.say(command, runId, { error });
    expect(log.rules()).toEqual(['answer']);
  });

  test.each<[string, string, string]>([
    ['assert', '1003', 'no_owner_record'],
    ['release', '1003', 'release_noop'],
    ['check', '1003', 'no_owner_record'],
    ['check', '1003', 'dead_runner'],
    ['assert', '1002', 'owner_confirmed'],
  ])('%s by %s → ok %s', (command, runId, status) => {
    const log = goodLog();
    log.say(command, runId, { status });
    expect(log.rules()).toEqual(['answer']);
  });

  test('a refusal in favour of a run that was over is found', () => {
    const log = goodLog();
    log.complete(1002);
    log.say('claim', '1003', { error: 'active_run_exists' });
    expect(log.rules()).toEqual(['answer']);
  });

  test('but a run that is at work again in a later attempt is not over', () => {
    const log = goodLog();
    const [from, to] = [log.now - 40, log.now - 40];
    log.over.push({ workflowRunId: 1002, attempt: 1, from, to, againFrom: log.now - 30, againTo: log.now - 29 });
    log.say('claim', '1003', { error: 'active_run_exists' });
    expect(log.check().violations).toEqual([]);
  });

  test('a record that is not the one of the state-commit is found', () => {
    const log = goodLog();
    log.say('status', '1001', { status: 'status', digest: 'another' });
    expect(log.rules()).toEqual(['answer']);
  });

  test('"no owner" after a token was given is found', () => {
    const log = goodLog();
    log.add('release', '1002', 'd');
    log.say('release', '1002', { status: 'released' }, { ids: ['d'] });
    const inputs = { token: 2, requireExisting: false };
    log.say('assert', '1002', { status: 'no_owner_record' }, { inputs });
    expect(log.rules()).toEqual(['answer']);
  });
});

describe('a name that the repository no longer has', () => {
  test('an owner by it is found', () => {
    const log = goodLog();
    log.rename('acme/gizmos');
    const old = { repo: 'acme/widgets', start: log.now + 20, end: log.now + 30 };
    log.say('assert', '1002', { owned: true, status: 'owner_confirmed' }, old);
    expect(log.rules()).toEqual(['moved']);
  });

  test('a release by it is none, and a token that goes on under the new name neither', () => {
    const log = goodLog();
    log.rename('acme/gizmos');
    log.add('leave', '1009', 'x');
    log.say('status', '1009', { status: 'status' }, { ids: ['x'], start: START });
    log.add('release', '1002', 'd');
    log.say('release', '1002', { status: 'released' }, { ids: ['d'], repo: 'acme/widgets' });
    log.begin('1003', 'e');
    log.say('claim', '1003', { owned: true, status: 'claimed_new' }, { ids: ['e'] });
    expect(log.check().violations).toEqual([]);
  });

  test('"target_moved" for a name that was right is found', () => {
    const log = goodLog();
    log.say('assert', '1002', { error: 'target_moved', commit: null, digest: null, token: null });
    expect(log.rules()).toEqual(['moved']);
  });

  test('a record under a name that the repository never had is found', () => {
    const log = goodLog();
    const history = [...log.record.history, log.event('refresh', '1002', 'd')];
    const activeRun = log.record.activeRun && { ...log.record.activeRun, renewedBy: 'd' };
    log.record = { ...log.record, history, activeRun };
    log.commit(log.record, { text: log.text().replace('"repo": "acme/widgets"', '"repo": "acme/others"') });
    log.say('claim', '1002', { owned: true, status: 'refreshed' }, { ids: ['d'] });
    expect(log.rules()).toEqual(['moved']);
  });
});

describe('a step that takes too much', () => {
  test('more requests than all its patience allows are found', () => {
    const log = goodLog();
    log.say('status', '1001', { status: 'status' }, { seen: { requests: 61 } });
    expect(log.rules()).toEqual(['requests']);
  });
});
