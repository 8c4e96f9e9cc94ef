import { beforeEach, expect, jest, test } from '@jest/globals';
import { runStepInProcess } from '../../support/in-process.js';
import {
  answers,
  answersAfterApplying,
  anyRequest,
  badGatewayAfterApplying,
  isMutation,
  isOperation,
  isRefCreation,
  isRest,
  landsLate,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  meanwhile,
  opaqueFailureAfterApplying,
  refCreatedAnswersUpdateFailed,
  type FaultAction,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { MARKER_PATH, RECORD_PATH, recordPath } from '../../support/world.js';
import { migrate } from '../../src/migrate/migrate.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import { systemClock } from '../../src/time/clock.js';
import { NEW, OLD, onMigrationStage, shardsOf, type MigrationStage } from './stage.js';

/** A migration that fails, dies, is raced or is done by two: whoever runs it again ends where one ends that goes well. */

beforeEach(() => {
  // Every jittered pause takes no time.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

const GONE = { status: 401, body: { message: 'Bad credentials' } };
/** No failure is worth another try after these: as if the process had been killed before the request, or right after. */
const killedBefore = (): FaultAction => answers(GONE);
const killedAfter = (): FaultAction => answersAfterApplying(GONE);

interface Ends {
  readonly movedTo: string | undefined;
  readonly madeFromTheMarked: boolean;
  readonly records: Readonly<Record<string, string>>;
}

/** What has to be the same in the end, but for the names of commits. */
async function endOf({ files }: MigrationStage, from: string, branches: readonly string[]): Promise<Ends> {
  const old = (await files(from)) ?? {};
  const { movedTo, movedFrom } = JSON.parse(old[MARKER_PATH] ?? '{}') as { movedTo?: string; movedFrom?: string };
  const made = await Promise.all(branches.map((branch) => files(branch)));
  const markers = made.map((each) => JSON.parse(each?.[MARKER_PATH] ?? '{}') as { madeFrom?: readonly string[] });
  const records = Object.assign({}, ...made) as Record<string, string>;
  delete records[MARKER_PATH];
  const isMade = markers.every(({ madeFrom = [] }) => madeFrom.length === 1 && madeFrom[0] === movedFrom);
  return { movedTo, madeFromTheMarked: isMade && Object.keys(old).length === 1, records };
}

test('one that dies at any request, or does not hear of it, is gone on with', () =>
  onMigrationStage(async (stage) => {
    const { put, migrate: run, github } = stage;
    const records = { [recordPath(17)]: 'record of 17\n', [recordPath(18)]: 'record of 18\n' };
    // Branches, names, records, the mark, three for the new one.
    for (const [request, kill] of [1, 2, 3, 4, 5, 6, 7, 8].flatMap((nth) =>
      [killedBefore, killedAfter, badGatewayAfterApplying].map((each) => [nth, each] as const),
    )) {
      const from = `from-${String(request)}-${kill.name}`;
      const to = from.replace('from', 'to');
      await put(from, { stateBranch: from }, [17, 18]);
      const words = ['--from', from, '--state-branch', to];
      const fault = github.faults.nth(request - 1, anyRequest(), kill());
      const first = await run(...words);
      fault.cancel();
      const isKilled = kill === killedBefore || kill === killedAfter;
      // The ninth request only looks whether all is done.
      expect([from, first.status]).toEqual([from, isKilled ? 77 : 0]);
      expect([from, (await run(...words)).status]).toEqual([from, 0]);
      const ends = { movedTo: to, madeFromTheMarked: true, records };
      expect([from, await endOf(stage, from, [to])]).toEqual([from, ends]);
    }
  }));

test.each([
  ['dies in the middle of the first shards', 9, killedBefore],
  ['dies in the middle of the others', 33, killedAfter],
  ['dies at the last', 53, killedBefore],
  ['does not hear of a ref', 30, opaqueFailureAfterApplying],
])('to sixteen, one that %s', (_, request, fault) =>
  onMigrationStage(async (stage) => {
    const { put, migrate: run, github } = stage;
    await put(OLD, {}, [17, 18]);
    github.faults.nth(request - 1, anyRequest(), fault());
    await run();
    expect((await run()).status).toBe(0);
    const { records, ...ends } = await endOf(stage, OLD, shardsOf(NEW));
    expect(ends).toEqual({ movedTo: NEW, madeFromTheMarked: true });
    expect(Object.keys(records)).toEqual([recordPath(17), recordPath(18)]);
  }),
);

test('what was killed says how to go on', () =>
  onMigrationStage(async ({ put, migrate: run, github }) => {
    await put(OLD, {}, [17]);
    github.faults.nth(1, isRefCreation(), killedBefore());
    const killed = await run('--json');
    expect(killed.stderr).toContain('until it is done nobody can claim: run this again');
    github.faults.always(isRest(/git\/trees$/), killedBefore());
    expect((await run()).stderr).toContain('The move has begun');
  }));

/** A migration beside whatever else the test does: `runHere` has the variables of the whole process. */
async function migrateBeside({ github }: MigrationStage, to = NEW): Promise<boolean> {
  const { apiUrl, graphqlUrl } = github;
  const transport = await createTransport({ token: 'token-octocat', apiUrl, graphqlUrl });
  const say = { info: () => undefined, warn: () => undefined, debug: () => undefined };
  const wanted = { repo: 'acme/widgets', from: OLD, to, dryRun: false, timeoutMs: 60_000 };
  return (await migrate(wanted, { transport, clock: systemClock, say })).ok;
}

test('two at once come to one end', () =>
  onMigrationStage(async (stage) => {
    await stage.put(OLD, {}, [17, 18]);
    stage.github.faults.barrier(2, isMutation('createCommitOnBranch'));
    expect(await Promise.all([migrateBeside(stage), migrateBeside(stage)])).toEqual([true, true]);
    expect(await endOf(stage, OLD, shardsOf(NEW))).toMatchObject({ movedTo: NEW, madeFromTheMarked: true });
    expect((await stage.repository.log('runner-coord-state-01')).length).toBe(4);
  }));

test('of two who move to different places one is refused, and says where the records are', () =>
  onMigrationStage(async (stage) => {
    await stage.put(OLD, {}, [17]);
    stage.github.faults.barrier(2, isMutation('createCommitOnBranch'));
    const ends = await Promise.all([migrateBeside(stage, 'a'), migrateBeside(stage, 'b')]);
    expect([...ends].sort()).toEqual([false, true]);
    const [there, not] = ends[0] === true ? ['a', 'b'] : ['b', 'a'];
    expect(await stage.repository.readFile(there, RECORD_PATH)).toBe('record of 17\n');
    expect(await stage.repository.head(not)).toBeNull();
  }));

test.each([
  ['before the check', losesRaceBeforeCheck],
  ['at the update', losesRaceAtUpdate],
])('a claim that comes right before the mark moves with the others (%s)', (_, race) =>
  onMigrationStage(async ({ put, migrate: run, repository, github }) => {
    await put(OLD, {}, [17]);
    const claims = race(async () => {
      await repository.writeFile(OLD, recordPath(33), 'a late claim');
    });
    github.faults.next(isMutation('createCommitOnBranch'), claims);
    expect((await run('--state-branch', 'coord')).status).toBe(0);
    expect(await repository.readFile('coord', recordPath(33))).toBe('a late claim');
    expect(await repository.readFile(OLD, recordPath(33))).toBeNull();
  }),
);

test('a claim that is on its way is refused, and owns nothing anywhere', () =>
  onMigrationStage(async (stage) => {
    const { plant, github, repository } = stage;
    await plant(recordOf({ owner: null, token: 3 }));
    const moves = meanwhile(() => migrateBeside(stage));
    github.faults.next(isMutation('createCommitOnBranch'), moves);
    const claim = await runStepInProcess(github, { with: { command: 'claim' } });
    expect(claim.outputs).toMatchObject({ owned: 'false', error: 'state_branch_foreign' });
    expect(await repository.readFile('runner-coord-state-01', RECORD_PATH)).toContain('"activeRun": null');
    const next = await runStepInProcess(github, { with: { command: 'claim', 'state-branch': NEW } });
    expect(next.outputs).toMatchObject({ owned: 'true', 'fencing-token': '4' });
  }));

test('a mark that lands late changes nothing any more', () =>
  onMigrationStage(async (stage) => {
    await stage.put(OLD, {}, [17]);
    const late = landsLate();
    stage.github.faults.next(isMutation('createCommitOnBranch'), late);
    const first = await stage.migrate('--timeout', '300ms');
    expect([first.status, first.stderr]).toEqual([69, expect.stringContaining('has begun')]);
    expect((await stage.migrate()).status).toBe(0);
    await late.land();
    expect(await endOf(stage, OLD, shardsOf(NEW))).toMatchObject({ movedTo: NEW, madeFromTheMarked: true });
  }));

test('whoever writes to an old shell while it is taken up again is not overwritten', () =>
  onMigrationStage(async ({ put, migrate: run, repository, github }) => {
    await put(OLD, {}, [17]);
    expect((await run('--from', OLD, '--state-branch', 'a')).status).toBe(0);
    let late = '';
    const race = losesRaceBeforeCheck(async () => {
      late = await repository.writeFile(OLD, 'notes.txt', 'of somebody');
    });
    github.faults.next(isRest('PATCH /repos/{owner}/{repo}/git/refs/{ref}'), race);
    expect((await run('--from', 'a', '--state-branch', OLD)).status).toBe(0);
    expect((await repository.log(OLD))[0]?.parents[1]).toBe(late);
    expect(await repository.readFile(OLD, RECORD_PATH)).toBe('record of 17\n');
  }));

test.each<[string, FaultAction]>([
  ['a ref that was made and is said to have failed', refCreatedAnswersUpdateFailed()],
  ['an answer that is none', answersAfterApplying({ status: 201, body: {} })],
])('%s', (_, fault) =>
  onMigrationStage(async ({ put, migrate: run, repository, github }) => {
    await put(OLD, {}, [17]);
    github.faults.next(isRefCreation(), fault);
    expect((await run('--state-branch', 'coord')).status).toBe(0);
    expect(await repository.readFile('coord', RECORD_PATH)).toBe('record of 17\n');
  }),
);

const repository = { databaseId: 7, nameWithOwner: 'acme/widgets', defaultBranchRef: null, ref0: null, ref1: null };
const data = (value: unknown): FaultAction => answers({ status: 200, body: { data: value } });
test.each<[string, FaultAction, number]>([
  ['no branch at all', data({ repository }), 0],
  ['half an answer', data({ repository: { databaseId: 7 } }), 0],
  ['no repository', data({ repository: null }), 77],
  [
    'an error beside',
    answers({ status: 200, body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'no' }] } }),
    77,
  ],
])('an answer about branches that shows %s', (_, fault, status) =>
  onMigrationStage(async ({ put, migrate: run, github }) => {
    await put(OLD, {}, [17]);
    github.faults.next(isOperation('RunnerCoordMigrate'), fault);
    expect((await run('--from', OLD, '--state-branch', 'coord')).status).toBe(status);
  }),
);

test.each([
  ['that was cut off', { sha: 'a'.repeat(40), truncated: true, tree: [] }, 69],
  ['that is none', 'hello', 0],
])('a list of records %s', (_, body, status) =>
  onMigrationStage(async ({ put, migrate: run, github }) => {
    await put(OLD, {}, [17]);
    github.faults.next(isRest(/^GET .*git\/trees/), answers({ status: 200, body }));
    expect((await run('--from', OLD, '--state-branch', 'coord')).status).toBe(status);
  }),
);
