import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PushRule } from '../../support/local-github/index.js';
import { COMMIT } from '../../support/local-github/test-client.js';
import { GitClient } from './git-client.js';
import { withClient } from './with-client.js';

const ready = withClient();
let clone: GitClient | undefined;

afterEach(() => clone?.delete());

/** What git prints of a push of `main` and another branch, and which of both moved. */
async function pushed(
  options: readonly string[] = [],
  token = 'writer',
): Promise<{ readonly stdout: string; readonly stderr: string; readonly landed: readonly boolean[] }> {
  const { repository } = ready();
  const to = (await clone?.git('rev-parse', 'HEAD')) ?? '';
  const specs = [`${to}:refs/heads/main`, `${to}:refs/heads/other`];
  const result = await clone?.as(token).run('push', '--porcelain', ...options, 'origin', ...specs);
  if (result === undefined) throw new Error('There is no clone.');
  const landed = [(await repository.head('main')) === to, (await repository.head('other')) === to];
  return { stdout: result.stdout, stderr: result.stderr.replace(/ +$/gm, ''), landed };
}

async function withCommit(path = 'a.txt', content = 'a\n'): Promise<string> {
  clone = await GitClient.clone(ready().repository.cloneUrl);
  mkdirSync(join(clone.folder, path, '..'), { recursive: true });
  return clone.commit(path, content);
}

describe('what GitHub has against a push', () => {
  it('is GH006 for a protected branch, which stops no other ref unless the push is atomic', async () => {
    await withCommit();
    const { repository, github } = ready();
    repository.addPushRule({ kind: 'protected branch', pattern: 'main' });
    const atomic = await pushed(['--atomic']);
    expect(atomic.landed).toEqual([false, false]);
    expect(atomic.stdout).toContain('refs/heads/main\t[remote rejected] (protected branch hook declined)');
    expect(atomic.stdout).toContain('refs/heads/other\t[remote rejected] (atomic push failure)');
    expect(atomic.stderr).toContain(
      'remote: error: GH006: Protected branch update failed for refs/heads/main.\nremote:\n' +
        'remote: - Changes must be made through a pull request.\n',
    );
    expect(github.requests.at(-1)?.git?.results).toEqual([
      { ref: 'refs/heads/main', ok: false, reason: 'protected branch hook declined' },
      { ref: 'refs/heads/other', ok: false, reason: 'atomic push failure' },
    ]);
    expect((await pushed()).landed).toEqual([false, true]);
    repository.clearPushRules();
    expect((await pushed()).landed).toEqual([true, true]);
  });

  it('is GH013 for a ruleset, which holds for the API too', async () => {
    await withCommit();
    const { repository, github } = ready();
    repository.protectBranch('main', 'Changes must be made through a pull request.');
    const { stdout, stderr, landed } = await pushed(['--atomic']);
    expect(landed).toEqual([false, false]);
    expect(stdout).toContain('(push declined due to repository rule violations)');
    expect(stderr).toContain(
      'remote: error: GH013: Repository rule violations found for refs/heads/main.\n' +
        `remote: Review all repository rules at ${github.serverUrl}/${repository.nameWithOwner}/rules?ref=refs%2Fheads%2Fmain\n` +
        'remote:\nremote: - Changes must be made through a pull request.\n',
    );
  });

  it('is GH013 for commits that GitHub did not sign', async () => {
    const { repository } = ready();
    repository.addPushRule({ kind: 'signed commits' });
    const signed = (await ready().graphql(COMMIT, { input: ready().commitInput(await ready().head()) })).at(
      'data.createCommitOnBranch.commit.oid',
    );
    const oid = await withCommit();
    const { stderr, landed } = await pushed();
    expect(landed).toEqual([false, false]);
    expect(stderr).toContain(
      `remote: - Commits must have verified signatures.\nremote:   Found 1 violation:\nremote:\nremote:   ${oid}\n`,
    );
    expect(await clone?.git('push', '--porcelain', 'origin', `${String(signed)}:refs/heads/copy`)).toContain('Done');
  });

  it('is GH001 for a large file, whichever ref brings it', async () => {
    await withCommit('large.bin', 'x'.repeat(3 * 1024 * 1024));
    const limit: PushRule = { kind: 'large files', limitBytes: 1024 * 1024, pattern: 'other' };
    ready().repository.addPushRule(limit);
    const { stdout, stderr, landed } = await pushed();
    expect(landed).toEqual([false, false]);
    expect(stdout.match(/\(pre-receive hook declined\)/g)).toHaveLength(2);
    expect(stderr).toContain(
      "remote: error: File large.bin is 3.00 MB; this exceeds GitHub's file size limit of 1.00 MB\n" +
        'remote: error: GH001: Large files detected.',
    );
  });

  it('is a workflow file that the token may not touch, unless it is there already', async () => {
    await withCommit('.github/workflows/x.yml', 'on: push\n');
    const { github, repository } = ready();
    const contents = 'write' as const;
    github.issueToken('bot', { login: 'github-actions[bot]', permissions: { contents } });
    github.issueToken('workflows', { login: 'octocat', permissions: { contents, workflows: 'write' } });
    const app =
      'refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission';
    const person =
      'refusing to allow a Personal Access Token to create or update workflow `.github/workflows/x.yml` without `workflow` scope';
    expect((await pushed(['--atomic'], 'bot')).stdout).toContain(`refs/heads/main\t[remote rejected] (${app})`);
    expect((await pushed(['--atomic'])).stdout).toContain(person);
    expect((await pushed(['--atomic'], 'workflows')).landed).toEqual([true, true]);
    await clone?.commit('b.txt', 'b\n');
    expect((await pushed(['--atomic'], 'bot')).landed).toEqual([true, true]);
    expect(await repository.readFile('main', 'b.txt')).toBe('b\n');
  });
});
