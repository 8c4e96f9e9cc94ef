import { createHash } from 'node:crypto';
import type { Cast, Chance } from './cast.js';
import { lasting, type Scene } from './scene.js';

/** What may become of a target from when somebody owns it until nobody does. It stops behind every commit but the last. */
export type Life = Generator<undefined, void, void>;

interface Setting {
  readonly scene: Scene;
  readonly cast: Cast;
  readonly chance: Chance;
  readonly now: () => Date;
}

export const REASONS = [
  'The run hangs in "npm ci" since an hour',
  'urgent: closes #12, ask @octocat',
  '<img src=x onerror=alert(1)> & more',
  'Two lines:\n| a | table |',
  'zu langsam – 待ちきれない 🚀',
  'x'.repeat(480),
] as const;

/** No life has more commits. */
export const LONGEST_LIFE = 6;

/** Owned, renewed so many times, and released. */
export function* quiet({ scene, cast, now }: Setting, renewals: number): Life {
  const run = cast.someRun(now());
  scene.claim(run);
  for (let renewal = 0; renewal < renewals; renewal += 1) {
    yield;
    scene.claim(run);
  }
  yield;
  scene.release(run, 'success');
}

function* published({ scene, cast, now, chance }: Setting): Life {
  const run = cast.someRun(now());
  scene.claim(run);
  let head = someCommit(String(chance.below(2 ** 31)));
  for (let push = 0; push < 2; push += 1) {
    yield;
    const next = someCommit(head);
    scene.publish(run, head, next);
    head = next;
  }
  yield;
  scene.release(run, 'success');
}

function* takenOver({ scene, cast, now, chance }: Setting): Life {
  scene.claim(cast.someRun(now()));
  yield;
  const person = cast.person('mona');
  scene.takeOver(person, chance.of([...REASONS, null]), lasting(8 * 3_600_000, true));
  yield;
  const next = cast.someRun(now());
  scene.takeOver(next, chance.of(REASONS));
  yield;
  scene.release(next, 'failure');
}

function* inLine({ scene, cast, now }: Setting): Life {
  const [first, second, third] = [cast.someRun(now()), cast.someRun(now()), cast.someRun(now())];
  scene.claim(first);
  yield;
  scene.join(second, FOR_EVER);
  yield;
  scene.join(third, FOR_EVER);
  for (const run of [first, second, third]) {
    yield;
    scene.release(run, 'success');
  }
}

function* waitedInVain({ scene, cast, now }: Setting): Life {
  const [owner, waiter] = [cast.someRun(now()), cast.someRun(now())];
  scene.claim(owner);
  yield;
  const place = scene.join(waiter, FOR_EVER);
  yield;
  scene.leave(waiter, place);
  yield;
  scene.release(owner);
}

function* died({ scene, cast, now }: Setting): Life {
  scene.claim(cast.someRun(now()));
  yield;
  const next = cast.someRun(now());
  scene.claim(next, undefined, 'dead');
  yield;
  scene.release(next, 'success');
}

function* ranOut({ scene, cast, now }: Setting): Life {
  scene.claim(cast.someRun(now()), lasting(60_000));
  yield;
  const next = cast.someRun(now());
  scene.claim(next);
  yield;
  scene.release(next, 'cancelled');
}

function* evicted({ scene, cast, now, chance }: Setting): Life {
  const run = cast.someRun(now());
  scene.claim(run);
  yield;
  scene.evict(cast.person('octocat'), run.runId, chance.of(REASONS));
}

function* signalled({ scene, cast, now, chance }: Setting): Life {
  const run = cast.someRun(now());
  scene.claim(run);
  yield;
  scene.signal(cast.person('hubot'), run.runId, chance.of([...REASONS, null]));
  yield;
  const next = cast.someRun(now());
  scene.claim(next);
  yield;
  scene.release(next, 'success');
}

/** Each at least once in as many lives, and the quiet ones more often. */
const LIVES = [
  ...[quietly, published, takenOver, quietly, inLine, died, quietly, ranOut, evicted, quietly, signalled],
  ...[quietly, waitedInVain],
];

export function lifeNumber(index: number, setting: Setting): Life {
  const life = LIVES[index % LIVES.length] ?? quietly;
  return life(setting);
}

function quietly(setting: Setting): Life {
  return quiet(setting, setting.chance.below(3));
}

/** Places of the past count until they are served or left, however slowly the story goes. */
const FOR_EVER = 40 * 24 * 3_600_000;

function someCommit(seed: string): string {
  return createHash('sha1').update(seed).digest('hex');
}
