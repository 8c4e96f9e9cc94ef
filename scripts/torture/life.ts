import type { Chance } from './chance.js';
import { chooseFirst, chooseNext, chooseZombie, killPlan, policyOf, type Choice } from './choices.js';
import type { Job, Stage, Step } from './stage.js';

/** Set to true when the time of the round is up: nothing new is begun then. */
export interface Bell {
  rung: boolean;
}

export interface Neighbourhood {
  readonly stage: Stage;
  readonly bell: Bell;
  /** The state branch that runs use which begin now. */
  branch: string;
  /** Owners that were seen, by branch and pull request: for evictions, signals and checks that name another run. */
  readonly owners: Map<string, { readonly runId: string; readonly token: number }>;
}

/** One attempt of a workflow run, and where it is in its life. */
export interface Run {
  readonly job: Job;
  readonly policy: Readonly<Record<string, string>>;
  /** The token that the jobs of an earlier attempt gave, for those of this one that read their outputs. */
  readonly given: number | null;
  /** The newest token that this attempt got, or else the given one. */
  token: number | null;
  /** Whether its last answer was that it owns: then a re-run meets the tenure of the attempt before. */
  owning: boolean;
  killed: boolean;
  /** The repository has another name by now, so that there is little left to do. */
  moved: number;
  withPost: Step[];
}

/** A runner's clock may be this far from GitHub's. */
const FARTHEST_CLOCK_MS = 45 * 60_000;
const MOST_ATTEMPTS = 4;
/** Steps that a run takes under a name that the repository no longer has. */
const MOST_MOVED = 2;

/** One workflow run after another, until the bell rings. */
export async function liveOn(around: Neighbourhood, chance: Chance): Promise<void> {
  while (!around.bell.rung) await liveOnce(around, chance);
}

/** A workflow run from its first step to its end, and often its re-runs, haunted by what the earlier attempts left. */
async function liveOnce(around: Neighbourhood, chance: Chance): Promise<void> {
  const { stage, bell } = around;
  const workflowRunId = stage.startRun();
  const pr = chance.pick(stage.prs);
  const runId = chance.weighted<string | null>([
    [7, null],
    [2, `agent #${String(workflowRunId)}/ü`],
    // Spans workflow runs, whose attempts are not to be compared.
    [1, `task-${String(pr)}`],
  ]);
  const { branch } = around;
  let earlier: Run | null = null;
  for (let attempt = 1; ; attempt = stage.startAttempt(workflowRunId)) {
    const job: Job = { branch, pr, workflowRunId, runId, attempt, repo: stage.repo, clockSkewMs: skew(chance) };
    const policy = policyOf(chance);
    const given: number | null = earlier?.token ?? null;
    const run: Run = { job, policy, given, token: given, owning: false, killed: false, moved: 0, withPost: [] };
    await Promise.all([liveAttempt(run, around, chance), earlier === null ? null : haunt(earlier, around, chance)]);
    const again = !bell.rung && attempt < MOST_ATTEMPTS && chance.happens(run.owning ? 0.8 : 0.4);
    // "Re-run failed jobs" may come before every process of the attempt has ended: a runner was lost, but is at work.
    earlier = run;
    if (!again || chance.happens(run.owning ? 0.2 : 0.4)) await endAttempt(run, around, chance);
    stage.completeRun(workflowRunId);
    if (!again) return;
  }
}

function skew(chance: Chance): number {
  return chance.happens(0.5) ? 0 : chance.between(-FARTHEST_CLOCK_MS, FARTHEST_CLOCK_MS);
}

async function liveAttempt(run: Run, around: Neighbourhood, chance: Chance): Promise<void> {
  const { stage, bell } = around;
  const steps = chance.between(2, 6);
  const over = (): boolean => bell.rung || run.killed || run.moved >= MOST_MOVED || stage.isOver(run.job.workflowRunId);
  for (let step = 0; step < steps && !over(); step += 1) {
    const choice = step === 0 ? chooseFirst(run, chance) : chooseNext(run, around, chance);
    // Two jobs of one run are one run: they may well be at work at the same time, on runners of their own.
    const twin = chance.happens(0.12) ? { ...run.job, clockSkewMs: skew(chance) } : null;
    await Promise.all([
      takeStep(run, run.job, choice, around, chance),
      twin === null ? null : takeStep(run, twin, chooseNext(run, around, chance), around, chance),
    ]);
  }
}

/** What is left of an earlier attempt goes on for a while with the tokens that it had, and its post steps come late. */
async function haunt(zombie: Run, around: Neighbourhood, chance: Chance): Promise<void> {
  const steps = chance.between(0, 2);
  for (let step = 0; step < steps && !around.bell.rung; step += 1) {
    await takeStep(zombie, zombie.job, chooseZombie(zombie, chance), around, chance);
  }
  await endAttempt(zombie, around, chance);
}

/** The post steps, in reverse order, also after a kill; where the runner itself died, there are none. */
async function endAttempt(run: Run, { stage }: Neighbourhood, chance: Chance): Promise<void> {
  const steps = run.killed && chance.happens(0.4) ? [] : run.withPost.reverse();
  run.withPost = [];
  for (const step of steps) {
    const kill = chance.happens(0.05) ? killPlan(chance) : null;
    await stage.post(step, kill, run.killed ? 'cancelled' : chance.pick(['success', 'failure']));
  }
}

async function takeStep(run: Run, job: Job, choice: Choice, around: Neighbourhood, chance: Chance): Promise<void> {
  const { stage, owners } = around;
  const { command, ...inputs } = choice;
  const kill = chance.happens(0.15) ? killPlan(chance) : null;
  const all = { ...run.policy, ...inputs };
  const step = await stage.main({ job, command, with: all, kill });
  const { answer, killed, runId } = step.said;
  if (killed) run.killed = true;
  run.owning = answer?.owned === true;
  if (answer?.error === 'target_moved') run.moved += 1;
  if (answer?.owned === true && answer.token !== null) {
    run.token = answer.token;
    owners.set(ownerKey(job), { runId, token: answer.token });
  }
  // The runner starts the post step of every step; where nothing was left for it, that is not worth a process each time.
  if (step.ran.state['coordination'] !== undefined || chance.happens(0.03)) run.withPost.push(step);
}

export function ownerKey({ branch, pr }: Job): string {
  return `${branch} ${String(pr)}`;
}
