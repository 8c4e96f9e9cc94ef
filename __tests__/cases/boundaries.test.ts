import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { holderOf, recordOf } from '../../support/records.js';
import { CERTIFICATE, localTls } from '../../support/tls/local-tls.js';
import { expectOk, expectRefusal, onStage, trailersOf, type Stage } from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

/** What comes in and what goes out: cases T7, T8 and T10 and their neighbours. */

describe('T7: a server that cannot be reached for a reason that does not mend itself', () => {
  test.each([
    ['a name that does not resolve', () => Promise.resolve('http://no-such-host.invalid'), 'does not resolve'],
    ['a port that refuses', unusedAddress, 'refuses connections'],
  ])('%s fails at once, and names the address', (_, address, words) =>
    onStage(async ({ step }) => {
      const url = await address();
      const env = { GITHUB_API_URL: `${url}/api/v3`, GITHUB_GRAPHQL_URL: `${url}/api/graphql` };
      const claim = await step('claim', { env });
      expectRefusal(claim, 'api_error', words, new URL(url).hostname);
      expect(claim.outputs['message']).not.toContain('githubstatus.com');
      expect(claim.milliseconds).toBeLessThan(5_000);
    }),
  );
});

describe('T7: a certificate of an internal authority', () => {
  const overTls = async (play: (stage: Stage) => Promise<void>): Promise<void> =>
    onStage(play, { tls: await localTls() });

  test('that is not trusted fails at once, and says where to name it', () =>
    overTls(async ({ step, asked }) => {
      const claim = await step('claim');
      expectRefusal(claim, 'api_error', 'certificate', 'NODE_EXTRA_CA_CERTS', '127.0.0.1');
      expect(claim.outputs['message']).not.toContain('githubstatus.com');
      expect(claim.milliseconds).toBeLessThan(5_000);
      expect(asked()).toEqual([]);
    }));

  test('that is trusted works', () =>
    overTls(async ({ step }) => {
      expectOk(await step('claim', { env: { NODE_EXTRA_CA_CERTS: CERTIFICATE } }), 'claimed_new', true);
    }));
});

/** An address that nobody listens on any more. */
async function unusedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${String(port)}`;
}

describe('T8: a record that was written by hand', () => {
  const hostile = 'x\n::add-mask::secret';

  test.each([
    ['owner-url', { holder: { ...holderOf(1001), url: `https://example.test/${hostile}` } }],
    ['an address that is none', { holder: { ...holderOf(1001), url: 'javascript:alert(1)' } }],
    ['run id', { runId: hostile }],
    ['workflow', { holder: { ...holderOf(1001), workflow: hostile } }],
    ['job', { holder: { ...holderOf(1001), job: '\u001b[2J' } }],
    ['actor', { holder: { ...holderOf(1001), actor: 'octo\u202ecat' } }],
    ['a run id of 201 characters', { runId: 'x'.repeat(201) }],
  ])('with a hostile %s is corrupt, and nothing of it gets out', (_, owner) =>
    onStage(async ({ step, plant, log }) => {
      await plant(recordOf({ owner }));
      const before = await log();
      for (const command of ['status', 'claim', 'assert', 'check', 'release']) {
        const read = await step(command, { runId: 1002 });
        expectRefusal(read, 'state_corrupt');
        for (const [name, text] of Object.entries(read.outputs)) {
          if (name !== 'result') expect([name, /\p{Cc}/u.test(text)]).toEqual([name, false]);
        }
      }
      expect(await log()).toEqual(before);
    }),
  );

  test('a reason is free text, and stays on its line', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1, reason: `a\n::error::b\u2028c` }] }));
      const read = await step('assert');
      expectRefusal(read, 'exit_signal_recorded');
      expect(read.outputs['message']).not.toMatch(/[\n\u2028]/);
      expect(read.stdout).not.toMatch(/^::error::b/m);
    }));

  test('a token that could not be raised any more is an error before it is written', () =>
    onStage(async ({ step, plant, log }) => {
      await plant(recordOf({ owner: null, token: Number.MAX_SAFE_INTEGER - 1 }));
      const before = await log();
      expectRefusal(await step('claim'), 'state_corrupt', 'fencing token');
      expect(await log()).toEqual(before);
    }));

  test('a workflow named by an emoji of several parts can be read again', () =>
    onStage(async ({ step }) => {
      expectOk(await step('claim', { workflow: '👩‍💻 agent', job: 'fix\tit' }), 'claimed_new', true);
      expectOk(await step('assert', { workflow: '👩‍💻 agent' }), 'owner_confirmed', true);
    }));
});

describe('T10: what an earlier step of the job has put into the environment', () => {
  test.each([
    ['STATE_is-post', 'true'],
    ['STATE_isPost', 'true'],
    ['STATE_coordination', JSON.stringify({ phase: 'held' })],
    ['STATE_coordination', '{"phase":"none"}'],
  ])('main never acts as post: %s', (name, value) =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      expectRefusal(await step('assert', { runId: 1002, env: { [name]: value } }), 'ownership_lost', 'run 1001');
      expectOk(await step('assert', { env: { [name]: value } }), 'owner_confirmed', true);
    }),
  );

  test('PI_SUBAGENT_RUN_ID is an identity that the job gave itself, and the input wins', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      const env = { PI_SUBAGENT_RUN_ID: 'sub-7' };
      const claim = await step('claim', { env });
      expectRefusal(claim, 'active_run_exists');
      expect(claim.outputs['run-id']).toBe('sub-7');
      expectOk(await step('assert', { env, with: { 'run-id': '1001' } }), 'owner_confirmed', true);
    }));
});

test('commits reference and mention nobody, whatever the texts say', () =>
  onStage(async ({ step, log, repository }) => {
    const reason =
      'fixes #12, closes acme/widgets#13, resolved GH-14, see https://github.com/acme/widgets/issues/15 @octocat';
    await step('claim', { with: { 'run-id': 'fix #16 @mona', reason } });
    const [commit] = await log();
    expect(commit?.message).not.toMatch(/#\d|@\w|gh-\d|https?:\/\/|\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\b/i);
    expect(commit?.message).toContain('[skip ci]');
    expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
      'Coord-Event': 'claim',
      'Coord-Repository': 'acme/widgets',
      'Coord-Pull-Request': '17',
      'Coord-Fencing-Token': '1',
      'Coord-Actor': 'octocat',
    });
  }));
