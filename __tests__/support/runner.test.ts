import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalGitHub, startLocalGitHub } from '../../support/local-github/index.js';
import { type Execute, runStep, type StepOptions, type StepResult } from '../../support/runner.js';

type Variables = Readonly<Record<string, string | undefined>>;

let github: LocalGitHub;
let seen: Variables[];

beforeEach(async () => {
  seen = [];
  github = await startLocalGitHub();
  await github.createRepository('acme/widgets', { id: 7 });
});

afterEach(() => github.close());

/** Stands in for the action: only its environment matters here. */
const look: Execute = (_phase, env) => {
  seen.push(env);
  return Promise.resolve({ exitCode: 0, signal: null, stdout: '', stderr: '' });
};

async function environmentOf(options: StepOptions = {}): Promise<Variables> {
  await runStep(github, options, look);
  return seen.at(-1) ?? {};
}

describe('the environment of a step', () => {
  it('says which repository, workflow and system it is', async () => {
    expect(await environmentOf()).toMatchObject({
      GITHUB_REPOSITORY: 'acme/widgets',
      GITHUB_REPOSITORY_ID: '7',
      GITHUB_REPOSITORY_OWNER: 'acme',
      GITHUB_WORKFLOW_REF: 'acme/widgets/.github/workflows/agent.yml@refs/heads/main',
      GITHUB_ACTOR: 'octocat',
      GITHUB_TRIGGERING_ACTOR: 'octocat',
      RUNNER_OS: expect.stringMatching(/^(Linux|macOS|Windows)$/) as unknown,
    });
    const elsewhere = await environmentOf({ repository: 'nobody/nothing' });
    expect(elsewhere).toMatchObject({ GITHUB_REPOSITORY_OWNER: 'nobody', GITHUB_REPOSITORY_ID: undefined });
    expect(await environmentOf({ env: { GITHUB_REPOSITORY_ID: undefined } })).toMatchObject({
      GITHUB_REPOSITORY_ID: undefined,
    });
  });

  it('takes who re-ran it, ref, sha and the file of the run from the test', async () => {
    const run = { status: 'in_progress', conclusion: null, runAttempt: 1, path: '.github/workflows/x.yml@main' };
    github.repository('acme/widgets').addRun({ id: 1002, ...run });
    const options = {
      runId: 1002,
      actor: 'mona',
      triggeringActor: 'hubot',
      ref: 'refs/heads/topic',
      sha: 'a'.repeat(40),
    };
    expect(await environmentOf(options)).toMatchObject({
      GITHUB_ACTOR: 'mona',
      GITHUB_TRIGGERING_ACTOR: 'hubot',
      GITHUB_REF: 'refs/heads/topic',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_WORKFLOW_REF: 'acme/widgets/.github/workflows/x.yml@refs/heads/topic',
    });
  });

  it('stays as it was when the repository is renamed before the post step', async () => {
    const step: StepResult = await runStep(github, {}, look);
    github.repository('acme/widgets').rename('acme/gizmos');
    await github.createRepository('acme/widgets');
    await step.post();
    expect(seen.at(-1)).toMatchObject({ GITHUB_REPOSITORY: 'acme/widgets', GITHUB_REPOSITORY_ID: '7' });
    expect(await environmentOf()).toMatchObject({ GITHUB_REPOSITORY_ID: '8' });
  });
});

describe('a runner whose clock is wrong', () => {
  const SCRIPT = `const now = Date.now(), made = new Date();
    console.log(JSON.stringify([now, made.getTime(), Date.parse(Date()), made instanceof Date,
      new Date(5).getTime(), Date.UTC(1970), process.env.MARK, globalThis.mark]));`;
  const HOUR = 3_600_000;

  async function shown(options: StepOptions): Promise<[number, number, number, boolean, number, number]> {
    const env = await environmentOf(options);
    const { stdout, stderr } = spawnSync(process.execPath, ['--eval', SCRIPT], { env: { ...env }, encoding: 'utf8' });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as [number, number, number, boolean, number, number];
  }

  it.each([-HOUR, HOUR])('has %d ms too many', async (clockSkewMs) => {
    const [now, made, said, ...rest] = await shown({ clockSkewMs });
    for (const time of [now, made, said]) expect(Math.abs(time - Date.now() - clockSkewMs)).toBeLessThan(30_000);
    expect(rest).toEqual([true, 5, 0, null, null]);
  });

  it('goes together with what a test preloads', async () => {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent('globalThis.mark = 1;')}`;
    const [now, ...rest] = await shown({ clockSkewMs: HOUR, env: { NODE_OPTIONS, MARK: 'm' } });
    expect(now - Date.now()).toBeGreaterThan(HOUR - 30_000);
    expect(rest.slice(-2)).toEqual(['m', 1]);
  });

  it('is right unless told', async () => {
    expect((await environmentOf())['NODE_OPTIONS']).toBeUndefined();
  });
});
