import type { Chance } from './chance.js';
import type { Stage, Step } from './stage.js';
import type { KillPlan } from './trace.js';

/** Set to true when the time of the round is up: nothing new is begun then. */
export interface Bell {
  rung: boolean;
}

export interface Neighbourhood {
  readonly stage: Stage;
  readonly prs: number;
  readonly bell: Bell;
  /** Run ids that were seen to own, for signals and checks that name another run. */
  readonly owners: Map<number, string>;
}

/** Where a run is in its life. */
interface Run {
  readonly workflowRunId: number;
  readonly runId: string | null;
  readonly pr: number;
  readonly attempt: number;
  readonly policy: Readonly<Record<string, string>>;
  token: number | null;
  killed: boolean;
  readonly withPost: Step[];
}

/** One workflow run after another, until the bell rings. */
export async function liveOn(around: Neighbourhood, chance: Chance): Promise<void> {
  while (!around.bell.rung) await liveOnce(around, chance);
}

/** A run from its first step to its end, and sometimes its re-runs. */
async function liveOnce(around: Neighbourhood, chance: Chance): Promise<void> {
  const { stage, bell } = around;
  const workflowRunId = stage.startRun();
  const runId = chance.happens(0.2) ? `agent ${String(workflowRunId)}/ü` : null;
  const pr = chance.between(1, around.prs);
  for (let attempt = 1; ; attempt = stage.startAttempt(workflowRunId)) {
    const policy = policyOf(chance);
    const run: Run = { workflowRunId, runId, pr, attempt, policy, token: null, killed: false, withPost: [] };
    await liveAttempt(run, around, chance);
    stage.completeRun(workflowRunId);
    if (bell.rung || attempt === 3 || !chance.happens(0.2)) return;
  }
}

async function liveAttempt(run: Run, around: Neighbourhood, chance: Chance): Promise<void> {
  const { stage, bell } = around;
  const steps = chance.between(2, 7);
  for (let step = 0; step < steps && !bell.rung && !run.killed && !stage.isOver(run.workflowRunId); step += 1) {
    const first = step === 0;
    // Two jobs of one run are one run: they may well be at work at the same time.
    const twins = chance.happens(0.1);
    const late = !first && run.attempt > 1 && chance.happens(0.2);
    await Promise.all([
      takeStep(run, first ? chooseFirst(chance) : chooseNext(run, around, chance), around, chance),
      ...(twins ? [takeStep(run, chooseNext(run, around, chance), around, chance)] : []),
      ...(late ? [takeStep({ ...run, attempt: run.attempt - 1 }, { command: 'assert' }, around, chance)] : []),
    ]);
  }
  // The runner itself may have died; else the post steps run, in reverse order, also after a kill.
  const runnerDied = run.killed && chance.happens(0.4);
  for (const step of runnerDied ? [] : run.withPost.reverse()) {
    const kill = chance.happens(0.05) ? killPlan(chance) : null;
    await stage.post(step, kill, run.killed ? 'cancelled' : chance.pick(['success', 'failure']));
  }
}

type Choice = Readonly<Record<string, string>> & { readonly command: string };

async function takeStep(run: Run, choice: Choice, around: Neighbourhood, chance: Chance): Promise<void> {
  const { stage, owners } = around;
  const { command, ...inputs } = choice;
  const { workflowRunId, runId, pr, attempt } = run;
  const kill = chance.happens(0.15) ? killPlan(chance) : null;
  const all = { ...run.policy, ...inputs };
  const step = await stage.main({ command, pr, workflowRunId, runId, attempt, with: all, kill });
  const { answer, killed } = step.said;
  if (killed) run.killed = true;
  if (answer?.owned === true) run.token = answer.token;
  if (answer?.owned === true) owners.set(pr, step.said.runId);
  // The runner starts the post step of every step; where it has nothing to do, that is not worth a process each time.
  const holding = ['claim', 'takeover', 'ensure', 'assert'].includes(command) && all['release-on-exit'] === 'true';
  if (holding || chance.happens(0.05)) run.withPost.push(step);
}

function policyOf(chance: Chance): Record<string, string> {
  const supersede = chance.weighted<string>([
    [6, 'dead'],
    [2, 'never'],
    [2, 'stale'],
  ]);
  return {
    supersede,
    'stale-after': supersede === 'stale' ? '3s' : '30m',
    'release-on-exit': String(chance.happens(0.5)),
    'on-conflict': chance.pick(['fail', 'continue']),
    'cancel-superseded': String(chance.happens(0.2)),
    'takeover-permission': chance.weighted<string>([
      [6, 'write'],
      [2, 'none'],
      [1, 'admin'],
    ]),
  };
}

function chooseFirst(chance: Chance): Choice {
  const command = chance.weighted<string>([
    [5, 'claim'],
    [3, 'ensure'],
    [2, 'takeover'],
  ]);
  return { command, reason: 'to see what happens', ...(chance.happens(0.08) ? { 'wait-timeout': '3s' } : {}) };
}

function chooseNext(run: Run, { owners }: Neighbourhood, chance: Chance): Choice {
  const owner = owners.get(run.pr) ?? 'nobody';
  const token = run.token === null || chance.happens(0.4) ? '' : String(run.token);
  return chance.weighted<Choice>([
    [4, { command: 'assert', 'fencing-token': token, 'require-existing': String(chance.happens(0.5)) }],
    [3, { command: 'assert', strict: 'true', 'fencing-token': token }],
    [3, { command: 'claim' }],
    [3, { command: 'ensure', strict: String(chance.happens(0.3)) }],
    [2, { command: 'takeover', reason: 'it is my turn' }],
    [2, { command: 'release', 'fencing-token': token }],
    ...(run.token !== null && run.token > 1 ? [[2, releaseOld(run.token)] as const] : []),
    [1, { command: 'release', evict: 'true', reason: 'out with it' }],
    [1, { command: 'signal-exit', 'fencing-token': token, reason: 'done soon' }],
    [1, { command: 'signal-exit', 'require-active-owner': 'false', 'target-run-id': owner }],
    [1, { command: 'check', 'target-run-id': owner, 'stale-after': '3s' }],
    [1, { command: 'status' }],
  ]);
}

/** A release that means a tenure before this one, as a late job of an earlier attempt would. */
function releaseOld(token: number): Choice {
  return { command: 'release', 'fencing-token': String(token - 1) };
}

function killPlan(chance: Chance): KillPlan {
  const at = chance.weighted<KillPlan['at']>([
    [4, 'some time'],
    [1, 'a reading'],
    [3, 'before a write'],
    [3, 'after a write'],
  ]);
  return { at, signal: chance.happens(0.7) ? 'SIGKILL' : 'SIGINT', afterMs: chance.between(20, 600) };
}
