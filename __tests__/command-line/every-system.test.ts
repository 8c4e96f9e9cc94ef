import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startChild, type Child } from '../../src/command-line/exec/child.js';
import { VERSION } from '../../src/command-line/version.js';
import { installShims } from '../../src/step-file/shims.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/**
 * What has to hold on Linux, macOS and Windows alike, so it needs no sh and sends no signals: the shim on the PATH, and a
 * child with all it has started that exec ends. ci.yml runs it on all three.
 */

const isWindows = process.platform === 'win32';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'every system '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Lays the shims for a file and gives the variables under which they are found. */
function withShims(cli: string): NodeJS.ProcessEnv {
  const installed = installShims(folder, { execPath: process.execPath, cli });
  if (installed.kind === 'failed') throw new Error(installed.problem);
  // Windows writes "Path", and a copy of the environment would then have both.
  const others = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== 'PATH');
  return { ...Object.fromEntries(others), PATH: [installed.folder, process.env['PATH']].join(delimiter) };
}

/** As a later step types it: on Windows through cmd.exe, which finds the `.cmd`. */
function typed(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = isWindows ? ['cmd.exe', '/d', '/c', ...words] : words;
    const child = spawn(program, args, { env, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += String(text)));
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

function start(words: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Child {
  const [command, ...args] = words;
  const warn = (problem: string): void => {
    throw new Error(problem);
  };
  return startChild(command, args, { env, graceMs: 1_000, warn });
}

async function said(file: string): Promise<string> {
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await new Promise((wake) => setTimeout(wake, 20));
  return readFileSync(file, 'utf8');
}

test('the shim starts the command line by its name, and hands its status back', async () => {
  const env = withShims(join(packageRoot(), 'dist', 'cli.js'));
  expect(await typed(['runner-coord', '--version'], env)).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
  const wrong = await typed(['runner-coord', 'clam'], env);
  expect(wrong).toMatchObject({ status: 64, stdout: '' });
  expect(wrong.stderr).toContain('There is no command "clam"');
});

test('exec starts what a shim starts, with its arguments, and hands its status back', async () => {
  const file = join(folder, 'arguments.json');
  const script = join(folder, 'the agent.cjs');
  writeFileSync(
    script,
    `const [, , file, ...args] = process.argv;
     require('node:fs').writeFileSync(file, JSON.stringify(args));
     process.exitCode = 7;`,
  );
  const child = start(['runner-coord', file, 'a b', 'c', '--x=1'], withShims(script));
  expect(await child.ended).toEqual({ kind: 'ended', status: 7 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(['a b', 'c', '--x=1']);
});

test('exec ends a child, and what the child has started', async () => {
  const beats = join(folder, 'beats');
  mkdirSync(beats);
  const grandchild = `
    const { appendFileSync } = require('node:fs');
    setInterval(() => appendFileSync(process.argv[1], '.'), 20);
    // If nobody ends it, this test fails, and it shall not beat for ever.
    setTimeout(() => process.exit(), 20_000);`;
  const script = `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', process.argv[1], process.argv[2]], { stdio: 'ignore' });
    setInterval(() => undefined, 1000);`;
  const heart = join(beats, 'heart');
  const child = start([process.execPath, '-e', script, grandchild, heart], process.env);
  await said(heart);
  expect((await child.end(300)).kind).toBe('ended');
  const before = readFileSync(heart, 'utf8').length;
  await new Promise((wake) => setTimeout(wake, 500));
  expect(readFileSync(heart, 'utf8')).toHaveLength(before);
});

test('exec says of a command that is not there what it is', async () => {
  expect(await start(['no-such-agent-anywhere'], process.env).ended).toMatchObject({
    kind: 'not_started',
    status: 127,
    problem: expect.stringContaining('"no-such-agent-anywhere"') as unknown,
  });
});
