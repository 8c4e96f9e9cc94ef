import type { Run } from '../../src/core/run.js';
import type { Cast } from './cast.js';
import { HOUR, lasting, type Scene } from './scene.js';
import type { Story } from './story.js';

/** How things stand at the end. */
export interface PlantedOwner {
  readonly pr: number;
  readonly scope: string | null;
  readonly runId: string;
  readonly state: 'alive' | 'over' | 'held' | 'expired' | 'signalled' | 'unknown';
  readonly since: string;
  /** The run ids of those in line, the first of them first. */
  readonly line: readonly string[];
}

type State = PlantedOwner['state'];

/** Twenty owners. The first two begin long before the others. */
export const STATES: readonly State[] = [
  ...Array<State>(2).fill('alive'),
  'expired',
  ...Array<State>(7).fill('alive'),
  ...Array<State>(4).fill('over'),
  ...Array<State>(4).fill('held'),
  'signalled',
  'unknown',
];

/** When the first two begin, as parts of the time before the ending. */
export const EARLY = [0.1, 0.9] as const;

/** The ending takes the last four hours. */
export const ENDING_MS = 4 * HOUR;

/** One commit. */
export type Act = () => void;

interface Stage {
  readonly story: Story;
  readonly cast: Cast;
  readonly scenes: readonly Scene[];
}

/** What happens at the end: the early claims, and all that comes in the last hours. */
export function endingActs({ story, cast, scenes }: Stage): { early: Act[]; late: Act[] } {
  const begin = STATES.map(
    (state, index): Act =>
      () =>
        beginAs(state, sceneAt(scenes, index), cast, story),
  );
  const joins = [0, 0, 0, STATES.indexOf('over'), STATES.indexOf('held'), STATES.indexOf('held')];
  const lines = joins.map((index, place): Act => {
    // The last place of the hold is past when the board is looked at.
    const placeMs = place === joins.length - 1 ? HOUR / 6 : 6 * HOUR;
    return () => void sceneAt(scenes, index).join(cast.liveRun(story.now), placeMs);
  });
  const signalled = STATES.indexOf('signalled');
  const signal: Act = () => {
    const scene = sceneAt(scenes, signalled);
    scene.signal(cast.person('mona'), scene.record.activeRun?.runId ?? '', 'Stop: <b>wrong branch</b>');
  };
  return { early: begin.slice(0, EARLY.length), late: [...begin.slice(EARLY.length), signal, ...lines] };
}

function beginAs(state: State, scene: Scene, cast: Cast, { now }: Story): void {
  const run: Record<State, () => Run> = {
    alive: () => cast.liveRun(now),
    over: () => cast.someRun(now),
    held: () => cast.person('mona'),
    expired: () => cast.liveRun(now),
    signalled: () => cast.liveRun(now),
    unknown: () => cast.foreignRun(),
  };
  const term = state === 'held' ? lasting(8 * HOUR, true) : state === 'expired' ? lasting(HOUR / 2) : undefined;
  scene.claim(run[state](), term);
}

export function ownersOf(scenes: readonly Scene[]): PlantedOwner[] {
  return STATES.map((state, index) => {
    const { target, record } = sceneAt(scenes, index);
    const { activeRun, queue } = record;
    if (activeRun === null) throw new Error(`Nobody owns pull request ${String(target.pr)} at the end.`);
    const { runId, claimedAt } = activeRun;
    const line = queue.map((place) => place.runId);
    return { pr: target.pr, scope: target.scope, runId, state, since: claimedAt ?? '', line };
  });
}

function sceneAt(scenes: readonly Scene[], index: number): Scene {
  const scene = scenes[index];
  if (scene === undefined) throw new Error('There are not enough records for the ending.');
  return scene;
}
