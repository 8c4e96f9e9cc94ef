import { performance } from 'node:perf_hooks';
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalRepository,
  type Meanwhile,
  type RefSnapshot,
} from '../../support/local-github/index.js';
import { jobVariables } from '../../support/runner/environment.js';
import type { Naming, Over, Round, Said } from './history.js';
import { readBranch } from './branch.js';
import { runProcess, type Action, type Ran } from './process.js';
import { Tally } from './tally.js';
import { Trace, type KillPlan } from './trace.js';
import type { Observer } from './watched.js';
import type { Replica } from './weather.js';
import { answerOf, inputsOf, postWords } from './words.js';

const FIRST_NAME = 'acme/widgets';
const REPO_ID = 7;
const WORKFLOW = 'torture';
/** The records of a round lie in two folders. */
const FIRST_PR = 999;
/** What the user gave each step; short, so that a round ends soon after its time is up. */
const TIMEOUT = '15s';
const REPORTED_UNEXPECTED = 20;

/** What does not change from step to step of one job. */
export interface Job {
  readonly branch: string;
  readonly pr: number;
  readonly workflowRunId: number;
  /** `null`: the workflow run's id is the run id. */
  readonly runId: string | null;
  readonly attempt: number;
  /** The name that the repository had when the job began. */
  readonly repo: string;
  readonly clockSkewMs: number;
}

/** One job step that a process is started for. */
export interface StepPlan {
  readonly job: Job;
  readonly command: string;
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
export class Stage implements Observer, Replica {
  readonly names: Naming[] = [];
  readonly over: Over[] = [];
  readonly moments = new Map<string, { from: number; to: number }>();
  readonly tally = new Tally();
  /** What should not happen with the harness itself, or with any process whatever it answers. */
  readonly oddities: string[] = [];
  readonly #said = new Map<string, Said[]>();
  readonly #traces = new Map<string, Trace>();
  readonly #attempts = new Map<number, number>();
  #lag: ReadonlyMap<number, RefSnapshot> | null = null;
  #onTheirWay = 0;
  #steps = 0;
  #runs = 1000;

  private constructor(
    readonly github: LocalGitHub,
    readonly repository: LocalRepository,
    readonly action: Action,
    readonly prs: readonly [number, ...number[]],
  ) {
    this.names.push({ repo: FIRST_NAME, from: -Infinity, to: -Infinity });
  }

  static async open(action: Action, prs: number): Promise<Stage> {
    const github = await startLocalGitHub();
    const repository = await github.createRepository(FIRST_NAME, { id: REPO_ID });
    const numbers = Array.from({ length: prs - 1 }, (_, index) => FIRST_PR + 1 + index);
    for (const number of [FIRST_PR, ...numbers]) await repository.openPullRequest({ number });
    return new Stage(github, repository, action, [FIRST_PR, ...numbers]);
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

  onItsWay(change: 1 | -1): void {
    this.#onTheirWay += change;
    if (change === 1) this.tally.lateWrites += 1;
  }

  /** How many writes will still be carried out, although nobody waits for their answer. */
  get onTheirWay(): number {
    return this.#onTheirWay;
  }

  lagging(): ReadonlyMap<number, RefSnapshot> | null {
    return this.#lag;
  }

  /** From now on the replica shows what there is now; `false`: it has caught up. */
  async setLag(lags: boolean): Promise<void> {
    this.#lag = lags ? new Map([[REPO_ID, await this.repository.snapshot()]]) : null;
    if (lags) this.tally.lags += 1;
  }

  cancelled(workflowRunId: number, from: number): void {
    this.#noteOver({ workflowRunId, from, to: Infinity });
  }

  /** Somebody who is no run at all commits to a state branch. */
  readonly commitUnrelated: Meanwhile = async ({ repository, ref }) => {
    const from = this.now();
    const name = `unrelated/${String(this.moments.size % 5)}.txt`;
    const branch = ref.replace(/^refs\/heads\//, '');
    const oid = await repository.writeFile(branch, name, `${String(from)}\n`, 'Something unrelated');
    this.committed(oid, from, this.now());
    this.tally.unrelated += 1;
  };

  /** The name that the runner tells to jobs that begin now. */
  get repo(): string {
    return this.names.at(-1)?.repo ?? FIRST_NAME;
  }

  rename(): void {
    const from = this.now();
    const repo = `acme/gizmos-${String(this.names.length)}`;
    this.repository.rename(repo);
    this.names.push({ repo, from, to: this.now() });
  }

  startRun(): number {
    const id = (this.#runs += 1);
    this.#attempts.set(id, 1);
    this.repository.addRun({ id, name: WORKFLOW, status: 'in_progress', conclusion: null, runAttempt: 1 });
    return id;
  }

  /** "Re-run failed jobs": the run is at work again. */
  startAttempt(id: number): number {
    const attempt = (this.#attempts.get(id) ?? 1) + 1;
    const againFrom = this.now();
    this.repository.updateRun(id, { status: 'in_progress', conclusion: null, runAttempt: attempt });
    const againTo = this.now();
    for (const [index, end] of this.over.entries()) {
      if (end.workflowRunId === id && end.againTo === Infinity) this.over[index] = { ...end, againFrom, againTo };
    }
    this.#attempts.set(id, attempt);
    this.tally.reruns += 1;
    return attempt;
  }

  completeRun(id: number): void {
    const from = this.now();
    this.repository.updateRun(id, { status: 'completed', conclusion: 'failure' });
    this.#noteOver({ workflowRunId: id, from, to: this.now() });
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

  /** What there is to judge, one for each state branch. */
  async rounds(): Promise<Round[]> {
    const rounds: Round[] = [];
    const { names, over, moments, repository } = this;
    for (const [branch, said] of this.#said) {
      const exists = (await repository.head(branch)) !== null;
      const commits = exists ? await readBranch(repository.gitDir, branch, moments) : [];
      const settled = said.map((one) => ({ ...one, seen: one.seen }));
      rounds.push({ branch, repoId: REPO_ID, names, over, said: settled, commits });
    }
    return rounds;
  }

  #noteOver({ workflowRunId, from, to }: Pick<Over, 'workflowRunId' | 'from' | 'to'>): void {
    const attempt = this.#attempts.get(workflowRunId) ?? 1;
    this.over.push({ workflowRunId, attempt, from, to, againFrom: Infinity, againTo: Infinity });
  }

  async #run(
    phase: 'main' | 'post',
    plan: StepPlan,
    state: Readonly<Record<string, string>>,
    mainStep: string | null,
  ): Promise<Step> {
    const { job, command, kill } = plan;
    const name = `step-${String((this.#steps += 1))}`;
    const token = `token-of-${name}`;
    this.github.issueToken(token, {
      login: name,
      permissions: { contents: 'write', actions: 'write', 'pull-requests': 'read' },
    });
    this.repository.setCollaborator(name, 'write');
    const trace = new Trace(kill);
    this.#traces.set(name, trace);
    const inputs = {
      ...this.action.defaults,
      'job-status': '',
      timeout: TIMEOUT,
      ...plan.with,
      command,
      'state-branch': job.branch,
      'run-id': job.runId ?? '',
      'github-token': token,
    };
    const start = this.now();
    const ran = await runProcess({
      entry: this.action.entries[phase],
      inputs,
      state,
      payload: { pull_request: { number: job.pr } },
      variables: this.#variables(name, job),
      clockSkewMs: job.clockSkewMs,
      onStart: (child) => trace.started(child),
    });
    const end = this.now();
    trace.ended();
    const { pr, repo, workflowRunId, attempt } = job;
    const runId = job.runId ?? String(workflowRunId);
    const said: Said = {
      ...{ step: name, phase, command, pr, repo, workflowRunId, runId, attempt, start, end },
      answer: answerOf(ran),
      killed: ran.signal !== null && trace.killed,
      warned: /^::warning/m.test(ran.stdout),
      inputs: inputsOf(inputs),
      // A request that is still on its way when the process has ended counts as well.
      get seen() {
        return trace.seen;
      },
      ...(mainStep === null ? {} : { post: postWords(mainStep, ran) }),
    };
    this.#said.set(job.branch, [...(this.#said.get(job.branch) ?? []), said]);
    this.#note(said, ran, trace, kill);
    this.github.revokeToken(token);
    return { plan, said, ran };
  }

  #variables(actor: string, { repo, workflowRunId, attempt }: Job): Readonly<Record<string, string | undefined>> {
    const run = { runId: workflowRunId, attempt, workflow: WORKFLOW, job: 'rack', actor };
    return jobVariables(this.github, { repository: repo, repositoryId: REPO_ID, ...run });
  }

  #note(said: Said, ran: Ran, trace: Trace, kill: KillPlan | null): void {
    const { phase, command, answer, killed } = said;
    const strict = command === 'assert' && said.inputs.strict ? ' (strict)' : '';
    const result = answer === null ? (killed ? 'killed' : 'done') : answer.error || answer.status;
    const words = said.post?.warned === true ? 'warned' : result;
    this.tally.operation(phase === 'post' ? 'post step' : `${command}${strict}`, words, trace.requests);
    if (said.attempt > 1) this.tally.laterAttempts += 1;
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
