import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from './chance.js';
import { check, type Verdict } from './checker.js';
import type { Violation } from './history.js';
import { liveOn, type Neighbourhood } from './life.js';
import { loadAction } from './process.js';
import { changeSeasons, lagNowAndThen, renameNowAndThen } from './seasons.js';
import { Stage, type Job } from './stage.js';
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
/** So long nothing more may come of requests of killed processes. */
const SETTLED_MS = 1_200;

/** One round: runs that fight over pull requests in bad weather, then the replay that judges what they were told. */
export async function playRound(options: RoundOptions): Promise<RoundFacts> {
  const { seconds, runs, prs, seed, progress } = options;
  const stage = await Stage.open(await loadAction(options.dist), prs);
  try {
    const chance = new Chance(seed);
    plantWeather(stage.github, chance.fork(), stage, stage.commitUnrelated);
    const around: Neighbourhood = { stage, bell: { rung: false }, branch: 'runner-coord-state', owners: new Map() };
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    const watch = setInterval(() => {
      progress(
        `${elapsed().toFixed(0)} s: ${String(stage.tally.total)} operations, ${String(stage.moments.size)} commits`,
      );
    }, 10_000);
    const end = new AbortController();
    const bell = setTimeout(() => {
      around.bell.rung = true;
      end.abort();
    }, seconds * 1000);
    try {
      await Promise.all([
        changeSeasons(around, chance.fork(), end.signal),
        renameNowAndThen(around, chance.fork(), end.signal),
        lagNowAndThen(around, chance.fork(), end.signal),
        ...Array.from({ length: runs }, () => liveOn(around, chance.fork())),
      ]);
    } finally {
      clearInterval(watch);
      clearTimeout(bell);
    }
    stage.github.faults.clear();
    plantFairWeather(stage.github, chance.fork(), stage);
    while (stage.onTheirWay > 0) await sleep(100);
    const { tries, blocked } = await claimEach(around);
    const duration = elapsed();
    await sleep(SETTLED_MS);
    const verdict = addedUp((await stage.rounds()).map(check));
    const violations = [...verdict.violations, ...blocked, ...harnessProblems(stage, seconds)];
    return {
      tally: stage.tally,
      verdict,
      violations,
      seconds: duration,
      lastClaims: tries,
      renames: stage.names.length - 1,
    };
  } finally {
    await stage.github.close();
  }
}

/** Nobody is left blocked: a fresh run gets each pull request, with the default policy. */
async function claimEach({ stage, branch }: Neighbourhood): Promise<{ tries: number[]; blocked: Violation[] }> {
  const tries: number[] = [];
  const blocked: Violation[] = [];
  for (const pr of stage.prs) {
    const workflowRunId = stage.startRun();
    const job: Job = { branch, pr, workflowRunId, runId: null, attempt: 1, repo: stage.repo, clockSkewMs: 0 };
    let answer = '';
    let tried = 0;
    while (answer !== 'owned' && tried < MOST_LAST_TRIES) {
      tried += 1;
      const { said } = await stage.main({ job, command: 'claim', with: {}, kill: null });
      answer = said.answer?.owned === true ? 'owned' : (said.answer?.message ?? 'no answer');
    }
    tries.push(tried);
    if (answer !== 'owned') blocked.push({ rule: 'blocked', pr, detail: `after ${String(tried)} tries: ${answer}` });
  }
  return { tries, blocked };
}

/** One verdict over all state branches of a round. */
function addedUp(verdicts: readonly Verdict[]): Verdict & { readonly branches: number } {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  return {
    violations: verdicts.flatMap(({ violations }) => violations),
    staleAnswers: sum(({ staleAnswers }) => staleAnswers),
    lateTenures: sum(({ lateTenures }) => lateTenures),
    commits: sum(({ commits }) => commits),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    leaves: sum(({ leaves }) => leaves),
    places: sum(({ places }) => places),
    services: sum(({ services }) => services),
    branches: verdicts.filter(({ commits }) => commits > 0).length,
  };
}

function harnessProblems({ github, oddities, tally }: Stage, seconds: number): Violation[] {
  const details = [...github.violations, ...oddities];
  if (tally.total < seconds / SLOWEST_SECONDS) details.push(`only ${String(tally.total)} operations happened`);
  return details.map((detail): Violation => ({ rule: 'harness', detail }));
}
