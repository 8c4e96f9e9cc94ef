import { describe, expect, test } from '@jest/globals';
import { Log, type Place } from './log.js';

/** Whoever takes, keeps, leaves or is served in a place against the order of coming is found. */

const WAITS = { inputs: { waits: true } };

/** Run 1001 owns; 1002 and then 1003 stand in line, and none of them has ended. */
function lined(): { readonly log: Log; readonly first: Place; readonly second: Place } {
  const log = new Log();
  log.begin('1001', 'a');
  log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
  log.join('1002', 'b');
  log.join('1003', 'c');
  const [first, second] = log.record.queue ?? [];
  if (first === undefined || second === undefined) throw new Error('nobody is in line');
  return { log, first, second };
}

/** The two in line, as they were told in the end. */
function told(log: Log, ...served: readonly string[]): void {
  for (const [runId, id] of [
    ['1002', 'b'],
    ['1003', 'c'],
  ] as const) {
    const owns = log.record.activeRun?.runId === runId && served.includes(id);
    const word = owns ? { owned: true, status: 'claimed_new' } : { error: 'active_run_exists' };
    const start = log.now - 1_000;
    log.say('claim', runId, word, { ids: [id], ...WAITS, start });
  }
}

function released(log: Log): void {
  log.say('release', '1001', { status: 'released' }, { ids: ['d'] });
}

describe('a line', () => {
  test('whose first is served by the release, and whose second leaves, is right', () => {
    const { log, first, second } = lined();
    log.handOver('d', first, [second]);
    released(log);
    log.say('claim', '1002', { owned: true, status: 'claimed_new' }, { ids: ['b'], ...WAITS, start: log.now - 1_000 });
    log.line('leave', '1003', 'e', [], 'step-c');
    const ids = ['c', 'e'];
    log.say('claim', '1003', { error: 'active_run_exists' }, { ids, ...WAITS, start: log.now - 1_000 });
    expect(log.check().violations).toEqual([]);
  });

  test('whose second is served before its first is found', () => {
    const { log, first, second } = lined();
    log.handOver('d', second, [first]);
    released(log);
    told(log, 'c');
    expect(log.rules()).toContain('line');
  });

  test('in which somebody pushes in is found', () => {
    const { log, first, second } = lined();
    const third = log.place('1004', 'd');
    log.line('join', '1004', 'd', [third, first, second]);
    log.say('claim', '1004', null, { ids: ['d'], killed: true, ...WAITS });
    told(log);
    expect(log.rules()).toContain('line');
  });

  test('from which somebody is sent away who is still there is found', () => {
    const { log, second } = lined();
    log.line('leave', '1003', 'd', [second]);
    log.say('claim', '1003', null, { ids: ['d'], killed: true, ...WAITS });
    told(log);
    expect(log.rules()).toContain('line');
  });

  test('in which those who stayed change places is found', () => {
    const { log, first, second } = lined();
    log.line('leave', '1003', 'd', [second, first]);
    log.say('claim', '1003', null, { ids: ['d'], killed: true, ...WAITS });
    expect(log.rules()).toContain('line');
  });

  test('that serves who was not in it is found', () => {
    const { log, first, second } = lined();
    log.handOver('d', log.place('1004', 'x'), [first, second]);
    released(log);
    expect(log.rules()).toContain('line');
  });

  test('that serves a place a second time is found', () => {
    const { log, first, second } = lined();
    log.handOver('d', first, [first, second]);
    released(log);
    log.handOver('e', first, [second]);
    expect(log.rules()).toContain('line');
  });

  test('in which a step that does not wait takes a place is found', () => {
    const { log } = lined();
    log.join('1004', 'd');
    log.say('claim', '1004', { error: 'active_run_exists' }, { ids: ['d'] });
    expect(log.rules()).toContain('line');
  });

  test('in which a step that was refused has left its place is found', () => {
    const { log } = lined();
    log.say('claim', '1002', { error: 'active_run_exists' }, { ids: ['b'], ...WAITS, end: log.now + 1_000 });
    expect(log.rules()).toContain('left behind');
  });

  test('a place that is served after its step was refused and had ended is found', () => {
    const { log, first, second } = lined();
    const ended = log.say('claim', '1002', { error: 'active_run_exists' }, { ids: ['b'], ...WAITS, end: log.now - 1 });
    log.handOver('d', first, [second]);
    released(log);
    expect(ended.end).toBeLessThan(log.now);
    expect(log.rules()).toContain('late tenure');
  });
});
