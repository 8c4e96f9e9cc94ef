import { describe, expect, test } from '@jest/globals';
import { credentialsFor } from '../../src/git/credentials.js';

/** Where the token of the step goes, and where it does not. */

const SERVER = { serverUrl: 'https://github.com', token: 'secret' };
const nothing = { header: () => Promise.resolve(null), fill: () => Promise.resolve(null) };
const TOKEN = [
  {
    key: 'http.https://github.com/.extraheader',
    value: `AUTHORIZATION: basic ${Buffer.from('x-access-token:secret').toString('base64')}`,
  },
];

describe('the token of the step', () => {
  test('is for the server of the pull request, where git has nothing of its own', async () => {
    expect(await credentialsFor('https://github.com/acme/widgets.git', SERVER, nothing)).toEqual(TOKEN);
  });

  test.each([
    ['another server', 'https://github.example/acme/widgets.git'],
    ['a line that is not encrypted', 'http://github.com/acme/widgets.git'],
    ['SSH', 'git@github.com:acme/widgets.git'],
    ['a path', '/srv/git/widgets.git'],
    ['an address with a password', 'https://me:password@github.com/acme/widgets.git'],
  ])('is not for %s', async (_name, url) => {
    expect(await credentialsFor(url, SERVER, nothing)).toEqual([]);
  });

  test.each([
    ['a header', { ...nothing, header: () => Promise.resolve('AUTHORIZATION: basic abc') }],
    ['a helper that knows one', { ...nothing, fill: () => Promise.resolve('username=me\npassword=mine\n') }],
  ])('stays at home where git has %s', async (_name, questions) => {
    expect(await credentialsFor('https://github.com/acme/widgets.git', SERVER, questions)).toEqual([]);
  });
});
