import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../support/local-github/package-root.js';
import { isPlantedPushFault, plantPushFault, PLANTED_PUSH_FAULTS } from './torture-publish/planted.js';
import { playRound } from './torture-publish/round.js';
import { storyOf, Sums } from './torture-publish/table.js';

/**
 * `npm run torture:publish -- --rounds 1000 --jobs 2`: rounds of publishers, takers and others over git's own server, in bad
 * weather, with kills of processes and of git. `--seed N` begins with that round's cast, programs, kills and faults (not with
 * its timing); `--dist FOLDER` takes another build, and `--plant NAME` one with a fault that has to be found.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    dist: { type: 'string' },
    plant: { type: 'string' },
  },
});
const PROGRESS_ROUNDS = 20;

const rounds = integer('rounds', values.rounds);
const jobs = integer('jobs', values.jobs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : integer('seed', values.seed);
console.log(`${String(rounds)} rounds, ${String(jobs)} at a time, --seed ${String(seed)}`);

const planted = values.plant === undefined ? null : await plantPushFault(faultNamed(values.plant));
const dist = planted ?? values.dist ?? join(packageRoot(), 'dist');
const sums = new Sums();
const began = performance.now();
let next = seed;
let broken = 0;
/** One is enough to show that a planted fault is found. */
const mostBroken = planted === null ? 5 : 1;

// What has been seen until then is told.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log(`\n${sums.toString()}\n\n${seconds()} s, and stopped`);
    process.exit(1);
  });
}

async function playOn(): Promise<void> {
  while (next < seed + rounds && broken < mostBroken) {
    const facts = await playRound(next++, dist);
    sums.add(facts);
    if (facts.violations.length > 0) {
      broken += 1;
      console.log(`\n${storyOf(facts)}\n`);
    }
    if (sums.rounds % PROGRESS_ROUNDS === 0) console.log(`  ${seconds()} s: ${String(sums.rounds)} rounds`);
  }
}

await Promise.all(Array.from({ length: jobs }, playOn));
if (planted !== null) await rm(planted, { recursive: true, force: true });
console.log(`\n${sums.toString()}\n\n${seconds()} s`);
if (broken > 0) process.exitCode = 1;

function seconds(): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}

function faultNamed(name: string): keyof typeof PLANTED_PUSH_FAULTS {
  if (isPlantedPushFault(name)) return name;
  throw new Error(`--plant must be one of ${Object.keys(PLANTED_PUSH_FAULTS).join(', ')}`);
}

function integer(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a number`);
  return Number(text);
}
