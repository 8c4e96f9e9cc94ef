import { afterEach, describe, expect, it } from '@jest/globals';
import type { LookResult, ShownRecord, WatchableStore } from '../../src/store/state-store.js';
import {
  answers,
  answersHtml,
  isRest,
  startLocalGitHub,
  type LoggedRequest,
} from '../../support/local-github/index.js';
import { withReadings } from './reading.js';
import { BRANCH, markerOf, PATH, TARGET, within, WRITER } from './stage.js';
import { openWatchable } from './watching.js';

/** A look at the text of the record: what it costs, what counts as unchanged, and what only a reading can settle. */

const { stage } = withReadings();

const FIRST = '{"first":"é"}\n';
const SECOND = '{"second":true}\n';

type Shows = Extract<LookResult, { kind: 'changed' | 'unchanged' }>;

async function shownBy(store: WatchableStore, known: ShownRecord | null = null): Promise<Shows> {
  const result = await store.look(known, within());
  if (result.kind === 'missing' || result.kind === 'failed') throw new Error(JSON.stringify(result));
  return result;
}

function lastAsked(): LoggedRequest {
  const last = stage().github.requests.at(-1);
  if (last === undefined) throw new Error('Nothing was asked.');
  return last;
}

async function store(): Promise<WatchableStore> {
  await stage().plant(FIRST);
  return openWatchable(stage().github);
}

function points(): { core: number; graphql: number } {
  return { ...stage().github.points(WRITER) };
}

describe('a look', () => {
  it('shows the text as it lies on the branch, with its ETag and GitHub’s time, by one request', async () => {
    const opened = await store();
    stage().github.clock.freeze(new Date('2031-02-03T04:05:06.000Z'));
    const before = points();
    const { kind, shown, time } = await shownBy(opened);
    expect([kind, shown.text]).toEqual(['changed', FIRST]);
    expect(shown.etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    expect(time.serverMs).toBe(Date.parse('2031-02-03T04:05:06.000Z'));
    expect(points()).toEqual({ ...before, core: before.core + 1 });
    expect(lastAsked()).toMatchObject({
      operation: 'GET /repos/{owner}/{repo}/contents/{path}',
      accept: 'application/vnd.github.raw+json',
      cacheControl: 'no-cache',
      ifNoneMatch: '',
    });
  });

  it('that knows the text costs nothing, and takes the time of its own answer', async () => {
    const opened = await store();
    stage().github.clock.freeze(new Date('2031-02-03T04:05:06.000Z'));
    const { shown } = await shownBy(opened);
    const before = points();
    stage().github.clock.shift(7_000);
    const again = await shownBy(opened, shown);
    expect(again).toMatchObject({
      kind: 'unchanged',
      shown,
      time: { serverMs: Date.parse('2031-02-03T04:05:13.000Z') },
    });
    expect(points()).toEqual(before);
    expect(lastAsked()).toMatchObject({ status: 304, ifNoneMatch: shown.etag, cacheControl: 'no-cache' });
  });

  it('sees another text', async () => {
    const opened = await store();
    const { shown } = await shownBy(opened);
    await stage().plant(SECOND);
    const { kind, shown: next } = await shownBy(opened, shown);
    expect([kind, next.text]).toEqual(['changed', SECOND]);
    expect(next.etag).not.toBe(shown.etag);
    expect(await shownBy(opened, next)).toMatchObject({ kind: 'unchanged', shown: next });
    // What it is compared with is what the caller knows, not what was seen last.
    expect(await shownBy(opened, shown)).toMatchObject({ kind: 'changed', shown: next });
  });

  it('is not misled by a tag called like the branch', async () => {
    const opened = await store();
    const { repository } = stage();
    const old = await repository.head(BRANCH);
    const { shown } = await shownBy(opened);
    await stage().plant(SECOND);
    const headers = { authorization: `token ${WRITER}` };
    const body = JSON.stringify({ ref: `refs/tags/${BRANCH}`, sha: old });
    const url = `${stage().github.apiUrl}/repos/acme/widgets/git/refs`;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201);
    expect((await shownBy(opened, shown)).shown.text).toBe(SECOND);
  });

  it('asks for the record of its scope', async () => {
    await stage().plant(SECOND, 'pulls/0/17.preview.json');
    const opened = await openWatchable(stage().github, { target: { ...TARGET, scope: 'preview' } });
    expect((await shownBy(opened)).shown.text).toBe(SECOND);
  });

  it.each([null, 'W/"of before"'])('with an ETag that is none to GitHub (%s) compares the text', async (etag) => {
    const opened = await store();
    const before = points();
    const { kind, shown } = await shownBy(opened, { text: FIRST, etag });
    expect(kind).toBe('unchanged');
    expect(shown.etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
    expect(await shownBy(opened, { text: `${FIRST} `, etag })).toMatchObject({ kind: 'changed' });
    expect(points()).toEqual({ ...before, core: before.core + 2 });
  });
});

describe('where every commit of the branch changes the ETag', () => {
  it('the text decides, and the new ETag is kept', async () => {
    const github = await startLocalGitHub({ contentsEtag: 'commit' });
    const repository = await github.createRepository(TARGET.repo, { id: 7 });
    github.issueToken(WRITER, { login: 'octocat', permissions: { contents: 'write' } });
    await repository.writeFile(BRANCH, '.runner-coord.json', markerOf(BRANCH));
    await repository.writeFile(BRANCH, PATH, FIRST);
    const opened = await openWatchable(github);
    const first = await shownBy(opened);
    await repository.writeFile(BRANCH, 'pulls/0/18.json', SECOND);
    const second = await shownBy(opened, first.shown);
    expect([second.kind, second.shown.text]).toEqual(['unchanged', FIRST]);
    expect(second.shown.etag).not.toBe(first.shown.etag);
    expect(await shownBy(opened, second.shown)).toEqual({ ...second, time: expect.anything() as unknown });
    expect(github.requests.map(({ status }) => status)).toEqual([200, 200, 304]);
    expect(github.points(WRITER)).toEqual({ core: 2, graphql: 0 });
    await github.close();
  });
});

describe('what a reading has to settle', () => {
  afterEach(async () => {
    const { repository } = stage();
    if (repository.nameWithOwner !== TARGET.repo) repository.rename(TARGET.repo);
    await stage().plant(FIRST);
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    ['the record is gone', () => stage().repository.removeFile(BRANCH, PATH)],
    ['the branch is gone', () => stage().repository.deleteBranch(BRANCH)],
    ['the repository has another name', () => Promise.resolve(stage().repository.rename('acme/gizmos'))],
    [
      'there is a folder in its place',
      async () => {
        await stage().repository.removeFile(BRANCH, PATH);
        await stage().repository.writeFile(BRANCH, `${PATH}/inner.json`, FIRST);
      },
    ],
  ])('%s', async (_what, change) => {
    const opened = await store();
    const { shown } = await shownBy(opened);
    const count = stage().github.requests.length;
    await change();
    expect(await opened.look(shown, within())).toEqual({ kind: 'missing' });
    expect(stage().github.requests).toHaveLength(count + 1);
    if ((await stage().repository.readFile(BRANCH, `${PATH}/inner.json`)) !== null) {
      await stage().repository.removeFile(BRANCH, `${PATH}/inner.json`);
    }
  });

  it.each([301, 302, 307, 308])('a redirect (%i), which is not followed', async (status) => {
    const opened = await store();
    const location = `${stage().github.apiUrl}/user`;
    stage().github.faults.next(isRest(), answers({ status, headers: { location }, body: {} }));
    const count = stage().github.requests.length;
    expect(await opened.look(null, within())).toEqual({ kind: 'missing' });
    expect(stage().github.requests).toHaveLength(count + 1);
  });

  it('a page of somebody else’s, which is another text', async () => {
    const opened = await store();
    const { shown } = await shownBy(opened);
    stage().github.faults.next(isRest(), answersHtml(200, '<html>'));
    expect(await shownBy(opened, shown)).toMatchObject({ kind: 'changed', shown: { text: '<html>' } });
  });
});
