import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalRepository,
  type PullRequest,
} from '../../support/local-github/index.js';
import { STATE_BRANCH, type StoredRecord } from '../../support/world.js';
import { ActLog, type Result } from './act-log.js';
import { examplesPlayed, repositoriesUsed, type LocalRepositories } from './local-repositories.js';
import { withoutSelfReference } from './product.js';
import { AGENT } from './stand-ins.js';

/** What all scenarios share. */
export interface Shared extends LocalRepositories {
  readonly act: string;
  /** Paths of the workflows that runs have played. */
  readonly played: Set<string>;
  /** Where runs that went wrong leave their logs. */
  readonly logs: string;
}

export interface RunOptions {
  /** A file of this project, or the text of a workflow. */
  readonly workflow: { readonly file: string } | { readonly text: string };
  readonly event: string;
  readonly payload: object;
  readonly runId: number;
  /** Default 1. With a greater one the run is the same run again, as after "Re-run jobs". */
  readonly attempt?: number;
  readonly actor?: string;
  /** What the job's token may do, as under `permissions:` of the job. Default: what the claiming jobs ask for. */
  readonly token?: keyof typeof TOKENS;
}

/** A mark that the agent left: it ran in this job, and when. */
export interface Mark {
  readonly runId: number;
  readonly job: string;
  /** As a shell would have to write them. */
  readonly args: string;
  readonly start: number;
  readonly end: number | null;
}

const TOKENS = {
  usual: 'token-usual',
  'read-only': 'token-read-only',
  looks: 'token-looks',
  'may-cancel': 'token-may-cancel',
} as const;
const PATIENCE_MS = 60_000;
/** No scenario takes nearly as long, so whatever runs longer hangs. */
const LONGEST_RUN_MS = 150_000;
const run = promisify(execFile);

/** One scenario's world: a local GitHub with `acme/widgets#17`, and workflow runs under act against it. */
export class Stage {
  readonly #runs: ActRun[] = [];

  private constructor(
    readonly shared: Shared,
    readonly number: number,
    readonly github: LocalGitHub,
    readonly repository: LocalRepository,
    readonly folder: string,
  ) {}

  static async create(shared: Shared, number: number): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'workflows-'));
    await mkdir(join(folder, 'marks'));
    await writeFile(join(folder, 'agent.sh'), AGENT);
    const github = await startLocalGitHub();
    const repository = await github.createRepository('acme/widgets');
    await repository.writeFile('main', 'agent.sh', AGENT, 'Add the agent');
    await repository.writeFile('main', 'agent.txt', '', 'Add what it works on');
    await repository.openPullRequest({ number: 17 });
    const read = { contents: 'read', 'pull-requests': 'read' } as const;
    const usual = { ...read, contents: 'write', actions: 'read' } as const;
    github.issueToken(TOKENS.usual, { login: 'octocat', permissions: usual });
    github.issueToken(TOKENS['read-only'], { login: 'octocat', permissions: read });
    github.issueToken(TOKENS.looks, { login: 'octocat', permissions: { ...usual, contents: 'read' } });
    github.issueToken(TOKENS['may-cancel'], { login: 'octocat', permissions: { ...usual, actions: 'write' } });
    repository.setCollaborator('octocat', 'write');
    repository.setCollaborator('stranger', 'read');
    return new Stage(shared, number, github, repository, folder);
  }

  /** Starts a workflow run. GitHub knows it as in progress until act ends. */
  async start(options: RunOptions): Promise<ActRun> {
    const { runId, attempt = 1 } = options;
    const name = attempt === 1 ? `run-${String(runId)}` : `run-${String(runId)}-attempt-${String(attempt)}`;
    const workspace = join(this.folder, name);
    const { file, text } = await workflowOf(options.workflow);
    const workflow = join('.github', 'workflows', file);
    await mkdir(join(workspace, '.github', 'workflows'), { recursive: true });
    await Promise.all(['home', 'cache', 'tmp'].map((part) => mkdir(join(workspace, part))));
    await writeFile(join(workspace, workflow), withoutSelfReference(text));
    await writeFile(join(workspace, 'event.json'), JSON.stringify(options.payload));
    // act asks git for a commit before it looks at what it is told.
    const git = ['-C', workspace, '-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    await run('git', [...git, 'init', '--quiet', '--initial-branch', 'main']);
    await run('git', [...git, 'commit', '--quiet', '--allow-empty', '--message', 'Start']);
    const pull = await this.repository.pullRequest(17);
    const actor = options.actor ?? 'octocat';
    const state = { status: 'in_progress', conclusion: null, runAttempt: attempt, actor } as const;
    this.repository.addRun({ id: runId, ...state, name: nameOf(text) ?? workflow, path: workflow });
    const repositories = { 'acme/widgets': this.repository.gitDir, ...this.#forks() };
    const variables = {
      GITHUB_API_URL: this.github.apiUrl,
      GITHUB_GRAPHQL_URL: this.github.graphqlUrl,
      GITHUB_SERVER_URL: this.github.serverUrl,
      GITHUB_REPOSITORY: 'acme/widgets',
      GITHUB_REPOSITORY_ID: String(this.repository.id),
      GITHUB_RUN_ID: String(runId),
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_TRIGGERING_ACTOR: actor,
      GITHUB_WORKFLOW_REF: `acme/widgets/${workflow}@refs/heads/main`,
      GITHUB_REF: 'refs/heads/main',
      SHA_REF: pull.baseRefOid,
      WORKFLOW_TEST: this.folder,
      LOCAL_GITHUB_FOLDERS: JSON.stringify(repositories),
    };
    for (const path of examplesPlayed(options.workflow)) this.shared.played.add(path);
    const repositoriesHere = await repositoriesUsed(text, this.shared);
    const child = spawn(
      this.shared.act,
      [
        options.event,
        ...['--json', '--workflows', workflow, '--eventpath', 'event.json', '--actor', actor],
        ...[
          '--platform',
          'ubuntu-latest=-self-hosted',
          '--no-cache-server',
          '--no-skip-checkout',
          '--concurrent-jobs',
          '4',
        ],
        ...['--secret', `GITHUB_TOKEN=${TOKENS[options.token ?? 'usual']}`],
        ...repositoriesHere.flatMap((repository) => ['--local-repository', repository]),
        ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ],
      {
        cwd: workspace,
        // A group of its own, so that a kill gets the steps as well.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: `${this.shared.standIns.bin}:${process.env['PATH'] ?? ''}`,
          HOME: join(workspace, 'home'),
          XDG_CACHE_HOME: join(workspace, 'cache'),
          TMPDIR: join(workspace, 'tmp'),
          ACT_DISABLE_VERSION_CHECK: '1',
        },
      },
    );
    const started = new ActRun(child, { runId, name, repository: this.repository, jobs: jobsIn(text) });
    this.#runs.push(started);
    return started;
  }

  async run(options: RunOptions): Promise<ActRun> {
    const started = await this.start(options);
    await started.ended;
    return started;
  }

  /** Lets the agent of a run work until {@link letGo}. */
  hold(runId: number): Promise<void> {
    return writeFile(join(this.folder, `hold-${String(runId)}`), '');
  }

  letGo(runId: number): Promise<void> {
    return rm(join(this.folder, `hold-${String(runId)}`));
  }

  /** Lets the agent of a run fail, until {@link heal}. */
  fail(runId: number): Promise<void> {
    return writeFile(join(this.folder, `fail-${String(runId)}`), '');
  }

  heal(runId: number): Promise<void> {
    return rm(join(this.folder, `fail-${String(runId)}`));
  }

  async marks(): Promise<readonly Mark[]> {
    const names = (await readdir(join(this.folder, 'marks'))).filter((name) => !name.endsWith('.part'));
    return Promise.all(
      names.map(async (file) => {
        const [runId, job = ''] = file.split('.');
        const text = await readFile(join(this.folder, 'marks', file), 'utf8');
        const number = (key: string): number | null => {
          const found = new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1];
          return found === undefined ? null : Number(found);
        };
        const args = /^args(.*)$/m.exec(text)?.[1]?.trim() ?? '';
        return { runId: Number(runId), job, args, start: number('start') ?? 0, end: number('end') };
      }),
    );
  }

  /** Waits until one of these runs is at work, and says which. */
  async atWork(...runIds: number[]): Promise<number> {
    return this.until(`run ${runIds.join(' or ')} is at work`, async () => {
      const mark = (await this.marks()).find(({ runId }) => runIds.includes(runId));
      return mark?.runId ?? null;
    });
  }

  async until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const found = await look();
      if (found !== null) return found;
      await sleep(50);
    }
    throw new Error(`It never came to this: ${what}.`);
  }

  async record(pr = 17, scope: string | null = null): Promise<StoredRecord> {
    const text = await this.repository.readFile(STATE_BRANCH, recordPath(pr, scope));
    if (text === null) throw new Error(`There is no record of pull request ${String(pr)}.`);
    return JSON.parse(text) as StoredRecord;
  }

  /** The history as `type run` lines. */
  async history(pr = 17, scope: string | null = null): Promise<readonly string[]> {
    return (await this.record(pr, scope)).history.map(({ type, runId }) => `${type} ${runId}`);
  }

  /** The run ids of those in line, the first one first. */
  async line(pr = 17, scope: string | null = null): Promise<readonly string[]> {
    const { queue } = await this.record(pr, scope);
    return queue.map((place) => (place as { readonly runId: string }).runId);
  }

  /** A pull_request event with the parts that the examples look at. */
  async pullRequestEvent(action: string, extra: object = {}, pr = 17): Promise<object> {
    const pull = await this.repository.pullRequest(pr);
    return { action, number: pr, pull_request: pullShape(pull), repository: REPOSITORY, ...extra };
  }

  /** Ends what still runs. Keeps the logs if the scenario failed, and says where. */
  async close(failed: boolean): Promise<string> {
    for (const started of this.#runs) started.signal('SIGKILL');
    await Promise.all(this.#runs.map(({ ended }) => ended));
    await this.github.close();
    const logs = join(this.shared.logs, `scenario-${String(this.number)}`);
    if (failed) {
      await mkdir(logs, { recursive: true });
      for (const { log, name } of this.#runs) await writeFile(join(logs, `${name}.log`), log.readable);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    return logs;
  }

  #forks(): Record<string, string> {
    try {
      return { 'forker/widgets': this.github.repository('forker/widgets').gitDir };
    } catch {
      return {};
    }
  }
}

const REPOSITORY = { full_name: 'acme/widgets', name: 'widgets', owner: { login: 'acme' }, default_branch: 'main' };

function pullShape(pull: PullRequest): object {
  const side = (ref: string, sha: string, fullName: string): object => ({ ref, sha, repo: { full_name: fullName } });
  return {
    number: pull.number,
    title: pull.title,
    state: pull.state === 'open' ? 'open' : 'closed',
    head: side(pull.headRefName, pull.headRefOid, pull.headRepository),
    base: side(pull.baseRefName, pull.baseRefOid, 'acme/widgets'),
  };
}

interface RunFacts {
  readonly runId: number;
  /** Where its logs go. */
  readonly name: string;
  readonly repository: LocalRepository;
  /** The ids of the workflow's jobs. */
  readonly jobs: readonly string[];
}

/** A workflow run under act. */
export class ActRun {
  readonly runId: number;
  readonly name: string;
  /** Resolves when act has ended, however. */
  readonly ended: Promise<void>;
  exitCode: number | null = null;
  #output = '';

  constructor(
    private readonly child: ChildProcess,
    private readonly facts: RunFacts,
  ) {
    this.runId = facts.runId;
    this.name = facts.name;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    const cancelling = setInterval(() => this.#obeyCancellation(), 100);
    const hanging = setTimeout(() => this.signal('SIGKILL'), LONGEST_RUN_MS);
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        clearInterval(cancelling);
        clearTimeout(hanging);
        this.exitCode = exitCode;
        if (facts.repository.run(facts.runId)?.status !== 'completed') {
          const conclusion = exitCode === 0 ? 'success' : 'failure';
          facts.repository.updateRun(facts.runId, { status: 'completed', conclusion });
        }
        resolve();
      });
    });
  }

  get log(): ActLog {
    return new ActLog(this.#output);
  }

  /** The result of a job; one that did not start was skipped. */
  job(job: string): Result {
    const [id = ''] = job.split('/');
    if (!this.facts.jobs.includes(id)) throw new Error(`The workflow has no job "${id}".`);
    const results = this.log.jobs.filter((entry) => entry.job === job).map(({ result }) => result);
    return results.includes('failure') ? 'failure' : (results[0] ?? 'skipped');
  }

  /** The result of the main part of a step; one that did not start was skipped. */
  step(job: string, step: string): Result {
    const found = this.log.steps.find((entry) => entry.job === job && entry.step === step && entry.stage === 'Main');
    return found?.result ?? 'skipped';
  }

  /** Sends a signal to act, or a kill to act and everything it started, as when a runner is lost. */
  signal(signal: 'SIGINT' | 'SIGKILL'): void {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
  }

  /** A run that GitHub was asked to cancel gets an interrupt, as from the service. */
  #obeyCancellation(): void {
    const state = this.facts.repository.run(this.runId);
    if (state?.conclusion !== 'cancelled' || this.#interrupted) return;
    this.#interrupted = true;
    this.signal('SIGINT');
  }
  #interrupted = false;
}

/** Where layout 1 keeps the record of a pull request, or of a scope of it. */
export function recordPath(pr: number, scope: string | null = null): string {
  const name = scope === null ? String(pr) : `${String(pr)}.${scope}`;
  return `pulls/${String(Math.floor(pr / 1000))}/${name}.json`;
}

async function workflowOf(workflow: RunOptions['workflow']): Promise<{ file: string; text: string }> {
  if ('text' in workflow) return { file: 'probe.yml', text: workflow.text };
  const file = workflow.file.split('/').at(-1) ?? '';
  return { file, text: await readFile(join(packageRoot(), workflow.file), 'utf8') };
}

function nameOf(text: string): string | undefined {
  return (parse(text) as { name?: string }).name;
}

function jobsIn(text: string): string[] {
  return Object.keys((parse(text) as { jobs: object }).jobs);
}
