import { STATE_BRANCH } from '../../support/world.js';
import { Chance } from '../torture/chance.js';
import { chooseCast, playCast, setTheStage, takeOver } from './actors.js';
import { check, type Verdict } from './checker.js';
import { Stage } from './stage.js';
import type { Said, Story, Violation } from './story.js';
import { plantWeather } from './weather.js';

export interface RoundFacts {
  readonly seed: number;
  readonly roles: readonly string[];
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  readonly said: readonly Said[];
  readonly kills: readonly string[];
  readonly faults: readonly string[];
  readonly story: Story;
  readonly milliseconds: number;
}

/** The claim of a run that comes when all others are over; more tries would mean that something blocks it. */
const MOST_LAST_TRIES = 2;
const LAST_RUN = 1999;

/**
 * One round on a fresh repository: a handful of actors, each with processes of its own, in bad weather and with kills; then both
 * branches are read and judged.
 */
export async function playRound(seed: number, dist: string): Promise<RoundFacts> {
  const began = performance.now();
  const chance = new Chance(seed);
  const stage = await Stage.open(dist);
  const { github } = stage.world;
  try {
    const cast = chooseCast(chance);
    await setTheStage(stage, cast);
    let others = 0;
    const somebodyWrites = async (): Promise<void> => {
      const text = `{ "other": ${String((others += 1))} }\n`;
      await stage.world.repository.writeFile(STATE_BRANCH, 'pulls/0/19.json', text);
    };
    let isTaken = false;
    const somebodyTakesOver = async (): Promise<void> => {
      if (isTaken) return;
      isTaken = true;
      await takeOver(stage, await stage.clone());
    };
    plantWeather(github, chance.fork(), stage, {
      somebodyWrites,
      somebodyPushes: stage.commitToBranch,
      somebodyTakesOver,
    });
    await playCast(stage, cast, chance);
    await stage.settle();
    const faults = github.requests.flatMap(({ fault }) => fault ?? []);
    github.faults.clear();
    const lastClaim = await claimAtLast(stage);
    await stage.settle();
    const story = await stage.story(lastClaim);
    const verdict = check(story);
    const oddities = github.violations.map((detail): Violation => ({ rule: 'harness', detail }));
    const roles = [...cast.roles, ...(cast.hasWaiter ? ['in line'] : [])];
    const violations = [...verdict.violations, ...oddities];
    const milliseconds = performance.now() - began;
    return { seed, roles, verdict, violations, said: stage.said, kills: stage.kills, faults, story, milliseconds };
  } finally {
    await stage.close();
  }
}

/** Every run is over, and nothing is left that would keep another from beginning. */
async function claimAtLast(stage: Stage): Promise<string> {
  const { repository } = stage.world;
  for (const id of [1001, 1002, 1003]) {
    const { runAttempt = 1 } = repository.run(id) ?? {};
    repository.updateRun(id, { status: 'completed', conclusion: 'failure', runAttempt });
  }
  const checkout = await stage.clone();
  let answer = '';
  for (let tries = 0; tries < MOST_LAST_TRIES && answer !== 'owned'; tries += 1) {
    const said = await stage.ask({ command: 'claim', runId: LAST_RUN, checkout });
    answer = said.answer?.owned === true ? 'owned' : (said.answer?.message ?? `no answer: ${said.stderr}`);
  }
  return answer;
}
