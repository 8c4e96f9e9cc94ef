import { describe, expect, test } from '@jest/globals';
import { composeBoard, type Gathered } from '../../../src/core/board/compose.js';
import type { LogEntry } from '../../../src/core/board/log-event.js';
import { free, owned, place, TARGET } from '../samples.js';
import { at, entry, ownedBy, tenureWords, waitWords } from './words.js';

/** At nine o'clock, of the last half hour. */
function gathered(oldestFirst: readonly LogEntry[], parts: Partial<Gathered> = {}): Gathered {
  return {
    ...{ repo: 'acme/widgets', serverUrl: 'https://github.com', stateBranch: 'state', isComplete: true, records: [] },
    ...{ heads: [{ branch: 'state', commit: 'c0ffee' }], since: at(30), log: oldestFirst.toReversed() },
    facts: { now: at(60), pullRequests: new Map(), runs: new Map() },
    ...parts,
  };
}

const preview = { Scope: 'preview' };

test('a board of nothing', () => {
  const { heads, counts, ...board } = composeBoard(gathered([]));
  const where = { repo: 'acme/widgets', serverUrl: 'https://github.com', stateBranch: 'state' };
  const empty = { rows: [], tenures: [], waits: [] };
  expect(board).toEqual({ ...where, now: at(60), since: at(30), isComplete: true, ...empty });
  expect([heads, counts.free]).toEqual([[{ branch: 'state', commit: 'c0ffee' }], 0]);
});

test('each target has a story of its own, by number, scope and time', () => {
  const log = [
    entry(31, 'claim', '5', 1, { 'Pull-Request': '18' }),
    entry(32, 'claim', '1', 1, { ...preview, 'Workflow-Run-Id': '1' }),
    entry(33, 'claim', '2', 1),
    { commit: 'f00', committedAt: at(34), message: 'Repair it by hand' },
    entry(34, 'release', '1', 1, preview),
    entry(34, 'claim', '9', 2, preview),
    entry(34, 'release', '9', 2, preview),
    entry(34, 'claim', '3', 3, preview),
    entry(35, 'join', '7', 1),
    entry(36, 'leave', '7', 1),
    entry(37, 'join', '6', 3, preview),
  ];
  const previewed = { ...ownedBy('3', 3, 34), target: { ...TARGET, ...{ scope: 'preview' } } };
  const records: Gathered['records'] = [
    { pr: 17, scope: 'preview', reading: { kind: 'record', record: previewed } },
    { pr: 17, scope: null, reading: { kind: 'record', record: owned({ queue: [place('8', { since: at(33) })] }) } },
    { pr: 18, scope: null, reading: { kind: 'corrupt', problem: 'it is not JSON' } },
    { pr: 19, scope: null, reading: { kind: 'record', record: free() } },
  ];
  const { tenures, waits, rows, counts } = composeBoard(gathered(log, { records }));
  expect(tenures.map((tenure) => `${tenure.scope ?? ''} ${tenureWords(tenure)}`)).toEqual([
    ' 1001 #4 0–… holds',
    ' 2 #1 33–36 unknown',
    'preview 1 #1 32–34 released',
    'preview 9 #2 34–34 released',
    'preview 3 #3 34–… holds',
    ' 5 #1 31–… unknown',
  ]);
  expect(waits.map(waitWords)).toEqual(['8 33–… waits', '7 35–36 left', '6 37–37 left']);
  expect(tenures[2]?.url).toBe('https://github.com/acme/widgets/actions/runs/1');
  expect(rows.map(({ pr, scope }) => [pr, scope])).toEqual([
    [18, null],
    [17, null],
    [17, 'preview'],
  ]);
  expect([counts.free, counts.owners, counts.tenures]).toEqual([1, 2, 5]);
});

describe('of a span', () => {
  const log = [
    ...[entry(10, 'claim', '1', 1), entry(20, 'release', '1', 1), entry(20, 'claim', '2', 2)],
    ...[entry(25, 'join', '3', 2), entry(30, 'refresh', '2', 2), entry(40, 'release', '2', 2)],
  ];

  test('nothing is told from before, whether it was read or not', () => {
    const board = composeBoard(gathered(log));
    expect(board.tenures.map(tenureWords)).toEqual(['2 #2 …–40 released']);
    expect(board.waits).toEqual([]);
    expect(composeBoard(gathered(log.slice(4)))).toEqual(board);
    expect(composeBoard(gathered(log, { since: at(0) })).tenures).toHaveLength(2);
  });

  test('nothing is told of what the record says was over before', () => {
    const ended = ownedBy('2', 2, 0);
    const queue = [place('3', { since: at(5), until: at(20) }), place('4', { since: at(5), until: at(30) })];
    const activeRun = ended.activeRun && { ...ended.activeRun, expiresAt: at(29) };
    const reading = { kind: 'record', record: { ...ended, activeRun, queue } } as const;
    const { tenures, waits, rows } = composeBoard(gathered([], { records: [{ pr: 17, scope: null, reading }] }));
    expect([tenures, waits.map(waitWords)]).toEqual([[], ['4 5–30 left']]);
    expect(rows).toMatchObject([{ owner: { state: 'expired' }, line: [{ isPast: true }, { isPast: true }] }]);
  });
});
