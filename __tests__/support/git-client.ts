import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nobody tidies up here, nor looks after each commit whether it is time to. */
const SETTINGS = ['-c', 'core.hooksPath=/dev/null', '-c', 'maintenance.auto=false', '-c', 'gc.auto=0'];

/** A clone of somebody's, and the real git in it. */
export class GitClient {
  private constructor(
    readonly folder: string,
    private readonly token: string,
  ) {}

  /** Clones over HTTP; with an empty token it has no credentials. */
  static async clone(url: string, token = 'writer', ...options: string[]): Promise<GitClient> {
    const client = new GitClient(mkdtempSync(join(tmpdir(), 'git-client-')), token);
    await client.git('clone', '--quiet', ...options, url, '.');
    return client;
  }

  /** What a clone over HTTP comes to, from the folder of the repository: no server starts four programs for it. */
  static async cloneOf(
    { gitDir, cloneUrl }: { readonly gitDir: string; readonly cloneUrl: string },
    token = 'writer',
    ...options: string[]
  ): Promise<GitClient> {
    const { href } = pathToFileURL(gitDir);
    const client = await GitClient.clone(href, token, ...options);
    const config = join(client.folder, '.git', 'config');
    await writeFile(config, (await readFile(config, 'utf8')).replace(href, cloneUrl));
    return client;
  }

  /** The same clone with another token. */
  as(token: string): GitClient {
    return new GitClient(this.folder, token);
  }

  /** Runs git to its end, whatever that is. */
  run(...args: string[]): Promise<GitResult> {
    const credentials = Buffer.from(`x-access-token:${this.token}`).toString('base64');
    const header = this.token === '' ? [] : ['-c', `http.extraheader=AUTHORIZATION: basic ${credentials}`];
    const child = spawn('git', [...SETTINGS, ...header, ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'Somebody',
        GIT_AUTHOR_EMAIL: 'somebody@example.com',
        GIT_COMMITTER_NAME: 'Somebody',
        GIT_COMMITTER_EMAIL: 'somebody@example.com',
      },
    });
    return new Promise((resolve, reject) => {
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
  }

  /** Runs git, insists on success, and gives what it printed. */
  async git(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** A commit of one file on top of what is checked out. */
  async commit(path: string, content: string): Promise<string> {
    writeFileSync(join(this.folder, path), content);
    await this.git('add', path);
    await this.git('commit', '--quiet', '--message', `Write ${path}`);
    return this.git('rev-parse', 'HEAD');
  }

  /** Pushes as a fenced publish does: all refs or none, each with a lease. `from` and `to` are oids. */
  pushAtomically(
    ...moves: readonly { readonly ref: string; readonly from: string; readonly to: string }[]
  ): Promise<GitResult> {
    const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from}`);
    const specs = moves.map(({ ref, to }) => `${to}:${ref}`);
    return this.run('push', '--atomic', '--porcelain', ...leases, 'origin', ...specs);
  }

  delete(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
