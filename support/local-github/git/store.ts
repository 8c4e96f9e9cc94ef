import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectDatabase } from './object-database.js';
import {
  type CommitData,
  type GitObject,
  isDirectory,
  type ObjectFormat,
  parseCommit,
  parseTree,
  serializeCommit,
  serializeTree,
  type TreeEntry,
} from './objects.js';
import { git, tryGit } from './process.js';
import { RefDatabase } from './refs.js';

const CORE = '\tfilemode = true\n\tbare = true\n';
const CONFIG: Record<ObjectFormat, string> = {
  sha1: `[core]\n\trepositoryformatversion = 0\n${CORE}`,
  sha256: `[core]\n\trepositoryformatversion = 1\n${CORE}[extensions]\n\tobjectformat = sha256\n`,
};

export interface TreeChange {
  readonly path: string;
  /** null removes the path. */
  readonly entry: { readonly mode: string; readonly oid: string } | null;
}

/** A change asked for the removal of a path that is not there. */
export class PathMissing extends Error {
  constructor(readonly path: string) {
    super(`There is no ${path} to delete.`);
  }
}

/** One bare git repository on disk. */
export class GitStore {
  readonly objects: ObjectDatabase;
  readonly refs: RefDatabase;
  #fetches: Promise<void> = Promise.resolve();

  private constructor(
    readonly gitDir: string,
    readonly format: ObjectFormat,
  ) {
    this.objects = new ObjectDatabase(gitDir, format);
    this.refs = new RefDatabase(gitDir, format);
  }

  static create(gitDir: string, defaultBranch: string, format: ObjectFormat): GitStore {
    // What `git init --bare` makes of an empty template, without the process.
    for (const name of ['objects/pack', 'objects/info', 'refs/heads', 'refs/tags']) {
      mkdirSync(join(gitDir, name), { recursive: true });
    }
    writeFileSync(join(gitDir, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
    writeFileSync(join(gitDir, 'config'), CONFIG[format]);
    return new GitStore(gitDir, format);
  }

  async commit(oid: string): Promise<CommitData | null> {
    const object = await this.objects.read(oid);
    if (object?.type === 'tag')
      return this.commit(/^object ([0-9a-f]{40,64})/.exec(object.data.toString('latin1'))?.[1] ?? '');
    return object?.type === 'commit' ? parseCommit(object.data) : null;
  }

  async tree(oid: string): Promise<TreeEntry[] | null> {
    const object = await this.objects.read(oid);
    return object?.type === 'tree' ? parseTree(object) : null;
  }

  /** The entry at a path below a tree; '' is the tree itself and has no entry. */
  async entryAt(treeOid: string, path: string): Promise<TreeEntry | null> {
    const [name = '', ...rest] = path.split('/').filter((part) => part !== '');
    const entry = (await this.tree(treeOid))?.find((candidate) => candidate.name === name) ?? null;
    return entry === null || rest.length === 0 ? entry : this.entryAt(entry.oid, rest.join('/'));
  }

  /** The paths of all files below a tree. */
  async pathsIn(treeOid: string, folder = ''): Promise<string[]> {
    const paths: string[] = [];
    for (const entry of (await this.tree(treeOid)) ?? []) {
      const path = folder + entry.name;
      if (isDirectory(entry)) paths.push(...(await this.pathsIn(entry.oid, `${path}/`)));
      else paths.push(path);
    }
    return paths;
  }

  /** The object at a path of a commit, the root tree for an empty path. */
  async objectAt(commitOid: string, path: string): Promise<GitObject | null> {
    const commit = await this.commit(commitOid);
    if (commit === null) return null;
    if (path === '') return this.objects.read(commit.tree);
    const entry = await this.entryAt(commit.tree, path);
    return entry === null ? null : this.objects.read(entry.oid);
  }

  writeBlob(content: Buffer): Promise<string> {
    return Promise.resolve(this.objects.write('blob', content));
  }

  writeCommit(commit: CommitData): Promise<string> {
    return Promise.resolve(this.objects.write('commit', serializeCommit(commit)));
  }

  /** Applies changes to a tree (null: the empty one) and gives the new tree; folders left empty disappear. */
  async editTree(base: string | null, changes: readonly TreeChange[], folder = ''): Promise<string> {
    const entries = new Map(((base === null ? null : await this.tree(base)) ?? []).map((entry) => [entry.name, entry]));
    const below = new Map<string, TreeChange[]>();
    for (const change of changes) {
      const slash = change.path.indexOf('/');
      if (slash >= 0) {
        const name = change.path.slice(0, slash);
        below.set(name, [...(below.get(name) ?? []), { ...change, path: change.path.slice(slash + 1) }]);
      } else if (change.entry !== null) {
        entries.set(change.path, { name: change.path, ...change.entry });
      } else if (!entries.delete(change.path)) {
        throw new PathMissing(folder + change.path);
      }
    }
    for (const [name, inner] of below) {
      const existing = entries.get(name);
      const inside = existing !== undefined && isDirectory(existing) ? existing.oid : null;
      const oid = await this.editTree(inside, inner, `${folder}${name}/`);
      if ((await this.tree(oid))?.length === 0) entries.delete(name);
      else entries.set(name, { mode: '40000', name, oid });
    }
    return this.objects.write('tree', serializeTree([...entries.values()]));
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const { code } = await tryGit(['--git-dir', this.gitDir, 'merge-base', '--is-ancestor', ancestor, descendant]);
    return code === 0;
  }

  /** `git rev-list` with the given arguments, newest first. */
  async revList(...args: string[]): Promise<string[]> {
    const { code, stdout } = await tryGit(['--git-dir', this.gitDir, 'rev-list', ...args]);
    return code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  }

  /** Brings objects and refs over from another repository; one at a time, because git locks the refs it moves. */
  fetch(from: GitStore, refspec: string): Promise<void> {
    const args = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '--git-dir', this.gitDir];
    const fetched = this.#fetches.then(async () => {
      await git([...args, 'fetch', '--quiet', '--no-tags', from.gitDir, refspec]);
      await this.refs.list();
    });
    this.#fetches = fetched.catch(() => undefined);
    return fetched;
  }

  close(): void {
    this.refs.close();
    this.objects.close();
  }
}
