import { describe, expect, it } from '@jest/globals';
import {
  answers,
  answersAfterApplying,
  isRest,
  refCreatedAnswersUpdateFailed,
  refCreationFails,
  resetsConnection,
} from '../../support/local-github/index.js';
import { changeOf, within } from './stage.js';
import { COMMIT, LIKE_IT, LOOK, REF, SHARDS, TREE, withWrites } from './writing.js';

/** GitHub has one status, 422, for a ref that is there, a name that clashes and a rule; the refs tell which it was. */

const { stage, write } = withWrites();

const head = async (): Promise<string> => (await stage().repository.head('main')) ?? '';

describe('a ref that is there by now', () => {
  it('is a lost race', async () => {
    const theirs = await stage().mark('taken');
    expect(await write({ first: true, stateBranch: 'taken' })).toEqual({
      result: { kind: 'lost_race' },
      stored: false,
      asked: [SHARDS, TREE, COMMIT, REF, LOOK],
    });
    expect(await stage().repository.head('taken')).toBe(theirs);
  });

  // "Reference update failed" is suspected for races, too.
  it('is applied where our own commit is what is there: nobody else has it', async () => {
    stage().github.faults.next(isRest(REF), refCreatedAnswersUpdateFailed());
    expect(await write({ first: true })).toMatchObject({ result: { kind: 'applied' }, stored: true });
  });

  it('is a lost race though it cannot be seen yet', async () => {
    stage().github.faults.next(isRest(REF), answers({ status: 422, body: { message: 'Reference already exists' } }));
    expect(await write({ first: true })).toEqual({
      result: { kind: 'lost_race' },
      stored: false,
      asked: [SHARDS, TREE, COMMIT, REF, LOOK],
    });
  });
});

describe('a ref that is not there', () => {
  // T5
  it.each([
    ['lower', 'lower/x'],
    ['up/per', 'up'],
    ['a/b/c', 'a/b'],
    ['d/e', 'd/e/f/g'],
  ])('"%s" clashes with the branch "%s", which is named', async (stateBranch, other) => {
    await stage().repository.createBranch(other, await head());
    await stage().repository.createBranch(`${stateBranch.replace(/\W/g, '-')}-and-more`, await head());
    const { result, asked } = await write({ first: true, stateBranch });
    expect(result).toMatchObject({ kind: 'failed', failure: { code: 'invalid_input', retry: { kind: 'never' } } });
    if (result.kind !== 'failed') return;
    expect(result.failure.problem).toContain(
      `"Reference update failed" while creating the state branch "${stateBranch}"`,
    );
    expect(result.failure.problem).toContain(`beside the branch "${other}"`);
    expect(result.failure.advice).toMatch(/Delete or rename the branch.*"state-branch"/);
    expect(asked).toEqual([SHARDS, TREE, COMMIT, REF, LOOK, LIKE_IT]);
  });

  it.each([true, false])('is forbidden by a rule (on creation only: %s), which is said', async (onlyCreation) => {
    const stateBranch = `forbidden-${String(onlyCreation)}`;
    stage().repository.protectBranch(stateBranch, 'Creations are restricted.', { onlyCreation });
    const { result, stored, asked } = await write({ first: true, stateBranch });
    expect(result).toMatchObject({ kind: 'unknown', failure: { code: 'permission_denied', retry: { kind: 'never' } } });
    if (result.kind !== 'unknown') return;
    expect(result.failure.problem).toContain(`creating the state branch "${stateBranch}"`);
    expect(result.failure.advice).toMatch(/ruleset.*bypass/);
    expect(result.failure.advice).toContain(`begins with "${stateBranch}/"`);
    expect({ stored, asked }).toEqual({ stored: false, asked: [SHARDS, TREE, COMMIT, REF, LOOK, LIKE_IT] });
  });

  it('is not blamed on a branch that only begins alike', async () => {
    await stage().repository.createBranch('alike-2', await head());
    await stage().repository.createBranch('alike/x', await head());
    stage().github.faults.next(isRest(REF), refCreationFails());
    const { result } = await write({ first: true, stateBranch: 'alike-2/y' });
    expect(result).toMatchObject({
      failure: { code: 'invalid_input', problem: expect.stringContaining('"alike-2"') as unknown },
    });
    stage().github.faults.next(isRest(REF), refCreationFails());
    const { result: other } = await write({ first: true, stateBranch: 'alike/xx' });
    expect(other).toMatchObject({ failure: { code: 'permission_denied' } });
  });

  it('leaves the reason open where the other branches cannot be listed', async () => {
    stage().github.faults.next(isRest(REF), refCreationFails());
    // The first is the question for shards.
    stage().github.faults.nth(1, isRest(LIKE_IT), resetsConnection());
    expect(await write({ first: true })).toMatchObject({
      result: { kind: 'unknown', failure: { code: 'permission_denied' } },
    });
  });

  it('stays in doubt where the ref was made, answered in the same words and cannot be seen yet', async () => {
    stage().github.faults.next(isRest(REF), refCreatedAnswersUpdateFailed());
    stage().github.faults.next(isRest(LOOK), answers({ status: 404, body: { message: 'Not Found' } }));
    expect(await write({ first: true })).toMatchObject({
      result: { kind: 'unknown', failure: { code: 'permission_denied' } },
      stored: true,
    });
  });

  it.each([
    ['a reset', resetsConnection(), 'api_error'],
    ['500', answers({ status: 500, body: {} }), 'api_error'],
    ['403', answers({ status: 403, body: { message: 'Resource not accessible by integration' } }), 'permission_denied'],
  ])('is unknown where nobody can look: %s', async (_name, fault, code) => {
    stage().github.faults.next(isRest(REF), refCreationFails());
    stage().github.faults.next(isRest(LOOK), fault);
    expect(await write({ first: true })).toMatchObject({
      result: { kind: 'unknown', failure: { code } },
      asked: [SHARDS, TREE, COMMIT, REF, LOOK],
    });
  });

  it.each([
    ['a page with 422', 422, '<!DOCTYPE html>'],
    ['422 without a word', 422, {}],
    ['a page with 403', 403, '<!DOCTYPE html>'],
    ['408', 408, { message: 'Request Timeout' }],
  ])('is not certain by %s: the outcome is unknown', async (_name, status, body) => {
    stage().github.faults.next(isRest(REF), answersAfterApplying({ status, body }));
    expect(await write({ first: true })).toMatchObject({
      result: { kind: 'unknown', failure: { retry: { kind: 'backoff' } } },
      stored: true,
      asked: [SHARDS, TREE, COMMIT, REF],
    });
  });

  it('never reads what a branch of the same name in another place says', async () => {
    const store = await stage().store({ stateBranch: 'a&b=c' });
    expect(await store.write(changeOf(null), within())).toMatchObject({ kind: 'applied' });
    const change = changeOf(null);
    const another = { ...change, event: { ...change.event, id: 'another-write' } };
    expect(await store.write(another, within())).toEqual({ kind: 'lost_race' });
    expect(stage().github.requests.at(-1)?.path).toContain('/git/ref/heads%2Fa%26b%3Dc');
  });
});
