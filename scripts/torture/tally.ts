/** Counts of a round. */
export class Tally {
  readonly operations = new Map<string, Map<string, number>>();
  readonly faults = new Map<string, number>();
  readonly kills = new Map<string, number>();
  total = 0;
  requests = 0;
  /** Requests of the process that needed most. */
  worst = { requests: 0, operation: '' };
  lostRaces = 0;
  unrelated = 0;
  lateWrites = 0;
  lags = 0;
  reruns = 0;
  /** Operations by an attempt that is not the first. */
  laterAttempts = 0;

  operation(name: string, result: string, requests: number): void {
    const results = this.operations.get(name) ?? new Map<string, number>();
    this.operations.set(name, results.set(result, (results.get(result) ?? 0) + 1));
    this.total += 1;
    this.requests += requests;
    if (requests > this.worst.requests) this.worst = { requests, operation: `${name} → ${result}` };
  }

  count(what: 'faults' | 'kills', name: string): void {
    this[what].set(name, (this[what].get(name) ?? 0) + 1);
  }
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
