import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { delayed, isPush } from '../../support/local-github/index.js';
import { jobVariables } from '../../support/runner/environment.js';
import { createWorld, RECORD_PATH, STATE_BRANCH, type World } from '../../support/world.js';
import { readBranch } from '../torture/branch.js';
import { Checkout, changedFiles, plainEnvironment } from './checkout.js';
import { Killer, type KillPlan } from './kills.js';
import { kill, processesWith } from './processes.js';
import type { Move, Push, Said, Story, Told } from './story.js';

export const PR = 17;
export const BRANCH = 'pr-17';
const BRANCH_REF = `refs/heads/${BRANCH}`;
const STATE_REF = `refs/heads/${STATE_BRANCH}`;
/** What the user gave each command: short, so that a round ends soon, and enough for a busy machine. */
const TIMEOUT = '12s';
/** So long whoever outlived its command may go on; then it is ended. */
const PATIENCE_MS = 3_000;
/** Faults after which git's server never gets the push. */
const NOT_APPLIED: readonly string[] = ['bad gateway', 'connection reset', 'commit_refs fails'];

export interface Ask {
  readonly command: string;
  readonly words?: readonly string[];
  readonly runId: number;
  readonly attempt?: number;
  readonly checkout: Checkout;
  readonly commit?: string;
  readonly lease?: string | null;
  readonly dryRun?: boolean;
  readonly kill?: KillPlan | null;
}

/** One repository with one pull request, everybody who works on it, and the notes that are taken. */
export class Stage {
  readonly said: Said[] = [];
  readonly kills: string[] = [];
  readonly #killers = new Map<string, Killer>();
  readonly #checkouts: Checkout[] = [];
  /** What was pushed without a request. */
  readonly #plain: Push[] = [];
  #onTheirWay = 0;
  #steps = 0;

  private constructor(
    readonly world: World,
    readonly folder: string,
    readonly start: string,
    private readonly dist: string,
    private readonly first: Checkout,
  ) {}

  static async open(dist: string): Promise<Stage> {
    const world = await createWorld();
    const { repository, github } = world;
    // Git's server itself notes each move, in the order in which it made them.
    await appendFile(join(repository.gitDir, 'config'), '[core]\n\tlogAllRefUpdates = always\n');
    const folder = await mkdtemp(join(tmpdir(), 'round-'));
    const first = await Checkout.clone(repository.cloneUrl, BRANCH);
    const stage = new Stage(world, folder, (await repository.head(BRANCH)) ?? '', dist, first);
    github.faults.always((request) => {
      if (isPush()(request)) stage.#killers.get(request.login ?? '')?.pushed();
      return false;
    }, delayed(0));
    return stage;
  }

  /** Writes of which the answer is gone and that will still be carried out. */
  onItsWay(change: 1 | -1): void {
    this.#onTheirWay += change;
  }

  async clone(): Promise<Checkout> {
    const checkout = await this.first.copy();
    this.#checkouts.push(checkout);
    return checkout;
  }

  /** Runs one command of the built command line in a process of its own. */
  async ask({ command, words = [], runId, attempt = 1, checkout, kill: plan = null, ...push }: Ask): Promise<Said> {
    const { github, repository } = this.world;
    const step = `step-${String((this.#steps += 1))}`;
    const token = this.tokenFor(step);
    const temp = await mkdtemp(join(this.folder, `${step}-`));
    const killer = new Killer(plan);
    this.#killers.set(step, killer);
    const before = await checkout.files();
    const job = { runId, attempt, actor: step, repositoryId: repository.id };
    const ended = await run({
      entry: join(this.dist, 'cli.js'),
      words: [command, '--json', '--pr', String(PR), '--timeout', TIMEOUT, ...words],
      cwd: checkout.folder,
      env: {
        ...plainEnvironment(),
        ...jobVariables(github, job),
        ...{ RUNNER_TEMP: temp, GITHUB_EVENT_NAME: 'workflow_dispatch', GH_TOKEN: token, HOME: temp },
      },
      killer,
    });
    const { commit = null, lease = null, dryRun = false } = push;
    const said: Said = {
      ...{ step, command, runId: String(runId), attempt, exitStatus: ended.status, killed: killer.killed },
      ...{ commit, lease, dryRun, answer: readTold(ended.stdout), stderr: ended.stderr },
      leftBehind: await readdir(temp),
      changedFiles: changedFiles(before, await checkout.files()),
    };
    this.said.push(said);
    if (plan !== null && killer.killed !== null) this.kills.push(`${killer.killed} at ${plan.at}`);
    return said;
  }

  tokenFor(login: string): string {
    const token = `token-of-${login}`;
    const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'read' } as const;
    this.world.github.issueToken(token, { login, permissions });
    this.world.repository.setCollaborator(login, 'write');
    return token;
  }

  /** Somebody's commit on the branch of the pull request, at the server itself and at once. */
  readonly commitToBranch = async (): Promise<void> => {
    const { gitDir } = this.world.repository;
    const git = async (...words: readonly string[]): Promise<Ran> =>
      run({ program: 'git', words: ['--git-dir', gitDir, ...words], env: plainEnvironment() });
    const from = (await git('rev-parse', BRANCH_REF)).stdout.trim();
    const message = `In between ${String(this.#plain.length)}`;
    const to = (await git('commit-tree', `${from}^{tree}`, '-p', from, '-m', message)).stdout.trim();
    const { status } = await git('update-ref', '-m', 'push', BRANCH_REF, to, from);
    const refs = [{ ref: BRANCH_REF, from, to, ok: status === 0 }];
    this.#plain.push({ login: 'somebody', isAtomic: false, refs });
  };

  /** Until nobody is left who could still move anything; what outlives that is ended. */
  async settle(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (this.#onTheirWay > 0) await sleep(20);
    let left = await processesWith(this.folder);
    while (left.length > 0) {
      if (performance.now() > end) for (const pid of left) kill(pid);
      await sleep(50);
      left = await processesWith(this.folder);
    }
    while (this.#onTheirWay > 0) await sleep(20);
    while (this.#isBusy() && performance.now() < end + PATIENCE_MS) await sleep(20);
  }

  /** Whether git's server has a push at work, be there a client or not. */
  #isBusy(): boolean {
    return this.world.github.requests.some(({ git, outcome, fault = '' }) => {
      const isUntold = git !== undefined && git.commands.length > 0 && git.results.length === 0;
      return isUntold && outcome !== 'answered' && outcome !== 'reset' && !NOT_APPLIED.includes(fault);
    });
  }

  async story(lastClaim: string): Promise<Story> {
    const { github, repository } = this.world;
    const pushes = github.requests.flatMap(({ login, git }): Push[] => {
      if (git === undefined || git.commands.length === 0) return [];
      const moved = new Set(git.results.filter(({ ok }) => ok).map(({ ref }) => ref));
      const refs = git.commands.map(({ ref, oldOid, newOid }) => ({
        ...{ ref, from: oldOid, to: newOid, ok: moved.has(ref) },
      }));
      return [{ login: login ?? '', isAtomic: git.capabilities.includes('atomic'), refs }];
    });
    const commits = await readBranch(repository.gitDir, STATE_BRANCH, new Map());
    return {
      ...{ branchRef: BRANCH_REF, stateRef: STATE_REF, recordPath: RECORD_PATH },
      ...{ said: this.said, pushes: [...pushes, ...this.#plain], lastClaim, start: this.start },
      moves: await this.#moves(),
      head: await repository.head(BRANCH),
      commits: commits.map(({ oid, changes }) => ({ oid, changes })),
    };
  }

  async close(): Promise<void> {
    await this.world.close();
    await Promise.all([this.first, ...this.#checkouts].map((checkout) => checkout.remove()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #moves(): Promise<Move[]> {
    const { gitDir } = this.world.repository;
    const log = await readFile(join(gitDir, 'logs', BRANCH_REF), 'utf8').catch(() => '');
    const lines = log.split('\n').filter((line) => line !== '');
    return Promise.all(
      lines.map(async (line): Promise<Move> => {
        const [from = '', to = ''] = line.split(' ');
        const test = ['--git-dir', gitDir, 'merge-base', '--is-ancestor', from, to];
        const { status } = await run({ program: 'git', words: test, env: plainEnvironment() });
        return { from, to, buildsOn: status === 0 };
      }),
    );
  }
}

interface Run {
  readonly program?: string;
  readonly entry?: string;
  readonly words: readonly string[];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly killer?: Killer;
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ program = process.execPath, entry, words, cwd, env, killer }: Run): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const args = [...(entry === undefined ? [] : [entry]), ...words];
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('exit', () => killer?.ended());
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    killer?.started(child);
  });
}

function readTold(stdout: string): Told | null {
  let told: Readonly<Record<string, unknown>>;
  try {
    told = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
  const text = (name: string): string | null => {
    const value = told[name];
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const token = text('fencing-token');
  return {
    ok: told['ok'] === true,
    owned: told['owned'] === true,
    status: text('status'),
    error: text('error'),
    message: text('message') ?? '',
    publishedSha: text('published-sha'),
    publishedFrom: text('published-from'),
    token: token === null ? null : Number(token),
    stateCommit: text('state-commit'),
  };
}
