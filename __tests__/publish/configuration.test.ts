import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { lastValue, ownEntries, readEntries, variablesOf, type Entry } from '../../src/git/configuration.js';

const HEADER = 'http.https://github.com/.extraheader';

/** What git itself makes of the variables. */
function listed(variables: NodeJS.ProcessEnv): readonly Entry[] {
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    HOME: '/nonexistent',
    ...variables,
  };
  return readEntries(execFileSync('git', ['config', '--null', '--list'], { cwd: '/', env, encoding: 'utf8' }));
}

test('reads what git lists, with values of several lines and names without one', () => {
  const list = 'core.bare\nfalse\0alias.x\n!f() {\n}\0remote.o.mirror\0http.extraheader\n\0';
  expect(readEntries(list)).toEqual([
    { key: 'core.bare', value: 'false' },
    { key: 'alias.x', value: '!f() {\n}' },
    { key: 'remote.o.mirror', value: 'true' },
    { key: 'http.extraheader', value: '' },
  ]);
  expect(lastValue(readEntries('a.b\n1\0a.b\n2\0'), 'a.b')).toBe('2');
  expect(lastValue([], 'a.b')).toBeNull();
});

test('takes from the checkout what decides how a server is reached, and only once', () => {
  const everywhere = [
    { key: 'http.proxy', value: 'http://proxy' },
    { key: HEADER, value: 'A: 1' },
  ];
  const own = [
    { key: HEADER, value: 'A: 1' },
    { key: HEADER, value: '' },
    { key: 'credential.helper', value: 'store' },
    { key: 'url.https://a/.insteadof', value: 'b:' },
    { key: 'core.sshcommand', value: 'ssh -i key' },
  ];
  const others = ['core.hookspath', 'remote.origin.mirror', 'push.default', 'alias.push', 'core.worktree'];
  const checkout = [...everywhere, ...own, ...others.map((key) => ({ key, value: 'x' }))];
  expect(ownEntries(checkout, everywhere)).toEqual(own);
});

describe.each([
  ['2.25, by one text', [2, 25]],
  ['2.39, by numbered variables', [2, 39]],
] as const)('git reads them all, in this order: %s', (_name, version) => {
  const own = [
    { key: HEADER, value: `AUTHORIZATION: basic it's "!" \\ $HOME\nx` },
    { key: 'credential.helper', value: '' },
  ];
  const fixed = [{ key: 'push.gpgsign', value: 'false' }];

  test('alone', () => {
    expect(listed(variablesOf({ own, fixed }, version, {}))).toEqual([...own, ...fixed]);
    expect(listed(variablesOf({ own: [], fixed: [] }, version, {}))).toEqual([]);
  });

  test('what the job has set is between what the checkout has and what is fixed', () => {
    const given = version[1] === 25 ? {} : { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: HEADER, GIT_CONFIG_VALUE_0: '' };
    const environment = { ...given, GIT_CONFIG_PARAMETERS: "'push.gpgsign=true'" };
    const there = listed(environment);
    expect(there).toHaveLength(version[1] === 25 ? 1 : 2);
    const variables = { ...environment, ...variablesOf({ own, fixed }, version, environment) };
    expect(listed(variables)).toEqual([...own, ...there, ...fixed]);
  });
});
