import { describe, expect, test } from '@jest/globals';
import { OWNER, request, runOf } from '../core/samples.js';
import { bench, endOf, ownedBy, RIVAL } from './bench.js';

describe('many at once', () => {
  test('exactly one of twenty claims wins', async () => {
    const { run, store } = bench();
    const runs = Array.from({ length: 20 }, (_, index) => runOf(String(index + 1)));
    const outcomes = await Promise.all(runs.map((racer) => run(request('claim', { run: racer }))));
    const winners = runs.filter(({ runId }, index) => {
      const outcome = outcomes[index];
      return outcome !== undefined && ownedBy(outcome, runId);
    });
    expect(winners.map(({ runId }) => runId)).toEqual([store.record?.activeRun?.runId]);
    expect(outcomes.map(endOf).sort()).toEqual([
      ...Array.from({ length: 19 }, () => 'conflict active_run_exists'),
      'ok claimed_new',
    ]);
    expect(store.record?.fencingToken).toBe(1);
  });

  test('ten takeovers give ten tokens, and the last one owns', async () => {
    const { run, store } = bench();
    store.act(request('claim', { run: OWNER }));
    const runs = Array.from({ length: 10 }, (_, index) => runOf(String(index + 1)));
    const outcomes = await Promise.all(
      runs.map((racer) => run(request('takeover', { run: racer }), { budgetMs: 600_000 })),
    );
    expect(outcomes.map(endOf)).toEqual(runs.map(() => 'ok taken_over'));
    const tokens = outcomes.map((outcome) =>
      outcome.kind === 'error' ? null : (outcome.view?.record?.activeRun?.fencingToken ?? null),
    );
    expect([...tokens].sort((one, other) => Number(one) - Number(other))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(store.record?.fencingToken).toBe(11);
    const asserts = await Promise.all(
      runs.map((racer, index) => run(request('assert', { run: racer, fencingToken: tokens[index] ?? null }))),
    );
    expect(asserts.filter((outcome) => outcome.kind === 'ok')).toHaveLength(1);
    expect(store.record?.activeRun?.runId).not.toBe(RIVAL.runId);
  });
});
