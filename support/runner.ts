import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from './local-github/package-root.js';
import type { LocalGitHub } from './local-github/index.js';

/** Runs the built action as the Actions runner does: a child process with a scrubbed environment, main and post. */

export interface StepOptions {
  /** Inputs under `with:`; the rest come from the defaults of action.yml, as the runner fills them in. */
  readonly with?: Readonly<Record<string, string>>;
  readonly runId?: number;
  readonly attempt?: number;
  readonly workflow?: string;
  readonly job?: string;
  readonly actor?: string;
  readonly event?: { readonly name: string; readonly payload: unknown };
  readonly repository?: string;
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
  readonly stdout: string;
  readonly stderr: string;
  readonly annotations: readonly { readonly level: string; readonly message: string }[];
  readonly milliseconds: number;
  /** Runs the post step of this very step, with the state that main left. */
  post(options?: Pick<StepOptions, 'env' | 'jobStatus' | 'onStart'>): Promise<StepResult>;
}

interface ActionManifest {
  readonly runs: Readonly<Record<Phase, string>>;
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
}

let manifest: ActionManifest | null = null;
async function actionManifest(): Promise<ActionManifest> {
  manifest ??= parse(await readFile(join(packageRoot(), 'action.yml'), 'utf8')) as ActionManifest;
  return manifest;
}

/** A pull_request event of `acme/widgets#17`, for scenarios that do not care. */
export const PULL_REQUEST_EVENT = { name: 'pull_request', payload: { pull_request: { number: 17 } } };

export async function runStep(
  github: LocalGitHub,
  options: StepOptions = {},
  execute: Execute = runNode,
): Promise<StepResult> {
  return runPhase(github, 'main', options, {}, execute);
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
  const folder = await mkdtemp(join(tmpdir(), 'runner-'));
  try {
    const files = ['output', 'summary', 'state', 'env', 'path'].map((name) => join(folder, name));
    await Promise.all(files.map((file) => writeFile(file, '')));
    const [output = '', summaryFile = '', stateFile = '', envFile = '', pathFile = ''] = files;
    const event = options.event ?? PULL_REQUEST_EVENT;
    const eventPath = join(folder, 'event.json');
    await writeFile(eventPath, typeof event.payload === 'string' ? event.payload : JSON.stringify(event.payload));
    const env = {
      ...(await inputVariables(options)),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
      GITHUB_SERVER_URL: github.serverUrl,
      GITHUB_REPOSITORY: options.repository ?? 'acme/widgets',
      GITHUB_RUN_ID: String(options.runId ?? 1001),
      GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
      GITHUB_WORKFLOW: options.workflow ?? 'agent',
      GITHUB_JOB: options.job ?? 'fix',
      GITHUB_ACTOR: options.actor ?? 'octocat',
      GITHUB_TRIGGERING_ACTOR: options.actor ?? 'octocat',
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      GITHUB_OUTPUT: output,
      GITHUB_STATE: stateFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_ENV: envFile,
      GITHUB_PATH: pathFile,
      RUNNER_TEMP: folder,
      ...options.env,
    };
    const started = performance.now();
    const ended = await execute(phase, env, options.onStart);
    const milliseconds = performance.now() - started;
    const left = { ...state, ...readCommandFile(await readFile(stateFile, 'utf8')) };
    const outputs = readCommandFile(await readFile(output, 'utf8'));
    return {
      ...ended,
      outputs,
      result: outputs['result'] === undefined ? null : (JSON.parse(outputs['result']) as unknown),
      summary: await readFile(summaryFile, 'utf8'),
      state: left,
      annotations: annotationsIn(ended.stdout),
      milliseconds,
      post: (again = {}) =>
        runPhase(github, 'post', { ...options, ...again, env: { ...options.env, ...again.env } }, left, execute),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inputVariables(options: StepOptions): Promise<Record<string, string>> {
  const { inputs } = await actionManifest();
  const expressions: Record<string, string> = {
    '${{ github.token }}': options.token ?? 'token-octocat',
    '${{ job.status }}': options.jobStatus ?? 'success',
  };
  const defaults = Object.entries(inputs).map(([name, input]): [string, string] => {
    const text = input.default ?? '';
    return [name, expressions[text] ?? text];
  });
  const given = Object.entries({ ...Object.fromEntries(defaults), ...options.with });
  return Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.replace(/ /g, '_').toUpperCase()}`, value]));
}

/** The node that tests run on, or the one that a test run names: `using: node24` has to hold on several. */
const NODE = process.env['RUNNER_NODE'] ?? process.execPath;

async function runNode(
  phase: Phase,
  env: Readonly<Record<string, string | undefined>>,
  onStart: StepOptions['onStart'],
): Promise<Pick<StepResult, 'exitCode' | 'signal' | 'stdout' | 'stderr'>> {
  const { runs } = await actionManifest();
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, [join(packageRoot(), runs[phase])], { env: { ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    onStart?.(child);
  });
}

/** `name=value` lines and `name<<DELIMITER` blocks, as the runner reads them; the last value of a name counts. */
function readCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const block = /^([^=<]+)<<(.+)$/.exec(line);
    if (block?.[1] !== undefined && block[2] !== undefined) {
      const end = lines.indexOf(block[2], index + 1);
      if (end === -1) throw new Error(`a block of a command file is not closed: ${line}`);
      values[block[1]] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (line !== '') {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`not a line of a command file: ${line}`);
      values[name] = value;
    }
  }
  return values;
}

function annotationsIn(stdout: string): { level: string; message: string }[] {
  return [...stdout.matchAll(/^::(error|warning|notice)(?: [^\n]*?)?::(.*)$/gm)].map(
    ([, level = '', message = '']) => ({
      level,
      message: message.replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%25/g, '%'),
    }),
  );
}

/** A request id for records that tests plant. */
export function someId(): string {
  return randomUUID();
}
