import { describe, expect, test } from '@jest/globals';
import { answers, badGateway, isMutation, isRest, type FaultAction } from '../../support/local-github/index.js';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import {
  addRun,
  COMMIT,
  CONTENTS_TOKEN,
  expectOk,
  expectRefusal,
  LIVENESS,
  onStage,
  READ,
  trailersOf,
  warningsOf,
} from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

const owned = recordOf({ token: 3 });
const old = recordOf({ owner: { claimedAt: minutesAgo(600), updatedAt: minutesAgo(31) } });
const ELSEWHERE = 'https://github.test/acme/gadgets/actions/runs/1001/attempts/1';
const over = { status: 'completed', conclusion: 'failure' } as const;

describe('a dead owner never blocks', () => {
  test.each(['success', 'cancelled'])('whose run is completed with %s', (conclusion) =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      await plant(owned);
      repository.updateRun(1001, { status: 'completed', conclusion });
      const claim = await step('claim', { runId: 1002, with: { reason: 'next in line' } });
      expectOk(claim, 'taken_over', true);
      expect(claim.annotations).toMatchObject([{ level: 'notice' }]);
      expect(claim.outputs).toMatchObject({ 'previous-run-id': '1001', 'fencing-token': '4' });
      expect(claim.outputs['message']).toContain('dead');
      expect(asked()).toEqual([READ, LIVENESS, COMMIT]);
      expect(await record()).toMatchObject({
        activeRun: { runId: '1002', fencingToken: 4 },
        previousRun: { runId: '1001', replacedByRunId: '1002' },
      });
      const event = { type: 'takeover', previousRunId: '1001', cause: 'dead', reason: 'next in line' };
      expect((await record())?.history.at(-1)).toMatchObject(event);
      expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
        'Coord-Event': 'takeover',
        'Coord-Cause': 'dead',
      });
      expectRefusal(await step('assert', { runId: 1001 }), 'ownership_lost');
    }),
  );

  test('whose run was started again, once the later attempt is over too', () =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      await plant(owned);
      repository.updateRun(1001, { ...over, runAttempt: 2 });
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
      expect(asked()).toEqual([READ, LIVENESS, COMMIT]);
      expect((await record())?.history.at(-1)).toMatchObject({ cause: 'dead' });
    }));

  test('that was killed right after its claim, once GitHub calls its run completed', () =>
    onStage(async ({ step, plant, repository, github }) => {
      await plant(recordOf({ owner: null }));
      let kill: () => void = () => undefined;
      const after: FaultAction['after'] = (usual) => {
        kill();
        return usual;
      };
      github.faults.next(isMutation(), { name: 'killed', after });
      await step('claim', { runId: 1001, onStart: (child) => (kill = () => child.kill('SIGKILL')) });
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists');
      repository.updateRun(1001, over);
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
    }));

  test('that declared its exit, without asking', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.history.at(-1)?.cause).toBe('exit_signal');
      expectOk(await step('assert', { runId: 1002 }), 'owner_confirmed', true);
    }));

  test('that is a run of another repository which the token may see, asked there', () =>
    onStage(async ({ step, plant, asked, github, record }) => {
      const gadgets = await github.createRepository('acme/gadgets', { id: 8 });
      addRun(gadgets, 1001, 'completed');
      await plant(recordOf({ owner: { holder: { ...holderOf(1001), repo: 'acme/gadgets', repoId: 8 } } }));
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
      expect(asked()).toEqual([READ, LIVENESS, COMMIT]);
      expect((await record())?.history.at(-1)).toMatchObject({ cause: 'dead', previousRunId: '1001' });
    }));
});

describe('a living owner is never superseded', () => {
  test.each(['queued', 'in_progress'])('whose run was started again, with the later attempt %s', (status) =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      await plant(owned);
      repository.updateRun(1001, { status, runAttempt: 2 });
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run 1001');
      expect(asked()).toEqual([READ, LIVENESS]);
      expect(await record()).toEqual(owned);
    }),
  );

  test('of which GitHub still tells an earlier attempt: that is an answer from the past', () =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      const later = recordOf({ owner: { attempt: 2 }, token: 3 });
      await plant(later);
      repository.updateRun(1001, { ...over, runAttempt: 1 });
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run 1001 (attempt 2');
      expect(asked()).toEqual([READ, LIVENESS]);
      expect(await record()).toEqual(later);
    }));

  test('that another job of my own workflow run began in an earlier attempt: this attempt is at work, so nobody asks', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: { runId: 'shard-1' } }));
      const options = { runId: 1001, attempt: 2, with: { 'run-id': 'shard-2' } };
      expectRefusal(await step('claim', options), 'active_run_exists', 'run shard-1');
      expect(asked()).toEqual([READ]);
    }));

  test.each(['queued', 'in_progress'])('whose run is %s, however old', (status) =>
    onStage(async ({ step, plant, asked, repository, log }) => {
      await plant(old);
      repository.updateRun(1001, { status });
      const claim = await step('claim', { runId: 1002 });
      expectRefusal(claim, 'active_run_exists', 'run 1001');
      expect(warningsOf(claim)).toEqual([]);
      expect(asked()).toEqual([READ, LIVENESS]);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('with supersede: never, even a dead or signalled one, and nobody asks', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      repository.updateRun(1001, over);
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
      const claim = await step('claim', { runId: 1002, with: { supersede: 'never' } });
      expectRefusal(claim, 'active_run_exists');
      expect(asked()).toEqual([READ]);
    }));

  test('whose exit signal belongs to an earlier tenure', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ token: 2, signals: [{ runId: '1001', fencingToken: 1 }] }));
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists');
    }));
});

describe('supersede: stale', () => {
  const settings = { supersede: 'stale' };

  test('replaces an owner that is old by both of its times', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(old);
      expectOk(await step('claim', { runId: 1002, with: settings }), 'taken_over', true);
      expect((await record())?.history.at(-1)).toMatchObject({ cause: 'stale', previousRunId: '1001' });
    }));

  test('replaces an owner that nobody can date', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOf({ owner: { claimedAt: null, updatedAt: null } }));
      expectOk(await step('claim', { runId: 1002, with: settings }), 'taken_over', true);
      expect((await record())?.history.at(-1)?.cause).toBe('stale');
    }));

  test.each([
    ['was renewed lately', recordOf({ owner: { claimedAt: minutesAgo(600), updatedAt: minutesAgo(5) } }), {}],
    ['is younger than stale-after', old, { 'stale-after': '1h' }],
    ['is younger than stale-after in ISO 8601', old, { 'stale-after': 'PT32M' }],
  ])('keeps an owner that %s', (_name, planted, more) =>
    onStage(async ({ step, plant, asked }) => {
      await plant(planted);
      const claim = await step('claim', { runId: 1002, with: { ...settings, ...more } });
      expectRefusal(claim, 'active_run_exists');
      expect(asked()).toEqual([READ, LIVENESS]);
    }),
  );

  test('replaces a dead owner as well, however young', () =>
    onStage(async ({ step, plant, repository, record }) => {
      await plant(owned);
      repository.updateRun(1001, over);
      expectOk(await step('claim', { runId: 1002, with: settings }), 'taken_over', true);
      expect((await record())?.history.at(-1)?.cause).toBe('dead');
    }));
});

describe('an owner whose life cannot be found out counts as alive', () => {
  const unknown = recordOf({ owner: { holder: holderOf(4711) } });

  test('because its run is gone, which is said with the permission that might be missing', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(unknown);
      const claim = await step('claim', { runId: 1002 });
      expectRefusal(claim, 'active_run_exists');
      expect(warningsOf(claim)).toEqual([expect.stringMatching(/alive.*4711.*actions: read/)]);
      expect(asked()).toEqual([READ, LIVENESS]);
    }));

  test('because the token lacks actions: read, which is said with the line to add', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      await plant(owned);
      repository.updateRun(1001, over);
      const claim = await step('claim', { runId: 1002, token: CONTENTS_TOKEN });
      expectRefusal(claim, 'active_run_exists');
      expect(warningsOf(claim)).toEqual([expect.stringMatching(/alive.*permissions:.*actions: read/)]);
      expect(asked()).toEqual([READ, LIVENESS]);
    }));

  test.each([
    ['answers 502', badGateway()],
    ['answers nonsense', answers({ status: 200, body: { status: 5 } })],
  ])('because GitHub %s', (_name, fault) =>
    onStage(async ({ step, plant, repository, github, log }) => {
      await plant(owned);
      repository.updateRun(1001, over);
      github.faults.always(isRest(LIVENESS), fault);
      const claim = await step('claim', { runId: 1002 });
      expectRefusal(claim, 'active_run_exists');
      expect(warningsOf(claim)).toEqual([expect.stringMatching(/alive/)]);
      expect(await log()).toHaveLength(1);
    }),
  );

  test.each([
    ['has no holder', null],
    ['was no workflow run', { ...holderOf(1001), workflowRunId: null, url: null }],
    [
      'was a run of nobody knows which repository',
      { ...holderOf(1001), repo: null, repoId: null, url: 'https://github.test/runs/1001' },
    ],
  ])('because it %s, without asking', (_name, holder) =>
    onStage(async ({ step, plant, repository, asked }) => {
      await plant(recordOf({ owner: { holder } }));
      repository.updateRun(1001, over);
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists');
      expect(asked()).toEqual([READ]);
    }),
  );

  test.each([
    ['the record names', { ...holderOf(1001), repo: 'acme/gadgets', repoId: 8 }],
    ['its address names', { ...holderOf(1001), repo: null, repoId: null, url: ELSEWHERE }],
  ])('because it was a run of another repository, which %s and the token may not see', (_name, holder) =>
    onStage(async ({ step, plant, repository, asked }) => {
      await plant(recordOf({ owner: { holder } }));
      repository.updateRun(1001, over);
      const claim = await step('claim', { runId: 1002 });
      expectRefusal(claim, 'active_run_exists');
      const words = /alive.*acme\/gadgets.*another repository than acme\/widgets.*"command: takeover"/;
      expect(warningsOf(claim)).toEqual([expect.stringMatching(words)]);
      expect(asked()).toEqual([READ, LIVENESS]);
    }),
  );
});
