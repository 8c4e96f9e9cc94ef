import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, plain } from '../../src/core/text.js';

describe('foreign text', () => {
  test.each([
    ['a line break', 'a\r\nb', 'a b'],
    ['a line separator', 'a\u2028b', 'a b'],
    ['a command', '::error::oops', ': :error: :oops'],
    ['more colons, of which a later line break could make a command', ':::a :::b', ': : :a : : :b'],
    ['a command of the old kind', 'x ##[error]oops', 'x # #[error]oops'],
    ['more of it', '###[group]', '## #[group]'],
    ['one that hides behind a character nobody sees', '#\u200b#[error]', '# #[error]'],
    ['colours', '\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['text that runs backwards', 'a\u202egnp\u202c.exe', 'a gnp .exe'],
    ['half a pair', 'a\ud83db', 'a b'],
    ['blanks around', '  a  ', 'a'],
    ['nothing', '\u0000', ''],
    ['plain text', 'Änderung 😀 #17 [x] a:b', 'Änderung 😀 #17 [x] a:b'],
  ])('%s', (_name, text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  test('it is cut, but no pair in two', () => {
    expect(plain('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
    expect(plain('x'.repeat(200))).toHaveLength(200);
    expect(plain('abcdef', 4)).toBe('abc…');
    expect(plain('ab😀def', 4)).toBe('ab…');
  });

  test('whatever comes in, one harmless line of bounded length comes out', () => {
    const piece = fc.constantFrom('##[', '#', '[', '::', ':', '\n', '\r', '\u001b', '\u202e', '\u200b', '\ud800', ' ');
    const text = fc
      .array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 60 }), (foreign, limit) => {
        const line = plain(foreign, limit);
        const dangerous =
          line.includes('##[') || line.startsWith('::') || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(line);
        if (dangerous || line.length > limit) throw new Error(JSON.stringify(line));
      }),
      { numRuns: 500 },
    );
  });
});

describe('durations', () => {
  test.each([
    [-5000, '0 s'],
    [0, '0 s'],
    [499, '0 s'],
    [45_000, '45 s'],
    [59_600, '1 min'],
    [12 * 60_000 + 59_000, '12 min'],
    [3_600_000, '1 h'],
    [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
    [24 * 3_600_000, '1 d'],
    [52 * 3_600_000, '2 d 4 h'],
  ])('%s ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
