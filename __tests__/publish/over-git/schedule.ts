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
  /** Nothing happens between what it reads and what git shows it of the branches: one step less. */
  readonly readsAtOnce?: boolean;
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

/**
 * Which of the actors acts next, of those that may; `null`: nothing that could come from here on is new.
 *
 * @param state names everything that what comes next can depend on.
 */
export type Chooser = (candidates: readonly string[], state: string) => string | null;

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

/** Another schedule stands for this one, and is played. */
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
      // Looks of two actors in a row change nothing for each other: one order of them stands for all.
      return !(kind === 'look' && last?.kind === 'look' && names.indexOf(name) < names.indexOf(last.actor));
    });
    const name = candidates.length === 0 ? null : choose(candidates, stateOf(before, moves, names));
    if (name === null) {
      for (const { stop } of waiting.values()) stop(new Redundant());
      await Promise.all(running);
      return null;
    }
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

/**
 * The heads, and of each actor what it has seen and done, from which all that it does next follows: time stands still, and
 * commits and ids are named by what they hold. The last to look is in it, because it decides who may look next.
 */
function stateOf({ state, branch }: Heads, moves: readonly Move[], names: readonly string[]): string {
  const pasts = names.map((name) =>
    moves.flatMap(({ actor, kind, before, after }) =>
      actor === name ? [[kind, before.state, before.branch, after.state, after.branch]] : [],
    ),
  );
  const last = moves.at(-1);
  return JSON.stringify([state, branch, pasts, last?.kind === 'look' ? last.actor : null]);
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
    ...(inner.compare === undefined
      ? {}
      : { compare: comparing(inner.compare, actor.readsAtOnce === true ? () => Promise.resolve() : turn) }),
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

/**
 * Plays every schedule, the last choice that had another alternative taken differently the next time; but what comes after
 * a state that was come to before was played from there.
 */
export async function playAll(
  server: GitServer,
  actors: readonly Actor[],
  judge: (played: Played) => Promise<void>,
): Promise<number> {
  const known = new Set<string>();
  let prefix: number[] = [];
  let count = 0;
  for (;;) {
    const choices: { readonly index: number; readonly of: number }[] = [];
    const played = await play(server, actors, (candidates, state) => {
      if (choices.length >= prefix.length) {
        if (known.has(state)) return null;
        known.add(state);
      }
      const index = prefix[choices.length] ?? 0;
      choices.push({ index, of: candidates.length });
      return candidates[index] ?? null;
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
