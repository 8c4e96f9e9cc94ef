/** Names what has happened so far by a number: the same happenings in the same order have the same one. */
export class Pasts {
  /** By the past before it: what happened then, and the number of both. */
  readonly #numbers = new Map<number, Map<string, number>>();
  #size = 0;

  /** @param before the past that this goes on from; 0 is the one in which nothing has happened. */
  after(before: number, what: string): number {
    let pasts = this.#numbers.get(before);
    if (pasts === undefined) {
      pasts = new Map();
      this.#numbers.set(before, pasts);
    }
    const known = pasts.get(what);
    if (known !== undefined) return known;
    this.#size += 1;
    pasts.set(what, this.#size);
    return this.#size;
  }
}
