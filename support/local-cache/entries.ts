/** Whose caches a job may read and write, as the service reads it out of the token of the job. */
export interface CacheGrant {
  /** Where it writes, and where it looks first: the ref of the run. */
  readonly scope: string;
  /** Where it looks next, such as the default branch. */
  readonly reads?: readonly string[];
  /** `read` is what `pull_request_target`, `issue_comment` and `workflow_run` get. Default: `write`. */
  readonly mode?: 'write' | 'read' | 'none';
}

/** An entry as it was reserved; nobody finds it before its upload is finished. */
export interface CacheEntry {
  readonly id: number;
  readonly key: string;
  /** The package's digest of paths and compression. */
  readonly version: string;
  readonly scope: string;
  readonly isFinished: boolean;
  readonly archive: Buffer;
}

/** All entries, oldest first. A key is given once a version and scope, and what lies under it never changes. */
export class EntryBook {
  readonly #entries = new Map<number, CacheEntry>();

  all(): CacheEntry[] {
    return [...this.#entries.values()];
  }

  get(id: number): CacheEntry | null {
    return this.#entries.get(id) ?? null;
  }

  /** Null where there is one already, finished or not. */
  reserve({ key, version, scope }: Pick<CacheEntry, 'key' | 'version' | 'scope'>): CacheEntry | null {
    if (this.#exact({ key, version, scope }) !== undefined) return null;
    const entry = { id: this.#entries.size + 1, key, version, scope, isFinished: false, archive: Buffer.alloc(0) };
    this.#entries.set(entry.id, entry);
    return entry;
  }

  upload(id: number, archive: Buffer): void {
    this.#change(id, { archive });
  }

  /** Null where nothing was reserved, or something else was uploaded than is said. */
  finish(wanted: Pick<CacheEntry, 'key' | 'version' | 'scope'>, size: number): CacheEntry | null {
    const entry = this.#exact(wanted);
    if (entry === undefined || entry.archive.length !== size) return null;
    return this.#change(entry.id, { isFinished: true });
  }

  /**
   * A hit in GitHub's order: one scope after the other, there one key after the other, and for each key what is called so
   * before the newest that begins so.
   */
  find(keys: readonly string[], version: string, scopes: readonly string[]): CacheEntry | null {
    for (const scope of scopes) {
      const inScope = this.all().filter(
        (entry) => entry.isFinished && entry.version === version && entry.scope === scope,
      );
      for (const key of keys) {
        const exact = inScope.find((entry) => entry.key === key);
        const found = exact ?? inScope.findLast((entry) => entry.key.startsWith(key));
        if (found !== undefined) return found;
      }
    }
    return null;
  }

  #exact({ key, version, scope }: Pick<CacheEntry, 'key' | 'version' | 'scope'>): CacheEntry | undefined {
    return this.all().find((entry) => entry.key === key && entry.version === version && entry.scope === scope);
  }

  #change(id: number, change: Partial<CacheEntry>): CacheEntry {
    const entry = this.get(id);
    if (entry === null) throw new Error(`There is no entry ${id}.`);
    const next = { ...entry, ...change };
    this.#entries.set(id, next);
    return next;
  }
}
