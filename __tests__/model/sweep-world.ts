import type { planSweep } from '../../src/core/sweep/plan.js';
import { type FoundRecord, type SweepPlan } from '../../src/core/sweep/plan.js';
import type { OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { decideAnswering } from '../core/answering.js';
import { facts, NOW, OTHER, request, runOf, WAITING } from '../core/samples.js';

/** A state branch of two targets, whose pull requests open and close, and whoever sweeps it. */

export const TARGETS = [
  { pr: 17, scope: null },
  { pr: 18, scope: 'preview' },
] as const;
const RUN = runOf('1001');

export interface World {
  /** By target; `null`: there is none. */
  readonly records: readonly (OwnershipRecord | null)[];
  readonly open: Readonly<Record<17 | 18, boolean>>;
  readonly floor: number;
  /** The greatest token that each target ever had. */
  readonly highest: readonly number[];
  /** What a sweep that is under way has decided; whatever is written then makes it come too late. */
  readonly planned: { readonly plan: SweepPlan; readonly isLate: boolean } | null;
}

export interface Move {
  readonly label: string;
  readonly after: World;
}

/** How a sweep is done; a test takes a part of it out. */
export interface Sweeper {
  plan: typeof planSweep;
  /** Whether it commits on what it has read only. */
  readonly compareAndSwap: boolean;
}

export const START: World = {
  records: TARGETS.map(() => null),
  open: { 17: true, 18: true },
  floor: 0,
  highest: TARGETS.map(() => 0),
  planned: null,
};

const LONG_AGO = '2026-01-01T00:00:00.000Z';
/** So many tenures are enough for either to come before the other, and after it again. */
const HIGHEST_TOKEN = 3;

export function movesOf(world: World, sweeper: Sweeper): readonly Move[] {
  const moves: Move[] = [];
  for (const pr of [17, 18] as const) {
    const open = { ...world.open, [pr]: !world.open[pr] };
    moves.push({ label: `${String(pr)} ${world.open[pr] ? 'closes' : 'opens'}`, after: { ...world, open } });
  }
  world.records.forEach((record, index) => {
    const asked = [
      ['claim', request('claim', { run: RUN })],
      ['join', request('claim', { run: OTHER, line: WAITING })],
      ['release', request('release', { run: RUN })],
      ['release of who was in line', request('release', { run: OTHER })],
    ] as const;
    for (const [what, wanted] of asked) {
      // Every step that waits has a place of its own; one is enough, on one of the targets.
      if (what === 'join' && (index > 0 || (record?.queue.length ?? 0) > 0)) continue;
      const next = decided(world, index, wanted);
      if (next !== null) moves.push({ label: `${what} of ${nameOf(index)}`, after: written(world, index, next) });
    }
  });
  if (world.planned === null) {
    const plan = planOf(world, sweeper);
    if (plan.removed.length > 0)
      moves.push({ label: 'a sweep reads', after: { ...world, planned: { plan, isLate: false } } });
  } else {
    const { plan, isLate } = world.planned;
    const lands = !isLate || !sweeper.compareAndSwap;
    const after = lands ? swept(world, plan) : { ...world, planned: null };
    moves.push({ label: lands ? 'the sweep lands' : 'the sweep comes too late', after });
  }
  return moves.filter(({ after }) => after.highest.every((token) => token <= HIGHEST_TOKEN));
}

/** The record after it, or `null`: nothing is written. Who is in line is at work. */
export function decided(world: World, index: number, wanted: CoordinationRequest): OwnershipRecord | null {
  const decision = decisionOn(world, index, wanted);
  return decision.kind === 'write' ? decision.next : null;
}

export function decisionOn(
  world: World,
  index: number,
  wanted: CoordinationRequest,
): ReturnType<typeof decideAnswering> {
  const target = targetOf(index);
  const isOpen = world.open[target.pr === 17 ? 17 : 18];
  const known = facts({ target, tokenFloor: world.floor, pullRequestOpen: isOpen });
  return decideAnswering(world.records[index] ?? null, wanted, known, () => 'alive');
}

function targetOf(index: number): StoredTarget {
  return { repo: 'acme/widgets', repoId: 7, ...(TARGETS[index] ?? TARGETS[0]) };
}

export function nameOf(index: number): string {
  const { pr, scope } = targetOf(index);
  return scope === null ? String(pr) : `${String(pr)}.${scope}`;
}

function written(world: World, index: number, next: OwnershipRecord): World {
  return {
    ...world,
    records: world.records.with(index, next),
    highest: world.highest.with(index, Math.max(world.highest[index] ?? 0, next.fencingToken)),
    planned: world.planned && { ...world.planned, isLate: true },
  };
}

/** What GitHub says of the pull requests is of the moment of reading: they may open again before the sweep lands. */
function planOf(world: World, { plan }: Sweeper): SweepPlan {
  const found = world.records.flatMap((record, index): readonly FoundRecord[] => {
    const { pr, scope } = targetOf(index);
    return record === null ? [] : [{ pr, scope, reading: { kind: 'record', record } }];
  });
  const states = ([17, 18] as const).map((pr) => {
    const state = world.open[pr] ? { state: 'open', closedAt: null } : { state: 'closed', closedAt: LONG_AGO };
    return [pr, state] as const;
  });
  return plan(found, {
    ...{ now: NOW, olderThanMs: 0, tokenFloor: world.floor },
    pullRequests: new Map(states as [number, { state: 'open' | 'closed'; closedAt: string | null }][]),
  });
}

function swept(world: World, { removed, tokenFloor }: SweepPlan): World {
  const isRemoved = (index: number): boolean =>
    removed.some(({ pr, scope }) => pr === targetOf(index).pr && scope === targetOf(index).scope);
  const records = world.records.map((record, index) => (isRemoved(index) ? null : record));
  return { ...world, records, floor: tokenFloor, planned: null };
}
