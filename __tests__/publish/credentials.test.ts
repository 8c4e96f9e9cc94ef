import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isPush } from '../../support/local-github/index.js';
import { onPosix } from '../command-line/stage.js';
import { BRANCH, onPublishStage, type PublishStage } from './stage.js';
import { expectPublished, expectUnpublished, pushFrom, type PushOptions } from './untouched.js';
import { recordingGit } from './recording-git.js';

/** By whose credentials git pushes, and that nobody gets to see them. */

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'credentials-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The login of another token shows whose credentials were taken. */
const CHECKOUT_TOKEN = 'token-checkout';
const header = (token: string): string =>
  `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;

async function publishes(stage: PublishStage, login: string, options: PushOptions = {}): Promise<void> {
  const { checkout, github, headOf } = stage;
  const from = await headOf(BRANCH);
  const to = await checkout.commit('a.txt', `after ${from ?? ''}`);
  await expectPublished(stage, await pushFrom(stage, checkout.folder, [], options), { from, to });
  const logins = github.requests.filter((request) => isPush()(request)).map((request) => request.login);
  expect(logins.at(-1)).toBe(login);
}

onPosix('credentials', () => {
  test('those that git has for the server, and else the token of the step', () =>
    onPublishStage(async (stage) => {
      const { checkout, github, repository } = stage;
      const { serverUrl } = github;
      const { host } = new URL(serverUrl);
      const permissions = { contents: 'write' } as const;
      github.issueToken(CHECKOUT_TOKEN, { login: 'checkout-app', permissions });
      github.issueToken('token-none', { login: 'nobody', permissions: { contents: 'read' } });
      await publishes(stage, 'octocat');

      // What actions/checkout leaves: in the configuration, or in a file that it includes.
      const key = `http.${serverUrl}/.extraheader`;
      await checkout.git('config', key, header(CHECKOUT_TOKEN));
      await publishes(stage, 'checkout-app');
      // The job takes it back for one step, and names another.
      const reset = ['', header('token-octocat')].flatMap((value, index) => [
        [`GIT_CONFIG_KEY_${String(index)}`, key],
        [`GIT_CONFIG_VALUE_${String(index)}`, value],
      ]);
      await publishes(stage, 'octocat', { env: { GIT_CONFIG_COUNT: '2', ...(Object.fromEntries(reset) as object) } });
      await checkout.git('config', '--unset-all', key);
      const included = join(root, 'git-credentials.config');
      await writeFile(included, `[http "${serverUrl}/"]\n\textraheader = ${header(CHECKOUT_TOKEN)}\n`);
      await checkout.git('config', `includeIf.gitdir:${checkout.folder}/.git.path`, included);
      await publishes(stage, 'checkout-app', { beside: [root] });
      await checkout.git('config', '--unset-all', `includeIf.gitdir:${checkout.folder}/.git.path`);

      // A helper; the first is asked for another host alone.
      const helper = `!f() { echo username=x; echo password=${CHECKOUT_TOKEN}; }; f`;
      await checkout.git('config', `credential.${serverUrl}.helper`, helper);
      await publishes(stage, 'checkout-app');
      await checkout.git('config', '--unset-all', `credential.${serverUrl}.helper`);
      await checkout.git('config', 'credential.https://example.com.helper', helper);
      await publishes(stage, 'octocat');

      // A password in the address, or in what it is rewritten to.
      const address = `http://x-access-token:${CHECKOUT_TOKEN}@${host}/acme/widgets.git`;
      await checkout.git('remote', 'set-url', 'origin', address);
      await publishes(stage, 'checkout-app');
      await checkout.git('remote', 'set-url', 'origin', repository.cloneUrl);
      await checkout.git('config', `url.http://x:${CHECKOUT_TOKEN}@${host}/.insteadOf`, `${serverUrl}/`);
      await publishes(stage, 'checkout-app');
    }));

  test('those that may not push are told what they lack', () =>
    onPublishStage(async (stage) => {
      const { checkout, github, headOf } = stage;
      const { folder } = checkout;
      const head = await headOf(BRANCH);
      await checkout.commit('a.txt', 'a');
      const denied = { status: 77, error: 'permission_denied', head };
      const key = `http.${github.serverUrl}/.extraheader`;
      await checkout.git('config', key, header('token-reader'));
      const says = ['Permission to acme/widgets.git denied to reader', 'permissions: { contents: write }'];
      await expectUnpublished(stage, await pushFrom(stage, folder), { ...denied, says });
      await checkout.git('config', key, header('token-unheard-of'));
      const unknown = await pushFrom(stage, folder);
      await expectUnpublished(stage, unknown, { ...denied, says: ['Git has no credentials that the server takes'] });
      await checkout.git('config', '--unset-all', key);
      const reader = await pushFrom(stage, folder, [], { env: { GH_TOKEN: 'token-reader' } });
      await expectUnpublished(stage, reader, { ...denied, says: ['contents: write'] });
      const without = await pushFrom(stage, folder, [], { env: { GH_TOKEN: undefined, GITHUB_TOKEN: undefined } });
      await expectUnpublished(stage, without, {
        ...{ status: 64, error: 'invalid_input', head },
        says: ['There is no token for GitHub', 'GH_TOKEN: ${{ github.token }}'],
      });
    }));

  test('nobody sees them: not as an argument, nor in a file, nor in what is said, nor twice on the way', () =>
    onPublishStage(async (stage) => {
      const { checkout, job, github } = stage;
      github.issueToken(CHECKOUT_TOKEN, { login: 'checkout-app', permissions: { contents: 'write' } });
      const git = await recordingGit(root, { temp: job.temp });
      const env = { PATH: [git.folder, process.env['PATH'] ?? ''].join(delimiter) };
      const secrets = ['token-octocat', header('token-octocat').split(' ').at(-1) ?? ''];
      await publishes(stage, 'octocat', { env });
      const calls = await git.calls();
      expect(calls.length).toBeGreaterThan(8);
      for (const { args, written } of calls) {
        for (const secret of secrets) expect(JSON.stringify([args, written])).not.toContain(secret);
      }
      const push = calls.find(({ args }) => args.includes('push'));
      expect(push?.args).toEqual(expect.arrayContaining(['--atomic', '--porcelain', '--no-verify', '--no-signed']));
      expect(push?.env.filter((line) => line.includes(secrets[1] ?? ''))).toHaveLength(1);
      // The same with everything that git can tell of its work.
      const traces = { GIT_TRACE: '1', GIT_TRACE_CURL: '1', GIT_TRACE_SETUP: '1', GIT_CURL_VERBOSE: '1' };
      await publishes(stage, 'octocat', { env: { ...env, ...traces } });
      await checkout.git('config', `http.${github.serverUrl}/.extraheader`, header('token-reader'));
      const same = await pushFrom(stage, checkout.folder, [], { env: { ...env, ...traces, GIT_TRACE_REDACT: '0' } });
      expect(same.told.status).toBe('owner_confirmed');
      await checkout.commit('a.txt', 'refused');
      const denied = await pushFrom(stage, checkout.folder, [], { env: { ...env, ...traces, GIT_TRACE_REDACT: '0' } });
      expect(denied.told.error).toBe('permission_denied');
      for (const text of [same.stderr, same.stdout, denied.stderr, denied.stdout]) {
        expect(text).not.toContain(header('token-reader').split(' ').at(-1));
      }
      expect(denied.told.message).toContain('Permission to acme/widgets.git denied to reader');
      expect(denied.told.message).not.toContain('trace:');
    }));
});
