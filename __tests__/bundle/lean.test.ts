import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../support/local-github/package-root.js';
import { recordOf } from '../../support/records.js';
import { CERTIFICATE, localTls } from '../../support/tls/local-tls.js';
import { expectOk, expectRefusal, onProcessStage } from '../support/scenario.js';
import { inJob } from '../command-line/stage.js';
import { calledBy, loadedBy } from './loaded.js';

/**
 * What a step loads, held without a clock: the time of its start goes into reading and compiling code that it may never
 * use. Whoever adds a package to the main path meets this test.
 */

const ENTRY = 'index.js';
const BUNDLE = 'bundle.js';
/** Node's own fetch, and what only TLS needs. */
const UNDICI = expect.stringMatching(/undici/);
const TLS = ['tls', 'https', '_tls_wrap'];

const dist = join(packageRoot(), 'dist');
const sizeOf = async (name: string): Promise<number> => (await stat(join(dist, name))).size;

describe('a step over plain HTTP', () => {
  test.each(['assert', 'claim', 'ensure', 'check', 'release'])(
    '%s loads the bundle, no other chunk, neither undici nor TLS',
    (command) =>
      onProcessStage(async ({ step, plant }) => {
        await plant(recordOf());
        const { step: ended, loaded } = await loadedBy((env) => step(command, { env }));
        expect(ended.outputs['error']).toBe('');
        expect(loaded.files).toEqual([BUNDLE, ENTRY]);
        expect(loaded.builtins).not.toEqual(expect.arrayContaining([UNDICI]));
        expect(loaded.builtins.filter((name) => TLS.includes(name))).toEqual([]);
        expect(loaded.builtins).toContain('http');
        expect(loaded.builtins).not.toContain('internal/fs/promises');
      }),
  );
});

test('status loads one chunk more, which tells a person at length', () =>
  onProcessStage(async ({ step, plant }) => {
    await plant(recordOf());
    const { step: ended, loaded } = await loadedBy((env) => step('status', { env }));
    expect(ended.summary).toMatch(/^### .* owns /);
    expect(loaded.files).toEqual([expect.stringMatching(/\.index\.js$/), BUNDLE, ENTRY]);
  }));

test('over TLS it loads TLS, and no undici', async () =>
  onProcessStage(
    async ({ step, plant }) => {
      await plant(recordOf());
      const { step: ended, loaded } = await loadedBy((env) =>
        step('assert', { env: { ...env, NODE_EXTRA_CA_CERTS: CERTIFICATE } }),
      );
      expectOk(ended, 'owner_confirmed', true);
      expect(loaded.files).toEqual([BUNDLE, ENTRY]);
      expect(loaded.builtins).toContain('https');
      expect(loaded.builtins).not.toEqual(expect.arrayContaining([UNDICI]));
    },
    { tls: await localTls() },
  ));

test('a claim that is willing to wait loads what waits only where it stands in line', () =>
  onProcessStage(async ({ step, plant }) => {
    await plant(recordOf());
    const patient = { 'wait-timeout': '2s' };
    const owner = await loadedBy((env) => step('claim', { runId: 1001, env, with: patient }));
    expectOk(owner.step, 'refreshed', true);
    expect(owner.loaded.files).toEqual([BUNDLE, ENTRY]);
    const waiter = await loadedBy((env) => step('claim', { runId: 1002, env, with: patient }));
    expectRefusal(waiter.step, 'active_run_exists');
    const chunks = waiter.loaded.files.filter((name) => name.endsWith('.index.js'));
    expect(waiter.loaded.files).toEqual([...chunks, BUNDLE, ENTRY]);
    // What waits, and what tells of the refusal.
    expect(chunks).toHaveLength(2);
  }));

test('what makes a branch is loaded where there is none', () =>
  onProcessStage(async ({ step }) => {
    const { step: ended, loaded } = await loadedBy((env) => step('claim', { env }));
    expectOk(ended, 'claimed_new', true);
    expect(loaded.files.filter((name) => name.endsWith('.index.js')).length).toBeGreaterThan(0);
  }));

test('a claim that shows who owns loads what does that beside the bundle, and an assert does not', () =>
  onProcessStage(async ({ step, plant }) => {
    await plant(recordOf({ owner: null }));
    const shown = { 'pr-status': 'true' };
    const claim = await loadedBy((env) => step('claim', { env, with: shown }));
    expect(claim.loaded.files.filter((name) => name.endsWith('.index.js'))).toHaveLength(1);
    const assert = await loadedBy((env) => step('assert', { env, with: shown }));
    expect(assert.loaded.files).toEqual([BUNDLE, ENTRY]);
  }));

describe('the post step', () => {
  test('with nothing to do loads nothing but its entry', () =>
    onProcessStage(async ({ step, plant }) => {
      await plant(recordOf());
      const assert = await step('assert', { with: { 'release-on-exit': 'true' } });
      const { loaded } = await loadedBy((env) => assert.post({ env }));
      expect(loaded.files).toEqual(['post.js']);
      expect(loaded.builtins).not.toContain('http');
    }));

  test('that releases loads what main does', () =>
    onProcessStage(async ({ step, plant, record }) => {
      await plant(recordOf({ owner: null }));
      const claim = await step('claim', { with: { 'release-on-exit': 'true' } });
      const { loaded } = await loadedBy((env) => claim.post({ env }));
      expect(loaded.files).toEqual([BUNDLE, 'post.js']);
      expect(loaded.builtins).not.toEqual(expect.arrayContaining([UNDICI]));
      expect((await record())?.activeRun).toBeNull();
    }));
});

describe('the command line in a later step', () => {
  const CLI = 'cli.js';
  const isChunk = (name: string): boolean => name.endsWith('.index.js');
  /** Called where Octokit is made ready, which happens when its module is evaluated. */
  const OCTOKIT = 'withDefaults';

  test('assert loads the bundle and one chunk, neither undici nor TLS, and starts nothing', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf());
      await job.uses({ with: { command: 'assert' } });
      const { step: ended, loaded } = await loadedBy((env) => job.run(['runner-coord', 'assert'], { env }));
      expect(ended.status).toBe(0);
      expect(loaded.files.filter((name) => !isChunk(name))).toEqual([BUNDLE, CLI]);
      expect(loaded.files.filter(isChunk)).toHaveLength(1);
      expect(loaded.builtins).not.toEqual(expect.arrayContaining([UNDICI]));
      expect(loaded.builtins.filter((name) => TLS.includes(name))).toEqual([]);
      expect(loaded.builtins.filter((name) => ['child_process', 'crypto'].includes(name))).toEqual([]);
      expect(loaded.builtins).toContain('http');
    }));

  test.each([
    ['--help', 'Usage: runner-coord COMMAND', 2],
    ['exec --help', 'Usage: runner-coord exec', 2],
    ['--version', '1.', 1],
    ['assert --no-such-option', '', 1],
  ])('%s loads its text and nothing that talks to GitHub', (words, said, chunks) =>
    inJob(async ({ job, github }) => {
      await job.uses({ with: { command: 'status' } });
      const before = github.requests.length;
      const help = ['runner-coord', ...words.split(' ')];
      const { step: ended, loaded } = await loadedBy((env) => job.run(help, { env }));
      expect(ended.stdout).toContain(said);
      expect(loaded.files.filter((name) => !isChunk(name))).toEqual([BUNDLE, CLI]);
      expect(loaded.files.filter(isChunk)).toHaveLength(chunks);
      const builtins = ['http', ...TLS, 'crypto', 'child_process'];
      expect(loaded.builtins.filter((name) => builtins.includes(name))).toEqual([]);
      expect(await calledBy((env) => job.run(help, { env }))).not.toContain(OCTOKIT);
      expect(github.requests).toHaveLength(before);
    }),
  );

  test('which would be seen: assert makes Octokit ready', () =>
    inJob(async ({ job, plant }) => {
      await plant(recordOf());
      await job.uses({ with: { command: 'assert' } });
      expect(await calledBy((env) => job.run(['runner-coord', 'assert'], { env }))).toContain(OCTOKIT);
    }));
});

describe('dist/', () => {
  test('an entry is a few lines, the bundle stays small, and the rest is loaded late', async () => {
    expect(await sizeOf(ENTRY)).toBeLessThan(1_000);
    expect(await sizeOf('post.js')).toBeLessThan(1_000);
    expect(await sizeOf('cli.js')).toBeLessThan(1_000);
    // The line is in it, because every release may have to hand over; only the wait itself is loaded late.
    expect(await sizeOf(BUNDLE)).toBeLessThan(225_000);
    const names = await readdir(dist);
    expect(names.filter((name) => name.endsWith('.index.js')).length).toBeGreaterThan(0);
  });

  test('the cache package is in a folder of its own, which one chunk names and no step of the above loads', async () => {
    const names = (await readdir(dist)).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(
      names.map(async (name) => [name, await readFile(join(dist, name), 'utf8')] as const),
    );
    const naming = texts.filter(([, text]) => text.includes('actions-cache/index.js')).map(([name]) => name);
    expect(naming).toEqual([expect.stringMatching(/^\d+\.index\.js$/)]);
    for (const [, text] of texts) expect(text).not.toContain('GetCacheEntryDownloadURL');
    expect(await readFile(join(dist, 'actions-cache', 'index.js'), 'utf8')).toContain('GetCacheEntryDownloadURL');
  });

  test('a stack says which function failed, and the text is ASCII, which V8 keeps in half the memory', async () => {
    const text = await readFile(join(dist, BUNDLE), 'utf8');
    const named = ['async function carryOut(', 'function decide(', 'class Patience{'];
    expect(named.filter((name) => !text.includes(name))).toEqual([]);
    expect([...text].filter((character) => character > '\x7f')).toEqual([]);
  });

  test('what the bundle leaves out throws when it is called', async () => {
    const text = await readFile(join(dist, BUNDLE), 'utf8');
    expect(text).toContain('is not part of this bundle');
    // The signs of what was left out: a class of undici, and an endpoint method of Octokit.
    expect(text).not.toContain('class ProxyAgent extends');
    expect(text).not.toContain('addSelectedRepoToOrgSecret');
  });
});
