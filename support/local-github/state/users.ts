/** Accounts spring into being when their login is first used; ids count up so that runs repeat exactly. */
export class UserBook {
  readonly #ids = new Map<string, number>();
  /** `Copilot` works under a login that looks like a user's and is none. */
  readonly #apps = new Set(['copilot']);

  declareApp(login: string): void {
    this.#apps.add(login.toLowerCase());
  }

  /** Whether there is no user behind a login, so that it has no permission to ask for. */
  isNoUser(login: string): boolean {
    return isBot(login) || this.#apps.has(login.toLowerCase());
  }

  id(login: string): number {
    const key = login.toLowerCase();
    const id = this.#ids.get(key) ?? 1000 + this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }

  /** The address GitHub gives to commits made through its API. */
  email(login: string): string {
    return `${this.id(login)}+${login}@users.noreply.github.com`;
  }
}

export function isBot(login: string): boolean {
  return login.endsWith('[bot]');
}

/** The login behind a commit's address, if GitHub gave that address out. */
export function loginOfEmail(email: string): string | null {
  return /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email)?.[1] ?? null;
}
