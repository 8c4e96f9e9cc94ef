import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { addRun, expectOk, onFastStage, trailersOf, TWENTY_TIMES_FASTER } from '../support/scenario.js';

const env = TWENTY_TIMES_FASTER;

test('ten waiters are served one after the other, without overlap and without a lost owner', () =>
  onFastStage(async ({ step, repository, record, log }) => {
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
    // No run claims after another one's release: each but the first gets it in the commit of that release.
    const pairs = runs.slice(1).flatMap(() => ['release', 'handover']);
    expect(history.map(({ type }) => type)).toEqual(['claim', ...pairs, 'release']);
    const served = history.filter(({ type }) => type !== 'release').map(({ runId }) => Number(runId));
    expect(served).toHaveLength(10);
    // In the order of coming, as the log has it: whoever joined first was served first.
    const joined: number[] = [];
    for (const { oid, message } of (await log()).reverse()) {
      if (message.startsWith('join ')) joined.push(Number((await trailersOf(repository, oid))['Coord-Run-Id']));
    }
    expect(served.slice(1)).toEqual(joined);
    expect(history.map(({ fencingToken }) => fencingToken)).toEqual(runs.flatMap((_, index) => [index + 1, index + 1]));
  }));
