/** What goes out. `cutAfter`: so many bytes of the body, then the connection is gone. */
export interface CacheAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly cutAfter?: number;
}

/** The operations of the service, and those of the storage behind it. */
export type CacheOperation =
  'CreateCacheEntry' | 'FinalizeCacheEntryUpload' | 'GetCacheEntryDownloadURL' | 'upload' | 'download';

/** What may go wrong with an answer. */
export type CacheFault =
  | { readonly kind: 'status'; readonly status: number }
  /** The same number of bytes, and nothing that anybody could read. */
  | { readonly kind: 'garbage' }
  /** Half of the archive, which says that it is whole. */
  | { readonly kind: 'truncated' }
  /** Half of the archive, then the connection is gone. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** No answer at all. */
  | { readonly kind: 'reset' };

export function json(status: number, body: object): CacheAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A refusal as Twirp words it. */
export function twirpError(status: number, code: string, msg: string): CacheAnswer {
  return json(status, { code, msg });
}

/** A refusal as Azure words it. */
export function azureError(status: number, code: string): CacheAnswer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
}

/** What becomes of an answer; null: the connection is gone instead. Archives are spoilt before they are cut into ranges. */
export async function spoil(
  answer: CacheAnswer,
  fault: CacheFault | null,
  operation: CacheOperation,
): Promise<CacheAnswer | null> {
  switch (fault?.kind) {
    case undefined:
      return answer;
    case 'status':
      return operation === 'upload' || operation === 'download'
        ? azureError(fault.status, 'InternalError')
        : twirpError(fault.status, 'internal', 'something went wrong');
    case 'garbage':
    case 'truncated':
    case 'empty':
      return operation === 'download' ? answer : { ...answer, body: spoilBytes(Buffer.from(answer.body), fault) };
    case 'cut':
      return { ...answer, cutAfter: Math.floor(answer.body.length / 2) };
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds).unref());
      return answer;
    case 'reset':
      return null;
  }
}

export function spoilBytes(bytes: Buffer, fault: CacheFault | null): Buffer {
  const kind = fault?.kind;
  if (kind === 'garbage') return Buffer.from(bytes.map((_byte, index) => (index * 7 + 1) % 256));
  if (kind === 'truncated') return bytes.subarray(0, Math.floor(bytes.length / 2));
  return kind === 'empty' ? Buffer.alloc(0) : bytes;
}
