import { describe, expect, test } from '@jest/globals';
import { HIGHEST_TOKEN, type OwnershipRecord, type QueueEntry } from '../../src/core/record.js';
import type { CoordinationRequest, Facts, LeaveRequest } from '../../src/core/request.js';
import {
  active,
  decideOn,
  free,
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
  type Write,
} from './samples.js';

const first = place('1002');
const second = place('1003');
const both = { queue: [first, second] };
const alive = saying('alive', first, second);
const expired = active({ expiresAt: '2026-11-22T08:09:00.000Z' });
const leave: LeaveRequest = {
  command: 'leave',
  run: OWNER,
  reason: null,
  writes: ['id-4'],
  founding: true,
  jobOutcome: null,
};
const stranger = { run: OTHER, supersede: 'dead' } as const;
const dead = { ownerLiveness: 'dead', ...alive } as const;

function writeOn(record: OwnershipRecord, asked: CoordinationRequest, known: Partial<Facts> = alive): Write {
  return written(decideOn(record, asked, known));
}

/** The events that a write adds to the history of run 1001. */
function eventsOf({ next }: Write): string[] {
  return next.history.slice(owned().history.length).map(({ type, runId }) => `${type} ${runId}`);
}

describe('whatever ends a tenure hands over in the same commit', () => {
  const granted = { ...alive, takeoverPermission: 'granted' } as const;
  const evict = request('release', { run: OTHER, evict: true, fencingToken: 4 });
  test.each<[string, OwnershipRecord, CoordinationRequest, Partial<Facts>, string, string[]]>([
    ['a release', owned(both), request('release'), alive, 'write ok released', ['release 1001', 'handover 1002']],
    ['an eviction', owned(both), evict, granted, 'write ok released', ['evict 2002', 'handover 1002']],
    ['what leaves', owned(both), leave, alive, 'write ok released', ['release 1001', 'handover 1002']],
    [
      'the release of what time has ended',
      owned({ ...both, activeRun: expired }),
      request('release'),
      alive,
      'write ok released',
      ['expired 1001', 'release 1001', 'handover 1002'],
    ],
    [
      'a claim on what time has ended',
      owned({ ...both, activeRun: expired }),
      request('claim', stranger),
      alive,
      'write conflict active_run_exists',
      ['expired 1001', 'handover 1002'],
    ],
    [
      'a claim on a dead owner',
      owned(both),
      request('claim', stranger),
      dead,
      'write conflict active_run_exists',
      ['handover 1002'],
    ],
    [
      'an ensure on a dead owner',
      owned(both),
      request('ensure', stranger),
      dead,
      'write conflict active_run_exists',
      ['handover 1002'],
    ],
    [
      'a claim on a signalled owner',
      signalled(both),
      request('claim', stranger),
      alive,
      'write conflict active_run_exists',
      ['handover 1002'],
    ],
    [
      'a claim on what nobody owns',
      { ...free(), ...both },
      request('claim', stranger),
      alive,
      'write conflict active_run_exists',
      ['handover 1002'],
    ],
  ])('%s', (_name, record, asked, known, word, events) => {
    const decision = decideOn(record, asked, known);
    expect(wordOf(decision)).toBe(word);
    const write = written(decision);
    expect(eventsOf(write)).toEqual(events);
    expect(write.event).toBe(write.next.history.at(-1));
    expect(write.next).toMatchObject({
      fencingToken: 5,
      activeRun: { runId: '1002', fencingToken: 5, id: 'write-1', renewedBy: null, claimedAt: NOW, expiresAt: null },
      previousRun: { runId: '1001', replacedByRunId: '1002' },
      queue: [second],
    });
    expect(new Set(write.next.history.slice(1).map(({ id }) => id))).toEqual(new Set(['write-1']));
  });

  test('the event names whom it was given to, and who gave it', () => {
    const asked = request('release', { reason: 'done', jobOutcome: 'success' });
    const { next, event } = writeOn(owned({ queue: [place('1002', { attempt: 3 })] }), asked, {
      ...saying('alive', place('1002', { attempt: 3 })),
    });
    expect(event).toEqual({
      ...{ type: 'handover', runId: '1002', attempt: 3, previousRunId: '1001', at: NOW, reason: null },
      ...{ fencingToken: 5, id: 'write-1', actor: 'octocat', workflow: 'agent', workflowRunId: 1002 },
      entry: 'place-1002',
    });
    // The reason stands with the end, and so does how the job ended.
    expect(next.history.at(-2)).toMatchObject({ type: 'release', runId: '1001', reason: 'done', outcome: 'success' });
  });

  test('an eviction names its reason and whom it ended', () => {
    const { next } = writeOn(owned(both), { ...evict, reason: 'left behind' }, granted);
    expect(next.history.at(-2)).toMatchObject({ type: 'evict', previousRunId: '1001', reason: 'left behind' });
    expect(next.history.at(-1)).toMatchObject({ type: 'handover', runId: '1002', previousRunId: '1001', reason: null });
  });

  test('a superseding names its cause', () => {
    const causes = [
      writeOn(owned(both), request('claim', stranger), dead),
      writeOn(signalled(both), request('claim', stranger)),
      writeOn(owned(both), request('claim', { ...stranger, supersede: 'stale', staleAfterMs: 0 })),
    ].map(({ event }) => event.cause);
    expect(causes).toEqual(['dead', 'exit_signal', 'stale']);
    for (const asked of [request('release'), leave])
      expect(writeOn(owned(both), asked).event).not.toHaveProperty('cause');
  });

  test('what time has ended stands with its own time, and nobody is named who did it', () => {
    const record = owned({ ...both, activeRun: expired });
    const { next } = writeOn(record, request('claim', stranger));
    expect(next.history.at(-2)).toMatchObject({ type: 'expired', at: expired.expiresAt, actor: null, fencingToken: 4 });
    expect(next.history.at(-1)).toMatchObject({ type: 'handover', previousRunId: '1001', fencingToken: 5 });
    expect(next.previousRun?.replacedAt).toBe(expired.expiresAt);
  });

  test('a target that was free has no run before', () => {
    const { event, next } = writeOn({ ...free(), ...both }, request('claim', stranger));
    expect(event.previousRunId).toBeNull();
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: expect.any(String), replacedByRunId: '1002' });
    const never = writeOn({ ...free(), ...both, previousRun: null }, request('claim', stranger));
    expect(never.next.previousRun).toBeNull();
  });

  test('the tenure is what the place says', () => {
    const held = place('1002', { detached: true, expiresAfter: MINUTE_MS });
    const { next } = writeOn(owned({ queue: [held] }), request('release'), saying('alive', held));
    expect(next.activeRun).toMatchObject({ detached: true, expiresAt: '2026-11-22T08:11:00.000Z' });
  });

  test('a place that somebody wrote by hand is served, too', () => {
    const { event, next } = writeOn(owned({ queue: [place('1002', { id: null, holder: null })] }), request('release'));
    expect(next.activeRun).toMatchObject({ runId: '1002', holder: null });
    expect(event).not.toHaveProperty('entry');
    expect(event.workflowRunId).toBeNull();
  });

  test('all places of the run go, those of its other steps and attempts, too', () => {
    const more = [place('1002', { id: 'again' }), second, place('1002', { id: 'later', attempt: 2 })];
    expect(writeOn(owned({ queue: [first, ...more] }), request('release')).next.queue).toEqual([second]);
  });
});

describe('who is passed by', () => {
  const queue = [pastPlace('1000'), first, second];
  const known = {
    waiterLiveness: new Map([...saying('dead', first).waiterLiveness, ...saying('alive', second).waiterLiveness]),
  };

  test.each<[string, CoordinationRequest, Partial<Facts>]>([
    ['a release', request('release'), {}],
    ['a leave', leave, {}],
    ['a claim', request('claim', stranger), { ownerLiveness: 'dead' }],
  ])('those past and over, by %s, and they are gone from the line', (_name, asked, more) => {
    const { next } = writeOn(owned({ queue }), asked, { ...known, ...more });
    expect(next.activeRun?.runId).toBe('1003');
    expect(next.queue).toEqual([]);
  });

  test.each<[string, CoordinationRequest, Partial<Facts>]>([
    ['a release', request('release'), {}],
    ['a claim', request('claim', stranger), { ownerLiveness: 'dead' }],
  ])('%s asks about one after the other', (_name, asked, more) => {
    const places = [1, 2, 3, 4, 5, 6, 7].map((number) => place(String(3000 + number)));
    const told: QueueEntry[] = [];
    for (;;) {
      const decision = decideOn(owned({ queue: places }), asked, { ...saying('dead', ...told), ...more });
      if (decision.kind !== 'ask') {
        expect(written(decision).next.activeRun?.runId).toBe('3006');
        break;
      }
      if (decision.question !== 'waiter_liveness') throw new Error(decision.question);
      told.push(decision.place);
    }
    expect(told).toEqual(places.slice(0, 5));
  });

  test('where nobody is left a release leaves it free, and the line is empty', () => {
    const { next, event } = writeOn(
      owned({ queue: [pastPlace('1000'), first] }),
      request('release'),
      saying('dead', first),
    );
    expect(next).toMatchObject({ activeRun: null, queue: [], fencingToken: 4 });
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: null });
    expect(event.type).toBe('release');
  });

  test('where nobody is left the claim takes it', () => {
    const write = writeOn(owned({ queue: [first] }), request('claim', stranger), {
      ...saying('dead', first),
      ownerLiveness: 'dead',
    });
    expect(wordOf(write)).toBe('write ok taken_over');
    expect(write.next).toMatchObject({ activeRun: { runId: '2002' }, queue: [] });
    expect(write.event).toMatchObject({ type: 'takeover', cause: 'dead' });
  });
});

describe('a claim in front of a line', () => {
  test('of nobody in line hands over, and is refused', () => {
    const write = writeOn(owned(both), request('claim', stranger), dead);
    expect(wordOf(write)).toBe('write conflict active_run_exists');
    expect(write.next.queue).toEqual([second]);
  });

  test('of who would wait joins in the same commit', () => {
    const { next, event } = writeOn(owned(both), request('claim', { ...stranger, line: WAITING }), dead);
    expect(next.queue).toMatchObject([second, { runId: '2002', id: 'write-1', until: '2026-11-22T08:40:00.000Z' }]);
    expect(event).toMatchObject({ type: 'handover', runId: '1002' });
  });

  test('of who waits already keeps its place', () => {
    const mine = place('2002');
    const asked = request('claim', { ...stranger, line: WAITING });
    const { next } = writeOn(owned({ queue: [first, mine] }), asked, { ...dead, ownWrites: ['place-2002'] });
    expect(next.queue).toEqual([mine]);
  });

  test('of who would wait where it is full hands over all the same', () => {
    const full = Array.from({ length: 101 }, (_, index) => place(String(3000 + index)));
    const { next } = writeOn(owned({ queue: full }), request('claim', { ...stranger, line: WAITING }), {
      ...dead,
      ...saying('alive', ...full),
    });
    expect(next.activeRun?.runId).toBe('3000');
    expect(next.queue).toHaveLength(100);
  });

  test('of the first in line itself is its hand-over, and nobody is asked about it', () => {
    const mine = { ...stranger, run: runOf('1002'), line: WAITING };
    const known = { ownWrites: ['place-1002'], ownerLiveness: 'dead' } as const;
    const write = writeOn(owned(both), request('claim', mine), known);
    expect(wordOf(write)).toBe('write ok taken_over');
    expect(write.event).toMatchObject({ type: 'handover', runId: '1002', entry: 'place-1002', cause: 'dead' });
    const free_ = writeOn({ ...free(), ...both }, request('claim', mine), known);
    expect(wordOf(free_)).toBe('write ok claimed_new');
    expect(free_.event).not.toHaveProperty('cause');
  });

  test('of another step of the first run begins its tenure, and the place goes', () => {
    const write = writeOn(owned(both), request('claim', { ...stranger, run: runOf('1002') }), dead);
    expect(wordOf(write)).toBe('write ok taken_over');
    expect(write.event).toMatchObject({ type: 'takeover', runId: '1002' });
    expect(write.next.queue).toEqual([second]);
  });

  test('a later attempt of the first run begins its tenure', () => {
    const write = writeOn(owned(both), request('claim', { ...stranger, run: runOf('1002', 2) }), dead);
    expect(write.next.activeRun).toMatchObject({ runId: '1002', attempt: 2 });
  });

  test.each([null, WAITING])('an earlier attempt of it does not, nor does it stand in its line (%j)', (line) => {
    const later = place('1002', { attempt: 2 });
    const asked = request('claim', { ...stranger, run: runOf('1002'), line });
    const write = writeOn(owned({ queue: [later, second] }), asked, { ...dead, ...saying('alive', later) });
    expect(wordOf(write)).toBe('write conflict ownership_lost');
    expect(write.next).toMatchObject({ activeRun: { runId: '1002', attempt: 2 }, queue: [second] });
  });

  test('never supersedes where the user said so, line or not', () => {
    const decision = decideOn(owned(both), request('claim', { run: OTHER }), dead);
    expect(wordOf(decision)).toBe('conflict active_run_exists');
  });

  test('of the owner renews, and the line stays', () => {
    expect(writeOn(owned(both), request('claim')).next.queue).toEqual(both.queue);
  });

  test('of a later attempt of the owner passes it by', () => {
    const { next } = writeOn(owned(both), request('claim', { run: runOf('1001', 2) }));
    expect(next).toMatchObject({ activeRun: { attempt: 2, fencingToken: 5 }, queue: both.queue });
  });
});

describe('a takeover', () => {
  const granted = { takeoverPermission: 'granted' } as const;

  test('passes by the line, which stays', () => {
    const { next } = writeOn(owned(both), request('takeover', { run: OTHER }), granted);
    expect(next).toMatchObject({ activeRun: { runId: '2002' }, queue: both.queue });
  });

  test('of a run in line takes its places along', () => {
    const { next } = writeOn(owned(both), request('takeover', { run: runOf('1002') }), granted);
    expect(next.queue).toEqual([second]);
  });

  test.each<[string, QueueEntry[], Partial<Facts>, string]>([
    ['others wait', [first], {}, 'ask takeover_permission'],
    ['others wait, denied', [first], { takeoverPermission: 'denied' }, 'conflict takeover_forbidden'],
    ['others wait, granted', [first], granted, 'write ok claimed_new'],
    ['only the past wait', [pastPlace('1002')], {}, 'write ok claimed_new'],
    ['only it waits itself', [place('2002')], {}, 'write ok claimed_new'],
  ])('of a free target needs the right where %s', (_name, queue, known, word) => {
    expect(wordOf(decideOn({ ...free(), queue }, request('takeover', { run: OTHER }), known))).toBe(word);
  });

  test('of a free target is nothing on a closed pull request', () => {
    const closed = { ...granted, pullRequestOpen: false };
    expect(wordOf(decideOn({ ...free(), ...both }, request('takeover', { run: OTHER }), closed))).toBe(
      'conflict pr_closed',
    );
  });
});

describe('the token of a hand-over', () => {
  test.each([
    ['the record', 0, 5],
    ['the floor', 8, 9],
  ])('is above that of %s', (_name, tokenFloor, token) => {
    const { next } = writeOn(owned(both), request('release'), { ...alive, tokenFloor });
    expect(next).toMatchObject({ fencingToken: token, activeRun: { fencingToken: token } });
    expect(next.history.at(-2)?.fencingToken).toBe(4);
  });

  test('that could not be raised again is an error', () => {
    const record = owned({ ...both, fencingToken: HIGHEST_TOKEN, activeRun: active({ fencingToken: HIGHEST_TOKEN }) });
    for (const asked of [request('release'), request('claim', { ...stranger, line: WAITING })]) {
      expect(wordOf(decideOn(record, asked, dead))).toBe('error state_corrupt');
    }
    expect(wordOf(decideOn({ ...record, queue: [] }, request('release')))).toBe('write ok released');
  });
});

describe('who stops waiting and finds the owner gone', () => {
  const asked = request('claim', { ...stranger, line: LEAVING });

  test('hands over to the first, and leaves in the same commit', () => {
    const again = place('2002', { id: 'again' });
    const record = owned({ queue: [first, place('2002'), second, again] });
    const write = writeOn(record, asked, { ...dead, ownWrites: ['place-2002'] });
    expect(wordOf(write)).toBe('write conflict active_run_exists');
    expect(write.next).toMatchObject({ activeRun: { runId: '1002' }, queue: [second, again] });
  });

  test('joins no line', () => {
    expect(writeOn(owned(both), asked, dead).next.queue).toEqual([second]);
  });
});
