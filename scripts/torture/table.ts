import type { Verdict } from './checker.js';
import type { Rule, Violation } from './history.js';
import { sum, type Tally } from './tally.js';

export interface RoundFacts {
  readonly tally: Tally;
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  readonly seconds: number;
  readonly lastClaims: readonly number[];
}

/** The figures of a round, one a line. */
export function tableOf({ tally, verdict, violations, seconds, lastClaims }: RoundFacts): string {
  const broken = (rule: Rule): number => violations.filter((violation) => violation.rule === rule).length;
  const rows: [string, string][] = [
    ...[...tally.operations].sort(byName).map(([name, results]): [string, string] => [name, listed(results)]),
    ['operations', `${String(tally.total)} (${(tally.total / seconds).toFixed(1)} a second)`],
    ['kills', `${String(sum(tally.kills))}: ${listed(tally.kills)}`],
    ['faults', `${String(sum(tally.faults))}: ${listed(tally.faults)}`],
    ['lost races', String(tally.lostRaces)],
    ['commits', `${String(verdict.commits)}, unrelated ones among them: ${String(tally.unrelated)}`],
    ['acknowledged writes', String(verdict.acknowledged)],
    ['double owners', String(broken('two owners') + broken('owned'))],
    ['lost changes', String(broken('lost change') + broken('acknowledged write'))],
    ['answers from the past', `${String(verdict.staleAnswers)}, each by an injected stale read`],
    ['tenures left behind', `${String(verdict.leftBehind)}, each by a write later than the post step looked`],
    ['requests an operation', (tally.requests / Math.max(1, tally.total)).toFixed(2)],
    ['worst retries', `${String(tally.worst.requests)} requests in one step (${tally.worst.operation})`],
    ['claims at the end', `${String(lastClaims.length)}, tries: ${lastClaims.join(', ')}`],
    ['duration', `${seconds.toFixed(0)} s`],
    ['violations', String(violations.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n');
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function listed(counts: ReadonlyMap<string, number>): string {
  const ordered = [...counts].sort(([, a], [, b]) => b - a);
  return ordered.map(([name, count]) => `${name} ${String(count)}`).join(', ') || 'none';
}
