import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import type { LocalGitHubOptions, LocalRepository, LogEntry } from '../../support/local-github/index.js';
import { actionManifest } from '../../support/runner/manifest.js';
import { preload, WITHOUT_CHANCE } from '../../support/runner/preload.js';
import { inProcess, withoutProcess, type Execute, type StepOptions, type StepResult } from '../../support/runner.js';
import { createWorld, MARKER_PATH, STATE_BRANCH, type World } from '../../support/world.js';

/** What the scenarios share: a stage that watches every step, names for requests, and how a step has to end. */

/** The operations that the action asks of GitHub, as the local GitHub logs them. */
export const READ = 'repository';
export const COMMIT = 'createCommitOnBranch';
export const TREE = 'POST /repos/{owner}/{repo}/git/trees';
export const ROOT_COMMIT = 'POST /repos/{owner}/{repo}/git/commits';
export const REF = 'POST /repos/{owner}/{repo}/git/refs';
export const ONE_REF = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
export const MATCHING_REFS = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';
export const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
export const LIVENESS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
export const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel';
export const STATUS = 'POST /repos/{owner}/{repo}/statuses/{sha}';
/** The second looks for shards, beside which no plain branch is made. */
export const FIRST_CLAIM = [READ, MATCHING_REFS, TREE, ROOT_COMMIT, REF];

/** Tokens of the usual stage; see `createWorld` for what the first two may do. */
export const TOKEN = 'token-octocat';
export const READ_ONLY_TOKEN = 'token-reader';
/** May write contents, but was not given any permission for `actions`. */
export const CONTENTS_TOKEN = 'token-contents';

/** Chance decided beforehand: every jittered pause takes no time, so that many retries fit into a test. */
export const WITHOUT_JITTER = { NODE_OPTIONS: WITHOUT_CHANCE };

const SPEED = 20;

/** A machine on which waiting takes a twentieth of its time; requests take as long as they take. */
export const TWENTY_TIMES_FASTER = {
  NODE_OPTIONS: preload(
    `const now = performance.now.bind(performance); performance.now = () => now() * ${String(SPEED)};` +
      `const sleep = setTimeout; globalThis.setTimeout = (work, ms, ...rest) => sleep(work, ms / ${String(SPEED)}, ...rest);`,
  ),
};

/** A stage for such machines: GitHub's clock runs as fast as theirs, or its answers would seem to be kept ones. */
export function onFastStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  return onStage(async (stage) => {
    let last = performance.now();
    const tick = (): void => {
      const now = performance.now();
      stage.github.clock.shift((now - last) * (SPEED - 1));
      last = now;
    };
    const ticking = setInterval(tick, 10);
    try {
      await play(stage);
    } finally {
      clearInterval(ticking);
    }
  });
}

const PLANTED_MARKER = `Write ${MARKER_PATH}`;

export interface Stage extends World {
  /** Names of what was asked of GitHub since the last call, in order of arrival. */
  readonly asked: () => string[];
  /** The commits of the state branch, newest first, but for the one that plants the marker; none if it does not exist. */
  readonly log: () => Promise<LogEntry[]>;
}

/** Plays a scenario on a fresh stage where workflow runs 1001 to 1003 are under way, and watches every step of it. */
export function onStage(play: (stage: Stage) => Promise<void>, options: LocalGitHubOptions = {}): Promise<void> {
  return playOn(play, options, withoutProcess);
}

/** The same with a child process for each step, as the runner does it, whatever the step is asked to do. */
export function onProcessStage(play: (stage: Stage) => Promise<void>, options: LocalGitHubOptions = {}): Promise<void> {
  return playOn(play, options, inProcess);
}

async function playOn(
  play: (stage: Stage) => Promise<void>,
  options: LocalGitHubOptions,
  execute: Execute,
): Promise<void> {
  const world = await createWorld(options, execute);
  for (const id of [1001, 1002, 1003]) addRun(world.repository, id);
  const permissions = { contents: 'write', 'pull-requests': 'write' } as const;
  world.github.issueToken(CONTENTS_TOKEN, { login: 'octocat', permissions });
  const names = await outputNames();
  try {
    await play({
      ...world,
      step: async (command, options) => watched(await world.step(command, options), names, options),
      asked: () => world.requestsSince().map(({ operation }) => operation),
      log: async () => (await world.repository.log(STATE_BRANCH)).filter(({ message }) => message !== PLANTED_MARKER),
    });
    expect(world.github.violations).toEqual([]);
  } finally {
    await world.close();
  }
}

/** A run of the workflow that every step of the stage belongs to unless told otherwise. */
export function addRun(repository: LocalRepository, id: number, status = 'in_progress', runAttempt = 1): void {
  repository.addRun({ id, name: 'agent', status, conclusion: status === 'completed' ? 'failure' : null, runAttempt });
}

/** Promises that every step keeps, however it ends; a step that was killed keeps only those of its log. */
function watched(step: StepResult, names: readonly string[], options: StepOptions = {}): StepResult {
  expectCleanLog(step, options.with?.['github-token'] ?? options.token ?? TOKEN);
  if (step.signal === null) {
    const { owned, status = '', error = '' } = step.outputs;
    expect(Object.keys(step.outputs)).toEqual(names);
    expect(['true', 'false']).toContain(owned);
    expect([status, error].filter((word) => word !== '')).toHaveLength(1);
    expect(owned === 'true' && error !== '').toBe(false);
    expect(step.result).toMatchObject({ ok: error === '', owned: owned === 'true', error: error || null });
    expect(step.summary).not.toBe('');
  }
  return {
    ...step,
    post: async (again) => {
      const post = await step.post(again);
      expectCleanLog(post, options.token ?? TOKEN);
      expect(post.outputs).toEqual({});
      if (post.signal === null) expect(post.exitCode).toBe(0);
      return post;
    },
  };
}

/** No stack trace, and no token but where the runner is told to mask it. */
function expectCleanLog({ stdout, stderr, outputs, summary, state }: StepResult, token: string): void {
  expect(stderr).toBe('');
  expect(stdout).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  const told = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const everything = JSON.stringify([told, outputs, summary, state]);
  if (token !== '') expect(everything).not.toContain(token);
}

async function outputNames(): Promise<readonly string[]> {
  return Object.keys((await actionManifest()).outputs);
}

/** The step went well with this status, quietly or with a notice, and says whether it owns. */
export function expectOk(step: StepResult, status: string, owned: boolean): void {
  expect(step.outputs).toMatchObject({ status, error: '', owned: String(owned) });
  expect(step.exitCode).toBe(0);
  expect(step.annotations.filter(({ level }) => level === 'error')).toEqual([]);
}

/** The step failed with this code and owns nothing; one annotation and the output `message` say all of the words. */
export function expectRefusal(step: StepResult, error: string, ...words: readonly (string | RegExp)[]): void {
  expect(step.outputs).toMatchObject({ status: '', error, owned: 'false' });
  expect(step.exitCode).toBe(1);
  const [annotation = '', ...more] = step.annotations
    .filter(({ level }) => level === 'error')
    .map(({ message }) => message);
  expect(more).toEqual([]);
  for (const word of words) {
    expect(step.outputs['message']).toEqual(expect.stringMatching(word instanceof RegExp ? word : escaped(word)));
    expect(annotation).toEqual(expect.stringMatching(word instanceof RegExp ? word : escaped(word)));
  }
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

export function warningsOf(step: StepResult): string[] {
  return step.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

/** The trailers of a commit as git itself reads them. */
export async function trailersOf(repository: LocalRepository, revision: string): Promise<Record<string, string>> {
  const git = promisify(execFile);
  const format = '--format=%(trailers:only=true,unfold=true)';
  const { stdout } = await git('git', ['--git-dir', repository.gitDir, 'log', '-1', format, revision]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line): [string, string] => [before(line, ': '), after(line, ': ')]));
}

function before(text: string, mark: string): string {
  return text.slice(0, text.indexOf(mark));
}

function after(text: string, mark: string): string {
  return text.slice(text.indexOf(mark) + mark.length);
}
