import { expect } from '@jest/globals';
import type { HistoryEvent } from '../../../src/core/record.js';
import { exitSignalOf } from '../../../src/core/run.js';
import { recordPath } from '../../../src/core/record.js';
import { TARGET } from '../../core/samples.js';
import type { Actor, Move, Played } from './schedule.js';
import { BRANCH, type GitServer } from './server.js';

/**
 * What must hold of every schedule: each commit that landed has a `publish` event of the tenure that owned in the state
 * right before it, in the same transaction; there is no such event without its commit; nobody's commit is lost; and every
 * publisher was told what happened.
 */
export async function judge(server: GitServer, actors: readonly Actor[], { moves, outcomes }: Played): Promise<void> {
  const story = moves
    .map(({ actor, kind, before, after }) => `${actor} ${kind}${before === after ? '' : '!'}`)
    .join(', ');
  const landed = new Map<string, string>();
  for (const move of moves) {
    const event = await publishOf(server, move);
    const { before, after } = move;
    if (event === null) {
      expect({ story, branch: after.branch }).toEqual({ story, branch: before.branch });
      continue;
    }
    const owner = (await server.recordAt(before.state)).activeRun;
    const record = await server.recordAt(before.state);
    expect({ story, event }).toMatchObject({
      story,
      event: { runId: owner?.runId, attempt: owner?.attempt, fencingToken: owner?.fencingToken },
    });
    expect({ story, signal: exitSignalOf(record) }).toEqual({ story, signal: null });
    expect({ story, from: event.from, to: event.to, ref: event.ref }).toEqual({
      ...{ story, from: before.branch, to: after.branch, ref: BRANCH },
    });
    expect(await server.parentOf(after.state)).toBe(before.state);
    expect(await server.changedBy(after.state)).toEqual([recordPath(TARGET)]);
    expect({ story, keeps: await server.isAncestor(before.branch, after.branch) }).toEqual({ story, keeps: true });
    landed.set(move.actor, after.branch);
  }
  for (const { name, checkout } of actors) {
    if (checkout === null) continue;
    const outcome = outcomes.get(name);
    const told = outcome?.kind === 'ok' && outcome.status === 'published' ? checkout.commit : undefined;
    expect({ story, name, outcome: outcome?.kind, landed: told }).toEqual({
      ...{ story, name, outcome: outcome?.kind, landed: landed.get(name) },
    });
  }
}

/** The event of the move, where it published. */
async function publishOf(server: GitServer, { before, after }: Move): Promise<HistoryEvent | null> {
  if (before.state === after.state) return null;
  const event = (await server.recordAt(after.state)).history.at(-1) ?? null;
  return event?.type === 'publish' ? event : null;
}
