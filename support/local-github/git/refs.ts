import { isZeroOid, type ObjectFormat, zeroOid } from './objects.js';
import { readRefs } from './ref-files.js';
import { RefTransactions } from './ref-transactions.js';

/** Full ref name → oid, as it was at one moment. */
export type RefSnapshot = ReadonlyMap<string, string>;

export interface RefChange {
  readonly name: string;
  /** Zeros, as many as any hash has digits, delete the ref. */
  readonly newOid: string;
  /** The compare of compare-and-swap; zeros: must not exist; undefined: whatever it is. */
  readonly oldOid?: string | undefined;
}

export type RefOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/**
 * The refs of one bare repository. They move by `git update-ref` alone, so a lost race is lost to git and not to a
 * comparison of ours; a queue keeps the history of snapshots in the order in which git made the changes.
 */
export class RefDatabase {
  #queue: Promise<unknown> = Promise.resolve();
  readonly #history: RefSnapshot[] = [new Map()];

  readonly #transactions: RefTransactions;

  constructor(
    private readonly gitDir: string,
    private readonly format: ObjectFormat,
  ) {
    this.#transactions = new RefTransactions(gitDir);
  }

  /** The refs as they are now; somebody may have pushed to the folder without asking us. */
  list(): Promise<RefSnapshot> {
    return this.#inOrder(() => this.#read());
  }

  async get(name: string): Promise<string | null> {
    return (await this.list()).get(name) ?? null;
  }

  /** All changes or none. */
  change(changes: readonly RefChange[]): Promise<RefOutcome> {
    return this.#inOrder(async () => {
      const lines = changes.map(
        ({ name, newOid, oldOid }) => `update ${name} ${this.#spell(newOid)}${oldOid ? ` ${this.#spell(oldOid)}` : ''}`,
      );
      const message = await this.#transactions.run(lines);
      if (message !== null) return { ok: false, message };
      const next = new Map(this.#latest());
      for (const { name, newOid } of changes) {
        if (isZeroOid(newOid)) next.delete(name);
        else next.set(name, newOid);
      }
      this.#remember(next);
      return { ok: true };
    });
  }

  /**
   * Nothing is read or moved by us from when this resolves until what it gives is called. For a push: git replaces one file
   * after the other, and nobody shall see half of it.
   */
  hold(): Promise<() => void> {
    return new Promise((held) => {
      void this.#inOrder(() => new Promise<void>((release) => held(release)));
    });
  }

  /** The refs as they were `writes` changes ago (or at the beginning). */
  async before(writes: number): Promise<RefSnapshot> {
    await this.list();
    return this.#history[Math.max(0, this.#history.length - 1 - writes)] ?? new Map<string, string>();
  }

  close(): void {
    this.#transactions.close();
  }

  /** Git wants as many zeros as the repository's hash has digits. */
  #spell(oid: string): string {
    return isZeroOid(oid) ? zeroOid(this.format) : oid;
  }

  #latest(): RefSnapshot {
    return this.#history[this.#history.length - 1] ?? new Map<string, string>();
  }

  /** refs/pull/… only follow their branches: a change of theirs alone is no step of the history. */
  #remember(refs: RefSnapshot): void {
    if (sameRefs(branches(refs), branches(this.#latest()))) this.#history.pop();
    this.#history.push(refs);
  }

  #read(): RefSnapshot {
    const refs = readRefs(this.gitDir);
    this.#remember(refs);
    return refs;
  }

  #inOrder<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function branches(refs: RefSnapshot): RefSnapshot {
  return new Map([...refs].filter(([name]) => !name.startsWith('refs/pull/')));
}

function sameRefs(a: RefSnapshot, b: RefSnapshot): boolean {
  return a.size === b.size && [...a].every(([name, oid]) => b.get(name) === oid);
}
