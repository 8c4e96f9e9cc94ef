import { describe, expect, it } from '@jest/globals';
import { createTransport } from '../../src/store/octokit-transport.js';
import { says, startHostileServer } from './hostile-server.js';
import { within } from './stage.js';
import { askEither, closingServers, JSON_TYPE, problemOf, serve, servers, TOKEN } from './wire.js';

/** What comes over the wire, before anybody decides what it means: bounded in size and time, and only from one host. */

closingServers();

describe.each(askEither)('a redirect over %s', (_name, ask) => {
  it.each([301, 302, 303, 307, 308])(
    'with status %i is not followed, so no other host sees the token',
    async (status) => {
      const other = await startHostileServer(says(200, JSON_TYPE, '{"data":{}}'));
      servers.push(other);
      const { server, transport } = await serve(says(status, { location: `${other.url}/stolen` }, ''));
      expect(await ask(transport)).toMatchObject({ kind: 'answer', status });
      expect(other.requests).toEqual([]);
      expect(server.requests).toMatchObject([{ authorization: `token ${TOKEN}` }]);
    },
  );

  it('to the same host is not followed either', async () => {
    const { server, transport } = await serve(says(307, { location: '/elsewhere' }, ''));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', status: 307 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each(['127.0.0.1:1', 'host.invalid'])('nobody answers at is no answer: %s', async (host) => {
    const url = `http://${host}`;
    const transport = await createTransport({ token: TOKEN, apiUrl: url, graphqlUrl: `${url}/graphql` });
    for (const [, ask] of askEither) {
      const answer = await ask(transport, 5_000);
      expect(answer).toMatchObject({ kind: 'no_answer', host });
      expect(problemOf(answer)).toContain(`the connection to ${host} failed`);
    }
  });

  it('is kept whatever the parameters say: they cannot leave their place in the path', async () => {
    const { server, transport } = await serve(says(200, JSON_TYPE, '{}'));
    const parameters = { owner: '../..', repo: 'a/b?c#d', run_id: '1\r\nx: y' };
    await transport.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', parameters, within());
    expect(server.requests[0]?.path).toBe('/api/v3/repos/..%2F../a%2Fb%3Fc%23d/actions/runs/1%0D%0Ax%3A%20y');
  });
});
describe.each(askEither)('a body over %s', (_name, ask) => {
  it('is read as it is: no number and no text in it changes', async () => {
    const body = {
      a: '123n',
      b: '-5nn',
      c: 'é\u0000\u2028',
      d: [1, 1.5, null, true],
      e: '9007199254740993',
      f: '"1n"',
    };
    const { transport } = await serve(says(200, JSON_TYPE, JSON.stringify(body)));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', body });
  });

  it.each([
    ['HTML', { 'content-type': 'text/html' }, '<html>'],
    ['JSON that is none', JSON_TYPE, '{"data": nul'],
    ['JSON without a type', {}, '{"data": {}}'],
    ['JSON with an empty type', { 'content-type': '' }, '{"data": {}}'],
    ['a malformed type', { 'content-type': ';;;=;charset' }, '{"data": {}}'],
    ['a type without its second half', { 'content-type': 'application' }, '{"data": {}}'],
    ['bytes', { 'content-type': 'application/octet-stream' }, '{"data": {}}'],
    ['nothing', JSON_TYPE, ''],
    ['a byte order mark and no more', JSON_TYPE, '\uFEFF'],
    ['nesting', JSON_TYPE, '['.repeat(100_000) + ']'.repeat(100_000)],
    ['numbers of all sizes', JSON_TYPE, '[9007199254740993, 1e400, -0, 123456789012345678901234567890]'],
    ['__proto__', JSON_TYPE, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
  ])('of %s is an answer, and never throws', async (_what, headers, body) => {
    for (const status of [200, 201, 400, 500]) {
      const { transport } = await serve(says(status, headers, body));
      expect((await ask(transport)).kind).toMatch(/^(?:answer|no_answer)$/);
    }
    expect('polluted' in {}).toBe(false);
  });

  it.each([204, 205, 304])('is not looked for beside status %i', async (status) => {
    const { transport } = await serve(says(status, {}, ''));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', status });
  });
});
