import { describe, expect, test } from '@jest/globals';
import { authorOf, forwarder, guardHook } from '../../src/guard/hook-text.js';

const COMMAND = ['C:\\a b\\node.exe', 'C:\\a b\\cli.js', 'assert'];
const beside = guardHook({ command: COMMAND, env: {}, next: { kind: 'beside' } });
const aside = (folder: string): string =>
  guardHook({ command: COMMAND, env: {}, next: { kind: 'in', folder, level: 'worktree' } });

describe('the guard as a text', () => {
  test('it is for sh, and runs the command as the sh of Git for Windows can', () => {
    expect(beside.split('\n')[0]).toBe('#!/bin/sh');
    expect(beside).toContain(`\n'C:/a b/node.exe' 'C:/a b/cli.js' 'assert' </dev/null >&2\n`);
    expect(beside).toContain(`for file in 'C:/a b/node.exe' 'C:/a b/cli.js'; do`);
    expect(beside).not.toContain('\r');
  });

  test('variables are for the command alone', () => {
    const hook = guardHook({ command: ['/n'], env: { A: `it's`, B_2: '' }, next: { kind: 'beside' } });
    expect(hook).toContain(`\nA='it'\\''s' B_2='' '/n' </dev/null`);
  });

  test.each(['', '1A', 'A B', 'A=B', 'A-B', 'Ä'])('%j is no variable', (name) => {
    expect(() => guardHook({ command: ['/n'], env: { [name]: 'x' }, next: { kind: 'beside' } })).toThrow('no name');
  });

  test.each([
    ['.husky/_', `'.husky/_/pre-push'`],
    ['.githooks/', `'.githooks/pre-push'`],
    ['/', `'/pre-push'`],
    ['C:\\team hooks\\', `'C:/team hooks/pre-push'`],
    [`/it's`, `'/it'\\''s/pre-push'`],
  ])('after it, the hook of %s', (folder, hook) => {
    expect(aside(folder)).toContain(`\nnext=${hook}\n`);
  });

  test('it says what goes around it', () => {
    expect(beside).toContain('`git push --no-verify` goes around it');
  });

  test('it says how to remove it from where it is', () => {
    expect(aside('x')).toContain(`git config --worktree --unset-all core.hooksPath '\\''/runner-coord-hooks$'\\''`);
    expect(beside).not.toContain('git config');
  });
});

describe('who wrote a hook', () => {
  test.each([
    ['a guard', beside],
    ['a guard aside', aside('.husky/_')],
    ['a forwarder', forwarder('.husky/_', 'pre-commit')],
  ])('%s is ours', (_name, text) => {
    expect(authorOf(text)).toBe('us');
  });

  test.each([
    ['a line more', `${beside}exit 0\n`],
    ['a line less', beside.replace('status=$?\n', '')],
    ['a line at the top', beside.replace('#!/bin/sh\n', '#!/bin/sh\nexit 0\n')],
    ['another shell', beside.replace('#!/bin/sh', '#!/bin/bash')],
    ['other ends of lines', beside.replaceAll('\n', '\r\n')],
    ['another checksum', beside.replace(/[0-9a-f]{64}/, '0'.repeat(64))],
  ])('with %s it is edited', (_name, text) => {
    expect(authorOf(text)).toBe('edited');
  });

  test.each(['', '#!/bin/sh\nexit 0\n', '#!/bin/sh\n# runner-coord assert\n', '\u0000\ufffd'])('%j is not', (text) => {
    expect(authorOf(text)).toBe('others');
  });
});
