import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { LocalGitHub } from './local-github/index.js';
import { jobVariables } from './runner/environment.js';
import { inProcess, runStep, type Execute, type StepOptions, type StepResult } from './runner.js';

/** One job: steps of the action and `run:` steps that share a `RUNNER_TEMP`, a workspace and a PATH, as on a runner. */
export interface Job {
  readonly temp: string;
  readonly workspace: string;
  /** A step of the action. */
  readonly uses: (options: StepOptions) => Promise<StepResult>;
  /** A later `run:` step: the words are a command line without a shell. */
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<RunResult>;
  readonly end: () => Promise<void>;
}

export interface RunOptions {
  /** Variables on top of those of the job; `undefined` removes one. A token stands in `GH_TOKEN` unless it is removed. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly onStart?: (child: ChildProcess) => void;
}

export interface RunResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param execute how its steps of the action run; a `run:` step is a process of its own in any case. */
export async function startJob(
  github: LocalGitHub,
  options: StepOptions = {},
  execute: Execute = inProcess,
): Promise<Job> {
  // Not in memory: what lies here is executed, which some systems forbid there.
  const folder = await mkdtemp(join(tmpdir(), 'job "x" '));
  const temp = folder;
  const workspace = await mkdtemp(join(tmpdir(), 'workspace-'));
  let path = process.env['PATH'] ?? '';
  return {
    temp,
    workspace,
    async uses(step) {
      const all = { ...options, ...step };
      const env = { RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, PATH: path, ...all.env };
      const ended = await runStep(github, { ...all, env }, execute);
      path = [...ended.paths, path].join(delimiter);
      return ended;
    },
    run: ([program = '', ...args], { env = {}, cwd = workspace, input, onStart } = {}) =>
      new Promise((resolve, reject) => {
        const variables = {
          ...jobVariables(github, options),
          ...{ RUNNER_TEMP: temp, GITHUB_WORKSPACE: workspace, PATH: path, GH_TOKEN: options.token ?? 'token-octocat' },
          ...{ GITHUB_EVENT_NAME: 'workflow_dispatch', HOME: folder },
          ...env,
        };
        const child = spawn(program, args, { env: variables, cwd, stdio: 'pipe' });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.on('error', reject);
        child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
        child.stdin.on('error', () => undefined);
        child.stdin.end(input ?? '');
        onStart?.(child);
      }),
    end: async () => {
      await rm(folder, { recursive: true, force: true });
      await rm(workspace, { recursive: true, force: true });
    },
  };
}
