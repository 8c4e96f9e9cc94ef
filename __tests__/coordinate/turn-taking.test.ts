import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pauseOfLoser, pauseOfNewcomer, type Standing } from '../../src/coordinate/turn-taking.js';
import { request } from '../core/samples.js';
import { bench, endOf, rivals } from './bench.js';

const NOW = '2026-11-22T08:10:00.000Z';
const ago = (ms: number): string => new Date(Date.parse(NOW) - ms).toISOString();

const standing = (ageMs: number, told: { ageMs: number; lostRaces?: number; ago?: number } | null): Standing => ({
  ageMs,
  leftMs: 240_000,
  latest: told && { at: ago(told.ago ?? 0), lostRaces: told.lostRaces ?? 3, milliseconds: told.ageMs },
  now: NOW,
  random: 0.5,
});

describe('a newcomer', () => {
  test.each([
    ['knows of nobody', null, 0],
    ['comes after one that lost nothing', { ageMs: 9_000, lostRaces: 0 }, 0],
    ['comes after one that lost little time', { ageMs: 1_999 }, 0],
    ['comes late after it', { ageMs: 9_000, ago: 4_000 }, 0],
    ['is told of a time to come', { ageMs: 9_000, ago: -4_001 }, 0],
    ['comes right after one that waited', { ageMs: 9_000, ago: 3_999 }, 10_560],
    ['comes after one that waited for very long', { ageMs: 900_000 }, 20_000],
  ])('%s', (_, told, pause) => {
    expect(pauseOfNewcomer(standing(200, told))).toBe(pause);
  });

  test('is told no time', () => {
    const latest = { at: 'yesterday', lostRaces: 3, milliseconds: 9_000 };
    expect(pauseOfNewcomer({ ...standing(200, null), latest })).toBe(0);
  });
});

describe('a loser', () => {
  test.each([
    ['that knows of nobody', 1, 800, 0, null, 400],
    ['for the second time', 2, 800, 0, null, 800],
    ['for the fifth time', 5, 800, 0, null, 1_600],
    ['where answers come at once', 1, 3, 0, null, 100],
    ['where answers take long', 1, 60_000, 0, null, 2_500],
    ['as old as the last one', 1, 800, 9_000, { ageMs: 9_000 }, 400],
    ['younger than the last one', 1, 800, 4_000, { ageMs: 9_000 }, 6_400],
    ['much younger than the last one', 1, 800, 4_000, { ageMs: 90_000 }, 20_400],
    ['younger than one of before', 1, 800, 4_000, { ageMs: 9_000, ago: 5_000 }, 400],
    ['that is told of a time to come', 1, 800, 4_000, { ageMs: 90_000, ago: -4_001 }, 400],
  ])('%s', (_, lost, cycle, age, told, pause) => {
    expect(pauseOfLoser(lost, cycle, standing(age, told))).toBe(pause);
  });
});

describe('nobody gives away the time that it needs', () => {
  const old = { ageMs: 60_000 };
  test.each([
    [60_000, 20_000, 20_400],
    [30_000, 10_000, 10_400],
    [11_000, 500, 900],
    [10_000, 0, 400],
    [700, 0, 350],
  ])('who has %i ms left', (leftMs, newcomer, loser) => {
    const place = { ...standing(200, old), leftMs };
    expect(pauseOfNewcomer(place)).toBe(newcomer);
    expect(pauseOfLoser(1, 800, place)).toBe(loser);
  });

  test.each([1_000, 5_000, 20_000, 60_000])('a claim that has %i ms is served', async (budgetMs) => {
    const { run, store, clock } = bench(0.99);
    store.latest = { at: clock.now(), lostRaces: 9, milliseconds: 60_000 };
    for (let lost = 0; lost < 4; lost += 1) {
      store.writes.push((go) => {
        store.commitElsewhere();
        return go();
      });
    }
    expect(endOf(await run(request('claim'), { budgetMs }))).toBe('ok claimed_new');
  });
});

test('whatever a commit tells, nobody is kept for longer than half a minute', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 999_999_999 }), fc.nat(90_000));
  const latest = fc.record({
    at: fc.oneof(fc.constantFrom(NOW, ago(1_000), 'never', ''), fc.string()),
    lostRaces: number,
    milliseconds: number,
  });
  const random = fc.double({ min: 0, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(latest, number, number, fc.integer({ min: 1, max: 99 }), random, (told, ageMs, cycle, lost, chance) => {
      const place = { ageMs, leftMs: 240_000, latest: told, now: NOW, random: chance };
      for (const pause of [pauseOfNewcomer(place), pauseOfLoser(lost, cycle, place)]) {
        expect(Number.isSafeInteger(pause) && pause >= 0 && pause <= 40_000).toBe(true);
      }
    }),
  );
});

describe('beside others that have waited for longer', () => {
  const crowded = (): ReturnType<typeof bench> => {
    const table = bench();
    table.store.latest = { at: table.clock.now(), lostRaces: 4, milliseconds: 5_000 };
    return table;
  };

  test('a claim lets them go first, once, and reads again', async () => {
    const { run, store, clock } = crowded();
    expect((await run(request('claim'))).kind).toBe('ok');
    expect(clock.sleeps).toEqual([6_000]);
    expect(store.calls).toEqual(['read', 'read', 'write']);
  });

  test.each(['release', 'takeover', 'claim'] as const)('a %s of who is at work already does not', async (command) => {
    const { run, store, clock } = crowded();
    await run(request('claim'));
    if (command === 'takeover') store.act(rivals('takeover'));
    store.calls.length = 0;
    store.latest = { at: clock.now(), lostRaces: 4, milliseconds: 60_000 };
    store.writes.push((go) => {
      store.commitElsewhere();
      return go();
    });
    expect((await run(request(command))).kind).toBe('ok');
    expect(store.calls.filter((call) => call !== 'permission')).toEqual(['read', 'write', 'read', 'write']);
    expect(clock.sleeps.slice(1)).toEqual([100]);
  });

  test('nor does a person who takes what is free', async () => {
    const { run, clock } = crowded();
    expect(endOf(await run(request('takeover')))).toBe('ok claimed_new');
    expect(clock.sleeps).toEqual([]);
  });
});
