import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';
import { environment } from '../../support/runner/environment.js';

/** One process of the action as the runner starts it. Unlike the one of the tests it copes with files cut off by a kill. */

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly main: string; readonly post: string };
}

export interface Action {
  readonly entries: { readonly main: string; readonly post: string };
  readonly defaults: Readonly<Record<string, string>>;
}

/** @param dist the folder with the built action. */
export async function loadAction(dist: string): Promise<Action> {
  const manifest = parse(await readFile(join(packageRoot(), 'action.yml'), 'utf8')) as Manifest;
  const { main, post } = manifest.runs;
  return {
    entries: { main: join(dist, relative('dist', main)), post: join(dist, relative('dist', post)) },
    defaults: Object.fromEntries(
      Object.entries(manifest.inputs).map(([name, input]): [string, string] => [name, input.default ?? '']),
    ),
  };
}

export interface ProcessOptions {
  readonly entry: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** How far the clock of its runner is ahead of the machine's. */
  readonly clockSkewMs: number;
  /** What an earlier process of the same step left for this one. */
  readonly state: Readonly<Record<string, string>>;
  readonly payload: unknown;
  readonly onStart: (child: ChildProcess) => void;
}

export interface Ran {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runProcess(options: ProcessOptions): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'torture-'));
  try {
    const file = (name: string): string => join(folder, name);
    await Promise.all(['output', 'summary', 'state'].map((name) => writeFile(file(name), '')));
    await writeFile(file('event.json'), JSON.stringify(options.payload));
    const env = environment(skewed(options.clockSkewMs), {
      ...prefixed('INPUT_', options.inputs, (name) => name.toUpperCase()),
      ...prefixed('STATE_', options.state, (name) => name),
      HOME: folder,
      RUNNER_TEMP: folder,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: file('event.json'),
      GITHUB_OUTPUT: file('output'),
      GITHUB_STATE: file('state'),
      GITHUB_STEP_SUMMARY: file('summary'),
      ...options.variables,
    });
    const ended = await runNode(options.entry, env, options.onStart);
    const outputs = readCommandFile(await readFile(file('output'), 'utf8'));
    const state = { ...options.state, ...readCommandFile(await readFile(file('state'), 'utf8')) };
    return { ...ended, outputs, state };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A right clock needs no preload, which would cost time. */
function skewed(clockSkewMs: number): { readonly clockSkewMs?: number } {
  return clockSkewMs === 0 ? {} : { clockSkewMs };
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
  spell: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${spell(name)}`, value]));
}

function runNode(
  entry: string,
  env: Readonly<Record<string, string | undefined>>,
  onStart: ProcessOptions['onStart'],
): Promise<Pick<Ran, 'exitCode' | 'signal' | 'stdout' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry], { env: { ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    onStart(child);
  });
}

/** `name<<DELIMITER` blocks; one that a kill cut off does not count. */
function readCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    const end = delimiter === undefined ? -1 : lines.indexOf(delimiter, index + 1);
    if (name === undefined || end === -1) continue;
    values[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return values;
}
