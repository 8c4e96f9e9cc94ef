import type { LatestWrite } from '../core/contention.js';

/**
 * Whose turn it is among those who write to one branch at once. Nobody knows the others, but every commit tells how old its
 * request was: whoever is older than the last that came through tries again soon, whoever is younger leaves it the time.
 * So they are served about in the order in which they came. Measured in docs/scale.md.
 */

/** One try, from its reading to the answer to its write, as it took here; within these bounds whatever was measured. */
const CYCLE = { leastMs: 200, mostMs: 5_000 };
/** The window of a loser doubles up to so many tries. */
const WIDEST_WINDOW = 4;
/** What younger ones leave to older ones, beside how much younger they are: those between them need time as well. */
const COURTESY = 1.2;
const LONGEST_COURTESY_MS = 20_000;
/** Who has no more time than this has none to give. */
const OWN_TIME_MS = 10_000;
/** A newcomer writes at once, unless the last one had to wait for so long, and not longer ago than this. */
const CROWD = { ageMs: 2_000, forMs: 4_000 };

export interface Standing {
  /** The age of the request that asks. */
  readonly ageMs: number;
  /** Until its time is up. */
  readonly leftMs: number;
  /** The newest write that it has read; `null`: none is known. */
  readonly latest: LatestWrite | null;
  /** ISO time by GitHub's clock. */
  readonly now: string;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** Before the first write: milliseconds that a newcomer leaves to those who have come too late before. 0: nobody waits. */
export function pauseOfNewcomer(standing: Standing): number {
  const { latest, now, random } = standing;
  if (latest === null || latest.lostRaces === 0 || latest.milliseconds < CROWD.ageMs) return 0;
  if (!isFresh(latest, now, CROWD.forMs)) return 0;
  return Math.round(Math.min(toGiveMs(standing), courtesyMs(standing, latest) * (0.25 + 1.5 * random)));
}

/**
 * After a lost race: milliseconds until the next reading. There is always time left for one.
 *
 * @param lostRaces of this request, from 1.
 * @param cycleMs how long this try took.
 */
export function pauseOfLoser(lostRaces: number, cycleMs: number, standing: Standing): number {
  const { leftMs, latest, now, random } = standing;
  const cycle = Math.min(CYCLE.mostMs, Math.max(CYCLE.leastMs, cycleMs));
  const jitter = random * cycle * Math.min(WIDEST_WINDOW, 2 ** (lostRaces - 1));
  const knows = latest !== null && isFresh(latest, now, CROWD.forMs + cycle);
  const courtesy = knows ? Math.min(toGiveMs(standing), courtesyMs(standing, latest)) : 0;
  return Math.round(Math.min(leftMs / 2, jitter + courtesy));
}

/** A commit that bears no time, or one to come, tells nothing. */
function isFresh({ at }: LatestWrite, now: string, forMs: number): boolean {
  const agoMs = Date.parse(now) - Date.parse(at);
  return agoMs >= -CROWD.forMs && agoMs < forMs;
}

function courtesyMs({ ageMs }: Standing, { milliseconds }: LatestWrite): number {
  return Math.min(LONGEST_COURTESY_MS, Math.max(0, milliseconds - ageMs) * COURTESY);
}

/** Nobody gives away the answer that it would have had. */
function toGiveMs({ leftMs }: Standing): number {
  return Math.max(0, leftMs - OWN_TIME_MS) / 2;
}
