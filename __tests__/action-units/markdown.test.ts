import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeMarkdown, link, table } from '../../src/report/markdown.js';

const ENTITIES = ['&amp;', '&lt;', '&gt;', '&#64;', '&#58;', '&#46;'];

/** What of the text Markdown or HTML could still take for more than text. */
function markupIn(escaped: string): string | null {
  let rest = escaped;
  while (rest !== '') {
    const entity = ENTITIES.find((name) => rest.startsWith(name));
    if (entity !== undefined) rest = rest.slice(entity.length);
    else if (/^\\[!-/:-@[-`{-~]/.test(rest)) rest = rest.slice(2);
    else if (/^[\\`*_{}[\]()#+!|~$^<>&@\p{Cc}\p{Zl}\p{Zp}]/u.test(rest)) return rest;
    else rest = rest.slice(1);
  }
  if (/^(?:-|\d+[.)])/.test(escaped)) return escaped;
  if (/:\/\/|www\./i.test(escaped)) return escaped;
  return null;
}

const piece = fc.constantFrom(
  ...[
    '`',
    '``',
    '*',
    '**',
    '_',
    '~~',
    '|',
    '\\',
    '\\\\',
    '<',
    '>',
    '&',
    '&lt;',
    '[x](y)',
    '![',
    '](',
    '#',
    '# ',
    '- ',
    '+ ',
  ],
  ...[
    '1. ',
    '1) ',
    '\n',
    '\r\n',
    '\u2028',
    '@octocat',
    'https://evil.example',
    'www.evil.example',
    'WWW.',
    '$x$',
    '===',
  ],
  ...['<script>', '<!--', '-->', '```', '::error::', '##[', '\u202e', '\ud83d', '😀', ' ', '{{', '^', 'text'],
);
const hostile = fc
  .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 12 })
  .map((parts) => parts.join(''));

describe('escaping', () => {
  test.each([
    ['plain text', 'plain text'],
    ['a|b', 'a\\|b'],
    ['<b>x</b>', '&lt;b&gt;x&lt;/b&gt;'],
    ['&lt;', '&amp;lt;'],
    ['**x** _y_ `z`', '\\*\\*x\\*\\* \\_y\\_ \\`z\\`'],
    ['[x](javascript:1)', '\\[x\\]\\(javascript:1\\)'],
    ['# x', '\\# x'],
    ['- x', '\\- x'],
    ['1. x', '1\\. x'],
    ['a\\|b', 'a\\\\\\|b'],
    ['@octocat', '&#64;octocat'],
    ['see https://evil.example', 'see https&#58;//evil.example'],
    ['www.evil.example', 'www&#46;evil.example'],
    ['a\nb', 'a b'],
    ['```\nx', '\\`\\`\\` x'],
  ])('%p', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test('whatever comes in, no markup, no HTML, no cell border and no new line comes out', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 200 }), (text, limit) => {
        const markup = markupIn(escapeMarkdown(text, limit));
        if (markup !== null) throw new Error(JSON.stringify(markup));
      }),
      { numRuns: 2000 },
    );
  });

  test('it is cut before it is escaped, so that no escape is cut in two', () => {
    expect(escapeMarkdown('|'.repeat(300), 5)).toBe(`${'\\|'.repeat(4)}…`);
  });
});

describe('links', () => {
  test.each([
    [
      'run 1',
      'https://github.com/acme/widgets/actions/runs/1',
      '[run 1](https://github.com/acme/widgets/actions/runs/1)',
    ],
    ['run 1', 'http://ghes.local/x', '[run 1](http://ghes.local/x)'],
    ['run 1', null, 'run 1'],
    ['run 1', '', 'run 1'],
    ['run 1', 'javascript:alert(1)', 'run 1'],
    ['run 1', 'data:text/html,x', 'run 1'],
    ['run 1', '/relative', 'run 1'],
    ['run 1', 'https://', 'run 1'],
    ['run 1', ' https://x.example', 'run 1'],
    ['a]b', 'https://x.example/(a)', '[a\\]b](https://x.example/%28a%29)'],
    ['a', 'https://x.example/a b|c`d<e>', '[a](https://x.example/a%20b%7cc%60d%3Ce%3E)'],
  ])('%p to %p', (label, address, expected) => {
    expect(link(label, address)).toBe(expected);
  });

  test('no address leaves its brackets', () => {
    const address = hostile.map((text) => `https://x.example/${text}`);
    fc.assert(
      fc.property(hostile, address, (label, to) => {
        const made = link(label, to);
        const target = /\]\((https:\/\/x\.example\/[^\s()<>|`\\[\]]*)\)$/.exec(made);
        const text = target === null ? made : made.slice(1, -target[0].length);
        if (target === null || markupIn(text) !== null) throw new Error(JSON.stringify(made));
      }),
      { numRuns: 1000 },
    );
  });
});

test('a table has as many cells in each line as its head', () => {
  expect(
    table(
      ['a', 'b'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ),
  ).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |');
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 3, maxLength: 3 }), (cells) => {
      const lines = table(['a', 'b', 'c'], [cells.map((cell) => escapeMarkdown(cell))]).split('\n');
      const borders = (lines[2] ?? '').replace(/\\./g, '').split('|').length - 1;
      if (lines.length !== 3 || borders !== 4) throw new Error(lines.join('\n'));
    }),
    { numRuns: 500 },
  );
});
