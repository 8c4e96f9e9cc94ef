import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandLine, isAbsolutePath, quote, shellPath } from '../../src/guard/shell-words.js';

describe('one word of sh', () => {
  test.each([
    ['plain', `'plain'`],
    ['', `''`],
    ['/a b/c', `'/a b/c'`],
    ['$HOME `id` "x" \\', `'$HOME \`id\` "x" \\'`],
    [`it's`, `'it'\\''s'`],
    [`'`, `''\\'''`],
  ])('%j is written as %s', (word, written) => {
    expect(quote(word)).toBe(written);
  });

  test('sh reads every word back as it was', () => {
    const word = fc.string({ unit: fc.constantFrom(...`ab '"\\$\`!*?~#&|;<>(){}[]\n\t=%-é`), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const script = `printf '%s\\0' ${words.map(quote).join(' ')}`;
        expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test('half a word is never written', () => {
    expect(() => quote('a\0b')).toThrow('NUL');
  });
});

describe('paths as the sh of Git for Windows takes them', () => {
  test.each([
    ['C:\\a b\\node.exe', 'C:/a b/node.exe'],
    ['d:\\x\\cli.js', 'd:/x/cli.js'],
    ['C:/a/node.exe', 'C:/a/node.exe'],
    ['\\\\server\\share\\node.exe', '//server/share/node.exe'],
    ['/usr/bin/node', '/usr/bin/node'],
    ['/odd\\name', '/odd\\name'],
    ['assert', 'assert'],
    ['a\\b', 'a\\b'],
    ['.husky\\_', '.husky\\_'],
  ])('%s is %s', (path, written) => {
    expect(shellPath(path)).toBe(written);
  });

  test('a whole command line', () => {
    const words = [`C:\\Program Files\\it's\\node.exe`, 'D:\\a\\_temp\\cli.js', 'assert', '--guard'];
    expect(commandLine(words)).toBe(`'C:/Program Files/it'\\''s/node.exe' 'D:/a/_temp/cli.js' 'assert' '--guard'`);
  });

  test.each([
    ['/x', true],
    ['C:\\x', true],
    ['c:/x', true],
    ['\\\\server\\x', true],
    ['C:x', false],
    ['node', false],
    ['./x', false],
    ['--file=/x', false],
    ['', false],
  ])('%j is absolute: %p', (path, expected) => {
    expect(isAbsolutePath(path)).toBe(expected);
  });
});
