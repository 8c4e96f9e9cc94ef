import { setTimeout as sleep } from 'node:timers/promises';
import { readBranch } from './branch.js';
import { Chance } from './chance.js';
import { check, type Verdict } from './checker.js';
import type { Violation } from './history.js';
import { liveOn, type Neighbourhood } from './life.js';
import { loadAction } from './process.js';
import { REPO, Stage, STATE_BRANCH } from './stage.js';
import type { RoundFacts } from './table.js';
import { plantFairWeather, plantWeather } from './weather.js';

export interface RoundOptions {
  readonly seconds: number;
  readonly runs: number;
  readonly prs: number;
  readonly seed: number;
  /** The folder with the built action. */
  readonly dist: string;
  readonly progress: (line: string) => void;
}

/** A claim in fair weather with every other run over; more tries would mean that somebody is blocked. */
const MOST_LAST_TRIES = 3;
/** Fewer operations than one in so many seconds prove nothing. */
const SLOWEST_SECONDS = 3;

/** One round: runs that fight over pull requests in bad weather, then the replay that judges what they were told. */
export async function playRound(options: RoundOptions): Promise<RoundFacts> {
  const { seconds, runs, prs, seed, progress } = options;
  const stage = await Stage.open(await loadAction(options.dist), prs);
  try {
    const chance = new Chance(seed);
    plantWeather(stage.github, chance.fork(), stage, () => stage.commitUnrelated());
    const around: Neighbourhood = { stage, prs, bell: { rung: false }, owners: new Map() };
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    const watch = setInterval(() => {
      progress(
        `${elapsed().toFixed(0)} s: ${String(stage.tally.total)} operations, ${String(stage.moments.size)} commits`,
      );
    }, 10_000);
    const bell = setTimeout(() => (around.bell.rung = true), seconds * 1000);
    try {
      await Promise.all(Array.from({ length: runs }, () => liveOn(around, chance.fork())));
    } finally {
      clearInterval(watch);
      clearTimeout(bell);
    }
    stage.github.faults.clear();
    plantFairWeather(stage.github, chance.fork(), stage);
    const { tries, blocked } = await claimEach(stage, prs);
    const duration = elapsed();
    const verdict = await judge(stage);
    const violations = [...verdict.violations, ...blocked, ...harnessProblems(stage, seconds)];
    return { tally: stage.tally, verdict, violations, seconds: duration, lastClaims: tries };
  } finally {
    await stage.github.close();
  }
}

/** Nobody is left blocked: a fresh run gets each pull request, with the default policy. */
async function claimEach(stage: Stage, prs: number): Promise<{ tries: number[]; blocked: Violation[] }> {
  const tries: number[] = [];
  const blocked: Violation[] = [];
  for (let pr = 1; pr <= prs; pr += 1) {
    const workflowRunId = stage.startRun();
    let answer = '';
    let tried = 0;
    while (answer !== 'owned' && tried < MOST_LAST_TRIES) {
      tried += 1;
      const plan = { command: 'claim', pr, workflowRunId, runId: null, attempt: 1, with: {}, kill: null };
      const { said } = await stage.main(plan);
      answer = said.answer?.owned === true ? 'owned' : (said.answer?.message ?? 'no answer');
    }
    tries.push(tried);
    if (answer !== 'owned') blocked.push({ rule: 'blocked', pr, detail: `after ${String(tried)} tries: ${answer}` });
  }
  return { tries, blocked };
}

async function judge(stage: Stage): Promise<Verdict> {
  // Requests of killed processes may still be on their way; nothing may come to the branch while it is read.
  await sleep(1200);
  const commits = await readBranch(stage.repository.gitDir, STATE_BRANCH, stage.moments);
  return check({ repo: REPO, commits, said: stage.said, ended: stage.ended });
}

function harnessProblems({ github, oddities, tally }: Stage, seconds: number): Violation[] {
  const details = [...github.violations, ...oddities];
  if (tally.total < seconds / SLOWEST_SECONDS) details.push(`only ${String(tally.total)} operations happened`);
  return details.map((detail): Violation => ({ rule: 'harness', detail }));
}
