/** How writes to the state branch fare lately, as its newest commit tells in its trailers. A hint, that decides nothing. */
export interface LatestWrite {
  /** ISO time of the commit, by GitHub's clock. */
  readonly at: string;
  /** How often it had come too late before. */
  readonly lostRaces: number;
  /** How old the request was. */
  readonly milliseconds: number;
}

export function latestWriteOf(message: string, at: string): LatestWrite {
  return {
    at,
    lostRaces: numberIn(message, 'Coord-Lost-Races'),
    milliseconds: numberIn(message, 'Coord-Milliseconds'),
  };
}

/** The trailers stand last, whatever the text before them looks like. What is zero is left out. */
function numberIn(message: string, trailer: string): number {
  const [, digits] = new RegExp(`^[^]*\\n${trailer}: (\\d{1,9})(?:\\n|$)`).exec(message) ?? [];
  return Number(digits ?? 0);
}
