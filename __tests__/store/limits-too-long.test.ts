import { describe, expect, it } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import { createLookups, LookupError } from '../../src/store/pull-request-lookups.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import { Deadline } from '../../src/time/deadline.js';
import { isMutation, isQuery, isRest, secondaryRateLimit, type Match } from '../../support/local-github/index.js';
import {
  graphqlLimits,
  restLimits,
  LIVENESS,
  MINUTE,
  PERMISSION,
  PULLS,
  textOf,
  withLimits,
  type Limit,
} from './limits.js';
import { BRANCH, NOW, recordOf, VirtualClock, WRITER } from './stage.js';

const { stage, claim } = withLimits();

describe('beyond the deadline', () => {
  const places: [string, Match, Limit[]][] = [
    ['a reading', isQuery(), graphqlLimits],
    ['the first use', isRest(/git\/trees$/), restLimits],
  ];
  const rows = places.flatMap(([place, match, limits]) => limits.map((each) => ({ ...each, place, match })));

  it.each(rows.filter(({ waitMs }) => waitMs > 1_000))(
    '$place does not wait but says how long: $name',
    async ({ fault, match, waitMs }) => {
      stage().github.faults.always(match, fault);
      const { outcome, slept } = await claim(waitMs);
      expect(outcome).toMatchObject({
        kind: 'error',
        mayHaveWritten: false,
        failure: { code: 'rate_limited', passing: true },
      });
      expect(slept).toEqual([]);
      const duration = waitMs === MINUTE ? '1 min' : `${String(waitMs / 1000)} s`;
      const when = new Date(Date.parse(NOW) + waitMs).toISOString();
      const text = textOf(outcome);
      expect(text).toContain(`wait ${duration}, until ${when}`);
      expect(text).toContain(`again after ${when}`);
      expect(text).toContain(`"timeout" above ${duration}`);
      expect(await stage().repository.head(BRANCH)).toBeNull();
    },
  );

  it('a wait that would take all that is left is not begun', async () => {
    stage().github.faults.always(isQuery(), secondaryRateLimit({ retryAfter: 7 }));
    expect((await claim(7_000)).slept).toEqual([]);
    expect((await claim(13_000)).slept).toEqual([7_000]);
  });

  it('the rest of the deadline counts, not the whole of it', async () => {
    stage().github.faults.always(isQuery(), secondaryRateLimit({ retryAfter: 7 }));
    const { outcome, slept } = await claim(20_000);
    expect(slept).toEqual([7_000, 7_000]);
    expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'rate_limited' } });
    const when = new Date(Date.parse(NOW) + 21_000).toISOString();
    expect(textOf(outcome)).toContain(`again after ${when}`);
  });

  it('a commit that was refused leaves nothing, and says so by not warning', async () => {
    const head = await stage().mark();
    stage().github.faults.always(isMutation(), secondaryRateLimit({ retryAfter: 3600 }));
    const { outcome } = await claim();
    expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: false, failure: { code: 'rate_limited' } });
    expect(textOf(outcome)).toContain('1 h');
    expect(await stage().repository.head(BRANCH)).toBe(head);
  });

  it('a look-up says how long', async () => {
    stage().github.faults.always(isRest(PULLS), secondaryRateLimit({ retryAfter: 300 }));
    const clock = new VirtualClock();
    const { apiUrl, graphqlUrl } = stage().github;
    const transport = await createTransport({ token: WRITER, apiUrl, graphqlUrl });
    const asks = createLookups(transport, clock, new Deadline(clock, 120_000));
    const error = await asks.byHead('acme/widgets', 'acme', 'pr-17').catch((reason: unknown) => reason);
    if (!(error instanceof LookupError)) throw new Error('no LookupError');
    expect(error.failure).toMatchObject({ code: 'rate_limited', problem: expect.stringContaining('5 min') as unknown });
    expect(clock.slept).toEqual([]);
  });

  it('a permission that cannot be asked for is a refusal that says how long', async () => {
    await stage().plant(writeRecord(recordOf()));
    stage().github.faults.always(isRest(PERMISSION), secondaryRateLimit({ retryAfter: 300 }));
    const { outcome, slept, warnings } = await claim(undefined, { command: 'takeover' });
    expect(outcome.kind).not.toBe('ok');
    expect(`${warnings.join(' ')} ${textOf(outcome)}`).toContain('wait 5 min, until 2026-11-22T08:05:00.000Z');
    expect(slept).toEqual([]);
  });

  it('a liveness that cannot be asked for is unknown, and the warning says how long', async () => {
    await stage().plant(writeRecord(recordOf()));
    stage().github.faults.always(isRest(LIVENESS), secondaryRateLimit({ retryAfter: 300 }));
    const { outcome, slept, warnings } = await claim();
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'active_run_exists' });
    expect(warnings.join(' ')).toContain('wait 5 min, until 2026-11-22T08:05:00.000Z');
    expect(slept).toEqual([]);
  });
});
