import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { Neighbourhood } from './life.js';

/** What happens to all runs of a round alike, in the middle of whatever they do. */

/** Every season has a state branch of its own: only so is the creation of the ref more than one moment of a round. */
export async function changeSeasons(around: Neighbourhood, chance: Chance, end: AbortSignal): Promise<void> {
  for (let season = 2; await passes(chance.between(5_000, 25_000), end); season += 1) {
    around.branch = `runner-coord-state-${String(season)}`;
  }
}

/** Runs that have begun go by the old name until they end. */
export async function renameNowAndThen({ stage }: Neighbourhood, chance: Chance, end: AbortSignal): Promise<void> {
  while (await passes(chance.between(12_000, 40_000), end)) stage.rename();
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
