import { join } from 'node:path';
import type { RepositoryOptions, TokenGrant } from '../types.js';
import { Repository } from './repository.js';
import { UserBook } from './users.js';

/** Everything the local GitHub knows: accounts, tokens and repositories. */
export class World {
  readonly users = new UserBook();
  /** Facts about ourselves that must not happen; see `LocalGitHub.violations`. */
  readonly violations: string[] = [];
  readonly #repositories = new Map<string, Repository>();
  readonly #tokens = new Map<string, TokenGrant>();
  /** Set once the server listens. */
  serverUrl = '';

  constructor(
    readonly folder: string,
    readonly now: () => Date,
  ) {}

  get apiUrl(): string {
    return `${this.serverUrl}/api/v3`;
  }

  issueToken(token: string, grant: TokenGrant): void {
    this.#tokens.set(token, grant);
  }

  revokeToken(token: string): void {
    this.#tokens.delete(token);
  }

  grant(token: string): TokenGrant | null {
    return this.#tokens.get(token) ?? null;
  }

  async createRepository(nameWithOwner: string, options: RepositoryOptions = {}): Promise<Repository> {
    if (!/^[\w.-]+\/[\w.-]+$/.test(nameWithOwner)) throw new Error(`"${nameWithOwner}" is not an owner/name.`);
    if (this.find(nameWithOwner) !== null) throw new Error(`There is a repository ${nameWithOwner} already.`);
    const id = this.#repositories.size + 1;
    const gitDir = join(this.folder, `${nameWithOwner.toLowerCase()}.git`);
    const repository = await Repository.create(this, { id, nameWithOwner, gitDir, options });
    this.#repositories.set(nameWithOwner.toLowerCase(), repository);
    return repository;
  }

  /** GitHub ignores the case of owners and repositories. */
  find(nameWithOwner: string): Repository | null {
    return this.#repositories.get(nameWithOwner.toLowerCase()) ?? null;
  }

  findById(id: number): Repository | null {
    return [...this.#repositories.values()].find((repository) => repository.id === id) ?? null;
  }

  repository(nameWithOwner: string): Repository {
    const repository = this.find(nameWithOwner);
    if (repository === null) throw new Error(`There is no repository ${nameWithOwner} here.`);
    return repository;
  }

  /** After a branch moved: refs/pull/<n>/head of its pull requests moves too, in every repository. */
  async followBranch(repository: Repository, branch: string): Promise<void> {
    for (const base of this.#repositories.values()) await base.pulls.follow(repository, branch);
  }

  close(): void {
    for (const repository of this.#repositories.values()) repository.store.close();
  }
}
