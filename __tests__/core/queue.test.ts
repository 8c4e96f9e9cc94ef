import { describe, expect, test } from '@jest/globals';
import { isPast, nextInLine, placeKey, placeOf, positionOf, withPlace, type Next } from '../../src/core/queue.js';
import { QUEUE_LIMIT, type QueueEntry } from '../../src/core/record.js';
import { facts, HOLDER, MINUTE_MS, NOW, owned, pastPlace, place, request, runOf, saying, WAITING } from './samples.js';

const first = place('1002');
const second = place('1003');
const many = (count: number): QueueEntry[] => Array.from({ length: count }, (_, index) => place(String(3000 + index)));

describe('a place', () => {
  test.each([
    ['before its end', '2026-11-22T08:10:00.001Z', false],
    ['at the very millisecond', NOW, false],
    ['a millisecond later', '2026-11-22T08:09:59.999Z', true],
    ['without an end that can be read', null, true],
  ])('%s', (_name, until, past) => {
    expect(isPast(place('1002', { until }), NOW)).toBe(past);
  });

  test('is known among those of its run, also where it has no id', () => {
    const keys = [first, { ...first, id: null }, { ...first, id: 'other' }, { ...first, attempt: 2 }].map(placeKey);
    expect(new Set(keys).size).toBe(4);
    expect(placeKey({ ...first })).toBe(placeKey(first));
  });

  test('is found by the write that took it', () => {
    const record = owned({ queue: [place('1002', { id: null }), second] });
    expect(placeOf(record, ['other', 'place-1003'])).toBe(second);
    expect(placeOf(record, ['other'])).toBeNull();
    expect(placeOf(record, [])).toBeNull();
    expect(placeOf(null, ['place-1003'])).toBeNull();
  });

  test('has a position, the first one that a run has', () => {
    const record = owned({ queue: [first, second, place('1003', { id: 'again' })] });
    expect([positionOf(record, '1002'), positionOf(record, '1003')]).toEqual([1, 2]);
    expect(positionOf(record, '1001')).toBeNull();
    expect(positionOf(null, '1002')).toBeNull();
  });
});

/** Whom it comes to, and how many are left from there on. */
function wordOf(next: Next): string {
  if (next.kind === 'nobody') return 'nobody';
  const who = next.place.id ?? next.place.runId;
  return next.kind === 'ask' ? `ask ${who}` : `${who} and ${String(next.rest.length - 1)} more`;
}

describe('the next in line', () => {
  const dead = saying('dead', first);
  const five = many(5);
  test.each<[string, readonly QueueEntry[], Partial<Pick<ReturnType<typeof facts>, 'waiterLiveness'>>, string]>([
    ['nobody waits', [], {}, 'nobody'],
    ['the first is asked about', [first, second], {}, 'ask place-1002'],
    ['the first is alive', [first, second], saying('alive', first), 'place-1002 and 1 more'],
    ['what is not known is alive', [first, second], saying('unknown', first), 'place-1002 and 1 more'],
    ['the first is over', [first, second], dead, 'ask place-1003'],
    ['all are over', [first], dead, 'nobody'],
    ['the first is past', [pastPlace('1002'), second], saying('alive', second), 'place-1003 and 0 more'],
    ['the past are passed whatever is known', [pastPlace('1002')], saying('alive', pastPlace('1002')), 'nobody'],
    ['nobody can be asked about it', [place('1002', { holder: null })], {}, 'place-1002 and 0 more'],
    [
      'it has no workflow run',
      [place('1002', { holder: { ...HOLDER, workflowRunId: null } })],
      {},
      'place-1002 and 0 more',
    ],
    ['four are over', many(7), saying('dead', ...five.slice(0, 4)), 'ask place-3004'],
    ['after five the sixth counts as alive', many(7), saying('dead', ...five), 'place-3005 and 1 more'],
    [
      'the past are not among the five',
      [pastPlace('1002'), pastPlace('1003'), ...many(7)],
      saying('dead', ...five),
      'place-3005 and 1 more',
    ],
    ['the sixth is past', [...five, pastPlace('1002'), second], saying('dead', ...five), 'place-1003 and 0 more'],
  ])('%s', (_name, queue, known, word) => {
    expect(wordOf(nextInLine(queue, { ...facts(), ...known }))).toBe(word);
  });

  test('whom the asker knows needs no question, but its end counts', () => {
    const trusted = (): boolean => true;
    expect(wordOf(nextInLine([first, second], facts(), trusted))).toBe('place-1002 and 1 more');
    expect(wordOf(nextInLine([pastPlace('1002')], facts(), trusted))).toBe('nobody');
  });

  test('another place of the same run is another question', () => {
    const again = place('1002', { id: 'again' });
    expect(wordOf(nextInLine([first, again], { ...facts(), ...dead }))).toBe('ask again');
  });
});

describe('joining a line', () => {
  const asked = request('claim', { run: runOf('1004'), line: WAITING });
  const ids = (queue: readonly QueueEntry[] | null): (string | null)[] | undefined => queue?.map(({ id }) => id);

  test('goes to the end, and says until when and for what', () => {
    const term = { detached: true, expiresAfterMs: MINUTE_MS, byDefault: false };
    const queue = withPlace([first], { ...asked, term }, facts());
    expect(queue).toEqual([
      first,
      {
        ...{ runId: '1004', attempt: 1, holder: runOf('1004').holder },
        ...{ since: NOW, until: '2026-11-22T08:40:00.000Z', detached: true, expiresAfter: MINUTE_MS, id: 'write-1' },
      },
    ]);
  });

  test('of who is not willing to wait counts for this moment only', () => {
    const queue = withPlace([], { ...asked, line: null }, facts());
    expect(queue).toMatchObject([{ since: NOW, until: NOW }]);
  });

  test('another step of the run has a place of its own', () => {
    const queue = withPlace([place('1004'), first], asked, facts());
    expect(ids(queue)).toEqual(['place-1004', 'place-1002', 'write-1']);
  });

  test('a later attempt takes the first place of the earlier ones, and they have none any more', () => {
    const again = { ...asked, run: runOf('1004', 3) };
    const earlier = [place('1004', { id: 'one' }), place('1004', { id: 'two', attempt: 2 })];
    const same = place('1004', { id: 'three', attempt: 3 });
    const queue = withPlace([first, ...earlier, second, same], again, facts());
    expect(ids(queue)).toEqual(['place-1002', 'write-1', 'place-1003', 'three']);
    expect(queue?.[1]).toMatchObject({ attempt: 3, since: NOW });
  });

  test('an earlier number of another workflow run is no earlier attempt', () => {
    const queue = withPlace(
      [place('1004', { holder: runOf('1012').holder })],
      { ...asked, run: runOf('1004', 2) },
      facts(),
    );
    expect(ids(queue)).toEqual(['place-1004', 'write-1']);
  });

  test('a hundred may wait', () => {
    expect(withPlace(many(QUEUE_LIMIT - 1), asked, facts())).toHaveLength(100);
    expect(withPlace(many(QUEUE_LIMIT), asked, facts())).toBeNull();
  });

  test('those that do not count any more make room, and only then', () => {
    const past = [pastPlace('1002'), pastPlace('1003')];
    expect(ids(withPlace([...past, ...many(97)], asked, facts()))?.slice(0, 2)).toEqual(['place-1002', 'place-1003']);
    const queue = withPlace([...past, ...many(98)], asked, facts());
    expect(ids(queue)?.at(0)).toBe('place-3000');
    expect(queue).toHaveLength(99);
  });

  test('a later attempt finds its place in a full line', () => {
    const queue = withPlace([...many(99), place('1004')], { ...asked, run: runOf('1004', 2) }, facts());
    expect(queue).toHaveLength(100);
    expect(queue?.at(-1)).toMatchObject({ id: 'write-1', attempt: 2 });
  });
});
