import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { ContentsEtag } from '../conditional.js';
import type { RepositoryOptions, TokenGrant } from '../types.js';
import { NameBook } from './names.js';
import { Repository } from './repository.js';
import { TokenBook } from './tokens.js';
import { UserBook } from './users.js';

/** What GraphQL's `Int` can hold. */
const LARGEST_ID = 2 ** 31 - 1;

/** Everything the local GitHub knows: accounts, tokens and repositories. */
export class World {
  readonly users = new UserBook();
  /** Facts about ourselves that must not happen; see `LocalGitHub.violations`. */
  readonly violations: string[] = [];
  readonly #names = new NameBook();
  readonly #tokens = new TokenBook((name) => this.#names.get(name));
  readonly #stores: Repository[] = [];
  #lastId = 0;
  #lastPullId = 5_000_000;
  /** Set once the server listens. */
  serverUrl = '';

  constructor(
    readonly folder: string,
    readonly clock: Clock,
    readonly contentsEtag: ContentsEtag = 'body',
  ) {}

  now(): Date {
    return this.clock.now();
  }

  get apiUrl(): string {
    return `${this.serverUrl}/api/v3`;
  }

  issueToken(token: string, grant: TokenGrant): void {
    this.#tokens.issue(token, grant);
  }

  revokeToken(token: string): void {
    this.#tokens.revoke(token);
  }

  grant(token: string): TokenGrant | null {
    return this.#tokens.grant(token);
  }

  /** What was issued last, revoked or not; throws for a token that never was. */
  lastGrant(token: string): TokenGrant {
    return this.#tokens.lastGrant(token);
  }

  isIssuedFor(grant: TokenGrant, repository: Repository): boolean {
    return this.#tokens.isIssuedFor(grant, repository);
  }

  async createRepository(nameWithOwner: string, options: RepositoryOptions = {}): Promise<Repository> {
    this.#names.insistOnFree(nameWithOwner);
    const id = options.id ?? this.#lastId + 1;
    if (!Number.isInteger(id) || id < 1 || id > LARGEST_ID) throw new Error(`${id} is no id of a repository.`);
    if (this.#stores.some((repository) => repository.id === id)) throw new Error(`The id ${id} is taken.`);
    this.#lastId = Math.max(this.#lastId, id);
    // A renamed repository keeps its folder, so whoever gets the name after it needs another.
    const usual = join(this.folder, `${nameWithOwner.toLowerCase()}.git`);
    const taken = this.#stores.some((repository) => repository.gitDir === usual);
    const gitDir = taken ? usual.replace(/\.git$/, `-${id}.git`) : usual;
    const repository = await Repository.create(this, { id, nameWithOwner, gitDir, options });
    this.#names.add(nameWithOwner, repository);
    this.#stores.push(repository);
    return repository;
  }

  /** By its present name alone. */
  find(nameWithOwner: string): Repository | null {
    return this.#names.get(nameWithOwner);
  }

  /** The renamed repository that an old name leads to; null where the name is somebody's now. */
  findFormer(nameWithOwner: string): Repository | null {
    return this.#names.getFormer(nameWithOwner);
  }

  findById(id: number): Repository | null {
    return this.#names.all().find((repository) => repository.id === id) ?? null;
  }

  repository(nameWithOwner: string): Repository {
    const repository = this.find(nameWithOwner);
    if (repository === null) throw new Error(`There is no repository ${nameWithOwner} here.`);
    return repository;
  }

  /** For the repository itself, which keeps its name. */
  renamed(repository: Repository, to: string): void {
    if (to.toLowerCase() !== repository.nameWithOwner.toLowerCase()) this.#names.insistOnFree(to);
    this.#names.rename(repository.nameWithOwner, to, repository);
  }

  deleted(repository: Repository): void {
    this.#names.delete(repository.nameWithOwner, repository);
  }

  nextPullId(): number {
    this.#lastPullId += 1;
    return this.#lastPullId;
  }

  /** After a branch moved: refs/pull/<n>/head of its pull requests moves too, in every repository. */
  async followBranch(repository: Repository, branch: string): Promise<void> {
    for (const base of this.#names.all()) await base.pulls.follow(repository, branch);
  }

  close(): void {
    for (const repository of this.#stores) repository.store.close();
  }
}
