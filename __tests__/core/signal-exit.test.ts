import { describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { trimReason } from '../../src/core/tenure.js';
import { active, decideOn, free, NOW, OTHER, owned, request, runOf, signalled, wordOf, written } from './samples.js';

interface Row {
  readonly name: string;
  readonly record: OwnershipRecord | null;
  readonly ask?: Partial<CoordinationRequest>;
  readonly word: string;
}

const anybody = { requireActiveOwner: false } as const;

describe('signal-exit', () => {
  test.each<Row>([
    { name: 'no record', record: null, word: 'conflict ownership_missing' },
    { name: 'no record, by anybody', record: null, ask: anybody, word: 'conflict ownership_missing' },
    { name: 'mine', record: owned(), word: 'write ok exit_signal_recorded' },
    { name: 'mine, signalled already', record: signalled(), word: 'write ok exit_signal_recorded' },
    {
      name: 'mine, a later attempt',
      record: owned(),
      ask: { run: runOf('1001', 2) },
      word: 'write ok exit_signal_recorded',
    },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    { name: 'mine, the right token', record: owned(), ask: { fencingToken: 4 }, word: 'write ok exit_signal_recorded' },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, by anybody',
      record: owned(),
      ask: { ...anybody, run: OTHER },
      word: 'write ok exit_signal_recorded',
    },
    {
      name: 'another, by anybody, an old token',
      record: owned(),
      ask: { ...anybody, run: OTHER, targetRunId: '1001', fencingToken: 3 },
      word: 'conflict ownership_lost',
    },
    { name: 'no active run', record: free(), word: 'conflict ownership_lost' },
    { name: 'no active run, by anybody', record: free(), ask: anybody, word: 'write ok exit_signal_recorded' },
    {
      name: 'no active run, by anybody, with a token',
      record: free(),
      ask: { ...anybody, fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
  ])('$name: $word', ({ record, ask, word }) => {
    expect(wordOf(decideOn(record, request('signal-exit', ask)))).toBe(word);
  });

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
      previousRunId: null,
      at: NOW,
      reason: 'superseded',
      fencingToken: 4,
      id: 'request-1',
      actor: 'octocat',
    });
  });

  test('another run’s owner is asked to stop by its run id', () => {
    const asked = request('signal-exit', { ...anybody, run: OTHER, targetRunId: '1001' });
    const { next } = written(decideOn(owned(), asked));
    expect(next.exitSignals).toEqual([{ runId: '1001', at: NOW, reason: null, fencingToken: 4 }]);
    expect(wordOf(decideOn(next, request('assert')))).toBe('conflict exit_signal_recorded');
    expect(wordOf(decideOn(next, request('claim')))).toBe('conflict exit_signal_recorded');
  });

  test('a signal for a run that does not own does not stop the owner', () => {
    const { next } = written(decideOn(owned(), request('signal-exit', { ...anybody, run: OTHER })));
    expect(wordOf(decideOn(next, request('assert')))).toBe('ok owner_confirmed');
  });

  test('a signal in a free target does not reach the next tenure of that run', () => {
    const { next } = written(decideOn(free(), request('signal-exit', anybody)));
    const claimed = written(decideOn(next, request('claim'))).next;
    expect(wordOf(decideOn(claimed, request('assert')))).toBe('ok owner_confirmed');
  });

  // The advice for a broken record is to raise the record's token above any ever used, with the owner's left behind.
  test('a signal reaches the tenure of an owner whose token is below the record’s own', () => {
    const repaired = owned({ fencingToken: 9 });
    const { next } = written(decideOn(repaired, request('signal-exit')));
    expect(wordOf(decideOn(next, request('assert')))).toBe('conflict exit_signal_recorded');
  });

  describe('at most 50 signals and 50 events are kept', () => {
    const others = (count: number): OwnershipRecord['exitSignals'] =>
      Array.from({ length: count }, (_, index) => ({
        runId: `other-${String(index)}`,
        at: NOW,
        reason: null,
        fencingToken: 4,
      }));

    test('the oldest falls out', () => {
      const { next } = written(decideOn(owned({ exitSignals: others(50) }), request('signal-exit')));
      expect(next.exitSignals.map(({ runId }) => runId)).toEqual([
        ...others(50)
          .slice(1)
          .map(({ runId }) => runId),
        '1001',
      ]);
    });

    test('without an active run as well', () => {
      const { next } = written(decideOn({ ...free(), exitSignals: others(50) }, request('signal-exit', anybody)));
      expect(next.exitSignals).toHaveLength(50);
      expect(next.exitSignals.at(-1)?.runId).toBe('1001');
    });

    test('with an active run that was never signalled', () => {
      const asked = request('signal-exit', { ...anybody, run: OTHER });
      const { next } = written(decideOn(owned({ exitSignals: others(50) }), asked));
      expect(next.exitSignals).toHaveLength(50);
      expect(next.exitSignals.at(-1)?.runId).toBe('2002');
      expect(next.exitSignals[0]?.runId).toBe('other-1');
    });

    test('the signal of the active tenure never does', () => {
      let record = signalled();
      for (let count = 0; count < 120; count += 1) {
        record = written(
          decideOn(record, request('signal-exit', { ...anybody, run: runOf(`x${String(count)}`) })),
        ).next;
      }
      expect(record.exitSignals).toHaveLength(50);
      expect(record.exitSignals.at(-1)?.runId).toBe('x119');
      expect(record.history).toHaveLength(50);
      expect(record.history.at(-1)?.runId).toBe('x119');
      expect(wordOf(decideOn(record, request('assert')))).toBe('conflict exit_signal_recorded');
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
