import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import type { Writable } from 'node:stream';
import { transform } from '@swc/core';
import type { ChildEnd } from '../../src/command-line/exec/child.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { linesOf, type Lines } from './reports.js';
import type { Order, Report, Supervision } from './supervisor.js';

/** The supervisor and every source that it imports, as JavaScript in a folder of their own. */
export interface Built {
  readonly node: string;
  readonly folder: string;
  readonly entry: string;
  remove(): Promise<void>;
}

export async function buildSupervisor(): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'supervisor-'));
  // For a test that runs it as another user.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const entry = join('__tests__', 'exec', 'supervisor.ts');
  const files = new Set([entry]);
  for (const file of files) {
    const source = await readFile(join(packageRoot(), file), 'utf8');
    const { code } = await transform(source, {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const target = join(folder, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
    for (const [, path = ''] of code.matchAll(/ from ['"](\.[^'"]+)\.js['"]/g)) {
      files.add(normalize(join(dirname(file), `${path}.ts`)));
    }
  }
  return {
    // The node that a test run names: this has to hold on several.
    node: process.env['RUNNER_NODE'] ?? process.execPath,
    folder,
    entry: join(folder, entry.replace(/\.ts$/, '.js')),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A supervisor in a process of its own, its child's stdin and stdout on pipes. */
export interface Supervised {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly stdout: Lines;
  readonly stdin: Writable;
  /** The next warning. */
  readonly warned: Promise<string>;
  /** Resolves when the supervisor has installed its handlers. */
  readonly started: Promise<true>;
  /** Resolves when the supervisor knows that its child has. */
  readonly ended: Promise<ChildEnd>;
  readonly exited: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  order(order: Order): void;
}

export function supervise(built: Built, supervision: Supervision, through: readonly string[] = []): Supervised {
  const [file = built.node, ...args] = [...through, built.node, built.entry, JSON.stringify(supervision)];
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  const { pid, stdin, stdout } = child;
  if (pid === undefined || stdin === null || stdout === null) throw new Error('The supervisor did not start.');
  const reported = <Found>(look: (report: Report) => Found | undefined): Promise<Found> => {
    const found = new Promise<Found>((resolve, reject) => {
      child.once('disconnect', () => reject(new Error('The supervisor is gone, and never reported it.')));
      child.on('message', (report: Report) => {
        const found = look(report);
        if (found !== undefined) resolve(found);
      });
    });
    // Not every test waits for every report.
    found.catch(() => undefined);
    return found;
  };
  return {
    process: child,
    pid,
    stdout: linesOf(stdout),
    stdin,
    started: reported((report) => ('started' in report ? report.started : undefined)),
    warned: reported((report) => ('warned' in report ? report.warned : undefined)),
    ended: reported((report) => ('ended' in report ? report.ended : undefined)),
    exited: new Promise((resolve) => child.once('exit', (status, signal) => resolve({ status, signal }))),
    order: (order) => void child.send(order),
  };
}

/** A script for /bin/sh as the command. */
export function shell(script: string): Pick<Supervision, 'command' | 'args'> {
  return { command: '/bin/sh', args: ['-c', script] };
}
