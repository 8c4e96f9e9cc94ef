import { describe, expect, test } from '@jest/globals';
import { readLogEntry } from '../../src/core/board/log-event.js';
import { outputsOf } from '../../src/report/outputs.js';
import { badGatewayAfterApplying, isMutation, meanwhile, spuriousStaleData } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { markerOf, MARKER_PATH, recordPath, STATE_BRANCH } from '../../support/world.js';
import { COMMIT, READ, READ_ONLY_TOKEN, trailersOf } from '../support/scenario.js';
import { DAY_MS, onSweepStage } from './stage.js';

/** A sweep over a local GitHub, from the sources. */

test('removes what is free and long closed in one commit, and raises the floor', () =>
  onSweepStage(async ({ add, sweep, paths, floor, asked, repository }) => {
    await add(17, 100, { token: 41 });
    await add(18, 120, { token: 7 });
    await add(19, 100, { owner: {}, token: 90 });
    await add(20, 10, { token: 91 });
    await add(21, null, { token: 92 });
    const before = await repository.log(STATE_BRANCH);
    asked();
    const report = await sweep();
    expect(report.message.text).toBe('Removed 2 of 5 records; the token floor is now 41.');
    expect(report.sweep?.markdown).toContain('Kept: 1 because the pull request is open');
    expect(asked()).toEqual([READ, READ, READ, COMMIT]);
    expect(await paths()).toEqual([recordPath(19), recordPath(20), recordPath(21)]);
    expect(await floor()).toBe(41);
    const [commit, ...older] = await repository.log(STATE_BRANCH);
    expect(older).toEqual(before);
    expect(await trailersOf(repository, STATE_BRANCH)).toEqual({
      'Coord-Event': 'sweep',
      'Coord-Repository': 'acme/widgets',
      'Coord-Removed': '2',
      'Coord-Kept': '3',
      'Coord-Older-Than-Seconds': String(90 * 24 * 3600),
      'Coord-Token-Floor': '41',
      'Coord-Request-Id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const { oid = '', message = '' } = commit ?? {};
    expect(message).toContain('[skip ci]');
    // The board tells of runs and pull requests, and this is about none.
    expect(readLogEntry({ commit: oid, committedAt: new Date().toISOString(), message })).toBeNull();
    const outputs = outputsOf(report);
    expect(outputs).toMatchObject({ status: 'swept', owned: 'false', repo: 'acme/widgets', 'state-commit': oid });
    expect(JSON.parse(outputs.result)).toMatchObject({
      ok: true,
      dryRun: false,
      counts: { records: 5, removed: 2, kept: { open: 1, recent: 1, in_use: 1, unreadable: 0 } },
      branches: [
        {
          ...{ branch: STATE_BRANCH, commit: oid, tokenFloor: { before: 0, after: 41 } },
          removed: [
            { pr: 17, scope: null, fencingToken: 41 },
            { pr: 18, scope: null, fencingToken: 7 },
          ],
        },
      ],
    });
  }));

describe('nothing is written', () => {
  test('in a dry run, for which a token that reads is enough', () =>
    onSweepStage(async ({ add, sweep, repository, asked }) => {
      await add(17, 100);
      const head = await repository.head(STATE_BRANCH);
      asked();
      const report = await sweep({ dryRun: true, token: READ_ONLY_TOKEN });
      expect(report.message.text).toBe('Would remove 1 of 1 record; the token floor would be 1.');
      expect(asked()).not.toContain(COMMIT);
      expect([await repository.head(STATE_BRANCH), outputsOf(report)['state-commit']]).toEqual([head, head]);
    }));

  test('where there is nothing to remove', () =>
    onSweepStage(async ({ add, sweep, asked }) => {
      await add(17, null);
      expect((await sweep()).message.text).toBe('Removed none of 1 record; the token floor stays 0.');
      expect(asked()).not.toContain(COMMIT);
    }));

  test('where there is no state branch', () =>
    onSweepStage(async ({ sweep, asked }) => {
      const report = await sweep();
      expect(report.message.text).toMatch(/^There is no state branch yet/);
      expect(asked()).toEqual([READ]);
      expect(outputsOf(report)).toMatchObject({ status: 'swept', 'state-commit': '' });
    }));
});

describe('what is not known for certain stays', () => {
  test('records that cannot be read, and pull requests that GitHub does not show', () =>
    onSweepStage(async ({ add, plant, sweep, paths }) => {
      await add(17, 100);
      await plant('{ broken', 17);
      await plant(recordOf({ owner: null, pr: 4000 }), 4000);
      await plant(recordOf({ owner: null, pr: 3_000_000_000 }), 3_000_000_000);
      const report = await sweep();
      expect(report.sweep?.counts).toMatchObject({ removed: 0, kept: { unreadable: 1, unknown: 2 } });
      expect(await paths()).toHaveLength(3);
    }));
});

describe('an error', () => {
  test('of whom may read pull requests and not write', () =>
    onSweepStage(async ({ add, sweep, paths }) => {
      await add(17, 100);
      const { outcome } = await sweep({ token: READ_ONLY_TOKEN });
      expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'permission_denied' }, mayHaveWritten: false });
      expect(await paths()).toHaveLength(1);
    }));

  test('of whom may not ask about pull requests: none is taken for closed', () =>
    onSweepStage(async ({ add, sweep, github, paths, repository }) => {
      await add(17, 100);
      github.issueToken('contents', { login: 'octocat', permissions: { contents: 'write' } });
      const secret = await github.createRepository('acme/secret', { id: 8, private: true });
      await secret.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ repoId: 8 }));
      await secret.openPullRequest({ number: 17 });
      const record = recordOf({ owner: null });
      const target = { repo: 'acme/secret', repoId: 8, pr: 17, scope: null };
      await secret.writeFile(STATE_BRANCH, recordPath(17), JSON.stringify({ ...record, target }));
      const { outcome } = await sweep({ token: 'contents', repo: 'acme/secret' });
      expect(outcome).toMatchObject({
        failure: { code: 'permission_denied', advice: expect.stringContaining('pull-requests: read') },
      });
      expect([await paths(), await repository.head(STATE_BRANCH)]).toEqual([[recordPath(17)], expect.any(String)]);
    }));

  test('where the branch is somebody else’s, or the default one', () =>
    onSweepStage(async ({ repository, sweep }) => {
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ repoId: 8 }));
      expect((await sweep()).outcome).toMatchObject({ failure: { code: 'state_branch_foreign' } });
      await repository.writeFile('main', MARKER_PATH, markerOf({ stateBranch: 'main' }));
      expect((await sweep({ stateBranch: 'main' })).outcome).toMatchObject({ failure: { code: 'invalid_input' } });
    }));
});

describe('in bad weather', () => {
  test('a lost race is decided anew: what came in between stays', () =>
    onSweepStage(async ({ add, plant, sweep, github, paths, floor, asked, repository }) => {
      await add(17, 100, { token: 5 });
      await add(18, 100, { token: 8 });
      await add(19, 100, { token: 3 });
      const claimed = meanwhile(async () => {
        await plant(recordOf({ token: 9, pr: 18 }), 18);
        await plant(recordOf({ token: 4, pr: 19, owner: null }), 19);
      });
      github.faults.add({ match: isMutation(), times: 1, action: claimed });
      asked();
      const report = await sweep();
      expect(report.sweep?.counts).toMatchObject({ removed: 1, kept: { changed: 2 } });
      expect(asked().filter((operation) => operation === COMMIT)).toHaveLength(2);
      expect([await paths(), await floor()]).toEqual([[recordPath(18), recordPath(19)], 5]);
      expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({ 'Coord-Lost-Races': '1' });
    }));

  test('a refusal of a head that is still the head is tried again', () =>
    onSweepStage(async ({ add, sweep, github, floor, asked }) => {
      await add(17, 100, { token: 5 });
      github.faults.add({ match: isMutation(), times: 1, action: spuriousStaleData() });
      asked();
      expect((await sweep()).message.text).toMatch(/^Removed 1 of 1 record/);
      expect(asked()).toEqual([READ, READ, READ, COMMIT, READ, READ, COMMIT]);
      expect(await floor()).toBe(5);
    }));

  test('an unknown outcome is settled by the log: nothing is removed twice', () =>
    onSweepStage(async ({ add, sweep, github, floor, asked, repository }) => {
      await add(17, 100, { token: 5 });
      github.faults.add({ match: isMutation(), times: 1, action: badGatewayAfterApplying() });
      asked();
      const report = await sweep();
      expect(report.message.text).toBe('Removed 1 of 1 record; the token floor is now 5.');
      expect(asked().filter((operation) => operation === COMMIT)).toHaveLength(1);
      expect(outputsOf(report)['state-commit']).toBe(await repository.head(STATE_BRANCH));
      expect(await floor()).toBe(5);
    }));
});

test('shards are swept by a commit each, and have a floor each; what is not there yet is no matter', () =>
  onSweepStage(async ({ sweep, repository, github, asked }) => {
    const pattern = 'coord-{shard}';
    for (const [pr, shard, token] of [
      [17, '01', 41],
      [18, '02', 7],
    ] as const) {
      if (pr !== 17) await repository.openPullRequest({ number: pr, head: 'topic' });
      const branch = `coord-${shard}`;
      await repository.writeFile(branch, MARKER_PATH, markerOf({ stateBranch: pattern, shard, tokenFloor: 3 }));
      await repository.writeFile(branch, recordPath(pr), JSON.stringify(recordOf({ owner: null, pr, token })));
      github.clock.shift(-100 * DAY_MS);
      await repository.closePullRequest(pr);
      github.clock.shift(100 * DAY_MS);
    }
    asked();
    const report = await sweep({ stateBranch: pattern });
    expect(report.message.text).toBe('Removed 2 of 2 records; the greatest token floor is now 41.');
    expect(asked()).toEqual([READ, READ, READ, COMMIT, COMMIT]);
    for (const [branch, shard, tokenFloor] of [
      ['coord-01', '01', 41],
      ['coord-02', '02', 7],
    ] as const) {
      const marker = JSON.parse((await repository.readFile(branch, MARKER_PATH)) ?? '{}') as object;
      expect(marker).toEqual({ layout: 1, repoId: 7, stateBranch: pattern, shard, tokenFloor });
    }
    expect(report.effort).toMatchObject({ requests: 5, retries: 0, lostRaces: 0 });
  }));

test('a pull request that is opened again goes on above every token that it ever had', () =>
  onSweepStage(async ({ add, sweep, repository, step, record, paths }) => {
    await add(17, 100, { token: 41 });
    await add(18, 100, { token: 7 });
    await sweep();
    expect(await paths()).toEqual([]);
    await repository.reopenPullRequest(18);
    const claim = await step('claim', { with: { pr: '18' } });
    expect(claim.outputs).toMatchObject({ owned: 'true', status: 'claimed_new', 'fencing-token': '42' });
    expect((await record(18))?.fencingToken).toBe(42);
  }));
