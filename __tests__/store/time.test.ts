import { describe, expect, it } from '@jest/globals';
import { serverNow } from '../../src/time/server-time.js';
import { combined, isQuery, keptAnswer, withAge, withoutDate } from '../../support/local-github/index.js';
import { withReadings } from './reading.js';
import { coordinated, requestOf, shown, VirtualClock, within } from './stage.js';

const { stage, snapshot, refused } = withReadings();

const SECONDS = 1_000;

describe('now', () => {
  it('is what GitHub’s Date says, and not the runner’s clock', async () => {
    const { clock } = stage().github;
    for (const at of ['2001-02-03T04:05:06.000Z', '2041-02-03T04:05:06.000Z']) {
      clock.freeze(new Date(at));
      const { time } = await snapshot();
      expect(serverNow(time, time.monotonicMs)).toBe(at);
      expect(serverNow(time, time.monotonicMs + 1_500)).toBe(at.replace('06.000Z', '07.500Z'));
      expect(serverNow(time, time.monotonicMs - 1_500)).toBe(at);
    }
  });

  it('stands in the record that is written, however wrong the runner’s clock is', async () => {
    stage().github.clock.freeze(new Date('2031-02-03T04:05:06Z'));
    const { outcome } = await coordinated(requestOf(), (clock) => stage().store({ clock }));
    expect(outcome).toMatchObject({
      kind: 'ok',
      view: {
        now: '2031-02-03T04:05:06.000Z',
        record: { activeRun: { claimedAt: '2031-02-03T04:05:06.000Z' } },
      },
    });
  });

  it('is asked for past every cache', async () => {
    await snapshot();
    expect(stage().github.requests.at(-1)?.cacheControl).toBe('no-cache');
  });
});

describe('an answer without a time of its own', () => {
  it('counts as none where it has no Date', async () => {
    stage().github.faults.next(isQuery(), withoutDate());
    expect(await refused()).toMatchObject({
      code: 'api_error',
      problem: expect.stringContaining('an answer without a Date') as unknown,
      retry: { kind: 'backoff' },
    });
  });

  it.each(['then', 'now'] as const)('counts as none where something has kept it (Date of %s)', async (date) => {
    stage().github.faults.next(isQuery(), withAge(66, date));
    expect(await refused()).toMatchObject({
      code: 'api_error',
      problem: expect.stringContaining('a kept answer') as unknown,
      retry: { kind: 'backoff' },
    });
  });

  it('counts as none where it comes again and again', async () => {
    const { github } = stage();
    github.faults.always(isQuery(), keptAnswer());
    const clock = new VirtualClock((milliseconds) => github.clock.shift(milliseconds));
    const store = await stage().store({ clock });
    expect(await store.read(within())).toMatchObject({ kind: 'read' });
    await clock.sleep(3 * SECONDS);
    expect(shown(await store.read(within()))).toContain('a kept answer');
    github.faults.clear();
    expect(await store.read(within())).toMatchObject({ kind: 'read' });
  });

  it('never makes an owner, nor confirms one', async () => {
    const { github } = stage();
    await coordinated(requestOf(), (clock) => stage().store({ clock }));
    github.faults.always(isQuery(), combined(withoutDate()));
    for (const command of ['claim', 'ensure', 'assert', 'check', 'release'] as const) {
      const { outcome } = await coordinated(requestOf({ command }), (clock) => stage().store({ clock }));
      expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'api_error' }, mayHaveWritten: false });
    }
  });
});
