import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer } from './faults/plan.js';
import { tokenOf } from './request-log.js';

/** What makes the ETag of a file's contents another one. It was not seen which of both GitHub does. */
export type ContentsEtag = 'body' | 'commit';

/**
 * The ETag of an answer, a weak one: another token, another body or another validator gives another. `null` for what is no
 * successful GET.
 */
export function etagOf(
  request: IncomingMessage,
  { status, headers, validator = '' }: Answer,
  payload: string | Uint8Array,
): string | null {
  if (request.method !== 'GET' || status !== 200) return null;
  if (headers.etag !== undefined) return headers.etag;
  const hash = createHash('sha256')
    .update(JSON.stringify([tokenOf(request), validator]))
    .update(payload);
  return `W/"${hash.digest('hex')}"`;
}

/** Whether the client has this very answer already: one of those it names, compared weakly, as HTTP has it for GET. */
export function hasAlready({ headers }: IncomingMessage, etag: string | null): boolean {
  const named = headers['if-none-match'];
  if (etag === null || named === undefined) return false;
  const tags = named.match(/\*|(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag === '*' || opaque(tag) === opaque(etag));
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}
