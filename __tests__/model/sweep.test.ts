import { describe, expect, test } from '@jest/globals';
import { planSweep } from '../../src/core/sweep/plan.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { request, runOf } from '../core/samples.js';
import { decisionOn, movesOf, nameOf, START, TARGETS, type Move, type Sweeper, type World } from './sweep-world.js';

/**
 * Tokens never fall over a sweep and a pull request that is opened again: every story of a small branch, decided by the rules
 * themselves, breadth first. What it shows are the shortest stories that break something.
 */

const SWEEPER: Sweeper = { plan: planSweep, compareAndSwap: true };

/** What a move breaks; `null`: nothing. */
function brokenBy(before: World, { after }: Move): string | null {
  if (after.floor < before.floor) return 'the floor falls';
  for (const [index, record] of after.records.entries()) {
    const previous = before.records[index] ?? null;
    const highest = before.highest[index] ?? 0;
    const token = record?.activeRun?.fencingToken ?? null;
    const isNew = token !== null && token !== previous?.activeRun?.fencingToken;
    if (isNew && token <= highest) return 'a tenure begins below a token that the target had';
    const inUse = previous !== null && (previous.activeRun !== null || previous.queue.length > 0);
    if (record === null && inUse) return 'what somebody owns or waits for is swept';
    if (record === null && (after.highest[index] ?? 0) > after.floor) return 'a token is forgotten';
  }
  return null;
}

/** Whether anybody who was given an earlier tenure is told that it still has it, or gets one for it. */
function isOwnedFromThePast(world: World, index: number): boolean {
  const current = world.records[index]?.activeRun?.fencingToken ?? null;
  const tokens = Array.from({ length: world.highest[index] ?? 0 }, (_, earlier) => earlier + 1);
  return tokens.some((fencingToken) => {
    if (fencingToken === current) return false;
    return [runOf('1001'), runOf('2002')].some((run) =>
      [request('assert', { run, fencingToken }), request('ensure', { run, fencingToken })].some((asked) => {
        const decision = decisionOn(world, index, asked);
        return decision.kind === 'write' || (decision.kind === 'answer' && decision.answer.kind === 'ok');
      }),
    );
  });
}

/** Worlds that go on alike are one. */
function signOf({ records, open, floor, highest, planned }: World): string {
  const short = (record: OwnershipRecord | null): unknown =>
    record && [record.fencingToken, record.activeRun?.runId, record.queue.map(({ runId }) => runId)];
  return JSON.stringify([records.map(short), open, floor, highest, planned]);
}

interface Reached {
  readonly world: World;
  readonly story: readonly string[];
}

function explore(sweeper: Sweeper): { worlds: number; seen: ReadonlySet<string>; broken: string | null } {
  const known = new Set([signOf(START)]);
  const seen = new Set<string>();
  let reached: readonly Reached[] = [{ world: START, story: [] }];
  while (reached.length > 0) {
    const next: Reached[] = [];
    for (const { world, story } of reached) {
      for (const move of movesOf(world, sweeper)) {
        const told = [...story, move.label];
        seen.add(move.label);
        const broken = brokenBy(world, move);
        if (broken !== null) return { worlds: known.size, seen, broken: `${broken}: ${told.join(', ')}` };
        const sign = signOf(move.after);
        if (known.has(sign)) continue;
        known.add(sign);
        if (TARGETS.some((_, index) => isOwnedFromThePast(move.after, index))) {
          return { worlds: known.size, seen, broken: `an old token owns: ${told.join(', ')}` };
        }
        next.push({ world: move.after, story: told });
      }
    }
    reached = next;
  }
  return { worlds: known.size, seen, broken: null };
}

test('every story of a small branch', () => {
  const { worlds, seen, broken } = explore(SWEEPER);
  expect(broken).toBeNull();
  expect(worlds).toBeGreaterThan(2_000);
  const labels = ['a sweep reads', 'the sweep lands', 'the sweep comes too late', '17 opens', '18 closes'];
  expect([...seen]).toEqual(expect.arrayContaining(labels));
  for (const index of TARGETS.keys()) expect(seen).toContain(`claim of ${nameOf(index)}`);
});

describe('what each part is good for', () => {
  test.each<[string, Partial<Sweeper>, string]>([
    [
      'a sweep that leaves the floor as it is',
      { plan: (found, facts) => ({ ...planSweep(found, facts), tokenFloor: facts.tokenFloor }) },
      'a token is forgotten',
    ],
    [
      'one that sets it to what it removes, however low',
      {
        plan: (found, facts) => {
          const plan = planSweep(found, facts);
          return { ...plan, tokenFloor: Math.max(...plan.removed.map(({ fencingToken }) => fencingToken)) };
        },
      },
      'the floor falls',
    ],
    [
      'one that takes owners for gone',
      {
        plan: (found, facts) =>
          planSweep(
            found.map((each) =>
              each.reading?.kind === 'record'
                ? { ...each, reading: { kind: 'record', record: { ...each.reading.record, activeRun: null } } }
                : each,
            ),
            facts,
          ),
      },
      'what somebody owns or waits for is swept',
    ],
    ['one that commits on whatever is there', { compareAndSwap: false }, 'what somebody owns or waits for is swept'],
  ])('%s: broken', (_, part, broken) => {
    expect(explore({ ...SWEEPER, ...part }).broken).toMatch(new RegExp(`^${broken}: `));
  });
});
