import type { Repository } from './repository.js';

/** Which repository a name means: the one that has it, else the one that had it last. GitHub ignores the case. */
export class NameBook {
  readonly #present = new Map<string, Repository>();
  readonly #former = new Map<string, Repository>();

  get(nameWithOwner: string): Repository | null {
    return this.#present.get(nameWithOwner.toLowerCase()) ?? null;
  }

  /** Only a name that nobody has now leads on to the repository that had it. */
  getFormer(nameWithOwner: string): Repository | null {
    return this.get(nameWithOwner) === null ? (this.#former.get(nameWithOwner.toLowerCase()) ?? null) : null;
  }

  all(): Repository[] {
    return [...this.#present.values()];
  }

  insistOnFree(nameWithOwner: string): void {
    if (!/^[\w.-]+\/[\w.-]+$/.test(nameWithOwner)) throw new Error(`"${nameWithOwner}" is not an owner/name.`);
    if (this.get(nameWithOwner) !== null) throw new Error(`There is a repository ${nameWithOwner} already.`);
  }

  /** Whoever takes a name ends for good what it led to before. */
  add(nameWithOwner: string, repository: Repository): void {
    this.#former.delete(nameWithOwner.toLowerCase());
    this.#present.set(nameWithOwner.toLowerCase(), repository);
  }

  rename(from: string, to: string, repository: Repository): void {
    this.#present.delete(from.toLowerCase());
    this.#former.set(from.toLowerCase(), repository);
    this.add(to, repository);
  }

  delete(nameWithOwner: string, repository: Repository): void {
    this.#present.delete(nameWithOwner.toLowerCase());
    for (const [name, former] of this.#former) if (former === repository) this.#former.delete(name);
  }
}
