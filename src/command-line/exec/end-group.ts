import { setTimeout as sleep } from 'node:timers/promises';
import { groupRuns, signalGroup } from './group.js';

/** The system has no event for a group that is gone. */
const LOOK_MS = 50;

/** A process that was sent SIGKILL ends as soon as the kernel lets it, which is not at once on a busy machine. */
const AFTER_KILL_MS = 1_000;

/**
 * Ends a process group: SIGTERM, up to `graceMs` to end by itself, then SIGKILL for whoever is left. The rest of a group
 * gets its grace after the first child has ended too, and the SIGKILL in any case: grandchildren inherit a SIGTERM that
 * is ignored. What has left the group (setsid, a daemon) is out of reach.
 *
 * @returns whether somebody may be left, because the group runs as another user.
 */
export async function endGroup(group: number, graceMs: number): Promise<'gone' | 'not_permitted'> {
  signalGroup(group, 'SIGTERM');
  // A stopped process takes note of SIGTERM only when it goes on.
  signalGroup(group, 'SIGCONT');
  await untilGone(group, graceMs);
  const killed = signalGroup(group, 'SIGKILL');
  if (killed !== 'gone') await untilGone(group, AFTER_KILL_MS);
  return killed === 'not_permitted' && groupRuns(group) ? 'not_permitted' : 'gone';
}

async function untilGone(group: number, atMostMs: number): Promise<void> {
  const deadline = performance.now() + atMostMs;
  while (groupRuns(group)) {
    const left = deadline - performance.now();
    if (left <= 0) return;
    await sleep(Math.min(LOOK_MS, left));
  }
}
