import { describe, expect, it } from '@jest/globals';
import { answers, answersAfterApplying, isMutation } from '../../support/local-github/index.js';
import { changeOf, READER, shown, UNKNOWN, within } from './stage.js';
import { withWrites } from './writing.js';

const { stage, write } = withWrites();

describe('a commit that is refused', () => {
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
    stage().repository.protectBranch('guarded', 'Changes must be made through a pull request.');
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
    [409, 'api_error', 'running again does not help'],
    [410, 'api_error', 'running again does not help'],
  ])('fails for good with status %i', async (status, code, advice) => {
    stage().github.faults.next(isMutation(), answers({ status, body: { message: 'No.' } }));
    expect(await write()).toMatchObject({
      result: {
        kind: 'failed',
        failure: { code, advice: expect.stringContaining(advice) as unknown, retry: { kind: 'never' } },
      },
      stored: false,
    });
  });

  // Whatever stands between may answer after GitHub has applied it.
  it.each([
    ['408', answersAfterApplying({ status: 408, body: { message: 'Request Timeout' } })],
    ['400', answersAfterApplying({ status: 400, body: { message: 'Bad request' } })],
    ['301', answersAfterApplying({ status: 301, body: { message: 'Moved' } })],
    ['a page with 403', answersAfterApplying({ status: 403, body: '<!DOCTYPE html><title>Blocked</title>' })],
    ['a page with 404', answersAfterApplying({ status: 404, body: '<!DOCTYPE html><title>Lost</title>' })],
    ['429 without a word', answersAfterApplying({ status: 429, headers: { 'retry-after': '1' }, body: {} })],
  ])('is not certain by %s: the outcome is unknown, and worth a look', async (_name, fault) => {
    stage().github.faults.next(isMutation(), fault);
    const { result, stored } = await write();
    expect(result).toMatchObject({
      kind: 'unknown',
      failure: { retry: { kind: expect.stringMatching(/^(backoff|after)$/) as unknown } },
    });
    expect(stored).toBe(true);
  });

  it('fails for good with an unknown token, and with a branch that is gone', async () => {
    expect((await write({ token: UNKNOWN })).result).toMatchObject({
      kind: 'failed',
      failure: { code: 'permission_denied' },
    });
    const store = await stage().store({ stateBranch: 'gone' });
    expect(await store.write(changeOf('a'.repeat(40)), within())).toMatchObject({
      kind: 'failed',
      failure: { code: 'permission_denied', retry: { kind: 'never' } },
    });
  });
});
