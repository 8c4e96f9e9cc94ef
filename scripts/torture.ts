import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../support/local-github/package-root.js';
import { isPlantedFault, PLANTED, plantFault, type PlantedFault } from './torture/planted.js';
import { playRound } from './torture/round.js';
import { answersOf, tableOf } from './torture/table.js';

/**
 * `npm run torture -- --seconds 60 --runs 6 --prs 3`: many processes of the built action fight over a few pull requests
 * of a local GitHub in bad weather, and some are killed. Afterwards the state branch has to explain every answer.
 * `--seed N` repeats the programs and the faults (not the timing); `--dist FOLDER` tortures another build, and
 * `--plant NAME` one with a fault in it, which has to be found (see torture/planted.ts).
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string', default: '6' },
    prs: { type: 'string', default: '3' },
    seed: { type: 'string' },
    dist: { type: 'string' },
    plant: { type: 'string' },
  },
});
const SHOWN_VIOLATIONS = 40;

const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : integer('seed', values.seed);
const seconds = integer('seconds', values.seconds);
const runs = integer('runs', values.runs);
const prs = integer('prs', values.prs);
console.log(
  `Torture: ${String(seconds)} s, ${String(runs)} runs at a time, ${String(prs)} pull requests, --seed ${String(seed)}`,
);

const dist = values.dist ?? join(packageRoot(), 'dist');
const planted = values.plant === undefined ? null : await plantFault(faultNamed(values.plant));
const facts = await playRound({
  seconds,
  runs,
  prs,
  seed,
  dist: planted ?? dist,
  progress: (line) => console.log(`  ${line}`),
});
if (planted !== null) await rm(planted, { recursive: true, force: true });
console.log(`\n${answersOf(facts)}\n\n${tableOf(facts)}`);
if (facts.violations.length > 0) {
  console.log('\nViolations:');
  for (const { rule, detail, pr, commit } of facts.violations.slice(0, SHOWN_VIOLATIONS)) {
    const where = [
      pr === undefined ? '' : `pull request ${String(pr)}`,
      commit === undefined ? '' : `commit ${commit}`,
    ];
    console.log(`  [${rule}] ${[...where, detail].filter((part) => part !== '').join(', ')}`);
  }
  const more = facts.violations.length - SHOWN_VIOLATIONS;
  if (more > 0) console.log(`  … and ${String(more)} more`);
  process.exitCode = 1;
}

function faultNamed(name: string): PlantedFault {
  if (isPlantedFault(name)) return name;
  throw new Error(`--plant must be one of ${Object.keys(PLANTED).join(', ')}`);
}

function integer(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || (value === 0 && name !== 'seed')) throw new Error(`--${name} must be a positive integer`);
  return value;
}
