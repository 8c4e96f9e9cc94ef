import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CacheFault, type LocalCache, startLocalCache } from '../../support/local-cache/index.js';
import { CacheUser } from './cache-user.js';

let user: CacheUser;
let cache: LocalCache;

beforeAll(async () => {
  user = await CacheUser.start();
});
beforeEach(async () => {
  cache = await startLocalCache();
});
afterEach(() => cache.close());
afterAll(() => user.end());

const LONG = Array.from({ length: 20_000 }, (_, index) => `${Math.sin(index)}\n`).join('');

function operations(): unknown[] {
  return cache.requests.map(({ operation, status }) => [operation, status]);
}

describe('the cache service, to the real package', () => {
  it('keeps what was saved, by its key and by what the key begins with, the newest first', async () => {
    expect(await user.save(cache, 'board-1', 'one')).toMatchObject({ value: 1 });
    expect(await user.save(cache, 'board-2', 'two')).toMatchObject({ value: 2 });
    expect(operations()).toEqual([
      ...[
        ['CreateCacheEntry', 200],
        ['upload', 201],
        ['FinalizeCacheEntryUpload', 200],
      ],
      ...[
        ['CreateCacheEntry', 200],
        ['upload', 201],
        ['FinalizeCacheEntryUpload', 200],
      ],
    ]);
    expect(await user.restore(cache, ['board-1', 'board-'])).toMatchObject({ value: 'board-1', content: 'one' });
    expect(await user.restore(cache, ['board-9', 'board-'])).toMatchObject({ value: 'board-2', content: 'two' });
    expect(await user.restore(cache, ['board'])).toMatchObject({ value: 'board-2', content: 'two' });
    expect(await user.restore(cache, ['else'])).toMatchObject({ value: null, content: null });
    expect(cache.entries()).toMatchObject([
      { key: 'board-1', scope: 'refs/heads/main', isFinished: true },
      { key: 'board-2', scope: 'refs/heads/main', isFinished: true },
    ]);
  });

  it('never changes a key, and shows other branches only what they may read', async () => {
    await user.save(cache, 'board-1', 'one');
    const again = await user.save(cache, 'board-1', 'another');
    expect(again).toMatchObject({ value: -1, printed: expect.stringContaining('Failed to save: Unable to reserve') });
    expect(again.printed).not.toContain('::warning::');
    cache.issueToken('topic', { scope: 'refs/heads/topic', reads: ['refs/heads/main'] });
    expect(await user.restore(cache, ['board-'], 'topic')).toMatchObject({ value: 'board-1', content: 'one' });
    expect(await user.save(cache, 'board-1', 'mine', 'topic')).toMatchObject({ value: 2 });
    expect(await user.restore(cache, ['board-'], 'topic')).toMatchObject({ content: 'mine' });
    expect(await user.restore(cache, ['board-'])).toMatchObject({ content: 'one' });
  });

  it('refuses to write for a token that may only read, and to read for one that may not even that', async () => {
    await user.save(cache, 'board-1', 'one');
    cache.issueToken('reader', { scope: 'refs/heads/main', mode: 'read' });
    cache.issueToken('nobody', { scope: 'refs/heads/main', mode: 'none' });
    expect(await user.restore(cache, ['board-1'], 'reader')).toMatchObject({ content: 'one' });
    const refused = await user.save(cache, 'board-2', 'two', 'reader');
    expect(refused).toMatchObject({ value: -1, printed: expect.stringContaining('::warning::Failed to save: ') });
    expect(refused.printed).toContain('cache write denied: ');
    const blind = await user.restore(cache, ['board-1'], 'nobody');
    expect(blind).toMatchObject({ value: null, printed: expect.stringContaining('cache read denied: ') });
    expect(await user.restore(cache, ['board-1'], 'wrong')).toMatchObject({ value: null, content: null });
  });

  it.each<[CacheFault['kind'], RegExp]>([
    ['garbage', /^$/],
    ['truncated', /^.+$/s], // what could be unpacked lies there, and it is not all
    ['empty', /^$/],
  ])('an archive that is %s is a warning and no hit', async (kind, left) => {
    await user.save(cache, 'board-1', LONG);
    cache.plant('download', { kind } as CacheFault);
    const used = await user.restore(cache, ['board-1']);
    expect(used).toMatchObject({ value: null, printed: expect.stringContaining('::warning::Failed to restore: ') });
    expect(used.content ?? '').toMatch(left);
    expect(used.content).not.toBe(LONG);
    cache.mend();
    expect(await user.restore(cache, ['board-1'])).toMatchObject({ content: LONG });
  });

  it('that breaks off is a warning', async () => {
    cache.plant('GetCacheEntryDownloadURL', { kind: 'reset' });
    expect((await user.restore(cache, ['a'])).printed).toContain('::warning::Failed to restore: ');
    cache.plant('upload', { kind: 'status', status: 403 });
    expect(await user.save(cache, 'a', 'a')).toMatchObject({ value: -1 });
    expect(await user.save(cache, 'a', 'a')).toMatchObject({ value: -1 }); // the key is taken all the same
  });
});

describe('the storage', () => {
  it('is read in ranges by the SDK where it is called as Azure is', async () => {
    const azure = await startLocalCache({ blobHost: 'results0.blob.core.windows.net' });
    await user.save(azure, 'board-1', LONG);
    expect(await user.restore(azure, ['board-1'])).toMatchObject({ value: 'board-1', content: LONG });
    const downloads = azure.requests.filter(({ operation }) => operation === 'download');
    expect(downloads.map(({ status }) => status)).toEqual([200, 206]);
    azure.plant('download', { kind: 'truncated' });
    const half = await user.restore(azure, ['board-1']);
    expect(half).toMatchObject({ value: null, printed: expect.stringMatching(/::warning::Failed to restore: .*tar/) });
    await azure.close();
  });

  it('takes large archives in blocks, and knows its signature', async () => {
    const call = async (method: string, name: string, body: object): Promise<Record<string, string>> => {
      const headers = { authorization: 'Bearer branch', 'content-type': 'application/json' };
      const url = `${cache.url}twirp/github.actions.results.api.v1.CacheService/${name}`;
      return (await (await fetch(url, { method, headers, body: JSON.stringify(body) })).json()) as Record<
        string,
        string
      >;
    };
    const { signed_upload_url: url = '' } = await call('POST', 'CreateCacheEntry', { key: 'k', version: 'v' });
    const put = async (query: string, body: string): Promise<number> =>
      (await fetch(`${url}&${query}`, { method: 'PUT', body })).status;
    expect(await put('comp=block&blockid=MQ%3D%3D', 'first ')).toBe(201);
    expect(await put('comp=block&blockid=Mg%3D%3D', 'second')).toBe(201);
    const list = '<BlockList><Latest>MQ==</Latest><Latest>Mg==</Latest></BlockList>';
    expect(await put('comp=blocklist', list)).toBe(201);
    expect(await put('comp=blocklist', list.replace('Mg', 'NA'))).toBe(400);
    const finished = await call('POST', 'FinalizeCacheEntryUpload', { key: 'k', version: 'v', size_bytes: '12' });
    expect(finished).toEqual({ ok: true, entry_id: '1' });
    const part = await fetch(url, { headers: { 'x-ms-range': 'bytes=6-8' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 6-8/12', 'sec']);
    expect((await fetch(url.replace(/sig=.*/, 'sig=no'))).status).toBe(403);
  });
});
