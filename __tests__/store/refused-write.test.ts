import { describe, expect, it } from '@jest/globals';
import { failureOfStatus } from '../../src/store/failures.js';
import { failedWrite, unknownWrite } from '../../src/store/refused-write.js';
import type { StoreFailure, WriteResult } from '../../src/store/state-store.js';
import type { HttpAnswer } from '../../src/store/transport.js';

/** Certainly not applied is only what GitHub itself refused, or what cannot have arrived. */

const PURPOSE = { doing: 'writing', permission: 'contents: write', now: '2026-11-22T08:00:00.000Z' };
const WORDS = { message: 'No.' };

function writeOf(answer: HttpAnswer): WriteResult {
  const failure = failureOfStatus(answer, PURPOSE);
  if (failure === null) throw new Error('no failure');
  return failedWrite(answer, failure);
}

const answered = (status: number, body: unknown = WORDS): HttpAnswer => ({ kind: 'answer', status, headers: {}, body });

describe('a write that is answered with a failure', () => {
  it.each([401, 403, 404, 409, 410, 422])('was refused for good by %i in GitHub’s own words', (status) => {
    expect(writeOf(answered(status))).toMatchObject({ kind: 'failed', failure: { retry: { kind: 'never' } } });
  });

  it('was refused by a limit in GitHub’s own words', () => {
    expect(writeOf(answered(429))).toMatchObject({ kind: 'failed', failure: { retry: { kind: 'after' } } });
  });

  it.each([
    300, 301, 302, 307, 308, 400, 402, 405, 406, 407, 408, 411, 413, 414, 421, 425, 431, 451, 500, 502, 503, 504,
  ])('is unknown by %i, whatever it says', (status) => {
    expect(writeOf(answered(status))).toMatchObject({ kind: 'unknown', failure: { retry: { kind: 'backoff' } } });
  });

  it.each(['<!DOCTYPE html>', '', null, {}, [], { message: '' }, { message: 7 }, { error: 'blocked' }])(
    'is unknown where nobody says that it is GitHub: %j',
    (body) => {
      for (const status of [401, 403, 404, 409, 410, 422]) {
        expect(writeOf(answered(status, body))).toMatchObject({
          kind: 'unknown',
          failure: { retry: { kind: 'backoff' } },
        });
      }
      expect(writeOf(answered(429, body))).toMatchObject({ kind: 'unknown', failure: { retry: { kind: 'after' } } });
    },
  );

  it('cannot have arrived where no connection could be made, and may have where one broke', () => {
    const none = { kind: 'no_answer', problem: 'x', cause: null } as const;
    expect(writeOf({ ...none, permanent: 'Set NODE_EXTRA_CA_CERTS.' })).toMatchObject({ kind: 'failed' });
    expect(writeOf(none)).toMatchObject({ kind: 'unknown', failure: { retry: { kind: 'backoff' } } });
  });
});

it.each<[StoreFailure['retry'], StoreFailure['retry']]>([
  [{ kind: 'never' }, { kind: 'backoff' }],
  [{ kind: 'backoff' }, { kind: 'backoff' }],
  [
    { kind: 'after', ms: 7 },
    { kind: 'after', ms: 7 },
  ],
])('an unknown outcome with retry %j is worth another look: %j', (retry, expected) => {
  const failure: StoreFailure = { code: 'api_error', problem: 'x', advice: 'y', retry };
  expect(unknownWrite(failure)).toEqual({ kind: 'unknown', failure: { ...failure, retry: expected } });
});
