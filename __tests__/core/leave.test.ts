import { describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { LeaveRequest } from '../../src/core/request.js';
import { active, decideOn, free, NOW, OTHER, owned, OWNER, wordOf, written } from './samples.js';

const leave = (...writes: string[]): LeaveRequest => ({
  command: 'leave',
  run: OWNER,
  reason: null,
  writes,
  founding: true,
  jobOutcome: null,
});

describe('leaving what writes of unknown outcome may have begun', () => {
  test.each<[string, OwnershipRecord | null, string, string | null]>([
    ['one of them began the tenure', owned(), 'write ok released', 'release'],
    [
      'one of them began it, another renewed it',
      owned({ activeRun: active({ renewedBy: 'mine-2' }) }),
      'write ok released',
      'release',
    ],
    [
      'one of them began it, another step renewed it',
      owned({ activeRun: active({ renewedBy: 'other' }) }),
      'write ok release_noop',
      'leave',
    ],
    [
      'one of them renewed what another step began',
      owned({ activeRun: active({ id: 'other', renewedBy: 'mine-2' }) }),
      'ok release_noop',
      null,
    ],
    ['one before the last began a tenure that is over already', free(), 'write ok release_noop', 'leave'],
    [
      'none of them shows in an owned record',
      owned({ activeRun: active({ id: 'other' }), history: [] }),
      'write ok release_noop',
      'leave',
    ],
    ['none of them shows in a free record', { ...free(), history: [] }, 'write ok release_noop', 'leave'],
    [
      'the owner is from before writes had ids',
      owned({ activeRun: active({ id: null }), history: [] }),
      'write ok release_noop',
      'leave',
    ],
    ['there is no record', null, 'write ok release_noop', 'leave'],
  ])('%s', (_name, record, word, type) => {
    const decision = decideOn(record, leave('id-4', 'mine-2'));
    expect(wordOf(decision)).toBe(word);
    expect(decision.kind === 'write' ? decision.event.type : null).toBe(type);
  });

  test('moving the head changes nothing but the history', () => {
    const record = owned({ activeRun: active({ runId: '2002', id: 'other', holder: OTHER.holder }), history: [] });
    const { next, event } = written(decideOn(record, leave('id-4')));
    expect(next).toEqual({ ...record, history: [event] });
    expect(event).toMatchObject({
      type: 'leave',
      runId: '1001',
      at: NOW,
      fencingToken: 4,
      id: 'write-1',
      reason: null,
    });
  });

  test('without a record there is one afterwards, which nobody owns and whose token was never handed out', () => {
    const { next } = written(decideOn(null, leave('id-4')));
    expect(next).toMatchObject({ activeRun: null, fencingToken: 0, previousRun: null });
  });

  test('the release says how the job ended', () => {
    const { event } = written(decideOn(owned(), { ...leave('id-4'), jobOutcome: 'cancelled' }));
    expect(event).toMatchObject({ type: 'release', outcome: 'cancelled' });
  });
});
