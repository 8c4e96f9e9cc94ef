import { describe, expect, test } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import type { StoredTarget } from '../../src/core/record.js';
import { request, TARGET } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { appliedUnseen, landsLate, notApplied } from './unseen.js';

/** Every write has an id of its own, by which it is found again. */

const idsOf = ({ store }: Bench): (string | null)[] => store.changes.map(({ event }) => event.id);

describe('an id', () => {
  test('is of one write: two sends of one request have two', async () => {
    const table = bench();
    notApplied(table);
    notApplied(table);
    await table.run(request('claim'));
    const ids = idsOf(table);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(null);
    expect(table.store.record).toMatchObject({ activeRun: { id: ids[2] }, history: [{ id: ids[2] }] });
  });

  test('of a lost race is not used again', async () => {
    const table = bench();
    table.store.writes.push((proceed) => {
      table.store.commitElsewhere();
      return proceed();
    });
    await table.run(request('claim'));
    expect(new Set(idsOf(table)).size).toBe(2);
  });

  test('is borne by the tenure that it begins, and by the renewal', async () => {
    const table = bench();
    await table.run(request('claim'));
    await table.run(request('claim'));
    await table.run(request('assert', { strict: true }));
    const [claim, refresh, confirm] = idsOf(table);
    expect(table.store.record).toMatchObject({
      activeRun: { id: claim, renewedBy: refresh },
      history: [{ id: claim }, { id: refresh }, { id: confirm }],
    });
  });

  test('is told before the write is sent', async () => {
    const table = bench();
    const told: string[] = [];
    notApplied(table, () => told.push('sent'));
    const beforeWrite = ({ type, id }: { type: string; id: string | null }): number =>
      told.push(`${type} ${String(id)}`);
    await table.run(request('claim'), { beforeWrite });
    const [first, second] = idsOf(table);
    expect(told).toEqual([`claim ${String(first)}`, 'sent', `claim ${String(second)}`]);
  });
});

test('the target is told with it, under its present name and with its id', async () => {
  const { run, store } = bench();
  store.act(request('claim'));
  store.present = { ...TARGET, repo: 'acme/gizmos' };
  const told: StoredTarget[] = [];
  const beforeWrite = (_event: unknown, target: StoredTarget): number => told.push(target);
  expect(endOf(await run(request('release'), { beforeWrite }))).toBe('ok released');
  expect(told).toEqual([{ ...TARGET, repo: 'acme/gizmos', repoId: 7 }]);
});

describe('what is found', () => {
  /** The history has forgotten the event; the tenure has not. */
  function forget({ store }: Bench, forgotten: string): void {
    const { record } = store;
    if (record === null) throw new Error('no record');
    store.commit(writeRecord({ ...record, history: record.history.filter(({ type }) => type !== forgotten) }));
  }

  test('is the tenure that it began, where the history is too short', async () => {
    const table = bench();
    appliedUnseen(table, () => forget(table, 'claim'));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(table.store.changes).toHaveLength(1);
  });

  test('is the renewal of the tenure, where the history is too short', async () => {
    const table = bench();
    await table.run(request('claim'));
    appliedUnseen(table, () => forget(table, 'refresh'));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok refreshed');
    expect(ownedBy(outcome)).toBe(true);
    expect(table.store.changes).toHaveLength(2);
  });

  test('is a write of this very request, not one of the run’s', async () => {
    const table = bench();
    await table.run(request('claim'));
    await table.run(request('release'));
    landsLate(table, () => table.store.act(rivals('claim')));
    expect(endOf(await table.run(request('claim')))).toBe('conflict active_run_exists');
  });
});

describe('each write', () => {
  test('answers with its own status: the second one, not the first', async () => {
    const table = bench();
    table.store.act(rivals('claim'));
    table.store.liveness = () => ({ value: 'dead', warning: null });
    landsLate(table, () => table.store.act(rivals('release')));
    appliedUnseen(table);
    const outcome = await table.run(request('claim', { supersede: 'dead' }));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(outcome).toMatchObject({ view: { replaced: null, record: { fencingToken: 2 } } });
  });

  test('answers with its own status: the first one, found by the second', async () => {
    const table = bench();
    table.store.act(rivals('claim'));
    table.store.liveness = () => ({ value: 'dead', warning: null });
    const late = landsLate(table);
    table.store.writes.push((proceed) => {
      late.land();
      return proceed();
    });
    const outcome = await table.run(request('claim', { supersede: 'dead' }));
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(outcome).toMatchObject({ view: { replaced: { runId: '2002' }, record: { fencingToken: 2 } } });
    expect(table.store.record?.activeRun?.id).toBe(table.store.changes[0]?.event.id);
  });

  test('that landed twice over is answered by what came of it, and never made again', async () => {
    const table = bench();
    const late = landsLate(table);
    table.store.reads.push(
      (proceed) => proceed(),
      (proceed) => {
        late.land();
        return proceed();
      },
    );
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(table.store.commits).toHaveLength(1);
    expect(late.land()).toBe(false);
  });
});
