import { describe, expect, test } from '@jest/globals';
import { parseRemote } from '../../src/git/remote-url.js';
import type { Entry } from '../../src/git/configuration.js';
import { chooseRemote, remoteNames, type Remote } from '../../src/publish/remote.js';

/** Which of a checkout's addresses is the target. */

const SERVER = { repo: 'acme/widgets', serverUrl: 'https://github.com' };

/** @param addresses of each remote in turn; one that has several stands there as often. */
function choose(
  addresses: readonly (readonly [string, string])[],
  entries: readonly Entry[] = [],
  rewritten = 'https://github.com/acme/widgets.git',
): Remote {
  const all = [...addresses.map(([name, url]) => ({ name, url })), { name: null, url: rewritten }];
  return chooseRemote(entries, all, SERVER);
}

describe('the address tells that it is the target', () => {
  test.each([
    'https://github.com/acme/widgets',
    'https://github.com/acme/widgets.git',
    'https://GitHub.com/Acme/Widgets.git/',
    'https://x-access-token:secret@github.com/acme/widgets.git',
    'https://www.github.com/acme/widgets',
    'git@github.com:acme/widgets.git',
    'github.com:acme/widgets',
    'ssh://git@github.com/acme/widgets.git',
    'ssh://git@github.com:22/acme/widgets.git',
    'ssh://git@ssh.github.com:443/acme/widgets.git',
    'git://github.com/acme/widgets.git',
  ])('%s', (url) => {
    expect(choose([['origin', url]])).toEqual({ url, name: 'origin', isCertain: true });
  });
});

describe('the address does not tell', () => {
  test.each([
    'git@work:acme/widgets.git',
    'git@github-work:acme/widgets.git',
    'https://mirror.test/acme/widgets.git',
    'file:///srv/git/widgets.git',
    '/srv/git/widgets.git',
    'C:\\git\\widgets',
  ])('%s', (url) => {
    expect(choose([['origin', url]])).toEqual({ url, name: 'origin', isCertain: false });
  });
});

describe('the address is another one, so the target’s own is taken', () => {
  test.each([
    'https://github.com/somebody/widgets.git',
    'https://github.com/acme/widgets-two.git',
    'git@github.com:acme/gadgets.git',
    'https://github.com/acme/widgets/wiki',
    '../widgets.git',
    './widgets',
    'widgets',
    'ext::sh -c whatever',
    'no address at all',
  ])('%s', (url) => {
    const own = 'https://github.com/acme/widgets.git';
    expect(choose([['origin', url]])).toEqual({ url: own, name: null, isCertain: true });
  });
});

describe('of several', () => {
  const FORK = 'https://github.com/somebody/widgets.git';
  const TARGET = 'https://github.com/acme/widgets.git';
  const SSH = 'git@github.com:acme/widgets.git';

  test('the one that is the target, whatever it is called', () => {
    const addresses = [
      ['origin', FORK],
      ['alias', 'work:acme/widgets'],
      ['upstream', TARGET],
    ] as const;
    expect(choose(addresses)).toEqual({ url: TARGET, name: 'upstream', isCertain: true });
  });

  test('the default for pushes before origin, and origin before all others', () => {
    const addresses = [
      ['a', TARGET],
      ['origin', SSH],
      ['b', `${TARGET}/`],
    ] as const;
    expect(choose(addresses)).toMatchObject({ name: 'origin', url: SSH });
    expect(choose(addresses, [{ key: 'remote.pushdefault', value: 'b' }])).toMatchObject({ name: 'b' });
    expect(choose(addresses, [{ key: 'remote.pushdefault', value: 'gone' }])).toMatchObject({ name: 'origin' });
    expect(
      choose([
        ['b', SSH],
        ['a', TARGET],
      ]),
    ).toMatchObject({ name: 'b' });
  });

  test('of one remote: the address that is the target, in whichever place', () => {
    const mirror = 'https://mirror.test/acme/widgets.git';
    for (const urls of [
      [mirror, TARGET],
      [TARGET, mirror],
      [FORK, mirror, TARGET],
    ]) {
      const chosen = choose(urls.map((url) => ['origin', url] as const));
      expect(chosen).toEqual({ url: TARGET, name: 'origin', isCertain: true });
    }
  });

  test('what may be it only where none is it', () => {
    const chosen = choose([
      ['origin', FORK],
      ['alias', 'work:acme/widgets'],
      ['path', '/srv/widgets'],
    ]);
    expect(chosen).toEqual({ url: 'work:acme/widgets', name: 'alias', isCertain: false });
  });
});

test('without any: the server’s own address, as git rewrites it', () => {
  expect(choose([])).toEqual({ url: 'https://github.com/acme/widgets.git', name: null, isCertain: true });
  const token = 'https://x:secret@github.com/acme/widgets.git';
  expect(choose([], [], token)).toEqual({ url: token, name: null, isCertain: true });
  expect(choose([], [], '/srv/mirror.git')).toEqual({ url: '/srv/mirror.git', name: null, isCertain: false });
});

test('remotes are found by any address, and their names may hold dots', () => {
  const keys = [
    'remote.a.b.url',
    'remote.c.pushurl',
    'remote.c.url',
    'remote.d.fetch',
    'remote.pushdefault',
    'branch.e.remote',
  ];
  expect(remoteNames(keys.map((key) => ({ key, value: '' })))).toEqual(['a.b', 'c']);
});

test('a port is part of a web server, and not of one for SSH', () => {
  expect(parseRemote('http://127.0.0.1:8080/acme/widgets.git')).toMatchObject({ host: '127.0.0.1:8080' });
  expect(parseRemote('ssh://git@ghes.test:2222/acme/widgets.git')).toMatchObject({ host: 'ghes.test' });
});
