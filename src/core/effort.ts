/** What a step took, so that a repository shows that it gets slow before it stops. */
export interface Effort {
  /** HTTP requests to GitHub of every kind, also those that cost nothing. What git sends is not among them. */
  readonly requests: number;
  /** Rounds that came to nothing and were tried again, but for lost races. */
  readonly retries: number;
  /** How often another commit came first. */
  readonly lostRaces: number;
  /** From its first question to its answer, pauses before another try included and waiting in line left out. */
  readonly milliseconds: number;
  /** In line. */
  readonly waitedMilliseconds: number;
}
