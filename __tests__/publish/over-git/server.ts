import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecord } from '../../../src/core/read-record.js';
import { RECORDS_FOLDER } from '../../../src/core/marker.js';
import { recordPath, type OwnershipRecord, type StoredTarget } from '../../../src/core/record.js';
import { writeRecord } from '../../../src/core/write-record.js';
import type { Change, ReadResult, WatchableStore, WriteResult } from '../../../src/store/state-store.js';
import type { Clock } from '../../../src/time/clock.js';
import { git, tryGit } from '../../../support/local-github/git/process.js';
import { scratchFolder } from '../../../support/local-github/scratch-folder.js';
import { owned, TARGET } from '../../core/samples.js';

export const STATE_BRANCH = 'runner-coord-state';
export const STATE = `refs/heads/${STATE_BRANCH}`;
export const BRANCH = 'refs/heads/topic';
export const SERVER_URL = 'https://github.test';

export interface Heads {
  readonly state: string;
  readonly branch: string;
}

/** A bare repository behind git's own `receive-pack`, with a pull request's branch and a state branch on which run 1001 owns it. */
export class GitServer {
  private constructor(
    readonly folder: string,
    readonly gitDir: string,
    /** Where everything begins. */
    readonly beginning: Heads,
  ) {}

  static async create(): Promise<GitServer> {
    const folder = scratchFolder('over-git-');
    const gitDir = join(folder, 'root', 'acme', 'widgets.git');
    await mkdir(join(gitDir, '..'), { recursive: true });
    await git(['init', '--quiet', '--bare', gitDir]);
    // Fetching an id, and parts of a commit, as GitHub allows.
    await git(['-C', gitDir, 'config', 'uploadpack.allowFilter', 'true']);
    const ssh = join(folder, 'ssh');
    await writeFile(ssh, `#!/bin/sh\neval "set -- $2"\nexec git "\${1#git-}" '${folder}/root'"$2"\n`);
    await chmod(ssh, 0o755);
    const server = new GitServer(folder, gitDir, { state: '', branch: '' });
    const branch = await server.commit(null, { 'README.md': 'one' }, 'first');
    const record = owned();
    const state = await server.commit(
      null,
      { '.runner-coord.json': '{}', [recordPath(TARGET)]: writeRecord(record), [`${RECORDS_FOLDER}/0/18.json`]: '{}' },
      'begin',
    );
    const begun = new GitServer(folder, gitDir, { state, branch });
    await begun.reset();
    return begun;
  }

  /** Both branches as they were in the beginning. */
  async reset(): Promise<void> {
    const { state, branch } = this.beginning;
    await this.#git(['update-ref', '--stdin'], `update ${STATE} ${state}\nupdate ${BRANCH} ${branch}\n`);
  }

  async heads(): Promise<Heads> {
    const lines = (await this.#git(['for-each-ref', '--format=%(refname) %(objectname)'])).trim().split('\n');
    const heads = new Map(lines.map((line) => line.split(' ') as [string, string]));
    return { state: heads.get(STATE) ?? '', branch: heads.get(BRANCH) ?? '' };
  }

  async recordAt(commit: string): Promise<OwnershipRecord> {
    const reading = readRecord(await this.#git(['cat-file', 'blob', `${commit}:${recordPath(TARGET)}`]), TARGET);
    if (reading.kind !== 'record') throw new Error(`no record at ${commit}`);
    return reading.record;
  }

  async isAncestor(one: string, other: string): Promise<boolean> {
    return (await tryGit(['-C', this.gitDir, 'merge-base', '--is-ancestor', one, other])).code === 0;
  }

  parentOf(commit: string): Promise<string> {
    return this.#git(['rev-parse', `${commit}^`]).then((text) => text.trim());
  }

  changedBy(commit: string): Promise<readonly string[]> {
    return this.#git(['diff-tree', '-r', '--name-only', '--no-commit-id', commit]).then((text) =>
      text.trim().split('\n'),
    );
  }

  /** A commit without anybody's checkout; nothing points to it yet. */
  async commit(parent: string | null, files: Readonly<Record<string, string>>, message: string): Promise<string> {
    const contents = Object.entries(files).flatMap(([path, text]) => [
      `M 100644 inline ${path}`,
      `data ${String(Buffer.byteLength(text))}`,
      text,
    ]);
    const from = parent === null ? [] : [`from ${parent}`];
    const who = 'committer Somebody <somebody@example.com> 1700000000 +0000';
    const begin = [
      'commit refs/scratch/x',
      'mark :1',
      who,
      `data ${String(Buffer.byteLength(message))}`,
      message,
      ...from,
    ];
    const stream = ['reset refs/scratch/x', '', ...begin, ...contents, '', 'get-mark :1', 'done', ''].join('\n');
    return (await this.#git(['fast-import', '--quiet', '--force', '--done'], stream)).trim();
  }

  /** A clone that reaches the server as GitHub is reached by SSH: the address names the target. */
  async clone(): Promise<string> {
    const folder = await mkdtemp(join(this.folder, 'clone-'));
    await git(['clone', '--quiet', '--no-hardlinks', '--single-branch', '--branch', 'topic', this.gitDir, folder]);
    await git(['-C', folder, 'remote', 'set-url', 'origin', 'ssh://git@github.test/acme/widgets.git']);
    await git(['-C', folder, 'config', 'core.sshCommand', join(this.folder, 'ssh')]);
    await git(['-C', folder, 'config', 'ssh.variant', 'simple']);
    return folder;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #git(args: readonly string[], input = ''): Promise<string> {
    return git(['-C', this.gitDir, ...args], input);
  }
}

/** What the API shows of the server, and its own compare-and-swap, without a network between. */
export function apiOf(server: GitServer, clock: Clock): WatchableStore {
  const target: StoredTarget = TARGET;
  const no = (): never => {
    throw new Error('nobody asks that here');
  };
  return {
    target,
    async read(): Promise<ReadResult> {
      const { state, branch } = await server.heads();
      const time = { serverMs: Date.parse(clock.now()), monotonicMs: clock.monotonic() };
      const head = { headSha: branch, headRef: 'topic', headRepo: target.repo, isFork: false, isDefaultBranch: false };
      const reading = { kind: 'record' as const, record: await server.recordAt(state) };
      return {
        kind: 'read',
        snapshot: { target, head: state, reading, tokenFloor: 0, pullRequest: { state: 'open', ...head }, time },
      };
    },
    async write({ expectedHead, next, event }: Change): Promise<WriteResult> {
      const files = { [recordPath(next.target)]: writeRecord(next) };
      const commit = await server.commit(expectedHead, files, `${event.type}\n\nCoord-Request-Id: ${event.id ?? ''}`);
      const moved = await tryGit(['-C', server.gitDir, 'update-ref', STATE, commit, expectedHead ?? '']);
      return moved.code === 0 ? { kind: 'applied', commit } : { kind: 'lost_race' };
    },
    ownerLiveness: () => Promise.resolve({ value: 'alive', warning: null }),
    waiterLiveness: () => Promise.resolve({ value: 'alive', warning: null }),
    takeoverPermission: () => Promise.resolve({ value: 'granted', warning: null }),
    cancelRun: no,
    look: no,
    pullRequestState: no,
  };
}
