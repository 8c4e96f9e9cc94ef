import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  answersLate,
  badGateway,
  badGatewayAfterApplying,
  cutsAnswerAfterApplying,
  commitRefsFails,
  commitRefsFailsAfterApplying,
  delayed,
  isFetch,
  isFetchAdvertisement,
  isPush,
  isPushAdvertisement,
  isRead,
  isWrite,
  landsLate,
  mentions,
  resetsConnection,
  resetsConnectionAfterApplying,
  serviceUnavailable,
  withoutAtomic,
} from '../../support/local-github/index.js';
import { GitClient, type GitResult } from './git-client.js';
import { withClient } from './with-client.js';

const ready = withClient();
let clone: GitClient;
let from = '';
let to = '';

beforeEach(async () => {
  clone = await GitClient.clone(ready().repository.cloneUrl);
  from = await clone.git('rev-parse', 'HEAD');
  to = await clone.commit('a.txt', 'a\n');
  ready().github.clearRequests();
});

afterEach(() => clone.delete());

const push = (): Promise<GitResult> => clone.pushAtomically({ ref: 'refs/heads/main', from, to });

describe('faults of git requests', () => {
  it.each([
    ['5xx, nothing landed', badGateway(), 'error: 502', false],
    ['5xx, landed', badGatewayAfterApplying(), 'error: 502', true],
    ['a reset before', resetsConnection(), 'fatal: ', false],
    ['the answer lost', cutsAnswerAfterApplying(), 'fatal: ', true],
  ])('%s', async (_name, fault, words, landed) => {
    const { github } = ready();
    // Git sends a push again whose connection was reset: twice, and it knows.
    github.faults.next(isPush(), fault, 2);
    const { code, stderr } = await push();
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
    expect(await ready().head()).toBe(landed ? to : from);
    const pushed = github.requests.find(isPush());
    expect(pushed).toMatchObject({ fault: fault.name, git: { results: landed ? [{ ok: true }] : [] } });
  });

  it.each([
    ['nothing landed', commitRefsFails(), false],
    ['landed', commitRefsFailsAfterApplying(), true],
  ])('fatal error in commit_refs, %s', async (_name, fault, landed) => {
    ready().github.faults.next(isPush('refs/heads/main'), fault);
    const { code, stdout, stderr } = await push();
    expect(code).toBe(1);
    expect(stderr).toContain('remote: fatal error in commit_refs');
    expect(stdout).toContain('[remote rejected] (failure)');
    expect(await ready().head()).toBe(landed ? to : from);
  });

  it('a server that cannot push atomically', async () => {
    ready().github.faults.always(isPushAdvertisement(), withoutAtomic());
    const { code, stderr } = await push();
    expect(code).not.toBe(0); // 1 or 128, as the version has it
    expect(stderr).toContain('fatal: the receiving end does not support --atomic push');
    expect(ready().github.requests.filter(isPush())).toEqual([]);
  });

  it('a delay, a late answer, and a fetch that is turned away', async () => {
    const { github } = ready();
    github.faults.next(isPushAdvertisement(), delayed(60));
    github.faults.next(isPush(), answersLate(60));
    const start = performance.now();
    expect((await push()).code).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(118);
    github.faults.next(isFetchAdvertisement(), serviceUnavailable());
    expect((await clone.run('fetch', 'origin')).stderr).toContain('error: 503');
    github.faults.next(isFetch(), resetsConnection(), 2);
    expect((await clone.run('ls-remote', 'origin')).code).not.toBe(0);
  });

  it('a reset after landing, which git does not notice: it sends the push again, and that one is refused', async () => {
    const { github } = ready();
    github.faults.next(isPush(), resetsConnectionAfterApplying());
    const { code, stdout } = await push();
    expect([code, await ready().head()]).toEqual([1, to]);
    expect(stdout).toContain('[remote rejected]');
    const results = github.requests.filter(isPush()).map(({ git }) => git?.results);
    expect(results).toMatchObject([[{ ok: true }], [{ ok: false }]]);
  });

  it('a push that lands when nobody waits for it any more, or does not where the ref has moved', async () => {
    const { github, repository } = ready();
    const late = landsLate({ reply: 'reset' });
    github.faults.next(isPush(), late, 2);
    expect((await push()).code).not.toBe(0);
    expect([await ready().head(), late.waiting]).toEqual([from, 2]);
    await late.land();
    expect(await repository.head('main')).toBe(to);
    const pushes = github.requests.filter(isPush());
    expect(pushes.map(({ git }) => git?.results)).toMatchObject([[{ ok: true }], [{ ok: false }]]);
    expect(pushes.map((request) => [isWrite()(request), mentions('heads/main')(request)])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(github.requests.filter(isRead()).every(({ git }) => git?.isAdvertisement)).toBe(true);
  });
});
