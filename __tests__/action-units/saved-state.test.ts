import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { forget, load, save, type SavedState } from '../../src/action/saved-state.js';
import { writeRecord } from '../../src/core/write-record.js';
import { owned } from '../core/samples.js';
import { StateFile } from './state-file.js';

const MOST_BYTES = 24 * 1024;

let file: StateFile;
beforeEach(() => {
  file = new StateFile();
});
afterEach(() => file.remove());

function held(record: string): SavedState {
  return {
    phase: 'held',
    writes: ['write-1'],
    founding: false,
    target: { repo: 'acme/widgets', pr: 17, scope: null },
    repositoryId: 7,
    stateBranch: 'runner-coord-state',
    run: { runId: '1001', attempt: 1 },
    timeoutMs: 60_000,
    prStatus: false,
    clockOffsetMs: -1500,
    tenure: { fencingToken: 4, id: 'write-1', commit: 'c'.repeat(40), record, outdatedHeads: ['d'.repeat(40)] },
  };
}

test('what was saved is loaded', () => {
  const state = held(writeRecord(owned()));
  save(state);
  file.handOver();
  expect(load()).toEqual({ kind: 'saved', state });
});

test('nothing was saved', () => {
  expect(load()).toEqual({ kind: 'nothing' });
});

test('what was saved before is forgotten', () => {
  save(held(''));
  forget();
  expect(file.saved).toHaveLength(2);
  file.handOver();
  expect(load()).toEqual({ kind: 'nothing' });
});

// Case O21: the runner hands it over as an environment variable, whose size is counted in bytes.
describe('at most 24 KiB are saved', () => {
  const [event] = owned().history;
  const withReasons = (reason: string, count: number): string =>
    writeRecord(
      owned({ history: event === undefined ? [] : Array.from({ length: count }, () => ({ ...event, reason })) }),
    );

  test.each([
    ['long Chinese reasons', withReasons('这个拉取请求需要重新运行'.repeat(41), 41)],
    ['reasons whose characters are fewer than 24 KiB', withReasons('长'.repeat(200), 40)],
    ['reasons of emoji', withReasons('🦊'.repeat(250), 50)],
    ['reasons of line breaks', withReasons('\n"\\'.repeat(166), 50)],
  ])('%s: the record is left out', (_name, record) => {
    save(held(record));
    const [text = ''] = file.saved;
    expect(Buffer.byteLength(text, 'utf8')).toBeLessThanOrEqual(MOST_BYTES);
    file.handOver();
    const state = held(record);
    expect(load()).toEqual({ kind: 'saved', state: { ...state, tenure: { ...state.tenure, record: null } } });
  });

  test('what fits is kept whole', () => {
    const room = MOST_BYTES - Buffer.byteLength(JSON.stringify(held('')), 'utf8');
    save(held('x'.repeat(room)));
    save(held('x'.repeat(room + 1)));
    save(held(`${'x'.repeat(room - 1)}é`));
    const sizes = file.saved.map((text) => Buffer.byteLength(text, 'utf8'));
    expect(sizes[0]).toBe(MOST_BYTES);
    expect(sizes.slice(1).every((size) => size < 1000)).toBe(true);
  });
});

test.each([
  ['half of it', '{"phase":'],
  ['another shape', '{"phase":"held"}'],
  ['another phase', JSON.stringify({ ...held(''), phase: 'later' })],
  ['the phase of a version before this one', JSON.stringify({ ...held(''), phase: 'none' })],
  ['no target', JSON.stringify({ ...held(''), target: null })],
  ['an impossible attempt', JSON.stringify({ ...held(''), run: { runId: '1001', attempt: 0 } })],
  ['a list', '[]'],
])('%s is unreadable', (_name, text) => {
  file.handOver(text);
  expect(load()).toEqual({ kind: 'unreadable' });
});
