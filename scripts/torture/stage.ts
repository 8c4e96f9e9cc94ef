import { performance } from 'node:perf_hooks';
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalRepository,
} from '../../support/local-github/index.js';
import type { Answer, Ended, PostWords, Said, SaidInputs } from './history.js';
import { runProcess, type Action, type Ran } from './process.js';
import { digestOf } from './record.js';
import { Tally } from './tally.js';
import { Trace, type KillPlan } from './trace.js';
import type { Observer } from './weather.js';

export const REPO = 'acme/widgets';
export const STATE_BRANCH = 'runner-coord-state';
/** What the user gave each step; short, so that a round ends soon after its time is up. */
const TIMEOUT = '15s';
const REPORTED_UNEXPECTED = 20;

/** One job step that a process is started for. */
export interface StepPlan {
  readonly command: string;
  readonly pr: number;
  readonly workflowRunId: number;
  /** `null`: the workflow run's id is the run id. */
  readonly runId: string | null;
  readonly attempt: number;
  readonly with: Readonly<Record<string, string>>;
  readonly kill: KillPlan | null;
}

/** A step that ran, and what its post step needs. */
export interface Step {
  readonly plan: StepPlan;
  readonly said: Said;
  readonly ran: Ran;
}

/** The local GitHub of a round, and the notes that are taken on it. */
export class Stage implements Observer {
  readonly said: Said[] = [];
  readonly ended: Ended[] = [];
  readonly moments = new Map<string, { from: number; to: number }>();
  readonly tally = new Tally();
  /** What should not happen with the harness itself, or with any process whatever it answers. */
  readonly oddities: string[] = [];
  readonly #traces = new Map<string, Trace>();
  readonly #attempts = new Map<number, number>();
  #steps = 0;
  #runs = 1000;

  private constructor(
    readonly github: LocalGitHub,
    readonly repository: LocalRepository,
    readonly action: Action,
  ) {}

  static async open(action: Action, prs: number): Promise<Stage> {
    const github = await startLocalGitHub();
    const repository = await github.createRepository(REPO);
    for (let pr = 1; pr <= prs; pr += 1) await repository.openPullRequest({ number: pr });
    return new Stage(github, repository, action);
  }

  /** Milliseconds since 1970 that only move forward, so that they compare with the times in records. */
  now(): number {
    return performance.timeOrigin + performance.now();
  }

  trace(login: string | null): Trace | undefined {
    return login === null ? undefined : this.#traces.get(login);
  }

  committed(oid: string, from: number, to: number): void {
    this.moments.set(oid, { from, to });
  }

  lostRace(): void {
    this.tally.lostRaces += 1;
  }

  fault(name: string): void {
    this.tally.count('faults', name);
  }

  cancelled(workflowRunId: number, from: number): void {
    this.ended.push({ workflowRunId, attempt: this.#attempts.get(workflowRunId) ?? 1, from, to: Infinity });
  }

  /** Somebody who is no run at all commits to the state branch. */
  async commitUnrelated(): Promise<void> {
    const from = this.now();
    const name = `unrelated/${String(this.moments.size % 5)}.txt`;
    const oid = await this.repository.writeFile(STATE_BRANCH, name, `${String(from)}\n`, 'Something unrelated');
    this.committed(oid, from, this.now());
    this.tally.unrelated += 1;
  }

  startRun(): number {
    const id = (this.#runs += 1);
    this.#attempts.set(id, 1);
    this.repository.addRun({ id, status: 'in_progress', conclusion: null, runAttempt: 1 });
    return id;
  }

  /** "Re-run jobs": the earlier attempt is over, as far as GitHub can tell. */
  startAttempt(id: number): number {
    const attempt = (this.#attempts.get(id) ?? 1) + 1;
    this.#end(id, () => {
      this.repository.updateRun(id, { status: 'in_progress', conclusion: null, runAttempt: attempt });
    });
    this.#attempts.set(id, attempt);
    return attempt;
  }

  completeRun(id: number): void {
    this.#end(id, () => this.repository.updateRun(id, { status: 'completed', conclusion: 'failure' }));
  }

  isOver(id: number): boolean {
    return this.repository.run(id)?.status === 'completed';
  }

  async main(plan: StepPlan): Promise<Step> {
    return this.#run('main', plan, {}, null);
  }

  /** The post step of a step, with the state that its main left behind. */
  async post(step: Step, kill: KillPlan | null, jobStatus: string): Promise<void> {
    const plan = { ...step.plan, kill, with: { ...step.plan.with, 'job-status': jobStatus } };
    await this.#run('post', plan, step.ran.state, step.said.step);
  }

  #end(id: number, change: () => void): void {
    const from = this.now();
    change();
    this.ended.push({ workflowRunId: id, attempt: this.#attempts.get(id) ?? 1, from, to: this.now() });
  }

  async #run(
    phase: 'main' | 'post',
    plan: StepPlan,
    state: Readonly<Record<string, string>>,
    mainStep: string | null,
  ): Promise<Step> {
    const name = `step-${String((this.#steps += 1))}`;
    const token = `token-of-${name}`;
    this.github.issueToken(token, {
      login: name,
      permissions: { contents: 'write', actions: 'write', 'pull-requests': 'read' },
    });
    this.repository.setCollaborator(name, 'write');
    const trace = new Trace(plan.kill);
    this.#traces.set(name, trace);
    const inputs = {
      ...this.action.defaults,
      'job-status': '',
      timeout: TIMEOUT,
      ...plan.with,
      command: plan.command,
      'run-id': plan.runId ?? '',
      'github-token': token,
    };
    const start = this.now();
    const ran = await runProcess({
      entry: this.action.entries[phase],
      inputs,
      state,
      payload: { pull_request: { number: plan.pr } },
      variables: this.#variables(name, plan),
      onStart: (child) => trace.started(child),
    });
    const end = this.now();
    trace.ended();
    const killed = ran.signal !== null && trace.killed;
    const said: Said = {
      step: name,
      phase,
      command: plan.command,
      pr: plan.pr,
      runId: plan.runId ?? String(plan.workflowRunId),
      attempt: plan.attempt,
      start,
      end,
      answer: answerOf(ran),
      killed,
      inputs: inputsOf(inputs),
      seen: trace.seen,
      ...(mainStep === null ? {} : { post: postWords(mainStep, ran) }),
    };
    this.said.push(said);
    this.#note(said, ran, trace, plan.kill);
    this.github.revokeToken(token);
    return { plan, said, ran };
  }

  #variables(actor: string, { workflowRunId, attempt }: StepPlan): Record<string, string> {
    return {
      GITHUB_API_URL: this.github.apiUrl,
      GITHUB_GRAPHQL_URL: this.github.graphqlUrl,
      GITHUB_SERVER_URL: this.github.serverUrl,
      GITHUB_REPOSITORY: REPO,
      GITHUB_RUN_ID: String(workflowRunId),
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_WORKFLOW: 'torture',
      GITHUB_JOB: 'rack',
      GITHUB_ACTOR: actor,
      GITHUB_TRIGGERING_ACTOR: actor,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    };
  }

  #note(said: Said, ran: Ran, trace: Trace, kill: KillPlan | null): void {
    const { phase, command, answer, killed } = said;
    const strict = command === 'assert' && said.inputs.strict ? ' (strict)' : '';
    const result = answer === null ? (killed ? 'killed' : 'done') : answer.error || answer.status;
    const words = said.post?.warned === true ? 'warned' : result;
    this.tally.operation(phase === 'post' ? 'post step' : `${command}${strict}`, words, trace.requests);
    if (killed && kill !== null) this.tally.count('kills', `${kill.signal} at ${kill.at}`);
    if (ran.stderr !== '') this.#odd(`${said.step} wrote to stderr: ${ran.stderr.slice(0, 2000)}`);
    if (ran.signal !== null && !trace.killed) this.#odd(`${said.step} was ended by ${ran.signal}, not by this script`);
    // Every request is noted as it comes; the log itself would only fill the memory.
    if (this.github.requests.length > 500) this.github.clearRequests();
  }

  #odd(text: string): void {
    if (this.oddities.length < REPORTED_UNEXPECTED) this.oddities.push(text);
  }
}

/** `null` where the process had no time to set its outputs, or is a post step. */
function answerOf({ outputs, exitCode }: Ran): Answer | null {
  const { owned, status = '', error = '', message = '', result } = outputs;
  const commit = outputs['state-commit'] ?? '';
  const token = outputs['fencing-token'] ?? '';
  if (owned === undefined || result === undefined) return null;
  const { record } = JSON.parse(result) as { record: unknown };
  return {
    exitCode,
    owned: owned === 'true',
    status,
    error,
    message,
    token: token === '' ? null : Number(token),
    commit: commit === '' ? null : commit,
    digest: record === null ? null : digestOf(record),
  };
}

function postWords(mainStep: string, { stdout, exitCode }: Ran): PostWords {
  return { mainStep, exitCode, warned: /^::warning/m.test(stdout), log: stdout.trim().slice(-300) };
}

function inputsOf(inputs: Readonly<Record<string, string>>): SaidInputs {
  const token = inputs['fencing-token'] ?? '';
  return {
    token: token === '' ? null : Number(token),
    targetRunId: inputs['target-run-id'] || (inputs['command'] === 'check' && inputs['run-id']) || null,
    requireExisting: inputs['require-existing'] === 'true',
    requireActiveOwner: inputs['require-active-owner'] === 'true',
    strict: inputs['strict'] === 'true',
    evict: inputs['evict'] === 'true',
    supersede: inputs['supersede'] ?? '',
    staleAfterMs: secondsIn(inputs['stale-after'] ?? '') * 1000,
    takeoverPermission: inputs['takeover-permission'] ?? '',
    releaseOnExit: inputs['release-on-exit'] === 'true',
  };
}

/** Only the durations that this script and action.yml use. */
function secondsIn(duration: string): number {
  const [, number, unit] = /^(\d+)([sm])$/.exec(duration) ?? [];
  if (number === undefined) throw new Error(`not a duration that the torture knows: ${duration}`);
  return Number(number) * (unit === 'm' ? 60 : 1);
}
