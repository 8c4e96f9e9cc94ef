import { describe, expect, test } from '@jest/globals';
import { markerOf, MARKER_PATH } from '../../support/world.js';
import { until } from '../support/line.js';
import {
  COMMIT,
  expectOk,
  expectRefusal,
  MATCHING_REFS,
  onFastStage,
  onStage,
  READ,
  REF,
  ROOT_COMMIT,
  TREE,
  TWENTY_TIMES_FASTER,
  type Stage,
} from '../support/scenario.js';

/** A state branch of sixteen: every command goes by the shard of its pull request, and nothing else changes. */

const PATTERN = 'runner-coord-state-{shard}';
const sharded = (more: Readonly<Record<string, string>> = {}): { with: Record<string, string> } => ({
  with: { 'state-branch': PATTERN, ...more },
});

interface Stored {
  readonly fencingToken: number;
  readonly activeRun: { readonly runId: string } | null;
  readonly queue: readonly { readonly runId: string }[];
}

async function stored({ repository }: Stage, pr: number, shard: string): Promise<Stored | null> {
  const text = await repository.readFile(`runner-coord-state-${shard}`, `pulls/0/${String(pr)}.json`);
  return text === null ? null : (JSON.parse(text) as Stored);
}

function heads({ repository }: Stage, names: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(names.map((name) => repository.head(name)));
}

describe('each pull request has its record on its shard', () => {
  test('through all commands, at the cost of one branch', () =>
    onStage(async (stage) => {
      const { step, repository, asked } = stage;
      for (const number of [18, 33]) await repository.openPullRequest({ number });
      const first = await step('claim', { runId: 1001, ...sharded() });
      expectOk(first, 'claimed_new', true);
      expect(first.outputs).toMatchObject({ 'state-branch': 'runner-coord-state-01', 'state-path': 'pulls/0/17.json' });
      expect(asked()).toEqual([READ, TREE, ROOT_COMMIT, REF]);
      expectOk(await step('claim', { runId: 1002, ...sharded({ pr: '18' }) }), 'claimed_new', true);
      expect(asked()).toEqual([READ, TREE, ROOT_COMMIT, REF]);
      // 33 shares its shard with 17.
      expectOk(await step('claim', { runId: 1003, ...sharded({ pr: '33' }) }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT]);

      expectOk(await step('assert', { runId: 1001, ...sharded() }), 'owner_confirmed', true);
      expectRefusal(await step('assert', { runId: 1001, ...sharded({ pr: '18' }) }), 'ownership_lost');
      expectOk(await step('ensure', { runId: 1002, ...sharded({ pr: '18' }) }), 'owner_confirmed', true);
      expectOk(await step('takeover', { runId: 1002, ...sharded({ reason: 'mine' }) }), 'taken_over', true);
      expectRefusal(await step('assert', { runId: 1001, ...sharded() }), 'ownership_lost', 'run 1002');
      expectOk(await step('signal-exit', { runId: 1002, ...sharded() }), 'exit_signal_recorded', false);
      expectOk(await step('release', { runId: 1003, ...sharded({ pr: '33' }) }), 'released', false);
      expect((await step('status', sharded())).outputs['owner-run-id']).toBe('1002');
      expect((await step('check', sharded({ pr: '18' }))).outputs['owner-run-id']).toBe('1002');

      expect(await heads(stage, ['runner-coord-state', PATTERN, 'runner-coord-state-00'])).toEqual([null, null, null]);
      expect(await stored(stage, 33, '01')).toMatchObject({ fencingToken: 1, activeRun: null });
    }));

  test('also of a scope, of a wait in line, and of the post step that hands over', () =>
    onFastStage(async (stage) => {
      const owner = await stage.step('claim', {
        runId: 1001,
        ...sharded({ scope: 'preview', 'release-on-exit': 'true' }),
      });
      const patient = sharded({ scope: 'preview', 'wait-timeout': '30m', timeout: '20m' });
      const waiting = stage.step('claim', { runId: 1002, env: TWENTY_TIMES_FASTER, ...patient });
      const path = 'pulls/0/17.preview.json';
      const read = async (): Promise<Stored> =>
        JSON.parse((await stage.repository.readFile('runner-coord-state-01', path)) ?? '') as Stored;
      await until(async () => (await read()).queue.length === 1);
      expect((await owner.post()).exitCode).toBe(0);
      expectOk(await waiting, 'claimed_new', true);
      expect(await read()).toMatchObject({ fencingToken: 2, activeRun: { runId: '1002' }, queue: [] });
    }));
});

describe('another state-branch beside living records is refused, with the way to migrate', () => {
  test.each([
    [
      'to shards',
      {},
      { 'state-branch': PATTERN },
      "--from 'runner-coord-state' --state-branch 'runner-coord-state-{shard}'",
    ],
    [
      'from shards',
      { 'state-branch': PATTERN },
      {},
      "--from 'runner-coord-state-{shard}' --state-branch 'runner-coord-state'",
    ],
    [
      'to shards of another name',
      {},
      { 'state-branch': 'coord-{shard}' },
      "--from 'runner-coord-state' --state-branch 'coord-{shard}'",
    ],
  ])('%s', (_, first, after, way) =>
    onStage(async (stage) => {
      const { step, asked } = stage;
      expectOk(await step('claim', { runId: 1001, with: first }), 'claimed_new', true);
      const names = ['runner-coord-state', 'runner-coord-state-01', 'coord', 'coord-01'];
      const before = await heads(stage, names);
      for (const command of ['claim', 'assert', 'takeover', 'release', 'ensure']) {
        asked();
        const refused = await step(command, { runId: 1002, with: after });
        expectRefusal(refused, 'state_branch_foreign', `runner-coord migrate ${way}`);
        expect(asked()).toEqual([READ]);
      }
      expect(await heads(stage, names)).toEqual(before);
    }),
  );
});

test('a plain branch is made beside none of its shards, whosever they are among the pull requests', () =>
  onStage(async ({ step, repository, asked }) => {
    await repository.openPullRequest({ number: 18 });
    expectOk(await step('claim', { runId: 1001, ...sharded() }), 'claimed_new', true);
    asked();
    // Its own shard is not there yet; once the branch is, the shard of 17 would be looked at no more.
    expectRefusal(await step('claim', { runId: 1002, with: { pr: '18' } }), 'state_branch_foreign', 'migrate');
    expect(asked()).toEqual([READ, MATCHING_REFS, READ]);
    expect(await repository.head('runner-coord-state')).toBeNull();
    // A copy that came with a fork or a template keeps nobody from anything.
    await repository.writeFile(
      'runner-coord-state-01',
      MARKER_PATH,
      markerOf({ repoId: 8, stateBranch: PATTERN, shard: '01' }),
    );
    expectOk(await step('claim', { runId: 1002, with: { pr: '18' } }), 'claimed_new', true);
  }));

describe('a branch whose records have moved', () => {
  test('refuses every change, and who owned there has lost', () =>
    onStage(async ({ step, repository, asked }) => {
      const claim = await step('claim', { runId: 1001, with: { 'release-on-exit': 'true' } });
      const marker = markerOf({ movedTo: PATTERN });
      const head = await repository.writeFile('runner-coord-state', '.runner-coord.json', marker);
      asked();
      expectRefusal(await step('assert', { runId: 1001 }), 'ownership_lost', PATTERN);
      for (const command of ['claim', 'takeover', 'ensure', 'release', 'signal-exit', 'status', 'check']) {
        expectRefusal(await step(command, { runId: 1001 }), 'state_branch_foreign', PATTERN);
      }
      const post = await claim.post();
      expect(post.exitCode).toBe(0);
      expect(post.annotations[0]?.level).toBe('warning');
      expect(new Set(asked())).toEqual(new Set([READ, COMMIT]));
      expect(await repository.head('runner-coord-state')).toBe(head);
    }));

  test('ends the wait of whoever stands in line there', () =>
    onFastStage(async (stage) => {
      await stage.step('claim', { runId: 1001 });
      const patient = { 'wait-timeout': '30m', timeout: '20m' };
      const waiting = stage.step('claim', { runId: 1002, env: TWENTY_TIMES_FASTER, with: patient });
      await until(async () => ((await stage.record())?.queue ?? []).length === 1);
      const record = await stage.record();
      await stage.repository.writeFile('runner-coord-state', '.runner-coord.json', markerOf({ movedTo: PATTERN }));
      // Whoever moves the records takes them away, so that those who look at them alone notice.
      await stage.plant(JSON.stringify({ ...record, history: [] }));
      expectRefusal(await waiting, 'state_branch_foreign', PATTERN);
    }));
});
