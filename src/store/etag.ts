import type { Answered } from './transport.js';

/** What may stand in a header, as HTTP describes an ETag; anything else is not sent back. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/;

/** By what GitHub can tell later whether the answer would be the same; `null` where it gave nothing that can be used. */
export function etagOf({ headers }: Answered): string | null {
  const etag = headers['etag'] ?? '';
  return ETAG.test(etag) ? etag : null;
}
