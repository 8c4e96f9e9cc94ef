import { type CommitData, isoSeconds, ZERO_OID } from '../git/objects.js';
import type { RefOutcome, RefSnapshot } from '../git/refs.js';
import { GitStore, type TreeChange } from '../git/store.js';
import type {
  ClosedHow,
  CollaboratorPermission,
  CommitStatus,
  LocalRepository,
  LogEntry,
  OpenPullRequestOptions,
  ProtectOptions,
  PullRequest,
  PushRule,
  RepositoryOptions,
  WorkflowRun,
} from '../types.js';
import { publicPull, PullBook } from './pulls.js';
import { PushRules } from './push-rules.js';
import { BranchRules } from './rules.js';
import { RunBook } from './runs.js';
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
  readonly runs = new RunBook();
  readonly rules = new BranchRules();
  readonly pushRules = new PushRules();
  /** Made by GitHub itself through `createCommitOnBranch`, or for a bot by REST; nothing else is signed here. */
  readonly signedCommits = new Set<string>();
  readonly createdAt: Date;
  readonly #statuses: { readonly sha: string; readonly status: CommitStatus }[] = [];
  parent: Repository | null = null;
  #nameWithOwner: string;
  #deleted = false;

  private constructor(
    readonly world: World,
    readonly store: GitStore,
    private readonly identity: RepositoryIdentity,
  ) {
    this.createdAt = world.now();
    this.#nameWithOwner = identity.nameWithOwner;
  }

  static async create(world: World, identity: RepositoryIdentity): Promise<Repository> {
    const { gitDir, options } = identity;
    const store = GitStore.create(gitDir, options.defaultBranch ?? 'main', options.objectFormat ?? 'sha1');
    const repository = new Repository(world, store, identity);
    if (options.empty !== true) {
      await repository.writeFile(repository.defaultBranch, 'README.md', `# ${repository.name}\n`, 'Initial commit');
    }
    return repository;
  }

  get id(): number {
    return this.identity.id;
  }

  get nameWithOwner(): string {
    return this.#nameWithOwner;
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

  get cloneUrl(): string {
    return `${this.url}.git`;
  }

  get isDeleted(): boolean {
    return this.#deleted;
  }

  rename(nameWithOwner: string): void {
    this.world.renamed(this, nameWithOwner);
    this.#nameWithOwner = nameWithOwner;
  }

  delete(): void {
    this.world.deleted(this);
    this.#deleted = true;
  }

  async openPullRequest(options: OpenPullRequestOptions = {}): Promise<PullRequest> {
    return publicPull(this, await this.pulls.open(options));
  }

  async pullRequest(number: number): Promise<PullRequest> {
    const pull = this.pulls.get(number);
    if (pull === null) throw new Error(`There is no pull request ${number} in ${this.nameWithOwner}.`);
    return publicPull(this, pull);
  }

  closePullRequest(number: number, how: ClosedHow = 'closed'): Promise<void> {
    return this.pulls.close(number, how);
  }

  openPullRequestsLike(like: number, numbers: readonly number[], closedAt: Date | null = null): Promise<void> {
    return this.pulls.openLike(like, numbers, closedAt);
  }

  reopenPullRequest(number: number): Promise<void> {
    return this.pulls.reopen(number);
  }

  pushToPullRequest(number: number): Promise<string> {
    return this.pulls.push(number);
  }

  setCollaborator(login: string, permission: CollaboratorPermission): void {
    this.collaborators.set(login.toLowerCase(), permission);
  }

  addRun(run: WorkflowRun): void {
    this.runs.add(run);
  }

  updateRun(id: number, change: Partial<WorkflowRun>): void {
    if (!this.runs.update(id, change)) throw new Error(`There is no run ${id} in ${this.nameWithOwner}.`);
  }

  run(id: number): WorkflowRun | undefined {
    return this.runs.get(id);
  }

  statuses(sha: string): readonly CommitStatus[] {
    return this.#statuses.flatMap((each) => (each.sha === sha ? [each.status] : []));
  }

  addStatus(sha: string, status: CommitStatus): number {
    return this.#statuses.push({ sha, status });
  }

  protectBranch(pattern: string, message: string, options: ProtectOptions = {}): void {
    this.rules.add({ pattern, message, onlyCreation: options.onlyCreation ?? false });
  }

  unprotectBranch(pattern: string): void {
    this.rules.remove(pattern);
  }

  addPushRule(rule: PushRule): void {
    this.pushRules.add(rule);
  }

  clearPushRules(): void {
    this.pushRules.clear();
  }

  head(branch: string): Promise<string | null> {
    return this.store.refs.get(`refs/heads/${branch}`);
  }

  async readFile(branch: string, path: string): Promise<string | null> {
    const head = await this.head(branch);
    const object = head === null ? null : await this.store.objectAt(head, path);
    return object?.type === 'blob' ? object.data.toString('utf8') : null;
  }

  async pathsOn(branch: string): Promise<string[]> {
    const head = await this.head(branch);
    const commit = head === null ? null : await this.store.commit(head);
    return commit === null ? [] : this.store.pathsIn(commit.tree);
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
    const { format: objectFormat } = this.store;
    const options = { defaultBranch: this.defaultBranch, empty: true, private: this.isPrivate, objectFormat };
    const fork = await this.world.createRepository(nameWithOwner, options);
    fork.parent = this;
    await fork.store.fetch(this.store, 'refs/heads/*:refs/heads/*');
    return fork;
  }

  /** A merge that keeps the tree of the merged side; squashed, its commits do not become part of the base. */
  async mergeInto(branch: string, head: string, message: string, squash: boolean): Promise<string> {
    const base = await this.head(branch);
    const merged = await this.store.commit(head);
    if (base === null || merged === null) throw new Error(`Cannot merge ${head} into ${branch}.`);
    const signature = { ...SOMEBODY, at: this.world.now() };
    const oid = await this.store.writeCommit({
      tree: merged.tree,
      parents: squash ? [base] : [base, head],
      author: signature,
      committer: signature,
      message,
    });
    insist(await this.store.refs.change([{ name: `refs/heads/${branch}`, newOid: oid, oldOid: base }]));
    await this.world.followBranch(this, branch);
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
