import { isGithubDotCom } from './failures.js';
import type { NoAnswer } from './transport.js';

/** Why no answer came. Some reasons mend themselves, some only when somebody changes something. */

/** Codes of Node and OpenSSL for a certificate that is not trusted here. */
const CERTIFICATE =
  /^(?:UNABLE_TO_[A-Z_]+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_[A-Z_]+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/;

/**
 * @param error what the request threw; the reason may be several causes deep.
 * @param host who was asked.
 * @param timedOut whether our own time limit ended it.
 */
export function noAnswer(error: unknown, host: string, timedOut: boolean): NoAnswer {
  if (timedOut) return { kind: 'no_answer', problem: 'GitHub did not answer in time', cause: error, host };
  const reasons = reasonsOf(error);
  const text = reasons.find(({ code }) => code !== null)?.message ?? reasons[0]?.message ?? 'unknown reason';
  const problem = `the connection to ${host} failed (${text})`;
  const permanent = adviceFor(
    reasons.flatMap(({ code }) => (code === null ? [] : [code])),
    host,
  );
  return { kind: 'no_answer', problem, cause: error, host, ...(permanent === null ? {} : { permanent }) };
}

function adviceFor(codes: readonly string[], host: string): string | null {
  if (codes.some((code) => CERTIFICATE.test(code))) {
    return (
      `This runner does not trust the certificate of ${host}. If it is signed by an internal authority, put that ` +
      'authority’s certificate on the runner and name the file in NODE_EXTRA_CA_CERTS, in the environment of the runner itself.'
    );
  }
  if (codes.includes('ENOTFOUND')) {
    return `The name ${host} does not resolve on this runner. Check the address (GITHUB_API_URL), the runner’s DNS, and https_proxy if it needs one.`;
  }
  if (codes.includes('ECONNREFUSED') && !isGithubDotCom(host.replace(/:\d+$/, ''))) {
    return `${host} refuses connections. Check the address (GITHUB_API_URL) and that the server, or the proxy before it, is up.`;
  }
  return null;
}

interface Reason {
  readonly message: string;
  readonly code: string | null;
}

/** The error, its causes, and the single errors of a try over several addresses; by their shape, whoever made them. */
function reasonsOf(error: unknown, depth = 0): readonly Reason[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  if (!('message' in error) || typeof error.message !== 'string') return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const cause: unknown = 'cause' in error ? error.cause : null;
  const several: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return [{ message: error.message, code }, ...[cause, ...several].flatMap((each) => reasonsOf(each, depth + 1))];
}
