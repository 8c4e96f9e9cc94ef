import { describe, expect, it } from '@jest/globals';
import {
  answers,
  answersHtml,
  badGatewayAfterApplying,
  isRest,
  refCreatedAnswersGarbage,
  refCreationAnswersNothing,
  refCreationNamesAnother,
  resetsConnection,
  resetsConnectionAfterApplying,
} from '../../support/local-github/index.js';
import { MARKER_PATH } from '../../src/core/marker.js';
import { changeOf, eventOf, markerOf, READER, recordOf, TARGET, within } from './stage.js';
import { COMMIT, REF, SHARDS, TREE, withWrites } from './writing.js';

const { stage, write } = withWrites();

describe('the first use', () => {
  it('takes four requests and leaves a root commit with README and record', async () => {
    const stateBranch = 'fresh';
    const { result, stored, asked } = await write({ first: true, stateBranch });
    expect(result).toMatchObject({ kind: 'applied' });
    expect({ stored, asked }).toEqual({ stored: true, asked: [SHARDS, TREE, COMMIT, REF] });
    const log = await stage().repository.log(stateBranch);
    expect(log).toHaveLength(1);
    expect(log[0]?.parents).toEqual([]);
    expect(log[0]?.message).toMatch(
      /^claim pull request 17 of acme\/widgets by run 2002\n\n[^]*\[skip ci\][^]*Coord-Request-Id: earlier/,
    );
    expect(await stage().repository.readFile(stateBranch, MARKER_PATH)).toBe(markerOf(stateBranch));
    expect(await stage().repository.readFile(stateBranch, 'README.md')).toMatch(
      /^# fresh\n[^]*runner-coord[^]*takeover/,
    );
  });

  it('has exactly one winner of two', async () => {
    const store = await stage().store({ stateBranch: 'race' });
    const barrier = stage().github.faults.barrier(2, isRest(REF));
    const change = changeOf(null);
    const another = { ...change, event: { ...change.event, id: 'another-write' } };
    const results = await Promise.all([store.write(change, within()), store.write(another, within())]);
    expect(barrier.timedOut).toBe(false);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['applied', 'lost_race']);
    expect(await stage().repository.log('race')).toHaveLength(1);
  });

  it('is refused in an empty repository, with what to do', async () => {
    const empty = await stage().github.createRepository('acme/empty', { empty: true });
    // A plain branch gets no further than the question for shards: no branch at all is no answer.
    const stateBranch = 'empty-{shard}';
    const store = await stage().store({ target: { ...TARGET, repo: 'acme/empty' }, stateBranch });
    expect(
      await store.write(changeOf(null, recordOf({ target: { ...TARGET, repo: 'acme/empty' } })), within()),
    ).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'api_error',
        problem: expect.stringContaining('409 "Git Repository is empty."') as unknown,
        advice: expect.stringContaining('Push a first commit') as unknown,
        retry: { kind: 'never' },
      },
    });
    expect(await empty.head('empty-01')).toBeNull();
  });

  // O8: whatever the status says, only an answer that names our commit is a success.
  it.each([
    ['a reset before', resetsConnection(), false],
    ['a reset after', resetsConnectionAfterApplying(), true],
    ['a 502 after', badGatewayAfterApplying(), true],
    ['200 {} and nothing done', refCreationAnswersNothing(), false],
    ['the name of another commit', refCreationNamesAnother(), false],
    ['HTML after', refCreatedAnswersGarbage(), true],
    ['null after', refCreatedAnswersGarbage(null, 201), true],
    ['an object without id after', refCreatedAnswersGarbage({ object: { sha: 'HEAD' } }, 201), true],
  ])('has an unknown outcome with %s creating the ref', async (_name, fault, stored) => {
    stage().github.faults.next(isRest(REF), fault);
    const { result, stored: found, asked } = await write({ first: true });
    expect(result).toMatchObject({ kind: 'unknown', failure: { code: 'api_error', retry: { kind: 'backoff' } } });
    expect(found).toBe(stored);
    expect(asked).toEqual([SHARDS, TREE, COMMIT, REF]);
  });

  it.each([
    ['the tree', TREE, badGatewayAfterApplying()],
    ['the tree', TREE, answersHtml(201)],
    ['the commit', COMMIT, resetsConnectionAfterApplying()],
    ['the commit', COMMIT, answers({ status: 201, body: { sha: 'HEAD' } })],
  ])('certainly changed nothing while %s was not there, and may go again', async (_name, operation, fault) => {
    stage().github.faults.next(isRest(operation), fault);
    const { result, stored, asked } = await write({ first: true });
    expect(result).toMatchObject({ kind: 'failed', failure: { code: 'api_error', retry: { kind: 'backoff' } } });
    expect(stored).toBe(false);
    expect(asked).not.toContain(REF);
  });

  it('asks for each shard by its name where they cannot be listed', async () => {
    stage().github.faults.next(isRest(SHARDS), answers({ status: 404, body: { message: 'Not Found' } }));
    const { stored, asked } = await write({ first: true });
    expect({ stored, asked }).toEqual({ stored: true, asked: [SHARDS, 'repository', TREE, COMMIT, REF] });
  });

  it.each([
    ['a reset', resetsConnection()],
    ['what is no list', answers({ status: 200, body: {} })],
    ['an error', answers({ status: 502, body: 'Bad Gateway' })],
  ])('makes nothing on %s to the question for shards', async (_, fault) => {
    stage().github.faults.next(isRest(SHARDS), fault);
    const { result, asked } = await write({ first: true });
    expect(result).toMatchObject({ kind: 'failed', failure: { retry: { kind: 'backoff' } } });
    expect(asked).toEqual([SHARDS]);
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
      asked: [SHARDS, TREE],
    });
  });

  it('stores names in other scripts and emoji as they are', async () => {
    const record = recordOf({ history: [eventOf({ reason: 'größer 🦊 日本' })] });
    const store = await stage().store({ stateBranch: 'scripts' });
    expect(await store.write(changeOf(null, record), within())).toMatchObject({ kind: 'applied' });
    const read = await store.read(within());
    expect(read).toMatchObject({ kind: 'read', snapshot: { reading: { kind: 'record', record } } });
  });
});
