import { describe, expect, it } from '@jest/globals';
import { failureOfStatus, transient } from '../../src/store/failures.js';
import { noAnswer } from '../../src/store/no-answer.js';

/** T7: what no retry mends is said at once, with what to change; all else is a passing fault of whoever was asked. */

const PURPOSE = { doing: 'reading the state branch', permission: 'contents: read', now: '2026-11-22T08:00:00.000Z' };
const GITHUB = 'api.github.com';
const ENTERPRISE = 'github.example.com';

function coded(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

/** As Octokit, undici and Node wrap what went wrong. */
const wrapped = (cause: unknown): Error => new Error('fetch failed', { cause: new Error('other side', { cause }) });

function failureOf(error: unknown, host: string): NonNullable<ReturnType<typeof failureOfStatus>> {
  const failure = failureOfStatus(noAnswer(error, host, false), PURPOSE);
  if (failure === null) throw new Error('no failure');
  return failure;
}

describe('a certificate that is not trusted', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CERT_UNTRUSTED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HOSTNAME_MISMATCH',
  ])('%s is permanent, for every host', (code) => {
    for (const host of [GITHUB, ENTERPRISE, `${ENTERPRISE}:8443`]) {
      const failure = failureOf(wrapped(coded(code)), host);
      expect(failure).toMatchObject({ code: 'api_error', retry: { kind: 'never' } });
      expect(failure.problem).toBe(`the connection to ${host} failed (${code}) while reading the state branch`);
      expect(failure.advice).toContain(`does not trust the certificate of ${host}`);
      expect(failure.advice).toContain('NODE_EXTRA_CA_CERTS');
      expect(failure.advice).not.toContain('githubstatus');
      expect(failure.passing).not.toBe(true);
    }
  });
});

describe('an address that cannot be right', () => {
  it.each([GITHUB, ENTERPRISE])('a name that does not resolve is permanent: %s', (host) => {
    const failure = failureOf(wrapped(coded('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`)), host);
    expect(failure).toMatchObject({ code: 'api_error', retry: { kind: 'never' } });
    expect(failure.advice).toMatch(new RegExp(`^The name ${host} does not resolve.*GITHUB_API_URL.*DNS.*https_proxy`));
    expect(failure.advice).not.toContain('githubstatus');
  });

  it('a refused connection is permanent where it is not GitHub’s own', () => {
    const several = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], '');
    for (const error of [coded('ECONNREFUSED'), wrapped(several)]) {
      const failure = failureOf(error, `${ENTERPRISE}:8443`);
      expect(failure).toMatchObject({ code: 'api_error', retry: { kind: 'never' } });
      expect(failure.advice).toMatch(/^github\.example\.com:8443 refuses connections.*GITHUB_API_URL/);
    }
  });

  it.each([GITHUB, 'github.com', 'api.acme.ghe.com', 'API.GITHUB.COM:443'])(
    'a refused connection passes where GitHub runs the server: %s',
    (host) => {
      expect(failureOf(coded('ECONNREFUSED'), host)).toMatchObject({
        ...{ code: 'api_error', passing: true, retry: { kind: 'backoff' } },
      });
    },
  );
});

describe('what passes', () => {
  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'UND_ERR_SOCKET',
    'ENETUNREACH',
    'CERTAINLY_NOT',
    'EPROTO',
  ])('%s is tried again', (code) => {
    for (const host of [GITHUB, ENTERPRISE]) {
      expect(failureOf(wrapped(coded(code)), host)).toMatchObject({ passing: true, retry: { kind: 'backoff' } });
    }
  });

  it('our own time limit is no fault of the connection', () => {
    const answer = noAnswer(coded('ENOTFOUND'), GITHUB, true);
    expect(answer).toMatchObject({ kind: 'no_answer', problem: 'GitHub did not answer in time' });
    expect(answer.permanent).toBeUndefined();
  });

  it.each([undefined, null, 'text', new Error(''), Object.assign(new Error('x'), { code: 7 })])(
    '%p has no reason',
    (error) => {
      expect(failureOf(error, GITHUB)).toMatchObject({ retry: { kind: 'backoff' } });
    },
  );

  it('a chain of causes without end is followed for a while only', () => {
    const loop: Error = new Error('loop');
    loop.cause = loop;
    expect(failureOf(loop, GITHUB).problem).toContain('(loop)');
  });
});

describe('whom to turn to', () => {
  const at = (host: string): string =>
    transient('x', { kind: 'answer', status: 502, headers: {}, body: '', host }).advice;

  it.each([GITHUB, 'github.com', 'api.acme.ghe.com'])('is GitHub’s status page for %s', (host) => {
    expect(at(host)).toContain('githubstatus.com');
  });

  it.each([ENTERPRISE, 'notgithub.com', 'github.com.example.com', '127.0.0.1:8080'])('is whoever runs %s', (host) => {
    expect(at(host)).not.toContain('githubstatus.com');
    expect(at(host)).toContain(`See how ${host} is doing`);
  });
});
