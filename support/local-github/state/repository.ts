import { type CommitData, isoSeconds, ZERO_OID } from '../git/objects.js';
import type { RefOutcome, RefSnapshot } from '../git/refs.js';
import { GitStore, type TreeChange } from '../git/store.js';
import type {
  CollaboratorPermission,
  LocalRepository,
  LogEntry,
  OpenPullRequestOptions,
  PullRequest,
  RepositoryOptions,
  WorkflowRun,
} from '../types.js';
import { publicPull, PullBook } from './pulls.js';
import type { World } from './world.js';

interface RepositoryIdentity {
  readonly id: number;
  readonly nameWithOwner: string;
  readonly gitDir: string;
  readonly options: RepositoryOptions;
}

const SOMEBODY = { name: 'Somebody', email: 'somebody@example.com' };

export class Repository implements LocalRepository {
  readonly pulls = new PullBook(this);
  readonly collaborators = new Map<string, CollaboratorPermission>();
  readonly runs = new Map<number, WorkflowRun>();
  /** Made by GitHub itself through `createCommitOnBranch`; nothing else is signed here. */
  readonly signedCommits = new Set<string>();
  readonly createdAt: Date;
  parent: Repository | null = null;
  #rules: { pattern: string; message: string }[] = [];

  private constructor(
    readonly world: World,
    readonly store: GitStore,
    private readonly identity: RepositoryIdentity,
  ) {
    this.createdAt = world.now();
  }

  static async create(world: World, identity: RepositoryIdentity): Promise<Repository> {
    const store = await GitStore.create(identity.gitDir, identity.options.defaultBranch ?? 'main');
    const repository = new Repository(world, store, identity);
    if (identity.options.empty !== true) {
      await repository.writeFile(repository.defaultBranch, 'README.md', `# ${repository.name}\n`, 'Initial commit');
    }
    return repository;
  }

  get id(): number {
    return this.identity.id;
  }

  get nameWithOwner(): string {
    return this.identity.nameWithOwner;
  }

  get owner(): string {
    return this.nameWithOwner.split('/')[0] ?? '';
  }

  get name(): string {
    return this.nameWithOwner.split('/')[1] ?? '';
  }

  get gitDir(): string {
    return this.identity.gitDir;
  }

  get defaultBranch(): string {
    return this.identity.options.defaultBranch ?? 'main';
  }

  get isPrivate(): boolean {
    return this.identity.options.private ?? false;
  }

  get url(): string {
    return `${this.world.serverUrl}/${this.nameWithOwner}`;
  }

  async openPullRequest(options: OpenPullRequestOptions = {}): Promise<PullRequest> {
    return publicPull(this, await this.pulls.open(options));
  }

  async pullRequest(number: number): Promise<PullRequest> {
    const pull = this.pulls.get(number);
    if (pull === null) throw new Error(`There is no pull request ${number} in ${this.nameWithOwner}.`);
    return publicPull(this, pull);
  }

  closePullRequest(number: number, how: 'closed' | 'merged' = 'closed'): Promise<void> {
    return this.pulls.close(number, how);
  }

  pushToPullRequest(number: number): Promise<string> {
    return this.pulls.push(number);
  }

  setCollaborator(login: string, permission: CollaboratorPermission): void {
    this.collaborators.set(login.toLowerCase(), permission);
  }

  addRun(run: WorkflowRun): void {
    this.runs.set(run.id, run);
  }

  updateRun(id: number, change: Partial<WorkflowRun>): void {
    const run = this.runs.get(id);
    if (run === undefined) throw new Error(`There is no run ${id} in ${this.nameWithOwner}.`);
    this.runs.set(id, { ...run, ...change });
  }

  run(id: number): WorkflowRun | undefined {
    return this.runs.get(id);
  }

  protectBranch(pattern: string, message: string): void {
    this.#rules.push({ pattern, message });
  }

  unprotectBranch(pattern: string): void {
    this.#rules = this.#rules.filter((rule) => rule.pattern !== pattern);
  }

  /** The text of the rule that forbids writing to a branch, or null. */
  ruleAgainst(branch: string): string | null {
    const rule = this.#rules.find(({ pattern }) => {
      const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      return new RegExp(`^${parts.join('.*')}$`).test(branch);
    });
    return rule === undefined ? null : `Repository rule violations found\n\n${rule.message}`;
  }

  head(branch: string): Promise<string | null> {
    return this.store.refs.get(`refs/heads/${branch}`);
  }

  async readFile(branch: string, path: string): Promise<string | null> {
    const head = await this.head(branch);
    const object = head === null ? null : await this.store.objectAt(head, path);
    return object?.type === 'blob' ? object.data.toString('utf8') : null;
  }

  async writeFile(
    branch: string,
    path: string,
    content: string | Uint8Array,
    message = `Write ${path}`,
  ): Promise<string> {
    const oid = await this.store.writeBlob(Buffer.from(content));
    return this.#commitAround(branch, [{ path, entry: { mode: '100644', oid } }], message);
  }

  removeFile(branch: string, path: string, message = `Remove ${path}`): Promise<string> {
    return this.#commitAround(branch, [{ path, entry: null }], message);
  }

  async deleteBranch(branch: string): Promise<void> {
    insist(await this.store.refs.change([{ name: `refs/heads/${branch}`, newOid: ZERO_OID }]));
  }

  async createBranch(branch: string, oid: string): Promise<void> {
    insist(await this.store.refs.change([{ name: `refs/heads/${branch}`, newOid: oid, oldOid: ZERO_OID }]));
  }

  async log(branch: string): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    let oid: string | undefined = (await this.head(branch)) ?? undefined;
    while (oid !== undefined) {
      const commit: CommitData | null = await this.store.commit(oid);
      if (commit === null) break;
      entries.push({ oid, parents: commit.parents, message: commit.message, at: isoSeconds(commit.committer.at) });
      oid = commit.parents[0];
    }
    return entries;
  }

  snapshot(): Promise<RefSnapshot> {
    return this.store.refs.list();
  }

  async forkAs(nameWithOwner: string): Promise<Repository> {
    const existing = this.world.find(nameWithOwner);
    if (existing !== null) return existing;
    const options = { defaultBranch: this.defaultBranch, empty: true, private: this.isPrivate };
    const fork = await this.world.createRepository(nameWithOwner, options);
    fork.parent = this;
    await fork.store.fetch(this.store, 'refs/heads/*:refs/heads/*');
    return fork;
  }

  /** A merge that keeps the tree of the merged side; enough to make its commits part of the base. */
  async mergeInto(branch: string, head: string, message: string): Promise<string> {
    const base = await this.head(branch);
    const merged = await this.store.commit(head);
    if (base === null || merged === null) throw new Error(`Cannot merge ${head} into ${branch}.`);
    const signature = { ...SOMEBODY, at: this.world.now() };
    const oid = await this.store.writeCommit({
      tree: merged.tree,
      parents: [base, head],
      author: signature,
      committer: signature,
      message,
    });
    insist(await this.store.refs.change([{ name: `refs/heads/${branch}`, newOid: oid, oldOid: base }]));
    return oid;
  }

  /** Commits on whatever the branch is; a lost race only means that somebody else wrote first, so it goes again. */
  async #commitAround(branch: string, changes: readonly TreeChange[], message: string): Promise<string> {
    for (;;) {
      const base = await this.head(branch);
      const parent = base === null ? null : await this.store.commit(base);
      const signature = { ...SOMEBODY, at: this.world.now() };
      const oid = await this.store.writeCommit({
        tree: await this.store.editTree(parent?.tree ?? null, changes),
        parents: base === null ? [] : [base],
        author: signature,
        committer: signature,
        message,
      });
      const change = { name: `refs/heads/${branch}`, newOid: oid, oldOid: base ?? ZERO_OID };
      const outcome = await this.store.refs.change([change]);
      if (outcome.ok) {
        await this.world.followBranch(this, branch);
        return oid;
      }
      if ((await this.head(branch)) === base) insist(outcome);
    }
  }
}

function insist(outcome: RefOutcome): void {
  if (!outcome.ok) throw new Error(outcome.message);
}
