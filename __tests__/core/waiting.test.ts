import { describe, expect, test } from '@jest/globals';
import type { HistoryEvent, OwnershipRecord, QueueEntry } from '../../src/core/record.js';
import type { CoordinationRequest, Facts } from '../../src/core/request.js';
import { stopWaiting } from '../../src/core/waiting.js';
import {
  active,
  decideOn,
  free,
  HOLDER,
  LEAVING,
  MINUTE_MS,
  NOW,
  OTHER,
  owned,
  OWNER,
  pastPlace,
  place,
  request,
  runOf,
  saying,
  signalled,
  WAITING,
  wordOf,
  written,
} from './samples.js';

/** Run 1001 owns; run 2002 is willing to wait, and its place is known by the write that took it. */

const mine = place('2002');
const own = { ownWrites: ['place-2002'] } as const;
const closed = { pullRequestOpen: false };
const inLine = owned({ queue: [place('1002'), mine] });
const rival = { run: OTHER, line: WAITING } as const;
const COMMANDS = ['claim', 'ensure'] as const;

describe.each(COMMANDS)('a %s that is refused and would wait', (command) => {
  const refusal = command === 'claim' ? 'active_run_exists' : 'ownership_lost';
  const asked = request(command, rival);

  test('takes a place in line with one commit, which stands in no history', () => {
    const decision = decideOn(owned(), asked);
    expect(wordOf(decision)).toBe(`write conflict ${refusal}`);
    const { next, event } = written(decision);
    expect(next).toEqual({
      ...owned(),
      queue: [
        {
          ...{ runId: '2002', attempt: 1, holder: OTHER.holder, detached: false, expiresAfter: null },
          ...{ since: NOW, until: '2026-11-22T08:40:00.000Z', id: 'write-1' },
        },
      ],
    });
    expect(event).toMatchObject({ type: 'join', runId: '2002', at: NOW, fencingToken: 4, id: 'write-1' });
  });

  test('is refused at once without', () => {
    expect(wordOf(decideOn(owned(), { ...asked, line: null }))).toBe(`conflict ${refusal}`);
    expect(wordOf(decideOn(inLine, { ...asked, line: null }))).toBe(`conflict ${refusal}`);
  });

  test('keeps the place that it has', () => {
    expect(wordOf(decideOn(inLine, asked, own))).toBe(`conflict ${refusal}`);
  });

  test('has a place beside other steps of its run', () => {
    const { next } = written(decideOn(inLine, asked));
    expect(next.queue.map(({ id }) => id)).toEqual(['place-1002', 'place-2002', 'write-1']);
  });

  test('takes the place of an earlier attempt', () => {
    const { next } = written(decideOn(inLine, { ...asked, run: runOf('2002', 2) }));
    expect(next.queue).toMatchObject([{ id: 'place-1002' }, { id: 'write-1', attempt: 2 }]);
  });

  test('is told that a hundred wait', () => {
    const queue = Array.from({ length: 100 }, (_, index) => place(String(3000 + index)));
    expect(wordOf(decideOn(owned({ queue }), asked))).toBe('conflict queue_full');
    const { next } = written(decideOn(owned({ queue: [pastPlace('1002'), ...queue.slice(1)] }), asked));
    expect(next.queue).toHaveLength(100);
    expect(next.queue.at(-1)?.id).toBe('write-1');
  });

  test('asks first whether the owner is over', () => {
    const superseding = { ...asked, supersede: 'dead' } as const;
    expect(wordOf(decideOn(owned(), superseding))).toBe('ask owner_liveness');
    expect(wordOf(decideOn(owned(), superseding, { ownerLiveness: 'unknown' }))).toBe(`write conflict ${refusal}`);
    expect(wordOf(decideOn(owned(), superseding, { ownerLiveness: 'dead' }))).toBe('write ok taken_over');
  });

  test.each<[string, OwnershipRecord, Partial<CoordinationRequest>, Partial<Facts>]>([
    ['the pull request is closed', owned(), {}, closed],
    ['its attempt is earlier', owned({ activeRun: active({ attempt: 2 }) }), { run: OWNER }, {}],
    ['it was told to exit', signalled(), { run: OWNER }, {}],
  ])('does not wait where %s', (_name, record, changes, known) => {
    const decision = decideOn(record, { ...asked, ...changes } as CoordinationRequest, known);
    expect(decision).toMatchObject({ kind: 'answer', answer: { kind: 'conflict' } });
  });

  test('waits on a closed one where the user said so', () => {
    const anyhow = { ...asked, requireOpen: false };
    expect(wordOf(decideOn(owned(), anyhow, closed))).toBe(`write conflict ${refusal}`);
  });

  test('gets what is free', () => {
    for (const record of [null, free()]) expect(wordOf(decideOn(record, asked))).toBe('write ok claimed_new');
  });

  test('renews or confirms what it has', () => {
    const word = command === 'claim' ? 'write ok refreshed' : 'ok owner_confirmed';
    expect(wordOf(decideOn(owned(), { ...asked, run: OWNER }))).toBe(word);
  });
});

describe('an ensure with a token', () => {
  const begun: HistoryEvent = {
    ...first(),
    type: 'claim',
    runId: '2002',
    workflowRunId: 2002,
    fencingToken: 2,
    id: 'id-2',
  };
  const record = owned({ history: [begun, ...owned().history] });

  test('that does not let it ask does not let it wait', () => {
    for (const fencingToken of [2, 3]) {
      expect(wordOf(decideOn(record, request('ensure', { ...rival, fencingToken })))).toBe('conflict ownership_lost');
    }
    const lost = request('ensure', { ...rival, fencingToken: 2, supersede: 'dead' });
    expect(wordOf(decideOn(record, lost, { ownerLiveness: 'dead' }))).toBe('conflict ownership_lost');
  });

  test('of an earlier attempt waits', () => {
    const asked = request('ensure', { ...rival, run: runOf('2002', 2), fencingToken: 2 });
    expect(wordOf(decideOn(record, asked))).toBe('write conflict ownership_lost');
  });

  test('of the owner, which is another, waits', () => {
    expect(wordOf(decideOn(record, request('ensure', { ...rival, fencingToken: 4 })))).toBe(
      'write conflict ownership_lost',
    );
  });
});

function first(): HistoryEvent {
  const [event] = owned().history;
  if (event === undefined) throw new Error('there is no event');
  return event;
}

/** The record after the owner gave way to run 2002 in line, and the write by which it did. */
function served(changes: Partial<QueueEntry> = {}, queue: readonly QueueEntry[] = []): OwnershipRecord {
  const held = { ...mine, ...changes };
  const record = owned({ queue: [held, ...queue] });
  return written(decideOn(record, request('release'), { ...saying('alive', held), writeId: 'handed' })).next;
}

describe.each(COMMANDS)('a %s that was served', (command) => {
  const asked = request(command, rival);

  test('has it without another write', () => {
    const decision = decideOn(served(), asked, own);
    expect(decision).toEqual({ kind: 'answer', answer: { kind: 'ok', status: 'claimed_new' } });
  });

  test('also at the end of its time', () => {
    expect(wordOf(decideOn(served(), { ...asked, line: LEAVING }, own))).toBe('ok claimed_new');
  });

  test('has taken over where the owner before was superseded', () => {
    const stranger = request('claim', { run: runOf('3003'), supersede: 'dead' });
    const known = { ...saying('alive', mine), ownerLiveness: 'dead' } as const;
    const { next } = written(decideOn(owned({ queue: [mine] }), stranger, known));
    expect(wordOf(decideOn(next, asked, own))).toBe('ok taken_over');
  });

  test('after the end of a hold it is new', () => {
    const record = owned({ queue: [mine], activeRun: active({ expiresAt: NOW }) });
    const { next } = written(decideOn(record, request('claim', { run: runOf('3003') }), saying('alive', mine)));
    expect(wordOf(decideOn(next, asked, own))).toBe('ok claimed_new');
  });

  test('on a pull request that is closed by now gives it back', () => {
    const decision = decideOn(served(), asked, { ...own, ...closed });
    expect(wordOf(decision)).toBe('write conflict pr_closed');
    const { next, event } = written(decision);
    expect(next).toMatchObject({ activeRun: null, previousRun: { runId: '2002', replacedByRunId: null } });
    expect(event).toMatchObject({ type: 'release', runId: '2002', fencingToken: 5 });
    const anyhow = { ...asked, requireOpen: false };
    expect(wordOf(decideOn(served(), anyhow, { ...own, ...closed }))).toBe('ok claimed_new');
  });

  test('and gives it to the next in line there', () => {
    const next = place('1003');
    const known = { ...own, ...closed };
    expect(wordOf(decideOn(served({}, [next]), asked, known))).toBe('ask waiter_liveness');
    const write = written(decideOn(served({}, [next]), asked, { ...known, ...saying('alive', next) }));
    expect(wordOf(write)).toBe('write conflict pr_closed');
    expect(write.next.activeRun?.runId).toBe('1003');
  });

  test('was told to exit since', () => {
    const signal = request('signal-exit', { run: runOf('3003'), requireActiveOwner: false });
    const { next } = written(decideOn(served(), signal, { takeoverPermission: 'granted' }));
    const given = written(decideOn(next, asked, own));
    expect(wordOf(given)).toBe('write conflict exit_signal_recorded');
    expect(given.next.activeRun).toBeNull();
  });

  test.each<[string, CoordinationRequest, Partial<Facts>]>([
    ['a release', request('release', { run: OTHER }), {}],
    ['a takeover', request('takeover', { run: runOf('3003') }), { takeoverPermission: 'granted' }],
    ['its own later attempt', request('claim', { run: runOf('2002', 2) }), {}],
  ])('and lost it to %s since gets nothing', (_name, end, known) => {
    const { next } = written(decideOn(served(), end, { ...known, writeId: 'ended' }));
    expect(wordOf(decideOn(next, asked, own))).toBe('conflict ownership_lost');
    expect(wordOf(decideOn(next, { ...asked, line: LEAVING }, own))).toBe('conflict ownership_lost');
  });

  test('and whose time has ended since gets nothing', () => {
    const record = served({ expiresAfter: MINUTE_MS });
    const later = { ...own, now: '2026-11-22T08:11:00.000Z' };
    expect(wordOf(decideOn(record, asked, own))).toBe('ok claimed_new');
    expect(wordOf(decideOn(record, asked, later))).toBe('conflict ownership_lost');
  });

  test('and whose run has begun anew goes on in that tenure', () => {
    const ended = written(decideOn(served(), request('release', { run: OTHER }), { writeId: 'ended' })).next;
    const { next } = written(decideOn(ended, request('claim', { run: OTHER }), { writeId: 'anew' }));
    const word = command === 'claim' ? 'write ok refreshed' : 'ok owner_confirmed';
    expect(wordOf(decideOn(next, asked, own))).toBe(word);
  });

  test('finds the tenure that another step of its run got, and goes on in it', () => {
    const again = place('2002', { id: 'again' });
    const record = served({}, [again]);
    expect(record.queue).toEqual([]);
    const word = command === 'claim' ? 'write ok refreshed' : 'ok owner_confirmed';
    expect(wordOf(decideOn(record, asked, { ownWrites: ['again'] }))).toBe(word);
  });
});

describe('a claim in line whose run got it by another step', () => {
  test('with another holder renews', () => {
    const run = { ...OTHER, holder: { ...HOLDER, workflowRunId: 2003 } };
    expect(wordOf(decideOn(served(), request('ensure', { run, line: WAITING })))).toBe('write ok refreshed');
  });
});

describe.each(COMMANDS)('a %s that stops waiting', (command) => {
  const refusal = command === 'claim' ? 'active_run_exists' : 'ownership_lost';
  const asked = request(command, { ...rival, line: LEAVING });

  test('takes its place out of the line, and only that', () => {
    const record = owned({ queue: [place('1002'), mine, place('2002', { id: 'again' }), place('2002', { id: null })] });
    const decision = decideOn(record, asked, own);
    expect(wordOf(decision)).toBe(`write conflict ${refusal}`);
    const { next, event } = written(decision);
    expect(next).toEqual({ ...record, queue: record.queue.filter(({ id }) => id !== 'place-2002') });
    expect(event).toMatchObject({ type: 'leave', runId: '2002', id: 'write-1' });
  });

  test('writes nothing where it has none', () => {
    expect(wordOf(decideOn(inLine, asked))).toBe(`conflict ${refusal}`);
    expect(wordOf(decideOn(owned(), asked, own))).toBe(`conflict ${refusal}`);
  });

  test('takes what is free by then', () => {
    expect(wordOf(decideOn({ ...free(), queue: [mine] }, asked, own))).toBe('write ok claimed_new');
  });
});

describe.each(COMMANDS)('a %s in line that can hope for nothing any more leaves it', (command) => {
  const asked = request(command, rival);

  test('on a closed pull request', () => {
    const decision = decideOn(inLine, asked, { ...own, ...closed });
    expect(wordOf(decision)).toBe('write conflict pr_closed');
    expect(written(decision).next.queue).toEqual([place('1002')]);
  });

  test('where a later attempt of its run owns', () => {
    const record = owned({ activeRun: active({ runId: '2002', attempt: 2, holder: OTHER.holder }), queue: [mine] });
    const decision = decideOn(record, asked, own);
    expect(wordOf(decision)).toBe('write conflict ownership_lost');
    expect(written(decision).next.queue).toEqual([]);
  });
});

describe('the post step of a step in line', () => {
  const leave = {
    command: 'leave',
    run: OTHER,
    reason: null,
    writes: ['place-2002'],
    founding: true,
    jobOutcome: null,
  } as const;

  test('takes its place out', () => {
    const decision = decideOn(inLine, leave);
    expect(wordOf(decision)).toBe('write ok release_noop');
    expect(written(decision).next).toEqual({ ...inLine, queue: [place('1002')] });
  });

  test('releases what was handed over', () => {
    const { event } = written(decideOn(served(), leave));
    expect(event).toMatchObject({ type: 'release', runId: '2002', fencingToken: 5 });
  });

  test('leaves alone what another step has renewed since', () => {
    const renewed = written(decideOn(served(), request('claim', { run: OTHER }), { writeId: 'renewal' })).next;
    expect(wordOf(decideOn(renewed, leave))).toBe('ok release_noop');
  });

  test('needs no commit where it was served and has lost it again', () => {
    const ended = written(decideOn(served(), request('release', { run: OTHER }), { writeId: 'ended' })).next;
    expect(wordOf(decideOn(ended, leave))).toBe('ok release_noop');
  });

  test('moves the head where nothing of it shows', () => {
    expect(written(decideOn(owned(), leave)).next.history.at(-1)).toMatchObject({ type: 'leave' });
  });

  test('leaves alone what it has handed to another, be it by a release or by a claim', () => {
    const queue = [place('1003')];
    const known = { ...saying('alive', ...queue), ownerLiveness: 'dead' } as const;
    const stranger = request('claim', { ...rival, supersede: 'dead' });
    const claimed = written(decideOn(owned({ queue }), stranger, { ...known, writeId: 'mine' })).next;
    expect(claimed).toMatchObject({ activeRun: { runId: '1003', id: 'mine' }, queue: [{ runId: '2002', id: 'mine' }] });
    const { next } = written(decideOn(claimed, { ...leave, writes: ['mine'] }));
    expect(next).toEqual({ ...claimed, queue: [] });
    const released = written(decideOn(owned({ queue }), request('release'), { ...known, writeId: 'mine' })).next;
    expect(wordOf(decideOn(released, { ...leave, run: OWNER, writes: ['mine'] }))).toBe('ok release_noop');
  });
});

test.each([request('assert'), request('claim', { line: null })])(
  'who never waited has no waiting to stop: %#',
  (asked) => {
    expect(stopWaiting(asked)).toBe(asked);
  },
);
