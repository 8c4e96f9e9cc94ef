import { afterAll } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GuardAnswer } from '../../src/guard/guard.js';

/**
 * A remote and a checkout of it, with a command that answers as a test says. Nothing of the machine's git set-up reaches
 * it: the environment of this process is replaced until `remove`.
 */

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly extra: string | null;
}

export type Installed = Exclude<GuardAnswer, { readonly kind: 'refused' }>;

/** Says how it was called, and ends with the status in the file `verdict`. */
const PROGRAM = (folder: string): string => `
const fs = require('node:fs');
const call = { args: process.argv.slice(2), stdin: fs.readFileSync(0, 'utf8'), extra: process.env.EXTRA ?? null };
fs.appendFileSync(${JSON.stringify(join(folder, 'calls'))}, JSON.stringify(call) + '\\n');
const status = Number(fs.readFileSync(${JSON.stringify(join(folder, 'verdict'))}, 'utf8'));
console.log('said to programs');
console.error(status === 0 ? 'owned' : 'owned by run 2002');
process.exitCode = status;
`;

const COPY = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const;

/** Nobody keeps these repositories, so nothing is to wait for the disk, or to tidy up. */
const SETTINGS = `[user]
\tname = A
\temail = a@example.org
[init]
\tdefaultBranch = main
[core]
\tfsync = none
[gc]
\tauto = 0
[maintenance]
\tauto = false
[receive]
\tautogc = false
[protocol "file"]
\tallow = always
`;

/** A stage as all begin, made once a file and copied for each test, so that git has nothing to do. */
let pattern: Promise<Stage> | null = null;
afterAll(async () => {
  if (pattern !== null) await (await pattern).remove();
});

export class Stage {
  readonly #before = { ...process.env };
  readonly root: string;
  /** The checkout. */
  readonly work: string;
  readonly remote: string;
  readonly program: string;
  #commits = 0;

  private constructor(root: string) {
    this.root = root;
    this.work = join(root, 'clone');
    this.remote = join(root, 'remote.git');
    this.program = join(root, 'runner temp', 'cli.js');
  }

  static async create(prefix = 'guard-'): Promise<Stage> {
    pattern ??= Stage.#first();
    const { root } = await pattern;
    const stage = await Stage.#in(prefix);
    await Promise.all([cp(join(root, 'clone'), stage.work, COPY), cp(join(root, 'remote.git'), stage.remote, COPY)]);
    const config = join(stage.work, '.git', 'config');
    // As git writes a value.
    const there = stage.root.replaceAll(/["\\]/g, '\\$&');
    await writeFile(
      config,
      (await readFile(config, 'utf8')).replace(root, () => there),
    );
    stage.#commits = 1;
    return stage;
  }

  static async #first(): Promise<Stage> {
    const stage = await Stage.#in('guard-');
    await stage.git(['init', '--quiet', '--bare', stage.remote], stage.root);
    await stage.git(['clone', '--quiet', `file://${stage.remote}`, stage.work], stage.root);
    await stage.git(['push', '--quiet', 'origin', 'HEAD:main'], await stage.commit());
    return stage;
  }

  static async #in(prefix: string): Promise<Stage> {
    const stage = new Stage(await realpath(await mkdtemp(join(tmpdir(), prefix))));
    for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) delete process.env[name];
    process.env['HOME'] = stage.root;
    process.env['LC_ALL'] = 'C';
    process.env['XDG_CONFIG_HOME'] = join(stage.root, '.config');
    process.env['GIT_CONFIG_NOSYSTEM'] = '1';
    process.env['GIT_CONFIG_GLOBAL'] = join(stage.root, '.gitconfig');
    await writeFile(join(stage.root, '.gitconfig'), SETTINGS);
    await mkdir(dirname(stage.program));
    await writeFile(stage.program, PROGRAM(stage.root));
    await stage.verdict(0);
    return stage;
  }

  async remove(): Promise<void> {
    for (const name of Object.keys(process.env)) if (!(name in this.#before)) delete process.env[name];
    Object.assign(process.env, this.#before);
    await rm(this.root, { recursive: true, force: true });
  }

  get command(): readonly string[] {
    return [process.execPath, this.program, 'assert', '--guard'];
  }

  /** The module is not loaded before it is used: a test may put something between it and the disk. */
  async install(folder = this.work, env: Readonly<Record<string, string>> = {}): Promise<Installed> {
    const { installGuard } = await import('../../src/guard/guard.js');
    return granted(await installGuard(folder, this.command, { env }));
  }

  async uninstall(folder = this.work): Promise<Installed> {
    const { removeGuard } = await import('../../src/guard/guard.js');
    return granted(await removeGuard(folder));
  }

  verdict(status: number): Promise<void> {
    return writeFile(join(this.root, 'verdict'), String(status));
  }

  /** How often the guard asked, and how. */
  async calls(): Promise<readonly Call[]> {
    return (await this.lines('calls')).map((line) => JSON.parse(line) as Call);
  }

  /** What hooks of a test wrote to a file in the root. */
  async lines(name: string): Promise<readonly string[]> {
    const path = join(this.root, name);
    return existsSync(path) ? (await readFile(path, 'utf8')).trimEnd().split('\n') : [];
  }

  /** A hook that is not ours: it writes its name, its arguments and its stdin down, and ends with a status. */
  async hook(path: string, status = 0, mode = 0o755): Promise<string> {
    const log = join(this.root, 'log').replaceAll("'", "'\\''");
    const line = `{ printf '%s' "$0"; printf ' <%s>' "$@"; printf ' %s\\n' "$(cat)"; }`;
    const text = `#!/bin/sh\n${line} >>'${log}'\nexit ${String(status)}\n`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await chmod(path, mode);
    return text;
  }

  async commit(folder = this.work): Promise<string> {
    this.#commits += 1;
    await this.git(['commit', '--quiet', '--allow-empty', '-m', `Commit ${String(this.#commits)}`], folder);
    return folder;
  }

  /** Pushes a new commit; whether it arrived is what the remote says. */
  async push(folder = this.work, args: readonly string[] = []): Promise<Ended & { readonly arrived: boolean }> {
    await this.commit(folder);
    const ended = await this.run('git', ['push', ...args, 'origin', 'HEAD:main'], folder);
    const sent = await this.git(['rev-parse', 'HEAD'], folder);
    return { ...ended, arrived: sent === (await this.git(['--git-dir', this.remote, 'rev-parse', 'main'], folder)) };
  }

  async git(args: readonly string[], folder = this.work): Promise<string> {
    const { status, stdout, stderr } = await this.run('git', args, folder);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
    return stdout.trimEnd();
  }

  run(program: string, args: readonly string[], cwd = this.work): Promise<Ended> {
    return new Promise((resolve, reject) => {
      execFile(program, args, { cwd, env: { ...process.env } }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(new Error(error.message, { cause: error }));
        else resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }
}

/** Names, modes and contents of all files, to say that nothing has changed. */
export async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const described = files.sort().map(async (file) => {
    const { mode } = await lstat(file);
    return [
      file.slice(folder.length + 1),
      `${mode.toString(8)} ${await readFile(file, 'utf8').catch(() => 'nothing')}`,
    ];
  });
  return Object.fromEntries(await Promise.all(described)) as Record<string, string>;
}

function granted(answer: GuardAnswer): Installed {
  if (answer.kind === 'refused') throw new Error(`Refused: ${answer.problem}. ${answer.advice}`);
  return answer;
}
