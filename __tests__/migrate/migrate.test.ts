import { describe, expect, test } from '@jest/globals';
import { readLogEntry } from '../../src/core/board/log-event.js';
import { recordOf } from '../../support/records.js';
import { MARKER_PATH, RECORD_PATH, recordPath } from '../../support/world.js';
import type { StepResult } from '../../support/runner.js';
import { runStepInProcess } from '../../support/in-process.js';
import { NEW, OLD, onMigrationStage, shardsOf, type MigrationStage } from './stage.js';

/** `runner-coord migrate` from the sources: what lies where afterwards, and what is asked of GitHub for it. */

interface Marker {
  readonly movedTo?: string;
  readonly movedFrom?: string;
  readonly madeFrom?: readonly string[];
}

async function markerOn({ repository }: MigrationStage, branch: string): Promise<Marker> {
  return JSON.parse((await repository.readFile(branch, MARKER_PATH)) ?? '{}') as Marker;
}

async function recordsOn({ files }: MigrationStage, branch: string): Promise<readonly string[]> {
  return Object.keys((await files(branch)) ?? {}).filter((path) => path !== MARKER_PATH);
}

describe('from one branch to sixteen', () => {
  test('every record comes to its shard, byte for byte, and nothing stays where it was', () =>
    onMigrationStage(async (stage) => {
      const { migrate, files, plant, put, repository, github } = stage;
      await put(OLD, { tokenFloor: 9 }, [15, 32, 1047]);
      await plant(recordOf({ token: 4 }));
      await repository.writeFile(OLD, 'pulls/0/17.preview.json', 'broken');
      await repository.writeFile(OLD, 'pulls/0/notes.txt', 'of somebody');
      const before = await files(OLD);
      const head = await repository.head(OLD);
      const begun = github.requests.length;
      const said = await migrate('--json');
      expect(said).toMatchObject({ status: 0, stderr: expect.stringContaining('Moved 5 records') as unknown });
      // Two readings and a look at the names, the records, the mark, three a shard, and one more reading that all is done.
      expect(github.requests.length - begun).toBe(1 + 4 + 1 + 48 + 1);
      expect(JSON.parse(said.stdout)).toMatchObject({ ok: true, command: 'migrate', from: OLD, 'state-branch': NEW });

      expect(await recordsOn(stage, OLD)).toEqual(['pulls/0/notes.txt']);
      expect(await markerOn(stage, OLD)).toMatchObject({ tokenFloor: 9, movedTo: NEW, movedFrom: head });
      const wanted: Readonly<Record<string, readonly string[]>> = {
        '00': [recordPath(32)],
        '01': ['pulls/0/17.json', 'pulls/0/17.preview.json'],
        '07': [recordPath(1047)],
        '15': [recordPath(15)],
      };
      for (const branch of shardsOf(NEW)) {
        const shard = branch.slice(-2);
        const { [MARKER_PATH]: marker = '', ...records } = (await files(branch)) ?? {};
        const layout = { layout: 1, repoId: 7, stateBranch: NEW, shard, tokenFloor: 9, madeFrom: [head] };
        expect(JSON.parse(marker)).toEqual(layout);
        expect(records).toEqual(Object.fromEntries((wanted[shard] ?? []).map((path) => [path, before?.[path]])));
        const [made] = await repository.log(branch);
        // No event of a pull request: the board does not show it.
        expect(made && readLogEntry({ commit: made.oid, committedAt: made.at, message: made.message })).toBeNull();
        expect(made).toMatchObject({
          parents: [head],
          message: expect.stringContaining('Coord-Event: migrate') as unknown,
        });
      }
      expect(await repository.readFile(`${OLD}-01`, 'README.md')).toContain('runner-coord-state-01');
    }));

  test('owner, tokens and line go on under the new name, and end under the old one', () =>
    onMigrationStage(async (stage) => {
      const { migrate, github, repository } = stage;
      const here = (command: string, pattern: string, runId = 1001, more = {}): Promise<StepResult> =>
        runStepInProcess(github, { runId, with: { command, 'state-branch': pattern, ...more } });
      const claim = await here('claim', OLD, 1001, { 'release-on-exit': 'true' });
      expect(claim.outputs['fencing-token']).toBe('1');
      const place = {
        runId: '1002',
        attempt: 1,
        since: new Date().toISOString(),
        until: new Date(Date.now() + 1e6).toISOString(),
      };
      const record = JSON.parse((await repository.readFile(OLD, RECORD_PATH)) ?? '') as object;
      const queue = [{ ...place, detached: false, expiresAfter: null, holder: null, id: 'p1' }];
      await repository.writeFile(OLD, RECORD_PATH, JSON.stringify({ ...record, queue }));
      expect((await migrate()).status).toBe(0);

      expect((await here('assert', NEW)).outputs).toMatchObject({ owned: 'true', 'fencing-token': '1' });
      expect((await here('assert', OLD)).outputs).toMatchObject({ owned: 'false', error: 'ownership_lost' });
      expect((await here('claim', OLD)).outputs).toMatchObject({ owned: 'false', error: 'state_branch_foreign' });
      expect((await here('claim', OLD, 1003)).outputs['message']).toContain(NEW);
      const post = await claim.post();
      expect([post.exitCode, post.annotations.map(({ level }) => level)]).toEqual([0, ['warning']]);
      expect((await here('release', NEW)).outputs).toMatchObject({ status: 'released', 'owner-run-id': '1002' });
      expect((await here('status', NEW)).outputs).toMatchObject({ 'fencing-token': '2' });
      // The first use of another shard is no first use of the repository.
      await repository.openPullRequest({ number: 18 });
      expect((await here('claim', NEW, 1003, { pr: '18' })).outputs).toMatchObject({ owned: 'true' });
    }));

  test('run again it writes nothing, whatever was claimed since', () =>
    onMigrationStage(async ({ migrate, plant, repository, asked }) => {
      await plant(recordOf());
      expect((await migrate()).status).toBe(0);
      await repository.writeFile('runner-coord-state-01', RECORD_PATH, 'a later claim');
      const before = await repository.snapshot();
      asked();
      const again = await migrate();
      expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining('nothing left to do') as unknown });
      expect(asked().filter((name) => /^(POST|PATCH|createCommit)/.test(name))).toEqual([]);
      expect(await repository.snapshot()).toEqual(before);
    }));

  test('a dry run says where they would go', () =>
    onMigrationStage(async ({ migrate, put, repository }) => {
      await put(OLD, {}, [17, 18, 33]);
      const before = await repository.snapshot();
      const { status, stderr } = await migrate('--dry-run', '--from', OLD);
      expect(status).toBe(0);
      expect(stderr).toContain('runner-coord-state-01 (2), runner-coord-state-02 (1), runner-coord-state-03 (0)');
      expect(await repository.snapshot()).toEqual(before);
    }));
});

describe('other ways', () => {
  test('from sixteen to one, with shards that were never made', () =>
    onMigrationStage(async (stage) => {
      const { migrate, put, repository, files } = stage;
      await put('runner-coord-state-01', { stateBranch: NEW, shard: '01', tokenFloor: 3 }, [17, 18]);
      await put('runner-coord-state-02', { stateBranch: NEW, shard: '02', tokenFloor: 5 }, [34]);
      const heads = [await repository.head('runner-coord-state-01'), await repository.head('runner-coord-state-02')];
      expect((await migrate('--state-branch', 'coord')).stderr).toContain('Moved 2 records');
      // 18 is no record there: it has another shard.
      expect(await recordsOn(stage, 'coord')).toEqual([recordPath(17), recordPath(34)]);
      expect(await markerOn(stage, 'coord')).toMatchObject({ stateBranch: 'coord', tokenFloor: 5 });
      const [made] = await repository.log('coord');
      expect(made?.parents).toHaveLength(16);
      expect(made?.parents).toEqual(expect.arrayContaining(heads));
      // A claim under the old name would make the others.
      for (const branch of shardsOf(NEW)) expect(await markerOn(stage, branch)).toMatchObject({ movedTo: 'coord' });
      const before = await files('coord');
      expect((await migrate('--state-branch', 'coord')).stderr).toContain('nothing left to do');
      expect(await files('coord')).toEqual(before);
    }));

  test('there and back again, on the very branches, and a third time', () =>
    onMigrationStage(async (stage) => {
      const { migrate, put, repository } = stage;
      await put(OLD, {}, [17]);
      expect((await migrate()).status).toBe(0);
      await repository.writeFile('runner-coord-state-01', RECORD_PATH, 'later');
      const shell = await repository.head(OLD);
      expect((await migrate('--from', NEW, '--state-branch', OLD)).stderr).toContain('Moved 1 record ');
      expect(await repository.readFile(OLD, RECORD_PATH)).toBe('later');
      expect(await markerOn(stage, OLD)).not.toHaveProperty('movedTo');
      expect((await repository.log(OLD))[0]?.parents).toContain(shell);
      expect((await migrate('--from', OLD)).stderr).toContain('Moved 1 record ');
      expect(await recordsOn(stage, 'runner-coord-state-01')).toEqual([RECORD_PATH]);
      expect(await recordsOn(stage, OLD)).toEqual([]);
    }));
});

describe('refused, and nothing is written', () => {
  const MOVED = { movedTo: 'elsewhere', movedFrom: 'a'.repeat(40) };
  const nothing = (): Promise<void> => Promise.resolve();
  test.each<[string, (stage: MigrationStage) => Promise<unknown>, readonly string[], number, string]>([
    ['no records', nothing, [], 64, 'no records under the names'],
    [
      'no records there',
      ({ put }) => put(OLD, {}, []),
      ['--from', 'coord'],
      64,
      'no records under the "state-branch" "coord"',
    ],
    ['to itself', nothing, ['--from', NEW], 64, 'the very same'],
    [
      'a name that the old one forbids',
      nothing,
      ['--from', 'a', '--state-branch', 'a/{shard}'],
      64,
      'cannot be there beside',
    ],
    ['one branch for both', nothing, ['--from', 'a-03', '--state-branch', 'a-{shard}'], 64, 'would be both'],
    ['no pattern', nothing, ['--from', 'a b'], 64, '--from must be'],
    ['a word too many', nothing, ['now'], 64, '"now" is not an option'],
    ['a wrong option', nothing, ['--timeout', 'soon'], 64, 'runner-coord migrate --help'],
    ['the default branch', ({ put }) => put(OLD, {}, []), ['--state-branch', 'main'], 64, 'is the default branch'],
    [
      'a branch in the way',
      async ({ put, repository }) => {
        await put(OLD, {}, [17]);
        await repository.writeFile('coord/05/x', 'a.txt', 'a');
      },
      ['--state-branch', 'coord/{shard}'],
      64,
      'no branch "coord/05" beside the branch "coord/05/x"',
    ],
    [
      'a shard that somebody has begun',
      async ({ put }) => {
        await put(OLD, {}, [17]);
        await put('runner-coord-state-02', { stateBranch: NEW, shard: '02' }, [18]);
      },
      ['--from', OLD],
      70,
      'is there already, and was not made from the records',
    ],
    [
      'two that have records',
      async ({ put }) => {
        await put(OLD, {}, [17]);
        await put('coord', { stateBranch: 'coord' }, [17]);
      },
      ['--state-branch', 'coord-{shard}'],
      64,
      'Say with --from',
    ],
    ['records that are elsewhere', ({ put }) => put(OLD, MOVED, []), ['--from', OLD], 70, "--from 'elsewhere'"],
    ['records that are elsewhere, unasked', ({ put }) => put(OLD, MOVED, []), [], 64, "--from 'elsewhere'"],
  ])('%s', (_, plant, words, status, said) =>
    onMigrationStage(async (stage) => {
      await plant(stage);
      const before = await stage.repository.snapshot();
      const answer = await stage.migrate('--json', ...words);
      expect([answer.status, answer.stderr]).toEqual([status, expect.stringContaining(said)]);
      expect(await stage.repository.snapshot()).toEqual(before);
    }),
  );

  test('without a place to go, a token or a repository', () =>
    onMigrationStage(async ({ cli, put }) => {
      await put(OLD, {}, [17]);
      expect((await cli(['migrate'])).stderr).toContain('Say with --state-branch');
      const words = ['migrate', '--repo', 'acme/widgets', '--state-branch', NEW, '--json'];
      const read = await cli(words, 'token-reader');
      expect(read).toMatchObject({ status: 77, stderr: expect.stringContaining('contents: write') as unknown });
      expect(read.stderr).not.toContain('has begun');
      expect(JSON.parse(read.stdout)).toMatchObject({ ok: false, error: 'permission_denied' });
      expect((await cli(words, 'to ken')).status).toBe(64);
      expect((await cli(words.map((word) => word.replace('widgets', 'nothing')))).status).toBe(77);
    }));
});
