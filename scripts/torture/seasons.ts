import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { Neighbourhood } from './life.js';

const POLL_MS = 100;

/** What happens to all runs of a round alike, in the middle of whatever they do. */

/** Every season has a state branch of its own: only so is the creation of the ref more than one moment of a round. */
export async function changeSeasons(around: Neighbourhood, chance: Chance, end: AbortSignal): Promise<void> {
  for (let season = 2; await operations(chance.between(15, 90), around, end); season += 1) {
    around.branch = `runner-coord-state-${String(season)}`;
  }
}

/** Runs that have begun go by the old name until they end. */
export async function renameNowAndThen(around: Neighbourhood, chance: Chance, end: AbortSignal): Promise<void> {
  while (await operations(chance.between(25, 110), around, end)) around.stage.rename();
}

export async function lagNowAndThen({ stage }: Neighbourhood, chance: Chance, end: AbortSignal): Promise<void> {
  while (await passes(chance.between(3_000, 10_000), end)) {
    await stage.setLag(true);
    await passes(chance.between(300, 2_000), end);
    await stage.setLag(false);
  }
}

/** Whether the round still goes on after so long. */
async function passes(ms: number, end: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal: end }).catch(() => undefined);
  return !end.aborted;
}

/** Whether the round still goes on after so many operations: how fast they come depends on the machine. */
async function operations(count: number, { stage }: Neighbourhood, end: AbortSignal): Promise<boolean> {
  const due = stage.tally.total + count;
  while (stage.tally.total < due) if (!(await passes(POLL_MS, end))) return false;
  return true;
}
