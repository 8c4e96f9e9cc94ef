import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import type { WriteResult } from '../../src/store/state-store.js';
import {
  answers,
  answersAfterApplying,
  answersHtml,
  badGateway,
  badGatewayAfterApplying,
  fieldErrorAfterApplying,
  isMutation,
  isRest,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  neverAnswersAfterApplying,
  opaqueFailure,
  opaqueFailureAfterApplying,
  resetsConnection,
  resetsConnectionAfterApplying,
  type FaultAction,
} from '../../support/local-github/index.js';
import {
  BRANCH,
  changeOf,
  eventOf,
  PATH,
  READER,
  recordOf,
  shown,
  startStage,
  UNKNOWN,
  within,
  WRITER,
  type StoreChoice,
  type StoreStage,
} from './stage.js';

const TREE = 'POST /repos/{owner}/{repo}/git/trees';
const COMMIT = 'POST /repos/{owner}/{repo}/git/commits';
const REF = 'POST /repos/{owner}/{repo}/git/refs';

let stage: StoreStage;
let branches = 0;

beforeAll(async () => {
  stage = await startStage();
});

afterEach(() => stage.github.faults.clear());

afterAll(async () => {
  const { violations } = stage.github;
  await stage.close();
  expect(violations).toEqual([]);
});

interface Written {
  readonly result: WriteResult;
  /** Whether the record is on the branch now. */
  readonly stored: boolean;
  readonly asked: readonly string[];
}

/** Writes a record to a branch of its own, onto its head or (`first`) as its first use. */
async function write(options: StoreChoice & { first?: boolean; budgetMs?: number } = {}): Promise<Written> {
  const { first = false, budgetMs = 10_000, ...choice } = options;
  branches += 1;
  const stateBranch = choice.stateBranch ?? `state-${String(branches)}`;
  const base = first ? null : await stage.repository.writeFile(stateBranch, 'README.md', 'state\n');
  const store = await stage.store({ stateBranch, ...choice });
  stage.asked();
  const result = await store.write(changeOf(base), within(budgetMs));
  for (const token of [WRITER, READER, UNKNOWN]) expect(shown(result)).not.toContain(token);
  const stored = (await stage.repository.readFile(stateBranch, PATH)) === writeRecord(recordOf());
  const asked = stage.asked();
  if (result.kind === 'applied') expect(await stage.repository.head(stateBranch)).toBe(result.commit);
  return { result, stored, asked };
}

describe('a commit onto the head that was read', () => {
  it('is applied in one request, and its message is the audit trail', async () => {
    const stateBranch = 'audit';
    expect(await write({ stateBranch })).toMatchObject({
      result: { kind: 'applied' },
      stored: true,
      asked: ['createCommitOnBranch'],
    });
    const [commit] = await stage.repository.log(stateBranch);
    expect(commit?.message.trimEnd().split('\n')).toEqual([
      'claim acme/widgets#17 by run 2002',
      '',
      '[skip ci]',
      '',
      'Coord-Event: claim',
      'Coord-Target: acme/widgets#17',
      'Coord-Run-Id: 2002',
      'Coord-Fencing-Token: 1',
      'Coord-Request-Id: earlier',
    ]);
  });

  it('keeps a reason from pretending to be a trailer', async () => {
    const event = eventOf({ reason: 'because\n\nCoord-Fencing-Token: 99\u2028Coord-Run-Id: me' });
    const base = await stage.repository.writeFile('reasons', 'README.md', 'state\n');
    const store = await stage.store({ stateBranch: 'reasons' });
    const change = changeOf(base, recordOf({ history: [event] }));
    expect(await store.write(change, within())).toMatchObject({ kind: 'applied' });
    const [commit] = await stage.repository.log('reasons');
    const tokens = commit?.message.match(/^Coord-(?:Fencing-Token|Run-Id):.*$/gm);
    expect(tokens).toEqual(['Coord-Run-Id: 2002', 'Coord-Fencing-Token: 1']);
  });

  it.each([
    ['Expected branch to point to "…" but it did not.', losesRaceBeforeCheck()],
    ['Ref … is at … but expected …', losesRaceAtUpdate()],
    [
      'the second wording without any type or path',
      answers({ status: 200, body: { errors: [{ message: 'Ref refs/heads/x is at 1 but expected 2' }] } }),
    ],
  ])('loses a race: %s', async (_name, fault) => {
    stage.github.faults.next(isMutation(), fault);
    expect(await write()).toEqual({
      result: { kind: 'lost_race' },
      stored: false,
      asked: ['createCommitOnBranch'],
    });
  });

  it('loses the race against whoever wrote since the reading', async () => {
    const stale = await stage.repository.writeFile('moved', 'README.md', '1\n');
    await stage.repository.writeFile('moved', 'README.md', '2\n');
    const store = await stage.store({ stateBranch: 'moved' });
    expect(await store.write(changeOf(stale), within())).toEqual({ kind: 'lost_race' });
  });

  it.each([
    ['a field error', fieldErrorAfterApplying()],
    ['an error that sounds like a lost race', fieldErrorAfterApplying({ type: 'STALE_DATA', message: 'x' })],
    ['a rate limit for some field', fieldErrorAfterApplying({ type: 'RATE_LIMITED', message: 'API rate limit' })],
  ])('was applied where %s stands next to the commit', async (_name, fault) => {
    stage.github.faults.next(isMutation(), fault);
    expect(await write()).toMatchObject({ result: { kind: 'applied' }, stored: true });
  });

  const unknown: [string, FaultAction, boolean][] = [
    ['502', badGateway(), false],
    ['502', badGatewayAfterApplying(), true],
    ['504', answersAfterApplying({ status: 504, body: { message: 'time-out' } }), true],
    ['a reset', resetsConnection(), false],
    ['a reset', resetsConnectionAfterApplying(), true],
    ['"Something went wrong"', opaqueFailure(), false],
    ['"Something went wrong"', opaqueFailureAfterApplying(), true],
    ['HTML with status 200', answersHtml(200), false],
    ['HTML with status 200', answersAfterApplying({ status: 200, body: '<!DOCTYPE html>' }), true],
    ['no data', answersAfterApplying({ status: 200, body: { data: { createCommitOnBranch: null } } }), true],
    [
      'an oid that is none',
      answersAfterApplying({ status: 200, body: { data: { createCommitOnBranch: { commit: { oid: '?' } } } } }),
      true,
    ],
    [
      'an error of a type nobody knows',
      answersAfterApplying({ status: 200, body: { errors: [{ type: 'TIMEOUT', message: 'Sorry' }] } }),
      true,
    ],
  ];
  it.each(unknown)('has an unknown outcome after %s (%#)', async (_name, fault, stored) => {
    stage.github.faults.next(isMutation(), fault);
    expect(await write()).toMatchObject({
      result: { kind: 'unknown', failure: { code: 'api_error', retry: { kind: 'backoff' } } },
      stored,
    });
  });

  it('has an unknown outcome after no answer at all, and the deadline ends the wait', async () => {
    stage.github.faults.next(isMutation(), neverAnswersAfterApplying());
    const started = performance.now();
    const { result, stored } = await write({ budgetMs: 300 });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(result).toMatchObject({
      kind: 'unknown',
      failure: { problem: expect.stringContaining('did not answer in time') as unknown },
    });
    expect(stored).toBe(true);
  });

  it('fails for good with a read-only token, and says which permission is missing', async () => {
    const { result, stored } = await write({ token: READER });
    expect(result).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'permission_denied',
        problem: expect.stringContaining('Resource not accessible by integration') as unknown,
        advice: expect.stringMatching(/permissions: \{ contents: write \}.*fork/) as unknown,
        retry: { kind: 'never' },
      },
    });
    expect(stored).toBe(false);
  });

  it('fails for good under a rule, and says that it is the rule', async () => {
    stage.repository.protectBranch('guarded', 'Changes must be made through a pull request.');
    const { result, stored } = await write({ stateBranch: 'guarded' });
    expect(result).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'permission_denied',
        problem: expect.stringContaining('Repository rule violations found') as unknown,
        advice: expect.stringMatching(/ruleset/) as unknown,
        retry: { kind: 'never' },
      },
    });
    expect(shown(result)).not.toContain('contents: write');
    expect(stored).toBe(false);
  });

  it.each([
    [401, 'permission_denied', 'github-token'],
    [404, 'permission_denied', 'contents: write'],
    [403, 'permission_denied', 'contents: write'],
    [422, 'api_error', 'running again does not help'],
    [301, 'api_error', '"repo"'],
  ])('fails for good with status %i', async (status, code, advice) => {
    stage.github.faults.next(isMutation(), answers({ status, body: { message: 'No.' } }));
    expect(await write()).toMatchObject({
      result: {
        kind: 'failed',
        failure: { code, advice: expect.stringContaining(advice) as unknown, retry: { kind: 'never' } },
      },
      stored: false,
    });
  });

  it('fails for good with an unknown token, and with a branch that is gone', async () => {
    expect((await write({ token: UNKNOWN })).result).toMatchObject({
      kind: 'failed',
      failure: { code: 'permission_denied' },
    });
    const store = await stage.store({ stateBranch: 'gone' });
    expect(await store.write(changeOf('a'.repeat(40)), within())).toMatchObject({
      kind: 'failed',
      failure: { code: 'permission_denied', retry: { kind: 'never' } },
    });
  });
});

describe('the first use', () => {
  it('takes three requests and leaves a root commit with README and record', async () => {
    const stateBranch = 'fresh';
    const { result, stored, asked } = await write({ first: true, stateBranch });
    expect(result).toMatchObject({ kind: 'applied' });
    expect({ stored, asked }).toEqual({ stored: true, asked: [TREE, COMMIT, REF] });
    const log = await stage.repository.log(stateBranch);
    expect(log).toHaveLength(1);
    expect(log[0]?.parents).toEqual([]);
    expect(log[0]?.message).toMatch(
      /^claim acme\/widgets#17 by run 2002\n\n[^]*\[skip ci\][^]*Coord-Request-Id: earlier/,
    );
    expect(await stage.repository.readFile(stateBranch, 'README.md')).toMatch(/^# fresh\n[^]*runner-coord[^]*takeover/);
  });

  it('loses the race against a ref that exists by now', async () => {
    const stateBranch = 'taken';
    const head = await stage.repository.writeFile(stateBranch, 'README.md', 'theirs\n');
    expect(await write({ first: true, stateBranch })).toMatchObject({ result: { kind: 'lost_race' }, stored: false });
    expect(await stage.repository.head(stateBranch)).toBe(head);
  });

  it('has exactly one winner of two', async () => {
    const store = await stage.store({ stateBranch: 'race' });
    const barrier = stage.github.faults.barrier(2, isRest(REF));
    const results = await Promise.all([store.write(changeOf(null), within()), store.write(changeOf(null), within())]);
    expect(barrier.timedOut).toBe(false);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['applied', 'lost_race']);
    expect(await stage.repository.log('race')).toHaveLength(1);
  });

  it('is refused in an empty repository, with what to do', async () => {
    const empty = await stage.github.createRepository('acme/empty', { empty: true });
    const store = await stage.store({ target: { repo: 'acme/empty', pr: 1 } });
    expect(await store.write(changeOf(null), within())).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'api_error',
        problem: expect.stringContaining('409 "Git Repository is empty."') as unknown,
        advice: expect.stringContaining('Push a first commit') as unknown,
        retry: { kind: 'never' },
      },
    });
    expect(await empty.head(BRANCH)).toBeNull();
  });

  it.each([
    ['a reset before', resetsConnection(), false],
    ['a reset after', resetsConnectionAfterApplying(), true],
    ['a 502 after', badGatewayAfterApplying(), true],
  ])('has an unknown outcome with %s creating the ref', async (_name, fault, stored) => {
    stage.github.faults.next(isRest(REF), fault);
    expect(await write({ first: true })).toMatchObject({ result: { kind: 'unknown' }, stored });
  });

  it.each([
    ['the tree', TREE, badGatewayAfterApplying()],
    ['the tree', TREE, answersHtml(201)],
    ['the commit', COMMIT, resetsConnectionAfterApplying()],
    ['the commit', COMMIT, answers({ status: 201, body: { sha: 'HEAD' } })],
  ])('certainly changed nothing while %s was not there, and may go again', async (_name, operation, fault) => {
    stage.github.faults.next(isRest(operation), fault);
    const { result, stored, asked } = await write({ first: true });
    expect(result).toMatchObject({ kind: 'failed', failure: { code: 'api_error', retry: { kind: 'backoff' } } });
    expect(stored).toBe(false);
    expect(asked).not.toContain(REF);
  });

  it('fails for good with a read-only token', async () => {
    expect(await write({ first: true, token: READER })).toMatchObject({
      result: {
        kind: 'failed',
        failure: {
          code: 'permission_denied',
          advice: expect.stringContaining('contents: write') as unknown,
          retry: { kind: 'never' },
        },
      },
      stored: false,
      asked: [TREE],
    });
  });

  it('fails for good under a rule, and says that it is the rule', async () => {
    stage.repository.protectBranch('forbidden', 'Creations are restricted.');
    const { result } = await write({ first: true, stateBranch: 'forbidden' });
    expect(result).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'permission_denied',
        advice: expect.stringMatching(/ruleset/) as unknown,
        retry: { kind: 'never' },
      },
    });
  });

  it('stores names in other scripts and emoji as they are', async () => {
    const record = recordOf({ history: [eventOf({ reason: 'größer 🦊 日本' })] });
    const store = await stage.store({ stateBranch: 'scripts' });
    expect(await store.write(changeOf(null, record), within())).toMatchObject({ kind: 'applied' });
    const read = await store.read(within());
    expect(read).toMatchObject({ kind: 'read', snapshot: { reading: { kind: 'record', record } } });
  });
});
