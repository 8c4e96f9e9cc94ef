import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Git itself waits for ever for a server that does not answer. */
const PATIENCE_MS = 10_000;

/** Somebody's clone of the repository, with a git of its own beside the one of the command. */
export class Checkout {
  private constructor(readonly folder: string) {}

  static async clone(url: string, branch: string): Promise<Checkout> {
    const folder = await mkdtemp(join(tmpdir(), 'round-checkout-'));
    const checkout = new Checkout(folder);
    await checkout.git('clone', '--quiet', '--template=', '--branch', branch, url, '.');
    return checkout;
  }

  async copy(): Promise<Checkout> {
    const folder = await mkdtemp(join(tmpdir(), 'round-checkout-'));
    await cp(this.folder, folder, { recursive: true });
    return new Checkout(folder);
  }

  git(...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { cwd: this.folder, env: plainEnvironment(), timeout: PATIENCE_MS };
      execFile('git', [...args], options, (error, stdout) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error(`git ${args.join(' ')} failed`, { cause: error }));
      });
    });
  }

  /** What plain git pushes as everybody does: its exit status tells no more than that it went through. */
  async pushes(token: string, refspec: string): Promise<boolean> {
    const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
    const header = `http.extraheader=AUTHORIZATION: basic ${credentials}`;
    return this.git('-c', header, 'push', '--quiet', 'origin', refspec).then(
      () => true,
      () => false,
    );
  }

  /** A new commit on what is checked out. */
  async commit(message: string): Promise<string> {
    await this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Goes on from where the branch is now; `null`: it cannot be fetched. */
  async catchUp(branch: string): Promise<string | null> {
    try {
      await this.git('fetch', '--quiet', 'origin', branch);
      await this.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
      return await this.git('rev-parse', 'HEAD');
    } catch {
      return null;
    }
  }

  /** Every file, by its content. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(
      await Promise.all(
        files.map(async (file): Promise<[string, string]> => {
          const hash = createHash('sha1').update(await readFile(file));
          return [file.slice(this.folder.length + 1), hash.digest('hex')];
        }),
      ),
    );
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function changedFiles(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((file) => before.get(file) !== after.get(file));
}

/** No configuration of the person at this machine. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'Somebody'],
        [`GIT_${who}_EMAIL`, 'somebody@example.com'],
      ]),
    ),
  };
}
