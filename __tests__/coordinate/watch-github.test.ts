import { describe, expect, test } from '@jest/globals';
import {
  answers,
  answersLate,
  badGateway,
  beforeAnswering,
  isQuery,
  isRest,
  primaryRateLimit,
  servedFrom,
} from '../../support/local-github/index.js';
import { OTHER, request } from '../core/samples.js';
import { BRANCH } from '../store/stage.js';
import { asked, closingStages, start, WATCHER } from './watch-stage.js';
import { HOURS, MINUTES, SECONDS, wordOf } from './watching.js';

/** What a watch costs on GitHub, and what it makes of what GitHub does. */

closingStages();

describe('an hour in which nothing changes', () => {
  test.each(['body', 'commit'] as const)('costs nothing after the first look (ETag of the %s)', async (mode) => {
    const stage = await start(mode);
    expect(wordOf(await stage.watch(HOURS))).toBe('stopped');
    const { looks, readings } = asked(stage);
    expect(looks[0]).toBe(200);
    expect(looks.slice(1).every((status) => status === 304)).toBe(true);
    expect(looks.length).toBeGreaterThan(300);
    expect(looks.length).toBeLessThanOrEqual(360);
    expect(readings).toBe(0);
    // The assert that the watch went on from, and the first look.
    expect(stage.github.points(WATCHER)).toEqual({ core: 1, graphql: 1 });
    expect(stage.troubles).toEqual([]);
  });

  test.each([
    ['body', 1],
    ['commit', 13],
  ] as const)('for this pull request costs no reading (ETag of the %s)', async (mode, core) => {
    const stage = await start(mode);
    const { clock, repository, github } = stage;
    for (let count = 1; count <= 12; count += 1) {
      clock.at(count * 5 * MINUTES - 90 * SECONDS, () =>
        repository.writeFile(BRANCH, 'pulls/0/18.json', String(count)),
      );
    }
    expect(wordOf(await stage.watch(HOURS))).toBe('stopped');
    expect(asked(stage).readings).toBe(0);
    expect(asked(stage).looks.length).toBeLessThanOrEqual(360);
    expect(github.points(WATCHER)).toEqual({ core, graphql: 1 });
  });
});

describe('the loss', () => {
  test.each([
    ['by a takeover', request('takeover', { run: OTHER }), 'lost conflict ownership_lost'],
    ['by an exit signal', request('signal-exit'), 'lost conflict exit_signal_recorded'],
    ['by the release of another job', request('release'), 'lost conflict ownership_missing'],
  ])('%s is seen at the next look, by one reading', async (_how, happened, word) => {
    const stage = await start();
    const { clock, github, act } = stage;
    clock.at(25 * SECONDS, () => act(happened));
    expect(wordOf(await stage.watch())).toBe(word);
    const since = github.requests.slice(-2).map(({ kind }) => kind);
    expect(since).toEqual(['rest', 'graphql query']);
    expect(clock.monotonic()).toBeLessThanOrEqual(36 * SECONDS);
    expect(github.points(WATCHER)).toEqual({ core: 2, graphql: 2 });
  });

  test('with the name of the repository is seen at once: the redirect is not followed', async () => {
    const stage = await start();
    stage.clock.at(25 * SECONDS, () => stage.repository.rename('acme/gizmos'));
    expect(wordOf(await stage.watch())).toBe('lost error target_moved');
    expect(asked(stage)).toEqual({ looks: [200, 304, 301], readings: 1 });
  });

  test('of the branch is no loss until it has lasted', async () => {
    const stage = await start();
    const { clock, repository, troubles } = stage;
    const head = (await repository.head(BRANCH)) ?? '';
    clock.at(25 * SECONDS, () => repository.deleteBranch(BRANCH));
    clock.at(70 * SECONDS, () => repository.createBranch(BRANCH, head));
    expect(wordOf(await stage.watch(5 * MINUTES))).toBe('stopped');
    expect(troubles).toHaveLength(2);
    clock.at(clock.monotonic() + 25 * SECONDS, () => repository.deleteBranch(BRANCH));
    expect(wordOf(await stage.watch())).toMatch(
      /^unreachable (?:contention_exhausted|deadline_exceeded|state_corrupt)$/,
    );
  });

  test('of the token is none until it has lasted', async () => {
    const stage = await start();
    const { clock, github, troubles } = stage;
    const refusal = answers({ status: 401, body: { message: 'Bad credentials' } });
    clock.at(25 * SECONDS, () => {
      github.faults.next(isRest(), refusal);
      github.faults.next(isQuery(), refusal);
    });
    expect(wordOf(await stage.watch(2 * MINUTES))).toBe('stopped');
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toContain('401');
    clock.at(clock.monotonic() + 25 * SECONDS, () => github.revokeToken(WATCHER));
    expect(wordOf(await stage.watch())).toBe('unreachable permission_denied');
  });
});

describe('trouble', () => {
  test('of a minute with every answer is got over, and of two minutes is not', async () => {
    const stage = await start();
    const { clock, github, troubles } = stage;
    const storm = (): void => {
      github.faults.always(isRest(), badGateway());
      github.faults.always(isQuery(), badGateway());
    };
    clock.at(25 * SECONDS, storm);
    clock.at(85 * SECONDS, () => github.faults.clear());
    expect(wordOf(await stage.watch(5 * MINUTES))).toBe('stopped');
    expect(troubles).toHaveLength(2);
    const begun = clock.monotonic();
    clock.at(begun + 25 * SECONDS, storm);
    const end = await stage.watch();
    expect(wordOf(end)).toMatch(/^unreachable (?:api_error|deadline_exceeded)$/);
    expect(clock.monotonic() - begun).toBeLessThanOrEqual(145 * SECONDS);
  });

  test('with the limit of looks costs readings, which have another', async () => {
    const stage = await start();
    const { clock, github, troubles } = stage;
    clock.at(25 * SECONDS, () => github.faults.next(isRest(), primaryRateLimit({ resetInSeconds: 600 })));
    expect(wordOf(await stage.watch(13 * MINUTES))).toBe('stopped');
    expect(troubles).toEqual([]);
    const { looks, readings } = asked(stage);
    expect(looks.slice(0, 3)).toEqual([200, 304, 403]);
    expect(looks.at(-1)).toBe(304);
    expect(readings).toBeGreaterThan(15);
    expect(readings).toBeLessThanOrEqual(21);
  });

  test('with late answers: one that is too late counts as none, and is made up for', async () => {
    const stage = await start();
    const { clock, github, troubles } = stage;
    clock.at(15 * SECONDS, () => github.faults.next(isRest(), answersLate(1_500)));
    expect(wordOf(await stage.watch(MINUTES, { timeoutMs: 500 }))).toBe('stopped');
    expect(asked(stage).readings).toBe(1);
    expect(troubles).toEqual([]);
  });

  test('with late answers: one that shows what has gone since is overtaken by the next', async () => {
    const stage = await start();
    const { clock, github, act } = stage;
    clock.at(15 * SECONDS, () =>
      github.faults.next(
        isRest(),
        beforeAnswering(() => act(request('takeover', { run: OTHER }))),
      ),
    );
    expect(wordOf(await stage.watch())).toBe('lost conflict ownership_lost');
    expect(asked(stage).looks).toEqual([200, 304, 200]);
  });

  test('with servers that lag: what they show is no loss, and no confirmation of what another has shown to be over', async () => {
    const stage = await start();
    const { clock, github, repository, act, troubles } = stage;
    await act(request('takeover', { run: OTHER }));
    const past = await repository.snapshot();
    await act(request('takeover'));
    const present = await repository.snapshot();
    clock.at(15 * SECONDS, () => {
      github.faults.next(isRest(), servedFrom(repository, past), 2);
      github.faults.next(isQuery(), servedFrom(repository, past), 3);
    });
    expect(wordOf(await stage.watch(2 * MINUTES))).toBe('stopped');
    expect(troubles).toEqual([]);
    // Whoever was asked last may still show the tenure; the look has shown its end.
    const now = clock.monotonic();
    clock.at(now + 15 * SECONDS, async () => {
      await act(request('takeover', { run: OTHER }));
      github.faults.next(isQuery(), servedFrom(repository, present), 20);
    });
    expect(wordOf(await stage.watch())).toBe('lost conflict ownership_lost');
    expect(github.requests.filter(({ fault }) => fault !== undefined)).toHaveLength(20);
    expect(asked(stage).looks).toEqual([200, 200]);
  });
});
