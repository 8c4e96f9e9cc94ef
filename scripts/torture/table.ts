import type { Verdict } from './checker.js';
import type { Rule, Violation } from './history.js';
import { sum, type Tally } from './tally.js';

export interface RoundFacts {
  readonly tally: Tally;
  readonly verdict: Verdict & { readonly branches: number };
  readonly violations: readonly Violation[];
  readonly seconds: number;
  readonly lastClaims: readonly number[];
  readonly renames: number;
}

/** What each command was answered, for whoever wants to know what the figures stand on. */
export function answersOf({ tally }: RoundFacts): string {
  const rows = [...tally.operations].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, results]) => `  ${name.padEnd(width)}  ${listed(results)}`);
  return [...lines, `  ${'faults'.padEnd(width)}  ${listed(tally.faults)}`].join('\n');
}

/** The figures of a round as docs/guarantees.md shows them. */
export function tableOf({ tally, verdict, violations, seconds, lastClaims, renames }: RoundFacts): string {
  const broken = (...rules: Rule[]): string => {
    return String(violations.filter(({ rule }) => rules.includes(rule)).length);
  };
  const atWrites = [...tally.kills].filter(([name]) => / a write$/.test(name));
  const rows: [string, string][] = [
    ['figure', 'value'],
    ['duration', `${seconds.toFixed(0)} s`],
    ['operations', `${count(tally.total)}, ${(tally.requests / Math.max(1, tally.total)).toFixed(2)} requests each`],
    ['re-runs', `${count(tally.reruns)}, with ${count(tally.laterAttempts)} operations by a later attempt`],
    [
      'kills (SIGKILL, SIGINT)',
      `${count(sum(tally.kills))}, of them ${count(sum(new Map(atWrites)))} right before or after a write reached the server`,
    ],
    ['faults', `${count(sum(tally.faults))} of ${String(tally.faults.size)} kinds`],
    ['renames, spells of lagging reads', `${count(renames)}, ${count(tally.lags)}`],
    ['writes that landed late', `${count(tally.lateWrites)}; ${count(verdict.leaves)} commits kept such from landing`],
    ['lost races', count(tally.lostRaces)],
    [
      'commits',
      `${count(verdict.commits)} on ${String(verdict.branches)} branches, of them ${count(tally.unrelated)} by others`,
    ],
    ['acknowledged writes', `${count(verdict.acknowledged)}, each on the branch exactly once`],
    [
      'places in line',
      `${count(verdict.places)}, of which ${count(verdict.services)} were served, each by the commit that ended the tenure before`,
    ],
    ['double owners', broken('two owners', 'owned', 'token', 'attempt')],
    ['lost changes', broken('lost change', 'acknowledged write', 'hidden write', 'duplicated event')],
    ['places taken, kept or served out of turn', broken('line')],
    ['tenures that nobody knew of', broken('late tenure', 'left behind')],
    ['post steps that ended too much', broken('post')],
    ['answers from the past', `${count(verdict.staleAnswers)}, each by a stale reading that was injected`],
    ['tenures begun after their step', `${count(verdict.lateTenures)}, each after a kill, an error or a warning`],
    ['most requests of one step', `${String(tally.worst.requests)} (${tally.worst.operation})`],
    ['claims at the end', `${String(lastClaims.length)}, tries: ${lastClaims.join(', ')}`],
    ['violations', String(violations.length)],
  ];
  const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([name, text]) => `| ${name.padEnd(first ?? 0)} | ${text.padEnd(second ?? 0)} |`);
  lines.splice(1, 0, `| ${'-'.repeat(first ?? 0)} | ${'-'.repeat(second ?? 0)} |`);
  return lines.join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function listed(counts: ReadonlyMap<string, number>): string {
  const ordered = [...counts].sort(([, a], [, b]) => b - a);
  return ordered.map(([name, times]) => `${name} ${String(times)}`).join(', ') || 'none';
}
