import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { addRun, expectOk, onFastStage, TWENTY_TIMES_FASTER } from '../support/scenario.js';

const env = TWENTY_TIMES_FASTER;

test('ten waiters are served one after the other, without overlap and without a lost owner', () =>
  onFastStage(async ({ step, repository, record }) => {
    const runs = Array.from({ length: 10 }, (_, index) => 2001 + index);
    for (const id of runs) addRun(repository, id);
    const held: { readonly from: number; readonly to: number }[] = [];
    const inputs = { 'wait-timeout': '1h', supersede: 'never', timeout: '20m', 'release-on-exit': 'true' };

    await Promise.all(
      runs.map(async (runId) => {
        const claim = await step('claim', { runId, env, with: inputs });
        const from = performance.now();
        expectOk(claim, 'claimed_new', true);
        await sleep(50);
        held.push({ from, to: performance.now() });
        await claim.post();
      }),
    );

    held.sort((one, other) => one.from - other.from);
    const overlaps = held.filter(({ from }, index) => from < (held[index - 1]?.to ?? 0));
    expect(overlaps).toEqual([]);
    expect(held).toHaveLength(10);
    const history = (await record())?.history ?? [];
    expect(history.map(({ type }) => type)).toEqual(runs.flatMap(() => ['claim', 'release']));
    expect(new Set(history.map(({ runId }) => runId)).size).toBe(10);
    expect(history.map(({ fencingToken }) => fencingToken)).toEqual(runs.flatMap((_, index) => [index + 1, index + 1]));
  }));
