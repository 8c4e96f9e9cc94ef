import type { Agent, Run, World } from './terms.js';

/** A run owns the target; the others come when they come. */
export function world(others: readonly Exclude<Run, 'owner'>[], faultsLeft: number): World {
  const tenure = { run: 'owner', token: 1, id: 'owner 1' } as const;
  const event = { type: 'claim', id: tenure.id, entry: null } as const;
  return {
    log: [{ owner: tenure, token: 1, queue: [], event }],
    agents: [owner(), ...others.map(newcomer)],
    underWay: [],
    saidOver: [],
    now: 0,
    faultsLeft,
  };
}

function owner(): Agent {
  return { ...newcomer('owner'), goal: 'end', idsUsed: 1 };
}

function newcomer(run: Run): Agent {
  const goal = run === 'taker' ? 'take' : 'get';
  return { run, goal, phase: 'looking', seen: 0, sending: null, unknown: [], idsUsed: 0 };
}
