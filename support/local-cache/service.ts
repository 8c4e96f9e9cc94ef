import * as v from 'valibot';
import { type CacheAnswer, type CacheOperation, json, twirpError } from './answer.js';
import type { CacheGrant, EntryBook } from './entries.js';

/** Twirp's routes of the cache service, version 2. */
const PREFIX = '/twirp/github.actions.results.api.v1.CacheService/';
const OPERATIONS = ['CreateCacheEntry', 'FinalizeCacheEntryUpload', 'GetCacheEntryDownloadURL'] as const;
export type ServiceOperation = (typeof OPERATIONS)[number] & CacheOperation;

const Key = v.pipe(v.string(), v.nonEmpty(), v.maxLength(512), v.regex(/^[^,]*$/));
const Version = v.pipe(v.string(), v.nonEmpty(), v.maxLength(64));
const Named = { key: Key, version: Version };
const FinalizeSchema = v.object({ ...Named, size_bytes: v.optional(v.pipe(v.string(), v.regex(/^\d+$/)), '0') });
const GetSchema = v.object({ ...Named, restore_keys: v.optional(v.pipe(v.array(Key), v.maxLength(9)), []) });

export interface ServiceCall {
  readonly operation: ServiceOperation;
  readonly body: unknown;
  /** Null for a token that nobody issued. */
  readonly grant: CacheGrant | null;
  readonly entries: EntryBook;
  readonly signedUrl: (id: number) => string;
}

export function serviceOperation(method: string, path: string): ServiceOperation | null {
  return OPERATIONS.find((name) => method === 'POST' && path === PREFIX + name) ?? null;
}

export function answerService(call: ServiceCall): CacheAnswer {
  const { grant, operation } = call;
  if (grant === null) return twirpError(401, 'unauthenticated', 'invalid token');
  switch (operation) {
    case 'CreateCacheEntry':
      return create(call, grant);
    case 'FinalizeCacheEntryUpload':
      return finish(call, grant);
    case 'GetCacheEntryDownloadURL':
      return find(call, grant);
  }
}

function create({ body, entries, signedUrl }: ServiceCall, { scope, mode = 'write' }: CacheGrant): CacheAnswer {
  const wanted = v.safeParse(v.object(Named), body);
  if (!wanted.success) return invalid(wanted.issues);
  // The one refusal that comes with 200: its beginning is what the package goes by.
  if (mode !== 'write')
    return json(200, { ok: false, message: 'cache write denied: the token has no writable scopes' });
  const entry = entries.reserve({ ...wanted.output, scope });
  if (entry === null) {
    return twirpError(409, 'already_exists', 'cache entry with the same key, version, and scope already exists');
  }
  return json(200, { ok: true, signed_upload_url: signedUrl(entry.id) });
}

function finish({ body, entries }: ServiceCall, { scope }: CacheGrant): CacheAnswer {
  const wanted = v.safeParse(FinalizeSchema, body);
  if (!wanted.success) return invalid(wanted.issues);
  const { size_bytes, ...named } = wanted.output;
  const entry = entries.finish({ ...named, scope }, Number(size_bytes));
  if (entry === null) return twirpError(404, 'not_found', 'cache entry not found');
  return json(200, { ok: true, entry_id: String(entry.id) });
}

function find({ body, entries, signedUrl }: ServiceCall, { scope, reads = [], mode }: CacheGrant): CacheAnswer {
  const wanted = v.safeParse(GetSchema, body);
  if (!wanted.success) return invalid(wanted.issues);
  if (mode === 'none') {
    return twirpError(403, 'permission_denied', 'cache read denied: the token has no readable scopes');
  }
  const { key, restore_keys, version } = wanted.output;
  const entry = entries.find([key, ...restore_keys], version, [scope, ...reads]);
  if (entry === null) return json(200, { ok: false, signed_download_url: '', matched_key: '' });
  return json(200, { ok: true, signed_download_url: signedUrl(entry.id), matched_key: entry.key });
}

function invalid(issues: readonly v.BaseIssue<unknown>[]): CacheAnswer {
  return twirpError(400, 'invalid_argument', issues.map(({ message }) => message).join('; '));
}
