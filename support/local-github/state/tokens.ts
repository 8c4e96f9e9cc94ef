import type { TokenGrant } from '../types.js';
import type { Repository } from './repository.js';

/** The tokens that were issued, and for which repositories. */
export class TokenBook {
  readonly #grants = new Map<string, TokenGrant>();
  readonly #revoked = new Set<string>();
  /** A token belongs to repositories and not to names, so those that are there are looked up when it is issued. */
  readonly #issuedFor = new WeakMap<TokenGrant, ReadonlyMap<string, Repository | null>>();

  constructor(private readonly find: (nameWithOwner: string) => Repository | null) {}

  issue(token: string, grant: TokenGrant): void {
    const names = (grant.repositories ?? []).map((name): [string, Repository | null] => [
      name.toLowerCase(),
      this.find(name),
    ]);
    this.#issuedFor.set(grant, new Map(names));
    this.#grants.set(token, grant);
    this.#revoked.delete(token);
  }

  revoke(token: string): void {
    this.#revoked.add(token);
  }

  grant(token: string): TokenGrant | null {
    return this.#revoked.has(token) ? null : (this.#grants.get(token) ?? null);
  }

  lastGrant(token: string): TokenGrant {
    const grant = this.#grants.get(token);
    if (grant === undefined) throw new Error('No such token was ever issued here.');
    return grant;
  }

  isIssuedFor(grant: TokenGrant, repository: Repository): boolean {
    if (grant.repositories === undefined) return true;
    const named = [...(this.#issuedFor.get(grant) ?? [])];
    return named.some(([name, known]) =>
      known === null ? name === repository.nameWithOwner.toLowerCase() : known === repository,
    );
  }
}
