import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import type { LocalCache } from '../../support/local-cache/index.js';

/** Blobs are looked for here, whatever account they belong to, and every call is carried out and told of. */
const SCRIPT = `
import dns from 'node:dns';
const { lookup } = dns;
dns.lookup = (host, ...rest) => lookup(host.endsWith('.blob.core.windows.net') ? '127.0.0.1' : host, ...rest);
const cache = await import('@actions/cache');
let printed = '';
process.stdout.write = (text) => Boolean((printed += text));
process.on('message', async ({ name, args, environment }) => {
  Object.assign(process.env, environment);
  printed = '';
  const value = await cache[name](...args).catch((cause) => String(cause));
  process.send({ value: value ?? null, printed });
});
process.send('ready');
`;

export interface Used {
  /** What came of it; null for nothing, and the words of what was thrown. */
  readonly value: string | number | null;
  readonly printed: string;
}

/** The real package in a process of its own: it prints, reads the environment, and is large. */
export class CacheUser {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<CacheUser> {
    const folder = mkdtempSync(join(tmpdir(), 'cache-user-'));
    const [workspace, temporary] = [join(folder, 'workspace'), join(folder, 'temporary')];
    mkdirSync(workspace);
    const environment = { PATH: process.env.PATH, GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temporary };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      cwd: packageRoot(),
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return new CacheUser(child, folder);
  }

  /** The one file that is cached. */
  get file(): string {
    return join(this.folder, 'events.json');
  }

  save(cache: LocalCache, key: string, content: string, token?: string): Promise<Used> {
    writeFileSync(this.file, content);
    return this.#call('saveCache', [[this.file], key], cache.environment(token));
  }

  /** With what is in the file afterwards. */
  async restore(
    cache: LocalCache,
    keys: readonly string[],
    token?: string,
  ): Promise<Used & { content: string | null }> {
    await rm(this.file, { force: true });
    const [key, ...others] = keys;
    const used = await this.#call('restoreCache', [[this.file], key, others], cache.environment(token));
    return { ...used, content: this.#content() };
  }

  async end(): Promise<void> {
    this.child.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #call(name: string, args: readonly unknown[], environment: Record<string, string>): Promise<Used> {
    this.child.send({ name, args, environment });
    const [used] = (await once(this.child, 'message')) as [Used];
    return used;
  }

  #content(): string | null {
    try {
      return readFileSync(this.file, 'utf8');
    } catch {
      return null;
    }
  }
}
