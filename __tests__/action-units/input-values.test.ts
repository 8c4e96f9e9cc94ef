import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPrintable } from '../../src/core/printable.js';
import {
  readBoolean,
  readBranch,
  readChoice,
  readDuration,
  readLogins,
  readRefspec,
  readRunId,
  readScope,
  readSecret,
  readToken,
  type Parsed,
} from '../../src/inputs/values.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The value, or `undefined` for a refusal; a refusal always says what is allowed. */
function valueOf<T>(parsed: Parsed<T>): T | undefined {
  if (parsed.ok) return parsed.value;
  expect(parsed.allowed).not.toBe('');
  return undefined;
}

describe('booleans', () => {
  test.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['tRuE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('%p', (text, value) => {
    expect(valueOf(readBoolean(text))).toBe(value);
  });

  test.each(['maybe', '', ' ', 'yes', 'no', '1', '0', 'on', 'y', 'true ', 'truefalse', 'null', 'ſalse'])(
    '%p is refused',
    (text) => {
      expect(readBoolean(text)).toEqual({ ok: false, allowed: 'true or false' });
    },
  );
});

describe('choices', () => {
  const read = readChoice(['never', 'dead', 'stale'] as const);

  test.each(['never', 'dead', 'stale'])('%p', (text) => {
    expect(valueOf(read(text))).toBe(text);
  });

  test.each(['', 'Dead', 'dead ', 'dea', 'dead,stale', '0', 'length', '__proto__'])('%p is refused', (text) => {
    expect(read(text)).toEqual({ ok: false, allowed: 'one of never, dead, stale' });
  });
});

describe('scopes', () => {
  test.each(['preview', 'a', '0', 'a-b-', '2-b', 'x'.repeat(40)])('%p', (text) => {
    expect(valueOf(readScope(text))).toBe(text);
  });

  test.each(['', ' ', 'Preview', '-a', 'a.b', 'a/b', '..', 'a_b', 'a b', 'a\n', 'ä', '\u212a', 'x'.repeat(41)])(
    '%p is refused',
    (text) => {
      expect(valueOf(readScope(text))).toBeUndefined();
    },
  );
});

describe('tokens', () => {
  test.each([
    ['1', 1],
    ['42', 42],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%p', (text, value) => {
    expect(valueOf(readToken(text))).toBe(value);
  });

  test.each([
    ...['', '0', '-1', '+1', '01', '1.0', '1e3', '0x10', '1_000', '1,000', ' 1', '1 ', '1\n', '１', 'NaN', 'Infinity'],
    ...['9007199254740992', '99999999999999999999', 'four', 'null', '[object Object]'],
  ])('%p is refused', (text) => {
    expect(readToken(text).ok).toBe(false);
  });
});

describe('run ids', () => {
  test.each([
    '1',
    '1001',
    'agent-7',
    'job/matrix (ubuntu, 20)',
    'Ünïcode 😀',
    '$(x)',
    '"',
    '__proto__',
    'x'.repeat(200),
  ])('%p', (text) => {
    expect(valueOf(readRunId(text))).toBe(text);
  });

  test.each([
    'x'.repeat(201),
    'a\nb',
    'a\rb',
    'a\tb',
    'a\u0000b',
    'a\u001b[31mb',
    'a\u007fb',
    'a\u0085b',
    'a\u200bb',
    'a\u202eb',
    'a\u2028b',
    'a\u2029b',
    '\ufeffa',
    '\ud800',
    '\ue000',
  ])('%p is refused', (text) => {
    expect(readRunId(text).ok).toBe(false);
    expect(isPrintable(text)).toBe(text.length > 200);
  });
});

describe('durations', () => {
  const read = readDuration({ leastMs: 0, mostMs: 365 * 24 * HOUR_MS });

  test.each([
    ['0', 0],
    ['0s', 0],
    ['0m', 0],
    ['500ms', 500],
    ['1500ms', 1500],
    ['90s', 90 * SECOND_MS],
    ['30m', 30 * MINUTE_MS],
    ['2h', 2 * HOUR_MS],
    ['1d', 24 * HOUR_MS],
    ['1h30m', 90 * MINUTE_MS],
    ['1d2h3m4s5ms', 26 * HOUR_MS + 3 * MINUTE_MS + 4 * SECOND_MS + 5],
    ['1m500ms', MINUTE_MS + 500],
    ['090s', 90 * SECOND_MS],
    ['PT30M', 30 * MINUTE_MS],
    ['PT90S', 90 * SECOND_MS],
    ['PT1H30M', 90 * MINUTE_MS],
    ['P1D', 24 * HOUR_MS],
    ['P1DT1H1M1S', 25 * HOUR_MS + MINUTE_MS + SECOND_MS],
    ['PT0S', 0],
  ])('%p', (text, milliseconds) => {
    expect(valueOf(read(text))).toBe(milliseconds);
  });

  test.each([
    ...['', ' ', '5', '00', '1.5h', '1,5h', '-1m', '+1m', '-0', 'PT', 'P', 'P1', 'PT5', 'P1DT', 'PTM', 'P-1D', '-PT1M'],
    ...[
      'PT1.5H',
      'P1W',
      'P1M',
      'P1Y',
      'PT30m',
      'pt30m',
      'T30M',
      '30M',
      '2H',
      '1h 30m',
      ' 30m',
      '30m ',
      '30m\n',
      '30 m',
    ],
    ...[
      '30m1h',
      '1h1h',
      '1m1m',
      'm',
      'h30',
      '1e3s',
      '0x5s',
      '30min',
      '30 minutes',
      'forever',
      'Infinity',
      'NaN',
      '１m',
    ],
    ...['1234567890m', '366d', '99999999999999999999s'],
  ])('%p is refused', (text) => {
    expect(read(text).ok).toBe(false);
  });

  test('the bounds belong to it, and a refusal names them', () => {
    const bounded = readDuration({ leastMs: 1500, mostMs: 24 * HOUR_MS });
    expect(valueOf(bounded('1500ms'))).toBe(1500);
    expect(valueOf(bounded('24h'))).toBe(24 * HOUR_MS);
    expect(bounded('1499ms').ok).toBe(false);
    expect(bounded('1d1ms').ok).toBe(false);
    expect(bounded('')).toMatchObject({
      allowed: expect.stringContaining('from 1500ms to 1d, for example') as unknown,
    });
    expect(readDuration({ leastMs: 0, mostMs: 90 * SECOND_MS })('')).toMatchObject({
      allowed: expect.stringContaining('from 0ms to 90s') as unknown,
    });
  });

  test('both notations mean the same, and it is the sum of the parts', () => {
    const part = fc.nat({ max: 300 });
    fc.assert(
      fc.property(part, part, part, part, (days, hours, minutes, seconds) => {
        const milliseconds = ((days * 24 + hours) * 60 + minutes) * MINUTE_MS + seconds * SECOND_MS;
        const simple = `${String(days)}d${String(hours)}h${String(minutes)}m${String(seconds)}s`;
        const iso = `P${String(days)}DT${String(hours)}H${String(minutes)}M${String(seconds)}S`;
        expect(valueOf(read(simple))).toBe(milliseconds);
        expect(valueOf(read(iso))).toBe(milliseconds);
      }),
      { numRuns: 100 },
    );
  });

  test('nothing is read as no number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[PTDHMSdhms0-9.+-]{0,12}$/), (text) => {
        const parsed = read(text);
        if (parsed.ok && !(Number.isSafeInteger(parsed.value) && parsed.value >= 0)) throw new Error(text);
      }),
      { numRuns: 500 },
    );
  });
});

// As `git check-ref-format` has it, and GitHub on top of it.
describe('branch names', () => {
  test.each([
    ...[
      'runner-coord-state',
      'state',
      'a',
      'a/b/c',
      'coord/v1.2',
      'a.b',
      'a_b',
      'A-B',
      'zustand-ü',
      'a#b',
      'a@b',
      '@@',
    ],
    ...['a{b}', 'a./b', 'lock', 'a.locked', 'header', 'HEAD1', 'a/HEAD', 'x'.repeat(200), 'abc123', 'feature/refs/x'],
  ])('%p', (text) => {
    expect(valueOf(readBranch(text))).toBe(text);
  });

  test.each([
    ...['', ' ', 'a b', 'a\tb', 'a\nb', 'a~b', 'a^b', 'a:b', 'a?b', 'a*b', 'a[b', 'a\\b', 'a\u007fb', 'a\u0001b'],
    ...['a..b', '..', '.', '.a', 'a/.b', 'a.', '/', '/a', 'a/', 'a//b', '@', 'a@{b', '@{', '-a', '-'],
    ...['a.lock', 'a.lock/b', 'a/b.lock', 'HEAD', 'refs/heads/a', 'refs/a', 'x'.repeat(201)],
    ...['0123456789abcdef0123456789abcdef01234567', 'a\u202eb', 'a\u200bb', 'a\u00a0b', '\ud800'],
  ])('%p is refused', (text) => {
    expect(readBranch(text).ok).toBe(false);
  });
});

describe('what is pushed', () => {
  test.each<[string, string, string | null]>([
    ['HEAD', 'HEAD', null],
    ['topic', 'topic', null],
    ['v1.2', 'v1.2', null],
    ['HEAD~2', 'HEAD~2', null],
    ['0123abc', '0123abc', null],
    ['refs/heads/topic', 'refs/heads/topic', null],
    ['HEAD:topic', 'HEAD', 'topic'],
    ['HEAD:refs/heads/a/b', 'HEAD', 'a/b'],
    ['HEAD^{/fix:it}:topic', 'HEAD^{/fix:it}', 'topic'],
    ['topic:ä', 'topic', 'ä'],
  ])('%p', (text, source, branch) => {
    expect(valueOf(readRefspec(text))).toEqual({ source, branch });
  });

  // Nothing is deleted or forced by it, and no option of git gets through.
  test.each([
    ...['', ':', ':topic', 'HEAD:', '+HEAD', '+HEAD:topic', '--force', '-f', '-', 'a b', 'a\nb', 'a\u202eb', ' HEAD'],
    ...['HEAD:-f', 'HEAD:a b', 'HEAD:a..b', 'HEAD:refs/tags/v1', 'HEAD:refs/heads/', 'HEAD:HEAD'],
    ...['HEAD:a.lock', 'HEAD:refs/heads/refs/heads/a', 'x'.repeat(301), `HEAD:${'x'.repeat(201)}`],
  ])('%p is refused', (text) => {
    expect(valueOf(readRefspec(text))).toBeUndefined();
  });
});

describe('logins', () => {
  test.each<[string, readonly string[]]>([
    ['', []],
    [' , ,', []],
    ['octocat', ['octocat']],
    ['octocat, dependabot[bot]', ['octocat', 'dependabot[bot]']],
    ['a b\nc,d', ['a', 'b', 'c', 'd']],
    ['Copilot some_user-1', ['Copilot', 'some_user-1']],
  ])('%j', (text, logins) => {
    expect(valueOf(readLogins(text))).toEqual(logins);
  });

  test.each(['@octocat', 'a/b', 'ünal', '[bot]', 'a[bot]b', 'x'.repeat(101), 'a '.repeat(101)])(
    '%j is refused',
    (text) => {
      const read = readLogins(text);
      expect(read.ok ? '' : read.allowed).toContain('dependabot[bot]');
    },
  );
});

describe('secrets', () => {
  test.each(['ghs_abc', 'github_pat_11AB_x', 'a.b-c', '!~'])('%p', (text) => {
    expect(valueOf(readSecret(text))).toBe(text);
  });

  test.each(['', ' ', 'a b', 'a\nb', 'a\r\nX-Evil: 1', 'ä', 'a\u0000', '…'])(
    '%p is refused, and not repeated',
    (text) => {
      expect(readSecret(text)).toEqual({ ok: false, allowed: 'a token, for example ${{ github.token }}' });
    },
  );
});
