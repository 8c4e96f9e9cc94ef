import { describe, expect, it } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import { createLookups } from '../../src/store/pull-request-lookups.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import { Deadline } from '../../src/time/deadline.js';
import { isMutation, isQuery, isRest, secondaryRateLimit } from '../../support/local-github/index.js';
import { graphqlLimits, restLimits, LIVENESS, PERMISSION, PULLS, withLimits } from './limits.js';
import { BRANCH, recordOf, VirtualClock, WRITER } from './stage.js';

const { stage, claim } = withLimits();

describe('within the deadline', () => {
  it.each(graphqlLimits)('a reading waits as told: $name', async ({ fault, waitMs }) => {
    stage().github.faults.next(isQuery(), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new' });
    expect(slept).toEqual([waitMs]);
  });

  it.each(graphqlLimits)('a commit waits as told, then reads again: $name', async ({ fault, waitMs }) => {
    await stage().mark();
    stage().github.faults.next(isMutation(), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new' });
    expect(slept).toEqual([waitMs]);
    expect(stage().asked()).toEqual(['repository', 'createCommitOnBranch', 'repository', 'createCommitOnBranch']);
  });

  it.each(restLimits)('the first use waits as told: $name', async ({ fault, waitMs }) => {
    stage().github.faults.nth(Math.round(waitMs / 1000) % 3, isRest(/git\/(?:trees|commits|refs)$/), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new' });
    expect(slept).toEqual([waitMs]);
    expect(await stage().repository.log(BRANCH)).toHaveLength(1);
  });

  it.each(restLimits)('a look-up waits as told: $name', async ({ fault, waitMs }) => {
    stage().github.faults.next(isRest(PULLS), fault);
    const clock = new VirtualClock();
    const { apiUrl, graphqlUrl } = stage().github;
    const transport = await createTransport({ token: WRITER, apiUrl, graphqlUrl });
    const asks = createLookups(transport, clock, new Deadline(clock, 120_000));
    expect(await asks.byHead('acme/widgets', 'acme', 'pr-17')).toMatchObject([{ number: 17 }]);
    expect(clock.slept).toEqual([waitMs]);
  });

  it.each(restLimits.slice(0, 4))('the permission of a takeover waits as told: $name', async ({ fault, waitMs }) => {
    await stage().plant(writeRecord(recordOf()));
    stage().github.faults.next(isRest(PERMISSION), fault);
    const { outcome, slept } = await claim(undefined, { command: 'takeover' });
    expect(outcome).toMatchObject({ kind: 'ok', status: 'taken_over' });
    expect(slept).toEqual([waitMs]);
  });

  it.each(restLimits.slice(0, 4))('the liveness of an owner waits as told: $name', async ({ fault, waitMs }) => {
    stage().repository.addRun({ id: 2002, status: 'completed', conclusion: 'failure', runAttempt: 1 });
    await stage().plant(writeRecord(recordOf()));
    stage().github.faults.next(isRest(LIVENESS), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'taken_over' });
    expect(slept).toEqual([waitMs]);
  });

  it('waits several times, as long as it is told', async () => {
    stage().github.faults.next(isQuery(), secondaryRateLimit({ retryAfter: 7 }), 3);
    const { outcome, slept } = await claim();
    expect(outcome.kind).toBe('ok');
    expect(slept).toEqual([7_000, 7_000, 7_000]);
  });
});
