import { coordinate } from '../../../src/coordinate/coordinate.js';
import type { Outcome } from '../../../src/core/outcome.js';
import type { CoordinationRequest } from '../../../src/core/request.js';
import type { StateStore } from '../../../src/store/state-store.js';
import { createPublishingStore, openCheckout, type Checkout } from '../../../src/publish/index.js';
import type { Clock } from '../../../src/time/clock.js';
import { Deadline } from '../../../src/time/deadline.js';
import { request, runOf } from '../../core/samples.js';
import { apiOf, SERVER_URL, STATE_BRANCH, type GitServer, type Heads } from './server.js';

/** One that acts on the pull request: what it asks, and for a publisher the clone that it publishes from. */
export interface Actor {
  readonly name: string;
  readonly runId: string;
  readonly command: 'push' | 'takeover' | 'release';
  readonly checkout: Checkout | null;
  /** One that is like it in everything but its name, and begins before it. */
  readonly after?: string;
}

/** A read or a comparison changes nothing; each is one step of the schedule, and so is each write. */
type Kind = 'look' | 'write';

export interface Move {
  readonly actor: string;
  readonly kind: Kind;
  readonly before: Heads;
  readonly after: Heads;
}

export interface Played {
  readonly moves: readonly Move[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Which of the actors acts next, of those that may. */
export type Chooser = (candidates: readonly string[]) => string;

/** Time stands still: what is tried again is tried at once. */
const STILL: Clock = {
  now: () => '2026-11-22T08:10:00.000Z',
  monotonic: () => 0,
  sleep: () => Promise.resolve(),
  random: () => 0,
};

export async function publisher(server: GitServer, name: string, folder: string, revision: string): Promise<Actor> {
  const opened = await openCheckout({ folder, temporaryFolder: server.folder, revision, lease: null });
  if (opened.kind === 'refused') throw new Error(opened.problem);
  return { name, runId: '1001', command: 'push', checkout: opened.checkout };
}

/** The schedule is another one in another order of looks, which is played as well. */
class Redundant extends Error {}

/** Plays all actors over the same server, one step of one of them at a time; `null`: another schedule stands for this one. */
export async function play(server: GitServer, actors: readonly Actor[], choose: Chooser): Promise<Played | null> {
  await server.reset();
  const waiting = new Map<
    string,
    { readonly kind: Kind; readonly go: () => void; readonly stop: (why: Error) => void }
  >();
  const outcomes = new Map<string, Outcome>();
  let changed = (): void => undefined;
  const turn = (actor: string, kind: Kind): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.set(actor, { kind, go: resolve, stop: reject });
      changed();
    });
  const running = actors.map(async (actor) => {
    const outcome = await act(server, actor, (kind) => turn(actor.name, kind)).catch((error: unknown) => {
      if (error instanceof Redundant) return null;
      throw error;
    });
    if (outcome === null) return;
    outcomes.set(actor.name, outcome);
    changed();
  });
  const allSettled = async (): Promise<void> => {
    while (waiting.size + outcomes.size < actors.length) {
      await Promise.race([new Promise<void>((resolve) => (changed = resolve)), ...failing(running)]);
    }
  };
  const moves: Move[] = [];
  let before = server.beginning;
  for (;;) {
    await allSettled();
    if (waiting.size === 0) break;
    const last = moves.at(-1);
    const names = actors.map(({ name }) => name);
    const candidates = names.filter((name) => {
      const kind = waiting.get(name)?.kind;
      if (kind === undefined) return false;
      // What two alike do stands for the same with their names exchanged.
      const { after } = actors.find((actor) => actor.name === name) ?? {};
      if (after !== undefined && !moves.some(({ actor }) => actor === after)) return false;
      // Looks of two actors in a row change nothing for each other: one order of them stands for all.
      return !(kind === 'look' && last?.kind === 'look' && names.indexOf(name) < names.indexOf(last.actor));
    });
    if (candidates.length === 0) {
      for (const { stop } of waiting.values()) stop(new Redundant());
      await Promise.all(running);
      return null;
    }
    const name = choose(candidates);
    const chosen = waiting.get(name);
    if (chosen === undefined) throw new Error(`${name} does not wait`);
    waiting.delete(name);
    chosen.go();
    await allSettled();
    const after = chosen.kind === 'look' ? before : await server.heads();
    moves.push({ actor: name, kind: chosen.kind, before, after });
    before = after;
  }
  await Promise.all(running);
  return { moves, outcomes };
}

/** Ends as soon as one of them fails, and never by their success. */
function failing(running: readonly Promise<void>[]): readonly Promise<void>[] {
  return running.map((each) => each.then(() => new Promise<never>(() => undefined)));
}

async function act(server: GitServer, actor: Actor, turn: (kind: Kind) => Promise<void>): Promise<Outcome> {
  const api = apiOf(server, STILL);
  const { checkout, name } = actor;
  const common = { store: api, stateBranch: STATE_BRANCH, serverUrl: SERVER_URL, token: 'none' };
  const publishing = checkout === null ? null : createPublishingStore({ ...common, checkout });
  const inner: StateStore = publishing ?? api;
  const store: StateStore = {
    ...inner,
    read: async (deadline) => {
      await turn('look');
      return inner.read(deadline);
    },
    write: async (change, deadline) => {
      await turn('write');
      return inner.write(change, deadline);
    },
    ...(inner.compare === undefined ? {} : { compare: comparing(inner.compare, turn) }),
  };
  let writes = 0;
  try {
    return await coordinate(requestOf(actor), {
      ...{ store, stateBranch: STATE_BRANCH, clock: STILL, repositoryId: 7, takeoverPermission: 'granted' },
      newId: () => `${name}-${String((writes += 1))}`,
      deadline: new Deadline(STILL, 600_000),
      warn: () => undefined,
      debug: () => undefined,
    });
  } finally {
    await publishing?.close();
  }
}

function comparing(
  compare: NonNullable<StateStore['compare']>,
  turn: (kind: Kind) => Promise<void>,
): NonNullable<StateStore['compare']> {
  return async (what, deadline) => {
    await turn('look');
    return compare(what, deadline);
  };
}

function requestOf({ command, runId, checkout }: Actor): CoordinationRequest {
  const run = runOf(runId);
  if (command !== 'push') return request(command, { run });
  const publication = { commit: checkout?.commit ?? '', branch: null, isLeased: false, dryRun: false };
  return request('push', { run, publication });
}

/** Plays every schedule, the last choice that had another alternative taken differently the next time. */
export async function playAll(
  server: GitServer,
  actors: readonly Actor[],
  judge: (played: Played) => Promise<void>,
): Promise<number> {
  let prefix: number[] = [];
  let count = 0;
  for (;;) {
    const choices: { readonly index: number; readonly of: number }[] = [];
    const played = await play(server, actors, (candidates) => {
      const index = prefix[choices.length] ?? 0;
      choices.push({ index, of: candidates.length });
      return candidates[index] ?? '';
    });
    if (played !== null) {
      count += 1;
      await judge(played);
    }
    const last = choices.findLastIndex(({ index, of }) => index + 1 < of);
    if (last === -1) return count;
    prefix = choices.slice(0, last + 1).map(({ index }, place) => (place === last ? index + 1 : index));
  }
}
