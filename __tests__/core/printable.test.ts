import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isPrintable,
  isStorableRepository,
  isStorableUrl,
  NAME_LIMIT,
  storableName,
  URL_LIMIT,
} from '../../src/core/printable.js';

describe('printable', () => {
  test.each(['', 'a', 'a b', 'Änderung 工作流', '😀', 'a\u00a0b', '::error::', '${{ x }}'])('%p', (text) => {
    expect(isPrintable(text)).toBe(true);
  });

  test.each([
    ...['a\nb', 'a\rb', '\t', '\u0000', '\u007f', '\u009b', '\u2028', '\u2029', '\u200b', '\u200d', '\u202e', '\ufeff'],
    ...['\u00ad', '\ud800', 'a\udfff', '\ue000', '\u{e0041}', '👨\u200d👩\u200d👧'],
  ])('%j is not', (text) => {
    expect(isPrintable(text)).toBe(false);
  });

  test('every unit on its own is told by its category', () => {
    const told = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(
      (text) => isPrintable(text) === /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(text),
    );
    expect(told).toEqual([]);
  });
});

describe('the name that is stored', () => {
  test.each([
    ['nothing', null, null],
    ['an empty name', '', null],
    ['blanks', ' \t\n', null],
    ['nothing that can be seen', '\u200b\u202e\ufeff', null],
    ['a plain name', 'Build & test', 'Build & test'],
    ['blanks around', '  build ', 'build'],
    ['a line break', 'build\n::error::x', 'build ::error::x'],
    ['an emoji of several parts', '👨\u200d👩\u200d👧 family', '👨 👩 👧 family'],
    ['an emoji with a variant', '⚙\ufe0f build', '⚙\ufe0f build'],
    ['half a pair', 'a\ud83db', 'a b'],
    ['a long name', 'x'.repeat(300), 'x'.repeat(200)],
    ['a pair at the limit', `${'x'.repeat(199)}😀`, 'x'.repeat(199)],
    ['a blank at the limit', `${'x'.repeat(199)} y`, 'x'.repeat(199)],
  ])('%s', (_name, text, stored) => {
    expect(storableName(text)).toBe(stored);
  });

  test('whatever it is made of, it may be stored, and storing it again changes nothing', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('👨\u200d👩\u200d👧', '\ud83d', '\ude00', '\u202e', '\n', ' '),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (foreign) => {
        const name = storableName(foreign);
        if (name === null) return;
        const fits = name !== '' && isPrintable(name) && name.length <= NAME_LIMIT && name === name.trim();
        if (!fits || storableName(name) !== name) throw new Error(JSON.stringify(foreign));
      }),
    );
  });
});

describe('addresses', () => {
  test.each([
    'https://github.com/acme/widgets/actions/runs/1',
    'http://ghes.local:8080/a/b',
    'HTTPS://github.com/a',
    `https://github.com/${'a'.repeat(URL_LIMIT - 19)}`,
  ])('%s', (url) => {
    expect(isStorableUrl(url)).toBe(true);
  });

  test.each([
    ...['', 'github.com/a', 'javascript:alert(1)', 'ftp://github.com/a', 'https://', 'https://a b/', 'https://a/\nb'],
    ...[
      'https://a/ü',
      'https://a/\u202e',
      'https://[',
      ' https://github.com/a',
      `https://github.com/${'a'.repeat(URL_LIMIT - 18)}`,
    ],
  ])('%j is none', (url) => {
    expect(isStorableUrl(url)).toBe(false);
  });
});

test.each([
  ['acme/widgets', true],
  ['Acme/.github', true],
  ['acme', false],
  ['acme/widgets/x', false],
  ['/widgets', false],
  ['acme/', false],
  ['acme/wid gets', false],
  ['acme/widgets\n', false],
  ['acme/\u212aiosk', false],
])('the repository %j may be stored: %s', (repository, storable) => {
  expect(isStorableRepository(repository)).toBe(storable);
});
