import { createHash } from 'node:crypto';
import { azureError, type CacheAnswer, type CacheFault, spoilBytes } from './answer.js';
import type { CacheEntry, EntryBook } from './entries.js';

/** The storage behind the service: what of Azure's blobs the package and its SDK use. */

/** An account before the container, as addresses without a host name have it, or none. */
const PATH = /^(?:\/devstoreaccount1)?\/actions-cache\/(\d+)$/;

export interface StorageCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** What is wrong with what it gives. */
  readonly fault: CacheFault | null;
}

export class Storage {
  readonly #blocks = new Map<string, Buffer>();

  constructor(private readonly entries: EntryBook) {}

  /** A signature for this one blob. */
  sign(id: number): string {
    return createHash('sha256').update(`blob ${id}`).digest('base64');
  }

  idOf({ pathname }: URL): number | null {
    const [, id] = PATH.exec(pathname) ?? [];
    return id === undefined ? null : Number(id);
  }

  answer(call: StorageCall): CacheAnswer {
    const id = this.idOf(call.url);
    if (id === null) return azureError(404, 'ResourceNotFound');
    const entry = this.entries.get(id);
    if (entry === null || call.url.searchParams.get('sig') !== this.sign(entry.id)) {
      return azureError(403, 'AuthenticationFailed');
    }
    switch (call.method) {
      case 'PUT':
        return this.#put(call, entry);
      case 'HEAD':
      case 'GET':
        return entry.isFinished ? read(call, entry) : azureError(404, 'BlobNotFound');
      default:
        return azureError(405, 'UnsupportedHttpVerb');
    }
  }

  #put({ url, body, headers }: StorageCall, { id, isFinished }: CacheEntry): CacheAnswer {
    if (isFinished) return azureError(403, 'AuthorizationPermissionMismatch');
    const block = url.searchParams.get('blockid') ?? '';
    switch (url.searchParams.get('comp')) {
      case 'block':
        this.#blocks.set(`${id} ${block}`, body);
        return created();
      case 'blocklist': {
        const names = [...body.toString('utf8').matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(([, name]) => name);
        const parts = names.map((name) => this.#blocks.get(`${id} ${name ?? ''}`));
        if (parts.includes(undefined)) return azureError(400, 'InvalidBlockList');
        this.entries.upload(id, Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0))));
        return created();
      }
      case null:
        if (headers['x-ms-blob-type'] !== 'BlockBlob') return azureError(400, 'MissingRequiredHeader');
        this.entries.upload(id, body);
        return created();
      default:
        return azureError(400, 'InvalidQueryParameterValue');
    }
  }
}

function created(): CacheAnswer {
  return { status: 201, headers: { ...COMMON, 'x-ms-request-server-encrypted': 'true' }, body: '' };
}

const COMMON = { etag: '"0x8D4BCC2E4835CD0"', 'x-ms-version': '2025-11-05', 'x-ms-request-id': 'local' };

function read({ headers, fault }: StorageCall, entry: CacheEntry): CacheAnswer {
  const archive = spoilBytes(entry.archive, fault);
  const always = { ...COMMON, 'x-ms-blob-type': 'BlockBlob', 'accept-ranges': 'bytes' };
  const shown = { ...always, 'content-type': 'application/octet-stream', 'last-modified': new Date(0).toUTCString() };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers['x-ms-range'] ?? headers.range ?? '') ?? [];
  if (from === undefined) return { status: 200, headers: shown, body: archive };
  const last = Math.min(archive.length - 1, to === '' || to === undefined ? Infinity : Number(to));
  if (Number(from) > last) return azureError(416, 'InvalidRange');
  const range = `bytes ${from}-${String(last)}/${String(archive.length)}`;
  const body = archive.subarray(Number(from), last + 1);
  return { status: 206, headers: { ...shown, 'content-range': range }, body };
}
