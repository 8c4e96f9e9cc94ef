import { codeOf, describe } from './judge-answer.js';
import type { RoundFacts } from './round.js';
import type { Said } from './story.js';

/** The sums of many rounds, and the story of one that went wrong. */
export class Sums {
  rounds = 0;
  readonly #numbers = new Map<string, number>();
  readonly #answers = new Map<string, number>();
  readonly #kills = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #roles = new Map<string, number>();
  violations = 0;

  add({ verdict, said, kills, faults, roles, violations }: RoundFacts): void {
    this.rounds += 1;
    this.violations += violations.length;
    const pushes = said.filter(({ command }) => command === 'push');
    count(this.#numbers, 'commands', said.length);
    count(this.#numbers, 'pushes asked for', pushes.length);
    count(this.#numbers, 'pushes sent', verdict.sent);
    count(this.#numbers, 'landed', verdict.landed);
    count(this.#numbers, 'moves by plain git', verdict.foreign);
    for (const one of said) count(this.#answers, `${one.command}: ${resultOf(one)}`);
    for (const kill of kills) count(this.#kills, kill);
    for (const fault of faults) count(this.#faults, fault);
    for (const role of roles) count(this.#roles, role);
  }

  toString(): string {
    const answers = (...names: readonly string[]): string =>
      String(names.reduce((total, name) => total + (this.#answers.get(`push: ${name}`) ?? 0), 0));
    const number = (name: string): string => String(this.#numbers.get(name) ?? 0);
    const killsOf = (what: string): string =>
      String([...this.#kills].reduce((total, [name, times]) => total + (name.startsWith(`${what} at`) ? times : 0), 0));
    const rows = [
      ['figure', 'value'],
      ['rounds', String(this.rounds)],
      ['commands', `${number('commands')}, of them ${number('pushes asked for')} pushes`],
      ['pushes sent', number('pushes sent')],
      ['landed', number('landed')],
      ['told so', answers('published')],
      ['lost to others', answers('ownership_lost', 'ownership_missing', 'exit_signal_recorded')],
      ['head_moved', answers('head_moved')],
      ['not known, or no answer', answers('api_error', 'deadline_exceeded', 'contention_exhausted', 'rate_limited')],
      ['moves by plain git', number('moves by plain git')],
      ['kills of the process, with all its gits', `${killsOf('process')}, ${killsOf('process and git')}`],
      ['kills of git alone', killsOf('git')],
      ['faults', `${String(sumOf(this.#faults))} of ${String(this.#faults.size)} kinds`],
      ['violations', String(this.violations)],
    ];
    const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
    const lines = rows.map(([name = '', text = '']) => `| ${name.padEnd(width(0))} | ${text.padEnd(width(1))} |`);
    lines.splice(1, 0, `| ${'-'.repeat(width(0))} | ${'-'.repeat(width(1))} |`);
    const lists = [
      ['answers', this.#answers],
      ['kills', this.#kills],
      ['faults', this.#faults],
      ['roles', this.#roles],
    ] as const;
    return [...lists.map(([name, counts]) => `  ${name}: ${listed(counts)}`), '', ...lines].join('\n');
  }
}

/** What somebody needs who has to find out why. */
export function storyOf({ seed, roles, violations, said, story }: RoundFacts): string {
  return [
    `Seed ${String(seed)}, with ${roles.join(', ')}:`,
    ...violations.map(({ rule, detail }) => `  [${rule}] ${detail}`),
    '  commands:',
    ...said.map((one) => `    ${describe(one)}: ${one.answer?.message ?? one.stderr.trim()}`),
    '  pushes, as the server had them:',
    ...story.pushes.map(({ login, refs }) => {
      const moves = refs.map(({ ref, from, to, ok }) => `${ref} ${short(from)}..${short(to)}${ok ? '' : ' refused'}`);
      return `    ${login}: ${moves.join(', ')}`;
    }),
    '  moves of the branch:',
    ...story.moves.map(({ from, to }) => `    ${short(from)}..${short(to)}`),
    '  the state branch:',
    ...story.commits.map(({ oid, changes }) => `    ${short(oid)} ${changes.map(({ path }) => path).join(' ')}`),
  ].join('\n');
}

function short(oid: string): string {
  return oid.slice(0, 8);
}

function resultOf({ answer, killed }: Said): string {
  return answer === null ? `no answer (${killed ?? 'not'} killed)` : codeOf(answer);
}

function count(counts: Map<string, number>, name: string, more = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, times) => total + times, 0);
}

function listed(counts: ReadonlyMap<string, number>): string {
  const ordered = [...counts].sort(([, one], [, another]) => another - one);
  return ordered.map(([name, times]) => `${name} ${String(times)}`).join(', ') || 'none';
}
