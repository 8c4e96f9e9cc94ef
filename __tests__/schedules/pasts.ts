/** Names what has happened so far by a number: the same happenings in the same order have the same one. */
export class Pasts {
  readonly #numbers = new Map<string, number>();

  /** @param before the past that this goes on from; 0 is the one in which nothing has happened. */
  after(before: number, what: string): number {
    const name = `${String(before)} ${what}`;
    const known = this.#numbers.get(name) ?? this.#numbers.size + 1;
    this.#numbers.set(name, known);
    return known;
  }
}
