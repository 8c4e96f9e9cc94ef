import { setTimeout as sleep } from 'node:timers/promises';
import { recordOf, holderOf } from '../../support/records.js';
import { STATE_BRANCH } from '../../support/world.js';
import type { Chance } from '../torture/chance.js';
import type { Checkout } from './checkout.js';
import { chooseKill } from './kills.js';
import { BRANCH, type Stage } from './stage.js';
import type { Said } from './story.js';

/** Who takes part in a round, and what they do. */

const OWNER = 1001;
const TAKER = 1002;
const WAITER = 1003;
const MINUTE_MS = 60_000;

export type Role =
  | 'twin'
  | 'stranger'
  | 'taker'
  | 'releaser'
  | 'signaller'
  | 'renewer'
  | 'later attempt'
  | 'plain git'
  | 'other pull requests';

export interface Cast {
  readonly roles: readonly Role[];
  /** Whether run 1003 stands in line, and publishes once it is served. */
  readonly hasWaiter: boolean;
}

/** The publisher of the owner always takes part; two to four others come to it. */
export function chooseCast(chance: Chance): Cast {
  const roles: Role[] = [];
  const count = chance.between(2, 4);
  while (roles.length < count) {
    const role = chance.weighted<Role>([
      [4, 'twin'],
      [2, 'stranger'],
      [4, 'taker'],
      [2, 'releaser'],
      [1, 'signaller'],
      [2, 'renewer'],
      [2, 'later attempt'],
      [3, 'plain git'],
      [3, 'other pull requests'],
    ]);
    if (!roles.includes(role)) roles.push(role);
  }
  return { roles, hasWaiter: chance.happens(0.25) };
}

/** The pull request belongs to run 1001, perhaps with somebody behind it. */
export async function setTheStage({ world }: Stage, { hasWaiter }: Cast): Promise<void> {
  for (const id of [OWNER, TAKER, WAITER]) {
    world.repository.addRun({ id, name: 'agent', status: 'in_progress', conclusion: null, runAttempt: 1 });
  }
  await world.plant({ ...recordOf(), queue: hasWaiter ? [placeOf(WAITER)] : [] });
}

export async function playCast(stage: Stage, { roles, hasWaiter }: Cast, chance: Chance): Promise<void> {
  const publisher = await stage.clone();
  const parts: Promise<void>[] = [];
  for (const role of roles) parts.push(play(role, stage, await stage.clone(), chance.fork()));
  if (hasWaiter) parts.push(publishLater(stage, await stage.clone(), chance.fork()));
  parts.push(publish(stage, publisher, chance.fork(), { runId: OWNER, pushes: chance.between(2, 4) }));
  await Promise.all(parts);
}

async function play(role: Role, stage: Stage, checkout: Checkout, chance: Chance): Promise<void> {
  const { repository } = stage.world;
  const soon = (): Promise<void> => sleep(chance.between(0, 3_500));
  const owner = { runId: OWNER, checkout };
  const killed = (command: string): { readonly kill: ReturnType<typeof chooseKill> } => ({
    kill: chooseKill(chance, command),
  });
  switch (role) {
    case 'twin':
      await sleep(chance.between(0, 300));
      return publish(stage, checkout, chance, { runId: OWNER, pushes: chance.between(1, 2) });
    case 'stranger':
      await soon();
      return publish(stage, checkout, chance, { runId: TAKER, pushes: 1 });
    case 'taker':
      await soon();
      await stage.ask({
        command: 'takeover',
        words: ['--reason', 'I go on'],
        runId: TAKER,
        checkout,
        ...killed('takeover'),
      });
      return publish(stage, checkout, chance, { runId: TAKER, pushes: chance.between(0, 2) });
    case 'releaser':
      await soon();
      return void (await stage.ask({ command: 'release', ...owner, ...killed('release') }));
    case 'signaller':
      await soon();
      return void (await stage.ask({ command: 'signal-exit', ...owner, ...killed('signal-exit') }));
    case 'renewer':
      await soon();
      return void (await stage.ask({ command: 'claim', ...owner, ...killed('claim') }));
    case 'later attempt':
      await soon();
      repository.updateRun(OWNER, { status: 'in_progress', conclusion: null, runAttempt: 2 });
      await stage.ask({ command: 'ensure', ...owner, attempt: 2, ...killed('ensure') });
      return publish(stage, checkout, chance, { runId: OWNER, attempt: 2, pushes: chance.between(0, 2) });
    case 'plain git':
      return pushPlainly(stage, checkout, chance);
    case 'other pull requests':
      return writeForOthers(stage, chance);
  }
}

/** The other run, at a moment that somebody else has chosen. */
export function takeOver(stage: Stage, checkout: Checkout): Promise<Said> {
  return stage.ask({ command: 'takeover', words: ['--reason', 'At the worst moment'], runId: TAKER, checkout });
}

interface Publisher {
  readonly runId: number;
  readonly attempt?: number;
  readonly pushes: number;
}

/** Commits and pushes, as an agent does, and mostly does what it is told after a refusal. */
async function publish(
  stage: Stage,
  checkout: Checkout,
  chance: Chance,
  { runId, attempt = 1, pushes }: Publisher,
): Promise<void> {
  let commit: string | null = null;
  let lease: string | null = null;
  for (let count = 0; count < pushes; count += 1) {
    if (chance.happens(0.3)) await sleep(chance.between(0, 400));
    commit ??= await checkout.commit(`Change ${String(count)} by run ${String(runId)}`);
    const dryRun = chance.happens(0.06);
    const words = [...(lease === null ? [] : [`--force-with-lease=${lease}`]), ...(dryRun ? ['--dry-run'] : [])];
    const kill = chooseKill(chance, 'push');
    const asked = { command: 'push', words, runId, attempt, checkout, commit, lease, dryRun, kill };
    const said = await stage.ask(asked);
    const { lost, moved, again } = whatNext(said);
    if (lost && chance.happens(0.7)) return;
    lease = null;
    if (moved && chance.happens(0.25)) {
      // It looks at what is there, and replaces it knowingly.
      lease = await headNow(checkout);
    } else if (moved) {
      if ((await checkout.catchUp(BRANCH)) === null) return;
      commit = null;
    } else if (!again || chance.happens(0.3)) {
      commit = null;
    }
  }
}

function whatNext({ answer }: Said): { readonly lost: boolean; readonly moved: boolean; readonly again: boolean } {
  const error = answer?.error ?? null;
  const moved = error === 'head_moved';
  const isFault = ['api_error', 'deadline_exceeded', 'contention_exhausted', 'rate_limited'].includes(error ?? '');
  const again = answer === null || isFault;
  return { moved, again, lost: error !== null && !moved && !isFault };
}

async function headNow(checkout: Checkout): Promise<string | null> {
  const listed = await checkout.git('ls-remote', 'origin', `refs/heads/${BRANCH}`).catch(() => '');
  return listed.split('\t')[0] || null;
}

/** Whoever stood in line looks until it is its turn, or the time is up. */
async function publishLater(stage: Stage, checkout: Checkout, chance: Chance): Promise<void> {
  for (let look = 0; look < 6; look += 1) {
    await sleep(400);
    const record = await stage.world.record().catch(() => null);
    if (record?.activeRun?.runId !== String(WAITER)) continue;
    await checkout.catchUp(BRANCH);
    return publish(stage, checkout, chance, { runId: WAITER, pushes: 1 });
  }
}

async function pushPlainly(stage: Stage, checkout: Checkout, chance: Chance): Promise<void> {
  const token = stage.tokenFor('somebody');
  for (let count = chance.between(1, 2); count > 0; count -= 1) {
    await sleep(chance.between(0, 1_000));
    if (chance.happens(0.8)) await checkout.catchUp(BRANCH);
    await checkout.commit('Somebody else');
    // They may as well lose: that is theirs to see.
    await checkout.pushes(token, `HEAD:${BRANCH}`);
  }
}

async function writeForOthers({ world }: Stage, chance: Chance): Promise<void> {
  for (let count = chance.between(3, 10); count > 0; count -= 1) {
    await sleep(chance.between(20, 400));
    await world.repository.writeFile(STATE_BRANCH, 'pulls/0/18.json', `{ "left": ${String(count)} }\n`);
  }
}

function placeOf(runId: number): Readonly<Record<string, unknown>> {
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  return {
    ...{ runId: String(runId), attempt: 1, since: at(-MINUTE_MS), until: at(10 * MINUTE_MS) },
    ...{ detached: false, expiresAfter: null, holder: holderOf(runId), id: `place-of-${String(runId)}` },
  };
}
