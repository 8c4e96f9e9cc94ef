import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../support/local-github/package-root.js';
import { ACT_VERSION, findAct } from './workflows/act.js';
import { BOARD } from './workflows/board.js';
import { BY_HAND } from './workflows/by-hand.js';
import { CENTRAL } from './workflows/central.js';
import { GATING } from './workflows/gating.js';
import { HOLDS } from './workflows/holds.js';
import { LINE } from './workflows/line.js';
import { copyAutomation } from './workflows/local-repositories.js';
import { LONG_STEP } from './workflows/long-step.js';
import { OWNERSHIP } from './workflows/ownership.js';
import { PREVIEW } from './workflows/preview.js';
import { copyProduct } from './workflows/product.js';
import { RE_RUNS } from './workflows/re-runs.js';
import { PUBLISH } from './workflows/publish.js';
import type { Scenario } from './workflows/scenario.js';
import { SHARDS } from './workflows/shards.js';
import { SEEN } from './workflows/seen.js';
import { SWEEP } from './workflows/sweep.js';
import { Stage, type Shared } from './workflows/stage.js';
import { writeStandIns } from './workflows/stand-ins.js';

/**
 * `npm run test:workflows [-- part of a name]`: the reusable workflows and the examples on a real workflow runner (act,
 * without containers) against a local GitHub. One line a scenario.
 */
const AT_ONCE = 2;
const EXAMPLES_FOLDER = join('docs', 'examples');

async function main(wanted: string): Promise<number> {
  const act = await findAct(console.log);
  if (act === null) {
    console.log(`The workflow tests are skipped: neither act ${ACT_VERSION} nor Go to install it is there.`);
    return 0;
  }
  const all = [
    GATING,
    OWNERSHIP,
    PUBLISH,
    LINE,
    PREVIEW,
    LONG_STEP,
    RE_RUNS,
    BY_HAND,
    HOLDS,
    SEEN,
    SHARDS,
    BOARD,
    SWEEP,
    CENTRAL,
  ].flat();
  const scenarios = all.filter(({ name }) => name.includes(wanted));
  const folder = await mkdtemp(join(tmpdir(), 'workflow-tests-'));
  const started = performance.now();
  let failed = 0;
  let missing = 0;
  try {
    const product = join(folder, 'product');
    const automation = join(folder, 'automation');
    await Promise.all([copyProduct(product), copyAutomation(automation)]);
    const played = new Set<string>();
    const shared = {
      ...{ act, product, automation, played },
      standIns: await writeStandIns(folder),
      logs: join(packageRoot(), 'build', 'workflow-logs'),
    };
    await rm(shared.logs, { recursive: true, force: true });
    const queue = scenarios.entries();
    const worker = async (): Promise<void> => {
      for (const [index, scenario] of queue) if (!(await passes(scenario, index + 1, shared))) failed += 1;
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (wanted === '') missing = await unplayed(played);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const passed = scenarios.length - failed;
  console.log(`${String(passed)} passed, ${String(failed)} failed (${seconds(started)})`);
  return failed + missing === 0 && scenarios.length > 0 ? 0 : 1;
}

/** How many examples no scenario has played as they are; says which. */
async function unplayed(played: ReadonlySet<string>): Promise<number> {
  const examples = (await readdir(join(packageRoot(), EXAMPLES_FOLDER))).map((name) => join(EXAMPLES_FOLDER, name));
  const missing = examples.filter((path) => !played.has(path));
  for (const path of missing) console.log(`FAILED  ${path} is played by no scenario`);
  return missing.length;
}

async function passes(scenario: Scenario, number: number, shared: Shared): Promise<boolean> {
  const started = performance.now();
  let problem: unknown = null;
  const stage = await Stage.create(shared, number);
  try {
    await scenario.play(stage);
    const [violation] = stage.github.violations;
    if (violation !== undefined) throw new Error(`The local GitHub was asked what GitHub does not know: ${violation}`);
  } catch (error) {
    problem = error;
  }
  const logs = await stage.close(problem !== null);
  if (problem === null) {
    console.log(`ok      ${scenario.name} (${seconds(started)})`);
    return true;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : 'unknown';
  console.log(`FAILED  ${scenario.name} (${seconds(started)})\n${text.replace(/^/gm, '        ')}`);
  console.log(`        Logs: ${logs}`);
  return false;
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

process.exitCode = await main(process.argv[2] ?? '');
