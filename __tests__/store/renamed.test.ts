import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { coordinate } from '../../src/coordinate/coordinate.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { Snapshot } from '../../src/store/state-store.js';
import { Deadline } from '../../src/time/deadline.js';
import type { LocalRepository } from '../../support/local-github/index.js';
import { withReadings } from './reading.js';
import { BRANCH, markerOf, ownerOf, PATH, recordOf, requestOf, shown, TARGET, VirtualClock } from './stage.js';

/** O7: a repository is renamed while a run owns one of its pull requests. */

const { stage, snapshot } = withReadings();

let repository: LocalRepository;
let number = 0;
let old = '';
let now = '';

beforeEach(async () => {
  number += 1;
  old = `acme/old-${String(number)}`;
  now = `other/new-${String(number)}`;
  repository = await stage().github.createRepository(old, { id: 1000 * number, private: true });
  await repository.openPullRequest({ number: 17 });
  repository.setCollaborator('octocat', 'write');
});

afterEach(() => {
  stage().asked();
});

/** The record of run 1001, as it was written under the old name. */
async function planted(runId = '1001'): Promise<string> {
  const { id: repoId } = repository;
  const { holder } = ownerOf({}, Number(runId));
  const activeRun = ownerOf(
    { fencingToken: 7, holder: holder === null ? null : { ...holder, repo: old, repoId } },
    Number(runId),
  );
  const record = recordOf({ target: { ...TARGET, repo: old, repoId }, fencingToken: 7, activeRun });
  await repository.writeFile(BRANCH, '.runner-coord.json', markerOf(BRANCH, { repoId }));
  return repository.writeFile(BRANCH, PATH, writeRecord(record));
}

async function coordinatedAs(
  name: string,
  request: CoordinationRequest,
  repositoryId: number | null,
  known?: Snapshot,
): Promise<Outcome> {
  const clock = new VirtualClock();
  const store = await stage().store({ target: { ...TARGET, repo: name }, clock });
  stage().asked();
  return coordinate(request, {
    ...{ store, stateBranch: BRANCH, clock, repositoryId },
    newId: () => 'write-1',
    deadline: new Deadline(clock, 60_000),
    takeoverPermission: 'unasked',
    ...(known === undefined ? {} : { known }),
    warn: () => undefined,
    debug: () => undefined,
  });
}

const asRun = (runId: string): { runId: string; attempt: number; holder: null } => ({
  runId,
  attempt: 1,
  holder: null,
});

describe('by its old name', () => {
  it.each(['claim', 'takeover', 'ensure', 'assert', 'signal-exit', 'check', 'status'] as const)(
    '%s fails, and says the new one',
    async (command) => {
      const head = await planted();
      repository.rename(now);
      const outcome = await coordinatedAs(old, requestOf({ command }), repository.id);
      expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: false, failure: { code: 'target_moved' } });
      expect(shown(outcome)).toContain(`${old} is now ${now}`);
      expect(await repository.head(BRANCH)).toBe(head);
      expect(stage().asked()).toEqual(['repository']);
    },
  );

  it('release goes on where the id is the same, and writes to the new one', async () => {
    await planted();
    repository.rename(now);
    const outcome = await coordinatedAs(old, requestOf({ command: 'release', run: asRun('1001') }), repository.id);
    expect(outcome).toMatchObject({ kind: 'ok', status: 'released', view: { target: { repo: now } } });
    expect(stage().asked()).toEqual(['repository', 'createCommitOnBranch']);
    expect(stage().github.requests.at(-1)?.body).toMatchObject({
      variables: { input: { branch: { repositoryNameWithOwner: now } } },
    });
    expect(await repository.readFile(BRANCH, PATH)).toContain(`"repo": "${now}"`);
  });

  it.each([
    ['not known', null],
    ['another', 8],
  ])('release refuses where the id is %s', async (_name, id) => {
    const head = await planted();
    repository.rename(now);
    const outcome = await coordinatedAs(old, requestOf({ command: 'release', run: asRun('1001') }), id);
    expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'target_moved' } });
    expect(await repository.head(BRANCH)).toBe(head);
  });

  it('leaving goes on, and makes the branch under the new name if there is none', async () => {
    repository.rename(now);
    const leave = {
      command: 'leave',
      run: asRun('1001'),
      reason: null,
      writes: ['gone'],
      founding: true,
      jobOutcome: null,
    } as const;
    expect(await coordinatedAs(old, leave, repository.id)).toMatchObject({ kind: 'ok', status: 'release_noop' });
    const [commit] = await repository.log(BRANCH);
    expect(commit?.message).toContain(`leave pull request 17 of ${now} by run 1001`);
    expect(stage().asked().slice(0, 1)).toEqual(['repository']);
  });

  // The post step: main saved its record under the name of then.
  it('a release on the record of main finds the new name, and goes on', async () => {
    await planted();
    const known = await snapshot({ target: { ...TARGET, repo: old } });
    repository.rename(now);
    const request = requestOf({ command: 'release', run: asRun('1001'), fencingToken: 7, begunBy: 'earlier' });
    const outcome = await coordinatedAs(old, request, repository.id, known);
    expect(outcome).toMatchObject({ kind: 'ok', status: 'released', view: { target: { repo: now } } });
    expect(stage().asked()).toEqual(['createCommitOnBranch', 'repository', 'createCommitOnBranch']);
  });

  it('a new repository has taken, nothing of the old one is seen or touched', async () => {
    const head = await planted();
    repository.rename(now);
    const taker = await stage().github.createRepository(old, { private: true });
    await taker.openPullRequest({ number: 17 });
    const outcome = await coordinatedAs(old, requestOf({ command: 'release', run: asRun('1001') }), repository.id);
    expect(outcome).toMatchObject({ kind: 'ok', status: 'release_noop' });
    expect(await repository.head(BRANCH)).toBe(head);
    expect(await taker.head(BRANCH)).toBeNull();
  });
});

describe('by its new name', () => {
  it('the owner still owns, and others are refused', async () => {
    await planted();
    repository.rename(now);
    const assert = requestOf({ command: 'assert', run: asRun('1001'), fencingToken: 7 });
    expect(await coordinatedAs(now, assert, repository.id)).toMatchObject({ kind: 'ok', status: 'owner_confirmed' });
    const claim = requestOf({ run: asRun('1002'), supersede: 'never' });
    expect(await coordinatedAs(now, claim, null)).toMatchObject({ kind: 'conflict', code: 'active_run_exists' });
  });

  it('tokens go on, and the record gets the new name', async () => {
    await planted('2002');
    repository.rename(now);
    repository.addRun({ id: 2002, status: 'completed', conclusion: 'success', runAttempt: 1 });
    const outcome = await coordinatedAs(now, requestOf({ run: asRun('1002') }), repository.id);
    expect(outcome).toMatchObject({
      kind: 'ok',
      status: 'taken_over',
      view: { record: { fencingToken: 8, target: { repo: now, repoId: repository.id } } },
    });
  });
});
