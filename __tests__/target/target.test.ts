import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parsePullRequestInput, parseRepositoryName } from '../../src/target/target.js';
import { listed, numbered, shown } from '../../src/target/text.js';

const GITHUB = 'https://github.com';

describe('parseRepositoryName', () => {
  test.each([
    ['octo-org/octo-repo', 'octo-org/octo-repo'],
    ['Octo-Org/Octo.Repo_1', 'octo-org/octo.repo_1'],
    ['mona_company/.github', 'mona_company/.github'],
    ['a/b', 'a/b'],
    ['a/a..b', 'a/a..b'],
    [`${'o'.repeat(39)}/${'n'.repeat(100)}`, `${'o'.repeat(39)}/${'n'.repeat(100)}`],
  ])('%s is %s', (text, value) => {
    expect(parseRepositoryName(text)).toEqual({ ok: true, value });
  });

  test.each([
    '',
    '/',
    'name',
    'owner/',
    '/name',
    'owner/name/',
    'owner/name/more',
    'owner/..',
    'owner/.',
    '../name',
    'owner /name',
    ' owner/name',
    'owner/name\n',
    'owner/na me',
    'owner.dot/name',
    'owner/näme',
    'owner/name.git',
    'owner/name.WIKI',
    'https://github.com/owner/name',
    'owner\\name',
    `${'o'.repeat(40)}/n`,
    `o/${'n'.repeat(101)}`,
  ])('%j is refused', (text) => {
    const parsed = parseRepositoryName(text);
    expect(parsed.ok ? parsed.value : parsed.problem).toMatch(/^must be owner\/name, for example .*, but is "/);
  });
});

describe('parsePullRequestInput', () => {
  test.each([
    ['1', 1],
    ['17', 17],
    ['2147483647', 2_147_483_647],
    ['#17', 17],
    ['#2147483647', 2_147_483_647],
  ])('%s is a number', (text, pr) => {
    expect(parsePullRequestInput(text, GITHUB)).toEqual({ ok: true, value: { pr, repo: null } });
  });

  test.each([
    ['https://github.com/Octo-Org/Octo-Repo/pull/17', GITHUB],
    ['https://github.com/octo-org/octo-repo/pull/17/', GITHUB],
    ['https://github.com/octo-org/octo-repo/pull/17/files', GITHUB],
    ['https://github.com/octo-org/octo-repo/pull/17?w=1', GITHUB],
    ['https://github.com/octo-org/octo-repo/pull/17#issuecomment-1', GITHUB],
    ['https://github.com/octo-org/octo-repo/pull/17/files?w=1#r1', `${GITHUB}/`],
    ['HTTPS://GitHub.com/octo-org/octo-repo/pull/17', GITHUB],
    ['https://ghe.example.com:8443/octo-org/octo-repo/pull/17', 'https://ghe.example.com:8443'],
    ['http://ghe.example.com/octo-org/octo-repo/pull/17', 'http://ghe.example.com'],
  ])('%s on %s is a URL', (text, serverUrl) => {
    const value = { pr: 17, repo: 'octo-org/octo-repo' };
    expect(parsePullRequestInput(text, serverUrl)).toEqual({ ok: true, value });
  });

  test.each([
    ...[
      '',
      '0',
      '-1',
      '+1',
      '1.5',
      '1e3',
      '017',
      '0x11',
      '../17',
      '##17',
      '# 17',
      '#017',
      '#0',
      '#',
      '17#',
      '#-1',
      'o/r#17',
      ' 17',
      '17\n',
      '１７',
      'abc',
      'NaN',
    ],
    ...['2147483648', '99999999999', '9'.repeat(10_000)],
    'https://github.com/octo-org/octo-repo/pull/0',
    'https://github.com/octo-org/octo-repo/pull/017',
    'https://github.com/octo-org/octo-repo/pull/17x',
    'https://github.com/octo-org/octo-repo/pull/%31',
    'https://github.com/octo-org/octo-repo/pull/',
    'https://github.com/octo-org/octo-repo/pulls/17',
    'https://github.com/octo-org/octo-repo/issues/17',
    'https://github.com/octo-org/octo-repo.git/pull/17',
    'https://github.com/octo-org/../octo-repo/pull/17',
    'https://github.com/octo-org/octo-repo/pull/17/..',
    'https://github.com//octo-org/octo-repo/pull/17',
    'https://github.com\\octo-org\\octo-repo\\pull\\17',
    'https://github.com/octo-org/octo-\trepo/pull/17',
    'https://github.com@evil.example/octo-org/octo-repo/pull/17',
    'https://user@github.com/octo-org/octo-repo/pull/17',
    'https://:secret@github.com/octo-org/octo-repo/pull/17',
    'https://github.com:444/octo-org/octo-repo/pull/17',
    'https://evil.example/octo-org/octo-repo/pull/17',
    'https://api.github.com/repos/octo-org/octo-repo/pulls/17',
    'http://github.com/octo-org/octo-repo/pull/17',
    'ftp://github.com/octo-org/octo-repo/pull/17',
    'https://:/',
    'github.com/octo-org/octo-repo/pull/17',
  ])('%j is refused', (text) => {
    const parsed = parsePullRequestInput(text, GITHUB);
    expect(parsed.ok ? parsed.value : parsed.problem).toMatch(
      /^must be a pull request number from 1 to 2147483647 .* https:\/\/github\.com\/owner\/name\/pull\/17, but is "/,
    );
  });

  test('without a server URL only numbers can be read', () => {
    expect(parsePullRequestInput('17', 'nonsense').ok).toBe(true);
    expect(parsePullRequestInput('https://github.com/o/n/pull/17', 'nonsense').ok).toBe(false);
  });

  test('what is accepted names the number that the text holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.webUrl(), fc.double().map(String)), (text) => {
        const parsed = parsePullRequestInput(text, GITHUB);
        if (parsed.ok) expect(String(parsed.value.pr)).toBe(text.replace(/^#/, ''));
        else expect(parsed.problem.length).toBeLessThan(1000);
      }),
    );
  });
});

describe('words for messages', () => {
  test.each([
    ['plain', '"plain"'],
    ['a\nb\u202e"é', '"a\\nb\\u202e\\"\\u00e9"'],
    ['x'.repeat(81), `"${'x'.repeat(80)}…" (81 characters)`],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1], 'a list'],
    [{}, 'a value of type object'],
  ])('%j is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  test('lists end after twenty', () => {
    expect(numbered([12, 15])).toBe('#12, #15');
    expect(listed(Array.from({ length: 27 }, () => 'x'))).toBe(`${'x, '.repeat(19)}x and 7 more`);
  });
});
