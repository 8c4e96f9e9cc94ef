import fc from 'fast-check';

/** Texts and values that somebody chose to do harm with, and checks on what became of them. */

/** What must never reach a person or the runner as it is. */
export const LIVE_TEXTS = [
  '::error::pwned',
  ':::error::pwned',
  'a\n::set-env name=PATH::/tmp',
  '\r\n::add-mask::a',
  '\u2028::stop-commands::x',
  ' \t::warning file=a.ts::x',
  '##[error]pwned',
  '###[group]pwned',
  '#\u200b#[command]pwned',
  '%0A::error::pwned',
  '\u001b[31mred\u001b[0m',
  '\u009b2J',
  '\u001b]8;;https://evil.test\u0007click\u001b]8;;\u0007',
  '\u202eevil\u202c',
  '\u2066a\u2069\u200f\u061c',
  'a\u0000b\ufeffc\u00ad',
  '\ud800',
  '\udfff\ud800x',
  '<img src=x onerror=alert(1)>',
  '<!-- hidden',
  '&lt;b&gt;&#x3c;',
  '</td></tr></table>',
  '[click](https://evil.test)',
  '![img](https://evil.test/x.png)',
  '[ref]: https://evil.test',
  '<https://evil.test>',
  'https://evil.test/www.evil.test',
  '`code` ``` fence',
  '```mermaid\ngraph TD',
  '**bold** __bold__ ~~gone~~ $math$',
  '| a | b |\n| --- | --- |',
  '\\|\\\\|',
  '# heading',
  '- [ ] task',
  '1. one',
  '> [!WARNING]\n> quote',
  '---',
  '===',
  '@octocat @acme/owners #1',
  'Closes #17, fixes acme/widgets#18 and resolved GH-19',
  '${{ github.token }}',
  '$(id) `id` ;id\n',
  'EOF\nowned=true',
  'ghadelimiter_0\nowned<<x',
  '__proto__',
  'constructor',
  'a'.repeat(3_000),
  '🦊'.repeat(400),
] as const;

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...LIVE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom(...':#[]()!<>&\\`|*_~$\n\r\u001b\u202e\u200b a1.-@/'),
      maxLength: 12,
    }),
  },
);

/** Hostile text, often several kinds of it in a row. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));

/** Values that stand where others are expected. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -0, -1, 1.5, 2 ** 53, -(2 ** 53), 1e308, '', ' ', '17', [], {}, [[]], [null]],
    ...[{ length: 1 }, { toString: 1 }, { valueOf: null }, { constructor: {} }, JSON.parse('{"__proto__":{"a":1}}')],
  ),
  hostileText,
  fc.jsonValue({ maxDepth: 3 }),
);

export type Path = readonly (string | number)[];

/** Every place in a JSON value, the root last. */
export function pathsIn(value: unknown, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [before];
  return [...Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...before, key])), before];
}

/** A copy with the value at a path replaced; `undefined` removes it. */
export function withChange(value: unknown, path: Path, change: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as unknown as Record<number, unknown>)
    : { ...(value as object) };
  const next = withChange(copy[key], rest, change);
  if (next === undefined) delete copy[key];
  else copy[key] = next;
  return copy;
}

/** A valid answer with one to three places replaced or removed. */
export function changedFrom(value: unknown): fc.Arbitrary<unknown> {
  const change = fc.tuple(
    fc.constantFrom(...pathsIn(value)),
    fc.oneof({ weight: 4, arbitrary: hostileValue }, { weight: 1, arbitrary: fc.constant(undefined) }),
  );
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>((now, [path, to]) => (reaches(now, path) ? withChange(now, path, to) : now), value),
    );
}

function reaches(value: unknown, path: Path): boolean {
  return path.slice(0, -1).reduce<unknown>((now, key) => (now as Record<string, unknown> | null)?.[key], value) != null;
}

/** Control, formatting and bidirectional characters, line breaks of every kind, halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Throws plainly: thousands of matchers would take most of the time. */
export function insist(holds: boolean, what: string, seen: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)?.slice(0, 3_000)}`);
}

/** One line for a person that is no command to the runner, and no longer than anybody reads. */
export function insistPlain(text: string, longest = 2_100): void {
  insist(!UNPRINTABLE.test(text), 'unprintable', text);
  insist(!text.startsWith('::') && !text.includes('##['), 'a command to the runner', text);
  insist(text.length <= longest, 'too long', text.length);
}

/** The prototypes that everybody shares are as they were. */
export function insistPrototypesUntouched(): void {
  const own = [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).length);
  insist(own.join() === UNTOUCHED, 'a prototype was touched', own);
  insist(!('polluted' in {}), 'polluted', null);
}

const UNTOUCHED = [Object.prototype, Array.prototype, Function.prototype]
  .map((each) => Reflect.ownKeys(each).length)
  .join();
