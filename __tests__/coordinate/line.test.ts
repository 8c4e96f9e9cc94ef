import { describe, expect, test } from '@jest/globals';
import type { Term } from '../../src/core/request.js';
import { writeRecord } from '../../src/core/write-record.js';
import { request, runOf, WAITING } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, THIRD, type Bench } from './bench.js';
import { lineOf, MINUTE_MS, owned, sentBy } from './waiter.js';

/** How often something was asked. */
const countOf = ({ store }: Bench, call: string): number => store.calls.filter((each) => each === call).length;

/** The rival's workflow run is over from then on. */
function dying(table: Bench, atMs: number): Bench {
  const { store, clock } = table;
  store.liveness = ({ runId }) => ({
    value: runId !== '2002' || clock.monotonic() < atMs ? 'alive' : 'dead',
    warning: null,
  });
  return table;
}

/** Run 3003 stands in line, with a place of that id. */
function withThird(table: Bench, id = 'third'): Bench {
  table.store.act(request('claim', { run: THIRD, line: { ...WAITING, placeMs: 60 * MINUTE_MS } }), { writeId: id });
  return table;
}

const dead = request('claim', { supersede: 'dead' });

describe('what a wait asks', () => {
  test('while nothing changes it is looks, and on the side every 30 s whether there is anything to wait for', async () => {
    const table = owned(bench());
    const { store, clock, wait } = table;
    const asked: number[] = [];
    store.liveness = () => {
      asked.push(clock.monotonic());
      return { value: 'alive', warning: null };
    };
    await wait(dead, 10 * MINUTE_MS);
    expect(countOf(table, 'look')).toBe(119);
    // One of the two before joining, the other before leaving.
    expect(countOf(table, 'read')).toBe(2);
    expect(countOf(table, 'write')).toBe(2);
    expect(countOf(table, 'state of the pull request')).toBe(19);
    const onTheSide = asked.slice(1, -1);
    expect(onTheSide).toEqual(Array.from({ length: 19 }, (_, index) => (index + 1) * 30_000));
    expect(new Set(store.statuses.slice(1))).toEqual(new Set([304]));
  });

  test('what other pull requests do costs nothing', async () => {
    const table = owned(bench(), 5 * MINUTE_MS);
    for (let minute = 1; minute < 5; minute += 1)
      table.clock.at(minute * MINUTE_MS, () => table.store.commitElsewhere());
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(countOf(table, 'read')).toBe(2);
  });

  test('the same record in another text is the same', async () => {
    const table = owned(bench(), 5 * MINUTE_MS);
    const { store, clock } = table;
    clock.at(MINUTE_MS, () => {
      if (store.record !== null) store.commit(JSON.stringify(JSON.parse(writeRecord(store.record))));
    });
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(countOf(table, 'read')).toBe(2);
  });

  test('a change takes a reading, and the wait goes on', async () => {
    const table = owned(bench(), 3 * MINUTE_MS);
    table.clock.at(MINUTE_MS, () => table.store.act(rivals('claim')));
    table.clock.at(2 * MINUTE_MS, () => withThird(table));
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(countOf(table, 'read')).toBe(4);
    expect(sentBy(table)).toEqual(['join']);
    expect(lineOf(table.store)).toEqual(['3003']);
  });

  test('an owner that cannot be asked about is not asked about', async () => {
    const held: Term = { detached: true, expiresAfterMs: 60 * MINUTE_MS, byDefault: false };
    for (const supersede of ['dead', 'never'] as const) {
      const table = bench();
      table.store.act(rivals('claim', supersede === 'dead' ? { term: held } : {}));
      await table.wait(request('claim', { supersede }), 5 * MINUTE_MS);
      expect(countOf(table, 'liveness of 2002')).toBe(0);
    }
  });
});

describe('an owner that is gone', () => {
  test('is followed at once by the first in line', async () => {
    const table = dying(owned(bench()), MINUTE_MS);
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(table.clock.monotonic()).toBe(MINUTE_MS);
    expect(sentBy(table)).toEqual(['join', 'handover']);
    const [join] = table.store.changes;
    expect(table.store.record?.history.at(-1)).toMatchObject({
      ...{ type: 'handover', runId: '1001', entry: join?.event.id, cause: 'dead' },
    });
  });

  test.each([
    [0.2, 1_000],
    [0.8, 4_000],
  ])('is left to the first in line by the others for a while (chance %s)', async (chance, pauseMs) => {
    const table = withThird(dying(owned(bench(chance)), 0.9 * MINUTE_MS));
    const { store, clock, wait } = table;
    expect(endOf(await wait(dead, 3 * MINUTE_MS))).toBe('conflict active_run_exists');
    expect(clock.sleeps).toContain(pauseMs);
    expect(sentBy(table)).toEqual(['join', 'handover', 'leave']);
    expect(store.record).toMatchObject({ activeRun: { runId: '3003' }, fencingToken: 2 });
  });

  test('and they write nothing where it did', async () => {
    const table = withThird(owned(bench(0.8)));
    const { store, clock } = table;
    const mine = request('claim', { run: THIRD, supersede: 'dead', line: WAITING });
    // Once it is noticed, 4 s are left to the first.
    store.liveness = () => {
      const isOver = clock.monotonic() > 0 && store.record?.activeRun?.runId === '2002';
      const takesIt = (): void => store.act(mine, { ownWrites: ['third'], ownerLiveness: 'dead' });
      if (isOver) clock.at(clock.monotonic() + 2_000, takesIt);
      return { value: isOver ? 'dead' : 'alive', warning: null };
    };
    clock.at(3 * MINUTE_MS, () => store.act(request('release', { run: THIRD })));
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(sentBy(table)).toEqual(['join']);
    expect(store.record?.history.map(({ type }) => type)).toEqual(['claim', 'handover', 'release', 'handover']);
  });

  test('is followed by the next one where the first is gone, too', async () => {
    const table = withThird(dying(owned(bench()), MINUTE_MS));
    table.store.waiting = ({ runId }) => ({ value: runId === '3003' ? 'dead' : 'alive', warning: null });
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok taken_over');
    expect(table.clock.monotonic()).toBe(MINUTE_MS + 2_500);
    expect(countOf(table, 'liveness of 3003 in line')).toBe(1);
    expect(countOf(table, 'liveness of 1001 in line')).toBe(0);
    expect(lineOf(table.store)).toEqual([]);
  });

  test('is followed by the next one where the place of the first is past', async () => {
    const table = dying(owned(bench()), MINUTE_MS);
    table.store.act(request('claim', { run: THIRD, line: { ...WAITING, placeMs: 1_000 } }));
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok taken_over');
    expect(countOf(table, 'liveness of 3003 in line')).toBe(0);
  });

  test('may be alive again when it is asked about by a reading', async () => {
    const table = owned(bench(), 3 * MINUTE_MS);
    let asked = 0;
    table.store.liveness = () => ({ value: ++asked === 2 ? 'dead' : 'alive', warning: null });
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(sentBy(table)).toEqual(['join']);
  });

  test('was told to exit: at the next look', async () => {
    const table = owned(bench());
    const signal = request('signal-exit', { run: THIRD, requireActiveOwner: false });
    table.clock.at(MINUTE_MS + 1, () => table.store.act(signal));
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok taken_over');
    expect(table.clock.monotonic()).toBe(MINUTE_MS + 5_000);
    expect(table.store.record?.history.at(-1)).toMatchObject({ cause: 'exit_signal' });
  });

  test('is nothing to who supersedes nobody', async () => {
    const table = dying(owned(bench(), 5 * MINUTE_MS), 0);
    const signal = request('signal-exit', { run: THIRD, requireActiveOwner: false });
    table.clock.at(MINUTE_MS, () => table.store.act(signal));
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(table.clock.monotonic()).toBe(5 * MINUTE_MS);
    expect(countOf(table, 'liveness of 2002')).toBe(0);
  });
});

describe('time alone', () => {
  test('makes an owner stale, though nobody has changed anything', async () => {
    const table = owned(bench());
    const stale = request('claim', { supersede: 'stale', staleAfterMs: 10 * MINUTE_MS });
    expect(endOf(await table.wait(stale, 30 * MINUTE_MS))).toBe('ok taken_over');
    expect(table.clock.monotonic()).toBe(10 * MINUTE_MS + 5_000);
    expect(table.store.statuses.at(-1)).toBe(304);
    expect(table.store.record?.history.at(-1)).toMatchObject({ cause: 'stale' });
  });

  test.each(['dead', 'never'] as const)('ends a hold, though nobody has changed anything (%s)', async (supersede) => {
    const table = bench();
    const term: Term = { detached: true, expiresAfterMs: 3 * MINUTE_MS, byDefault: false };
    table.store.act(rivals('claim', { term }));
    const outcome = await table.wait(request('claim', { supersede }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(table.clock.monotonic()).toBe(3 * MINUTE_MS);
    expect(table.store.statuses.at(-1)).toBe(304);
    expect(table.store.record?.history.map(({ type }) => type)).toEqual(['claim', 'expired', 'handover']);
  });

  test('gives the new tenure the end that was asked for, from the hand-over on', async () => {
    const table = owned(bench(), MINUTE_MS);
    const term: Term = { detached: true, expiresAfterMs: 60 * MINUTE_MS, byDefault: false };
    expect(endOf(await table.wait(request('claim', { term }), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(table.store.record?.activeRun).toMatchObject({ detached: true, expiresAt: '2026-11-22T09:11:00.000Z' });
  });
});

describe('a takeover', () => {
  test('passes by the line, which goes on waiting', async () => {
    const table = owned(bench());
    const { store, clock } = table;
    const person = runOf('4004');
    clock.at(MINUTE_MS, () => store.act(request('takeover', { run: person })));
    clock.at(3 * MINUTE_MS, () => store.act(request('release', { run: person })));
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(store.record?.fencingToken).toBe(3);
    expect(clock.monotonic()).toBe(3 * MINUTE_MS);
    expect(sentBy(table)).toEqual(['join']);
    expect(table.lines.some((line) => line.includes('owned by run 4004'))).toBe(true);
  });

  test('by the run that waits ends its waiting', async () => {
    const table = owned(bench());
    table.clock.at(MINUTE_MS, () => table.store.act(request('takeover')));
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok refreshed');
    expect(ownedBy(outcome)).toBe(true);
    expect(lineOf(table.store)).toEqual([]);
  });
});

test('each line of the log says behind whom the step waits', async () => {
  const table = withThird(owned(bench(), MINUTE_MS));
  table.clock.at(3 * MINUTE_MS, () => table.store.act(request('release', { run: THIRD })));
  await table.wait(dead, 30 * MINUTE_MS);
  expect(table.lines[0]).toMatch(/: second in line behind run 3003 .*; owned by run 2002 /);
  expect(table.lines.at(-1)).toMatch(/: first in line; owned by run 3003 /);
});

test('a release on the record of main reads first where somebody is in line, and asks whether they are alive', async () => {
  const table = withThird(owned(bench()));
  const { store } = table;
  const known = store.snapshotAt(store.commits.length - 1);
  const outcome = await table.run(rivals('release', { fencingToken: 1 }), { known });
  expect(endOf(outcome)).toBe('ok released');
  expect(store.calls).toEqual(['read', 'liveness of 3003 in line', 'write']);
  expect(store.record?.activeRun?.runId).toBe('3003');
});
