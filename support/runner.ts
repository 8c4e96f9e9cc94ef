import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './local-github/package-root.js';
import { scratchFolder } from './local-github/scratch-folder.js';
import type { LocalGitHub } from './local-github/index.js';
import { annotationsIn, readCommandFile } from './runner/command-files.js';
import { inThisThread, needsNoProcess } from './runner/in-this-thread.js';
import { environment, jobVariables, REPOSITORY } from './runner/environment.js';
import { actionManifest, inputVariables } from './runner/manifest.js';

/** Runs the built action as the Actions runner does: a child process with a scrubbed environment, main and post. */

export interface StepOptions {
  /** Inputs under `with:`; the rest come from the defaults of action.yml, as the runner fills them in. */
  readonly with?: Readonly<Record<string, string>>;
  readonly runId?: number;
  readonly attempt?: number;
  readonly workflow?: string;
  readonly job?: string;
  readonly actor?: string;
  /** Who pressed re-run; default: the actor. */
  readonly triggeringActor?: string;
  readonly event?: { readonly name: string; readonly payload: unknown };
  readonly repository?: string;
  /** Default: the id that the local GitHub knows. */
  readonly repositoryId?: number;
  /** `GITHUB_REF`; default `refs/heads/main`. */
  readonly ref?: string;
  readonly sha?: string;
  /** How far the clock of this runner is ahead of the machine's (behind: negative). Child processes only. */
  readonly clockSkewMs?: number;
  readonly token?: string;
  readonly jobStatus?: 'success' | 'failure' | 'cancelled';
  /** Variables on top of all others; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Sees the process right after its start, to send it signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface StepResult {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly result: unknown;
  readonly summary: string;
  readonly state: Readonly<Record<string, string>>;
  /** Folders that it put on the PATH of later steps, the last first. */
  readonly paths: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly annotations: readonly { readonly level: string; readonly message: string }[];
  readonly milliseconds: number;
  /** Runs the post step of this very step, with the state that main left. */
  post(options?: Pick<StepOptions, 'env' | 'jobStatus' | 'onStart' | 'clockSkewMs'>): Promise<StepResult>;
}

/** A pull_request event of `acme/widgets#17`, for scenarios that do not care. */
export const PULL_REQUEST_EVENT = { name: 'pull_request', payload: { pull_request: { number: 17 } } };

export async function runStep(
  github: LocalGitHub,
  options: StepOptions = {},
  execute: Execute = inProcess,
): Promise<StepResult> {
  // What the run was told when it began stays so, whatever becomes of the repository before the post step.
  const repositoryId = options.repositoryId ?? github.findRepository(options.repository ?? REPOSITORY)?.id;
  const known = repositoryId === undefined ? options : { ...options, repositoryId };
  return runPhase(github, 'main', known, {}, execute);
}

export type Phase = 'main' | 'post';

/** Runs one phase under an environment; the built action as a child process unless a test says otherwise. */
export type Execute = (
  phase: Phase,
  env: Readonly<Record<string, string | undefined>>,
  onStart?: (child: ChildProcess) => void,
) => Promise<Pick<StepResult, 'exitCode' | 'signal' | 'stdout' | 'stderr'>>;

async function runPhase(
  github: LocalGitHub,
  phase: Phase,
  options: StepOptions,
  state: Readonly<Record<string, string>>,
  execute: Execute,
): Promise<StepResult> {
  const folder = scratchFolder('runner-');
  try {
    const files = ['output', 'summary', 'state', 'env', 'path'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, '');
    const [output = '', summaryFile = '', stateFile = '', envFile = '', pathFile = ''] = files;
    const event = options.event ?? PULL_REQUEST_EVENT;
    const eventPath = join(folder, 'event.json');
    writeFileSync(eventPath, typeof event.payload === 'string' ? event.payload : JSON.stringify(event.payload));
    const env = environment(options, {
      ...(await inputVariables(options)),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      ...jobVariables(github, options),
      HOME: folder,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_OUTPUT: output,
      GITHUB_STATE: stateFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_ENV: envFile,
      GITHUB_PATH: pathFile,
      RUNNER_TEMP: folder,
    });
    const started = performance.now();
    const ended = await execute(phase, env, options.onStart);
    const milliseconds = performance.now() - started;
    const left = { ...state, ...readCommandFile(readFileSync(stateFile, 'utf8')) };
    const outputs = readCommandFile(readFileSync(output, 'utf8'));
    return {
      ...ended,
      outputs,
      result: outputs['result'] === undefined ? null : (JSON.parse(outputs['result']) as unknown),
      summary: readFileSync(summaryFile, 'utf8'),
      paths: readFileSync(pathFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .reverse(),
      state: left,
      annotations: annotationsIn(ended.stdout),
      milliseconds,
      post: (again = {}) =>
        runPhase(github, 'post', { ...options, ...again, env: { ...options.env, ...again.env } }, left, execute),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A process only where something asks for one, or for another node; for the many scenarios that do not care. */
export const withoutProcess: Execute = (phase, env, onStart) => {
  const here = onStart === undefined && process.env['RUNNER_NODE'] === undefined && needsNoProcess(env);
  return here ? inThisThread(phase, env) : inProcess(phase, env, onStart);
};

/** The node that tests run on, or the one that a test run names: `using: node24` has to hold on several. */
const nodeOfSteps = (): string => process.env['RUNNER_NODE'] ?? process.execPath;

export async function inProcess(
  phase: Phase,
  env: Readonly<Record<string, string | undefined>>,
  onStart: StepOptions['onStart'],
): Promise<Pick<StepResult, 'exitCode' | 'signal' | 'stdout' | 'stderr'>> {
  const { runs } = await actionManifest();
  return new Promise((resolve, reject) => {
    const child = spawn(nodeOfSteps(), [join(packageRoot(), runs[phase])], { env: { ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    onStart?.(child);
  });
}

/** A request id for records that tests plant. */
export function someId(): string {
  return randomUUID();
}
