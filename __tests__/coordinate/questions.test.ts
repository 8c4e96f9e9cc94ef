import { describe, expect, test } from '@jest/globals';
import { COMMANDS, type Command, type CoordinationRequest } from '../../src/core/request.js';
import { request, runOf } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals } from './bench.js';
import { failureWith } from './memory-store.js';

describe('the owner’s liveness', () => {
  const claim = request('claim', { supersede: 'dead' });

  test.each([
    ['alive', 'conflict active_run_exists'],
    ['unknown', 'conflict active_run_exists'],
    ['dead', 'ok taken_over'],
  ] as const)('%s', async (value, word) => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.liveness = () => ({ value, warning: null });
    const outcome = await run(claim);
    expect(endOf(outcome)).toBe(word);
    expect(ownedBy(outcome)).toBe(value === 'dead');
    expect(store.calls.slice(0, 2)).toEqual(['read', 'liveness of 2002']);
  });

  test('is asked anew after each write: what was true of the owner before it need not be true any more', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.liveness = () => ({ value: 'dead', warning: null });
    const elsewhere = (proceed: () => ReturnType<(typeof store.writes)[number]>): ReturnType<typeof proceed> => {
      store.commitElsewhere();
      return proceed();
    };
    store.writes.push(elsewhere, elsewhere);
    expect(endOf(await run(claim))).toBe('ok taken_over');
    expect(store.calls.filter((call) => call.startsWith('liveness'))).toEqual(
      Array.from({ length: 3 }, () => 'liveness of 2002'),
    );
  });

  test.each(['lost_race', 'unknown'] as const)(
    'counts as it is after a write that came to %s: an owner that lives again is left alone',
    async (kind) => {
      const { run, store } = bench();
      store.act(rivals('claim'));
      let asked = 0;
      store.liveness = () => ({ value: (asked += 1) === 1 ? 'dead' : 'alive', warning: null });
      store.writes.push(() => {
        store.commitElsewhere();
        return kind === 'unknown' ? { kind, failure: failureWith() } : { kind };
      });
      const outcome = await run(claim);
      expect(endOf(outcome)).toBe('conflict active_run_exists');
      expect(asked).toBe(2);
      expect(store.record).toMatchObject({ fencingToken: 1, activeRun: { runId: '2002' } });
    },
  );

  test('of one owner says nothing about the next', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.liveness = ({ runId }) => ({ value: runId === '2002' ? 'dead' : 'alive', warning: null });
    store.writes.push((proceed) => {
      store.act(request('takeover', { run: runOf('3003') }));
      return proceed();
    });
    const outcome = await run(claim);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(store.calls.filter((call) => call.startsWith('liveness'))).toEqual(['liveness of 2002', 'liveness of 3003']);
  });

  test('of one tenure says nothing about the next of the same run', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    let asked = 0;
    store.liveness = () => {
      asked += 1;
      return { value: asked === 1 ? 'dead' : 'alive', warning: null };
    };
    store.writes.push((proceed) => {
      store.act(rivals('claim', { run: { ...runOf('2002'), attempt: 2 } }));
      return proceed();
    });
    expect(endOf(await run(claim))).toBe('conflict active_run_exists');
    expect(asked).toBe(2);
  });

  test('that cannot be found out is warned of', async () => {
    const { run, store, warnings } = bench();
    store.act(rivals('claim'));
    store.liveness = () => ({ value: 'unknown', warning: 'Add actions: read.' });
    expect(endOf(await run(claim))).toBe('conflict active_run_exists');
    expect(warnings).toEqual(['Add actions: read.']);
  });

  test.each([
    ['a free target', request('claim', { supersede: 'dead' }), false],
    ['an assert', request('assert'), true],
    ['supersede: never', request('claim', { supersede: 'never' }), true],
  ])('is not asked for %s', async (_name, asked, taken) => {
    const { run, store } = bench();
    if (taken) store.act(rivals('claim'));
    await run(asked);
    expect(store.calls.some((call) => call.startsWith('liveness'))).toBe(false);
  });
});

describe('the permission to take over', () => {
  test.each([
    ['takeover', 'granted', 'ok taken_over'],
    ['takeover', 'denied', 'conflict takeover_forbidden'],
    ['release', 'granted', 'ok released'],
    ['release', 'denied', 'conflict takeover_forbidden'],
  ] as const)('%s: %s', async (command, value, word) => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.permission = { value, warning: null };
    const asked = command === 'takeover' ? request(command) : request(command, { evict: true, targetRunId: '2002' });
    expect(endOf(await run(asked))).toBe(word);
    expect(store.calls.slice(0, 2)).toEqual(['read', 'permission']);
    expect(store.record?.activeRun?.runId).toBe(
      value === 'denied' ? '2002' : command === 'takeover' ? '1001' : undefined,
    );
  });

  test('is not asked where the user asked for no check', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    expect(endOf(await run(request('takeover'), { takeoverPermission: 'granted' }))).toBe('ok taken_over');
    expect(store.calls).toEqual(['read', 'write']);
  });

  test('that cannot be found out is warned of and refused', async () => {
    const { run, store, warnings } = bench();
    store.act(rivals('claim'));
    store.permission = { value: 'denied', warning: 'It could not be checked.' };
    expect(endOf(await run(request('takeover')))).toBe('conflict takeover_forbidden');
    expect(warnings).toEqual(['It could not be checked.']);
  });

  test('is not needed to evict from a closed pull request', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.pullRequest = { ...store.pullRequest, state: 'closed' as const };
    expect(endOf(await run(request('release', { evict: true, targetRunId: '2002' })))).toBe('ok released');
    expect(store.calls).toEqual(['read', 'write']);
  });
});

test('a closed pull request cannot be claimed', async () => {
  const { run, store } = bench();
  store.pullRequest = { ...store.pullRequest, state: 'closed' as const };
  expect(endOf(await run(request('claim')))).toBe('conflict pr_closed');
  expect(store.calls).toEqual(['read']);
});

describe('a record that cannot be used', () => {
  const broken = [
    ['state_corrupt', '{'],
    ['state_corrupt', '{"schemaVersion":3,"target":{"repo":"acme/gadgets","pr":17}}'],
    ['state_unsupported', '{"schemaVersion":4,"target":{"repo":"acme/widgets","pr":17}}'],
  ] as const;
  const cases = broken.flatMap(([code, text]) => COMMANDS.map((command) => [command, code, text] as const));

  test.each(cases)('%s: %s, and nothing is written over it', async (command, code, text) => {
    const { run, store } = bench();
    store.commit(text);
    const outcome = await run(loud(command));
    expect(endOf(outcome)).toBe(`error ${code}`);
    expect(outcome).toMatchObject({ mayHaveWritten: false });
    expect(store.calls).toEqual(['read']);
  });
});

/** A command with everything that makes it bold, where it knows the input. */
function loud(command: Command): CoordinationRequest {
  switch (command) {
    case 'release':
      return request(command, { evict: true, targetRunId: '2002', fencingToken: 9 });
    case 'signal-exit':
      return request(command, { requireActiveOwner: false, fencingToken: 9 });
    case 'claim':
    case 'ensure':
      return request(command, { supersede: 'stale' });
    case 'takeover':
    case 'assert':
    case 'push':
    case 'check':
    case 'status':
      return request(command);
  }
}
