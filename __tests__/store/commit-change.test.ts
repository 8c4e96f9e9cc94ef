import { describe, expect, it } from '@jest/globals';
import {
  answers,
  answersAfterApplying,
  answersHtml,
  badGateway,
  badGatewayAfterApplying,
  fieldErrorAfterApplying,
  isMutation,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  neverAnswersAfterApplying,
  opaqueFailure,
  opaqueFailureAfterApplying,
  resetsConnection,
  resetsConnectionAfterApplying,
  spuriousStaleData,
  type FaultAction,
} from '../../support/local-github/index.js';
import { withWrites } from './writing.js';

const { stage, write } = withWrites();

const MUTATION = 'createCommitOnBranch';
const SHOWN = { [MUTATION]: { commit: null } };

/** An error where `path` says, beside data that need not be empty. */
function refused(path: readonly string[], data: unknown = { [MUTATION]: null }, type = 'FORBIDDEN'): object {
  return { data, errors: [{ type, path, message: 'Resource not accessible by integration' }] };
}

describe('a commit onto the head that was read', () => {
  it.each([
    ['Expected branch to point to "…" but it did not.', losesRaceBeforeCheck()],
    ['Ref … is at … but expected …', losesRaceAtUpdate()],
    ['the first wording, though the head has not moved', spuriousStaleData()],
    [
      'the second wording without any type or path',
      answers({ status: 200, body: { errors: [{ message: 'Ref refs/heads/x is at 1 but expected 2' }] } }),
    ],
  ])('loses a race: %s', async (_name, fault) => {
    stage().github.faults.next(isMutation(), fault);
    expect(await write()).toEqual({
      result: { kind: 'lost_race' },
      stored: false,
      asked: ['createCommitOnBranch'],
    });
  });

  it.each([
    ['a field error', fieldErrorAfterApplying()],
    ['an error that sounds like a lost race', fieldErrorAfterApplying({ type: 'STALE_DATA', message: 'x' })],
    ['a rate limit for some field', fieldErrorAfterApplying({ type: 'RATE_LIMITED', message: 'API rate limit' })],
  ])('was applied where %s stands next to the commit', async (_name, fault) => {
    stage().github.faults.next(isMutation(), fault);
    expect(await write()).toMatchObject({ result: { kind: 'applied' }, stored: true });
  });

  it.each([[], [MUTATION]])('was refused by an error of the mutation itself, at %j', async (...path) => {
    stage().github.faults.next(isMutation(), answers({ status: 200, body: refused(path) }));
    expect(await write()).toMatchObject({
      result: { kind: 'failed', failure: { code: 'permission_denied', retry: { kind: 'never' } } },
      stored: false,
    });
  });

  it.each([
    ['a refusal beside what it made', refused([MUTATION], SHOWN)],
    ['a lost race beside what it made', refused([MUTATION], SHOWN, 'STALE_DATA')],
    ['a refusal below the mutation', refused([MUTATION, 'ref'])],
    ['a lost race below the mutation', refused([MUTATION, 'commit'], null, 'STALE_DATA')],
    ['a limit below the mutation', refused([MUTATION, 'ref'], null, 'RATE_LIMITED')],
  ])('was not refused by %s: the outcome is unknown', async (_name, body) => {
    stage().github.faults.next(isMutation(), answersAfterApplying({ status: 200, body }));
    const { result, stored } = await write();
    expect(result).toMatchObject({
      kind: 'unknown',
      failure: { retry: { kind: expect.stringMatching(/^(backoff|after)$/) as unknown } },
    });
    expect(stored).toBe(true);
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
    ['an object without a commit', answersAfterApplying({ status: 200, body: { data: SHOWN } }), true],
    [
      'an error of a type nobody knows',
      answersAfterApplying({ status: 200, body: { errors: [{ type: 'TIMEOUT', message: 'Sorry' }] } }),
      true,
    ],
  ];
  it.each(unknown)('has an unknown outcome after %s (%#)', async (_name, fault, stored) => {
    stage().github.faults.next(isMutation(), fault);
    expect(await write()).toMatchObject({
      result: { kind: 'unknown', failure: { code: 'api_error', retry: { kind: 'backoff' } } },
      stored,
    });
  });

  it('has an unknown outcome after no answer at all, and the deadline ends the wait', async () => {
    stage().github.faults.next(isMutation(), neverAnswersAfterApplying());
    const started = performance.now();
    const { result, stored } = await write({ budgetMs: 300 });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(result).toMatchObject({
      kind: 'unknown',
      failure: { problem: expect.stringContaining('did not answer in time') as unknown },
    });
    expect(stored).toBe(true);
  });
});
