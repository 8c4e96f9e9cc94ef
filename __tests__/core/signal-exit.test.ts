import { describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../src/core/record.js';
import { trimReason } from '../../src/core/change.js';
import { active, decideOn, free, NOW, OTHER, owned, request, runOf, signalled, wordOf, written } from './samples.js';
import { decides } from './table.js';

const anybody = { requireActiveOwner: false } as const;
const granted = { takeoverPermission: 'granted' } as const;
const byOther = { ...anybody, run: OTHER };
const byLater = owned({ activeRun: active({ attempt: 2 }) });

describe('signal-exit', () => {
  decides('signal-exit', [
    { name: 'no record', record: null, word: 'conflict ownership_missing' },
    { name: 'no record, by anybody', record: null, ask: anybody, word: 'conflict ownership_missing' },
    { name: 'no record, with a token', record: null, ask: { fencingToken: 4 }, word: 'conflict ownership_lost' },
    { name: 'no record, a run meant', record: null, ask: { targetRunId: '1001' }, word: 'conflict ownership_lost' },
    { name: 'no active run', record: free(), word: 'conflict ownership_lost' },
    {
      name: 'no active run, by anybody',
      record: free(),
      ask: anybody,
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'no active run, its last one meant',
      record: free(),
      ask: { ...anybody, targetRunId: '1001' },
      word: 'conflict ownership_lost',
    },
    { name: 'mine', record: owned(), word: 'write ok exit_signal_recorded' },
    {
      name: 'mine and closed',
      record: owned(),
      known: { pullRequestOpen: false },
      word: 'write ok exit_signal_recorded',
    },
    { name: 'mine, signalled already', record: signalled(), word: 'write ok exit_signal_recorded' },
    {
      name: 'mine, my attempt is later',
      record: owned(),
      ask: { run: runOf('1001', 2) },
      word: 'write ok exit_signal_recorded',
    },
    { name: 'mine, my attempt is earlier', record: byLater, word: 'conflict ownership_lost' },
    { name: 'mine, my attempt is earlier, by anybody', record: byLater, ask: anybody, word: 'ask takeover_permission' },
    { name: 'mine, the right token', record: owned(), ask: { fencingToken: 4 }, word: 'write ok exit_signal_recorded' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, and meant', record: owned(), ask: { targetRunId: '1001' }, word: 'write ok exit_signal_recorded' },
    // Case O12: a typing error signals nobody, and says so.
    { name: 'mine, another run meant', record: owned(), ask: { targetRunId: '100l' }, word: 'conflict ownership_lost' },
    { name: 'another', record: owned(), ask: { run: OTHER }, known: granted, word: 'conflict ownership_lost' },
    {
      name: 'another, and meant',
      record: owned(),
      ask: { run: OTHER, targetRunId: '1001' },
      known: granted,
      word: 'conflict ownership_lost',
    },
    { name: 'another, by anybody', record: owned(), ask: byOther, word: 'ask takeover_permission' },
    {
      name: 'another, by anybody, granted',
      record: owned(),
      ask: byOther,
      known: granted,
      word: 'write ok exit_signal_recorded',
    },
    {
      name: 'another, by anybody, and meant',
      record: owned(),
      ask: { ...byOther, targetRunId: '1001' },
      known: granted,
      word: 'write ok exit_signal_recorded',
    },
    // Case O11: a signal lets a plain claim supersede, so it needs what a takeover does.
    {
      name: 'another, by anybody, denied',
      record: owned(),
      ask: byOther,
      known: { takeoverPermission: 'denied' },
      word: 'conflict takeover_forbidden',
    },
    {
      name: 'another, by anybody, closed',
      record: owned(),
      ask: byOther,
      known: { pullRequestOpen: false },
      word: 'ask takeover_permission',
    },
    {
      name: 'another, by anybody, an old token',
      record: owned(),
      ask: { ...byOther, fencingToken: 3 },
      known: granted,
      word: 'conflict ownership_lost',
    },
    {
      name: 'another, by anybody, somebody else meant',
      record: owned(),
      ask: { ...byOther, targetRunId: '3003' },
      known: granted,
      word: 'conflict ownership_lost',
    },
  ]);

  test('records the run, the time, the trimmed reason and the tenure', () => {
    const { next, event } = written(decideOn(owned(), request('signal-exit', { reason: '  superseded  ' })));
    expect(next).toEqual({
      ...owned(),
      exitSignals: [{ runId: '1001', at: NOW, reason: 'superseded', fencingToken: 4 }],
      history: [...owned().history, event],
    });
    expect(event).toEqual({
      type: 'signal-exit',
      runId: '1001',
      attempt: 1,
      previousRunId: null,
      at: NOW,
      reason: 'superseded',
      fencingToken: 4,
      id: 'write-1',
      actor: 'octocat',
      workflow: 'agent',
      workflowRunId: 1001,
    });
  });

  test('another run’s owner is asked to stop, and the event says from where', () => {
    const { next, event } = written(decideOn(owned(), request('signal-exit', byOther), granted));
    expect(next.exitSignals).toEqual([{ runId: '1001', at: NOW, reason: null, fencingToken: 4 }]);
    expect(event).toMatchObject({ runId: '1001', workflowRunId: 2002, actor: 'octocat' });
    for (const command of ['assert', 'claim', 'ensure'] as const) {
      expect(wordOf(decideOn(next, request(command)))).toBe('conflict exit_signal_recorded');
    }
  });

  test('it ends the protection of the tenure at once', () => {
    const { next } = written(decideOn(owned(), request('signal-exit')));
    const claim = request('claim', { run: OTHER, supersede: 'dead' });
    expect(written(decideOn(next, claim)).event.cause).toBe('exit_signal');
  });

  // The advice for a broken record is to raise the record's token above any ever used, with the owner's left behind.
  test('a signal reaches the tenure of an owner whose token is below the record’s own', () => {
    const { next } = written(decideOn(owned({ fencingToken: 9 }), request('signal-exit')));
    expect(wordOf(decideOn(next, request('assert')))).toBe('conflict exit_signal_recorded');
  });

  describe('at most 50 signals are kept', () => {
    const others = (count: number): OwnershipRecord['exitSignals'] =>
      Array.from({ length: count }, (_, index) => ({
        runId: `other-${String(index)}`,
        at: NOW,
        reason: null,
        fencingToken: 4,
      }));

    test('the oldest falls out', () => {
      const { next } = written(decideOn(owned({ exitSignals: others(50) }), request('signal-exit')));
      expect(next.exitSignals).toHaveLength(50);
      expect(next.exitSignals[0]?.runId).toBe('other-1');
      expect(next.exitSignals.at(-1)?.runId).toBe('1001');
    });

    test('the newest of the owner is among them', () => {
      let record = owned();
      for (let count = 0; count < 120; count += 1) {
        const known = { writeId: `write-${String(count)}` };
        record = written(decideOn(record, request('signal-exit', { reason: String(count) }), known)).next;
      }
      expect(record.exitSignals).toHaveLength(50);
      expect(record.exitSignals.at(-1)?.reason).toBe('119');
      expect(record.history).toHaveLength(50);
      expect(record.history[0]?.type).toBe('takeover');
    });
  });
});

describe('reasons', () => {
  test.each([
    ['nothing', null, null],
    ['an empty text', '', null],
    ['blanks', ' \n\t ', null],
    ['blanks around', '  why \n', 'why'],
    ['500 characters', 'x'.repeat(500), 'x'.repeat(500)],
    ['501 characters', 'x'.repeat(501), 'x'.repeat(500)],
    ['blanks before 501 characters', ` ${'x'.repeat(501)}`, 'x'.repeat(500)],
    ['no pair is cut in two', `${'x'.repeat(499)}😀`, 'x'.repeat(499)],
    ['a whole pair is kept', `${'x'.repeat(498)}😀`, `${'x'.repeat(498)}😀`],
  ])('%s', (_name, reason, kept) => {
    expect(trimReason(reason)).toBe(kept);
  });
});
