import { setTimeout as sleep } from 'node:timers/promises';
import { anyRequest, isRead, not, type FaultAction } from '../../support/local-github/index.js';
import { createWorld } from '../../support/world.js';

/** Many claims of many pull requests at once, on one state branch and on its shards: who is served, after how long. */

export interface Crowd {
  readonly claims: number;
  /** In which they come, spread evenly and jittered. */
  readonly seconds: number;
  readonly writeMs: number;
  readonly readMs: number;
}

export interface ContentionFigure {
  readonly stateBranch: string;
  readonly served: number;
  /** Of the claims that were not. */
  readonly errors: readonly string[];
  /** All that came, a claim on average. */
  readonly requests: number;
  /** Points of the GraphQL limit, a claim on average; each of its requests costs one. */
  readonly points: number;
  /** From the start of the process to its end, in seconds. */
  readonly medianWait: number;
  readonly worstWait: number;
  /** From the first start to the last end, in seconds. */
  readonly took: number;
  readonly lostRaces: number;
}

const ONE_BRANCH = 'runner-coord-state';
export const STATE_BRANCHES = [ONE_BRANCH, `${ONE_BRANCH}-{shard}`] as const;
const FIRST_PR = 101;
/** Far longer than any of them should need. */
const TIMEOUT = '10m';

export async function measureContention(stateBranch: string, crowd: Crowd): Promise<ContentionFigure> {
  const { github, repository, step, close } = await createWorld();
  try {
    const numbers = Array.from({ length: crowd.claims }, (_, index) => FIRST_PR + index);
    for (const number of numbers) await repository.openPullRequest({ number });
    github.faults.always(isRead(), taking(crowd.readMs));
    github.faults.always(not(isRead()), taking(crowd.writeMs));
    github.clearRequests();
    const began = performance.now();
    const claims = numbers.map(async (pr, index) => {
      await sleep(((index + Math.random()) * crowd.seconds * 1000) / crowd.claims);
      const started = performance.now();
      const settings = { pr: String(pr), 'state-branch': stateBranch, timeout: TIMEOUT };
      const { outputs, result } = await step('claim', { runId: pr, with: settings });
      const { effort } = result as { readonly effort: { readonly lostRaces: number } | null };
      const error = outputs['owned'] === 'true' ? null : `${outputs['error'] ?? ''}: ${outputs['message'] ?? ''}`;
      return { wait: (performance.now() - started) / 1000, error, lostRaces: effort?.lostRaces ?? 0 };
    });
    const ended = await Promise.all(claims);
    const took = (performance.now() - began) / 1000;
    const waits = ended.map(({ wait }) => wait).sort((one, other) => one - other);
    const points = github.requests.filter(({ kind }) => kind.startsWith('graphql')).length;
    const errors = ended.flatMap(({ error }) => error ?? []);
    return {
      stateBranch,
      served: ended.length - errors.length,
      errors,
      requests: github.requests.filter(anyRequest()).length / crowd.claims,
      points: points / crowd.claims,
      medianWait: waits[Math.floor(waits.length / 2)] ?? NaN,
      worstWait: waits.at(-1) ?? NaN,
      took,
      lostRaces: ended.reduce((sum, { lostRaces }) => sum + lostRaces, 0),
    };
  } finally {
    await close();
  }
}

/** The time passes before anything is looked at: whoever comes in between is in the way for all of it. */
function taking(milliseconds: number): FaultAction {
  return {
    name: `takes ${String(milliseconds)} ms`,
    before: async () => {
      await sleep(milliseconds, undefined, { ref: false });
      return undefined;
    },
  };
}

export function contentionTable(
  { claims, seconds, writeMs, readMs }: Crowd,
  figures: readonly ContentionFigure[],
): string {
  const title =
    `${String(claims)} claims on ${String(claims)} pull requests in ${String(seconds)} s; ` +
    `a write takes ${String(writeMs)} ms, a read ${String(readMs)} ms`;
  const head = [
    'state branch',
    'served',
    'requests a claim',
    'points a claim',
    'lost races a claim',
    'median wait',
    'worst wait',
    'all done after',
    '1,000 points carry',
  ];
  const rows = figures.map((figure) => [
    `\`${figure.stateBranch}\``,
    `${String(figure.served)} of ${String(claims)}`,
    figure.requests.toFixed(1),
    figure.points.toFixed(1),
    (figure.lostRaces / claims).toFixed(1),
    `${figure.medianWait.toFixed(1)} s`,
    `${figure.worstWait.toFixed(1)} s`,
    `${figure.took.toFixed(0)} s`,
    `${String(Math.floor(1000 / figure.points))} claims an hour`,
  ]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [title, '', ...lines, ...figures.flatMap(({ errors }) => errors)].join('\n');
}
