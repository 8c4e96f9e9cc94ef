import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/core/request.js';
import { OWNER, request, TARGET } from '../core/samples.js';
import { bench, endOf, ownedBy, type Bench } from './bench.js';
import { failureWith } from './memory-store.js';

/** O7: the repository has another name by now. */

const NOW_CALLED = { ...TARGET, repo: 'acme/gizmos' };

/** Run 1001 owns, and then acme/widgets became acme/gizmos. */
function renamed(): Bench {
  const table = bench();
  table.store.act(request('claim'), { writeId: 'w1' });
  table.store.present = NOW_CALLED;
  return table;
}

describe('by its old name', () => {
  test.each(COMMANDS.filter((command) => command !== 'release'))(
    '%s ends at once, and says the new one',
    async (command) => {
      const { run, store } = renamed();
      const outcome = await run(request(command));
      expect(endOf(outcome)).toBe('error target_moved');
      expect(ownedBy(outcome)).toBe(false);
      expect(outcome).toMatchObject({
        mayHaveWritten: false,
        failure: {
          problem: expect.stringContaining('acme/widgets is now acme/gizmos') as unknown,
          advice: expect.stringContaining('acme/gizmos') as unknown,
        },
      });
      expect(store.calls).toEqual(['read']);
    },
  );

  const leave = {
    command: 'leave',
    run: OWNER,
    reason: null,
    writes: ['w1'],
    founding: true,
    jobOutcome: null,
  } as const;

  test.each([['release', request('release')] as const, ['leave', leave] as const])(
    '%s goes on under the new one where the id is the same',
    async (_name, asked) => {
      const { run, store } = renamed();
      const outcome = await run(asked);
      expect(endOf(outcome)).toBe('ok released');
      expect(outcome).toMatchObject({ view: { target: NOW_CALLED } });
      expect(store.changes.map(({ next }) => next.target)).toEqual([NOW_CALLED]);
    },
  );

  test.each([null, 8])('release and leave refuse where the id is %s', async (repositoryId) => {
    for (const asked of [request('release'), leave]) {
      const { run, store } = renamed();
      expect(endOf(await run(asked, { repositoryId }))).toBe('error target_moved');
      expect(store.changes).toEqual([]);
    }
  });

  test('a rename in the middle of a wait ends it', async () => {
    const { wait, store, clock } = bench();
    store.act(request('claim', { run: { ...OWNER, runId: '2002' } }));
    clock.at(60_000, () => {
      store.present = NOW_CALLED;
    });
    const outcome = await wait(request('claim'), 1_800_000);
    expect(endOf(outcome)).toBe('error target_moved');
    // The post step leaves the line under the new name.
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(clock.monotonic()).toBeLessThan(70_000);
  });
});

describe('a release on the record of main', () => {
  const gone = failureWith({ code: 'permission_denied', problem: 'no such repository', retry: { kind: 'never' } });

  test('asks for the present name where the saved one is refused', async () => {
    const { run, store } = renamed();
    store.present = TARGET;
    const known = store.snapshotAt(0);
    store.present = NOW_CALLED;
    store.writes.push(() => ({ kind: 'failed', failure: gone }));
    expect(endOf(await run(request('release', { fencingToken: 1 }), { known }))).toBe('ok released');
    expect(store.calls).toEqual(['write', 'read', 'write']);
    expect(store.changes.map(({ next }) => next.target.repo)).toEqual(['acme/widgets', 'acme/gizmos']);
  });

  test('finds what was applied though it was said to be refused', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    const known = store.snapshotAt(0);
    store.writes.push((proceed) => {
      proceed();
      return { kind: 'failed', failure: gone };
    });
    expect(endOf(await run(request('release', { fencingToken: 1 }), { known }))).toBe('ok released');
    expect(store.calls).toEqual(['write', 'read']);
  });

  test('ends where the write is refused under that one, too', async () => {
    const { run, store } = renamed();
    const known = store.snapshotAt(0);
    store.writes.push(
      () => ({ kind: 'failed', failure: gone }),
      () => ({ kind: 'failed', failure: gone }),
    );
    expect(endOf(await run(request('release', { fencingToken: 1 }), { known }))).toBe('error permission_denied');
    expect(store.calls).toEqual(['write', 'read', 'write']);
  });

  test('waits for a limit as it is told, saved or not', async () => {
    const { run, store, clock } = renamed();
    const known = store.snapshotAt(0);
    const failure = failureWith({ code: 'rate_limited', retry: { kind: 'after', ms: 7_000 } });
    store.writes.push(() => ({ kind: 'failed', failure }));
    expect(endOf(await run(request('release', { fencingToken: 1 }), { known }))).toBe('ok released');
    expect(clock.sleeps).toEqual([7_000]);
  });
});
