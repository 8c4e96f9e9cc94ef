import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { CERTIFICATE, localTls } from '../../support/tls/local-tls.js';
import { expectOk, expectRefusal, onProcessStage, READ, type Stage } from '../support/scenario.js';
import { loadedBy } from './loaded.js';
import { startProxy, type Proxy } from './proxy.js';

/** The built action behind the runner's proxy: another chunk, and the same answers. */

const behindProxy = async (
  protocol: 'http' | 'https',
  play: (stage: Stage, proxy: Proxy, env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> =>
  onProcessStage(
    async (stage) => {
      await stage.plant(recordOf());
      const proxy = await startProxy(Number(new URL(stage.github.serverUrl).port));
      const url = `${protocol}://github.test`;
      const env = {
        GITHUB_API_URL: `${url}/api/v3`,
        GITHUB_GRAPHQL_URL: `${url}/api/graphql`,
        NODE_EXTRA_CA_CERTS: CERTIFICATE,
      };
      try {
        await play(stage, proxy, env);
      } finally {
        await proxy.close();
      }
    },
    protocol === 'https' ? { tls: await localTls() } : {},
  );

describe.each([
  ['http', 'http_proxy', 'github.test:80'],
  ['http', 'HTTP_PROXY', 'github.test:80'],
  ['https', 'https_proxy', 'github.test:443'],
  ['https', 'HTTPS_PROXY', 'github.test:443'],
] as const)('%s with %s', (protocol, variable, to) => {
  test('goes through it', () =>
    behindProxy(protocol, async ({ step, asked }, proxy, env) => {
      asked();
      expectOk(await step('assert', { env: { ...env, [variable]: `http://${proxy.host}` } }), 'owner_confirmed', true);
      expect(proxy.tunnels).toEqual([{ to, credentials: null }]);
      expect(asked()).toEqual([READ]);
    }));
});

test('credentials in its address are sent to it, decoded, and to nobody else', () =>
  behindProxy('https', async ({ step }, proxy, env) => {
    const assert = await step('assert', { env: { ...env, https_proxy: `http://mona:p%40ss@${proxy.host}` } });
    expectOk(assert, 'owner_confirmed', true);
    expect(proxy.tunnels).toEqual([{ to: 'github.test:443', credentials: 'mona:p@ss' }]);
    expect(JSON.stringify([assert.stdout, assert.outputs, assert.summary])).not.toMatch(/p%40ss|p@ss/);
  }));

test('a claim writes through it as well', () =>
  behindProxy('https', async ({ step, record }, proxy, env) => {
    const claim = await step('takeover', { runId: 1002, env: { ...env, https_proxy: `http://${proxy.host}` } });
    expectOk(claim, 'taken_over', true);
    expect((await record())?.activeRun?.runId).toBe('1002');
  }));

test.each(['github.test', '.test', '*'])('no_proxy=%s goes straight', (list) =>
  behindProxy('http', async ({ step }, proxy, env) => {
    // The name leads nowhere without the proxy, which shows that it was left aside.
    const env2 = { ...env, http_proxy: `http://${proxy.host}`, no_proxy: list };
    expectRefusal(await step('assert', { env: env2 }), 'api_error', 'github.test');
    expect(proxy.tunnels).toEqual([]);
  }),
);

test('only then the chunk of the proxy is loaded', () =>
  behindProxy('https', async ({ step }, proxy, env) => {
    const { loaded } = await loadedBy((hook) =>
      step('assert', { env: { ...env, ...hook, https_proxy: `http://${proxy.host}` } }),
    );
    expect(loaded.files.filter((file) => file.endsWith('.index.js'))).toHaveLength(2);
  }));
