import { describe } from '@jest/globals';
import { active, free } from '../samples.js';
import { after, claim, second, tells, type Row } from './tenure-words.js';
import { at, entry, lapsed, ownedBy } from './words.js';

describe('a tenure ends by', () => {
  tells([
    [
      'a release, and goes on by all else that an owner does',
      [
        claim,
        ...['refresh', 'confirm', 'publish', 'signal-exit'].map((type, index) => entry(index + 1, type, '1', 1)),
        entry(7, 'release', '1', 1, { Reason: 'done' }),
      ],
      free(),
      ['1 #1 0–7 released: done'],
    ],
    ['a takeover', after('takeover', { Reason: 'stuck' }), second, ['1 #1 0–5 taken_over: stuck', '2 #2 5–… holds']],
    ['a takeover without a reason', after('takeover'), second, ['1 #1 0–5 taken_over', '2 #2 5–… holds']],
    [
      'a release that hands over',
      after('handover', { 'Ended-By': 'release' }),
      second,
      ['1 #1 0–5 released', '2 #2 5–… holds'],
    ],
    [
      'an eviction that hands over',
      after('handover', { 'Ended-By': 'evict', Reason: 'stuck' }),
      second,
      ['1 #1 0–5 evicted: stuck', '2 #2 5–… holds'],
    ],
    [
      'an eviction',
      [claim, entry(5, 'evict', '9', 1, { 'Previous-Run-Id': '1', Reason: 'stuck' })],
      free(),
      ['1 #1 0–5 evicted: stuck'],
    ],
    ...(
      [
        ['dead', 'its run was over'],
        ['exit_signal', 'it was told to exit'],
        ['stale', 'it had not been heard of for too long'],
        // Whatever a stranger writes there is a text.
        ['constructor', 'constructor'],
      ] as const
    ).flatMap(([cause, reason]) =>
      ['takeover', 'handover'].map((type): Row => {
        const told = [`1 #1 0–5 superseded: ${reason}`, '2 #2 5–… holds'];
        return [`a ${type} because of ${cause}`, after(type, { Cause: cause }), second, told];
      }),
    ),
    [
      'a later attempt, or the run itself after it was told to exit',
      [claim, entry(5, 'claim', '1', 2, { Attempt: '2' })],
      ownedBy('1', 2, 5),
      ['1 #1 0–5 superseded: the run began anew', '1 #2 5–… holds'],
    ],
  ]);
});

describe('a tenure that time has ended is over', () => {
  const found = [claim, entry(5, 'claim', '2', 2, { 'Ended-By': 'expired', 'Request-Id': 'write' })];
  const ending = active({ runId: '1', fencingToken: 1, claimedAt: at(0), expiresAt: at(9) });
  tells([
    ['when a claim finds it so', found, second, ['1 #1 0–5 expired', '2 #2 5–… holds']],
    [
      'when the record says',
      found,
      ownedBy('2', 2, 5, lapsed('1', 1, 3, 'write')),
      ['1 #1 0–3 expired', '2 #2 5–… holds'],
    ],
    [
      'also if it was released too late',
      [claim, entry(5, 'release', '1', 1, { 'Ended-By': 'expired', Reason: 'done' })],
      free(),
      ['1 #1 0–5 expired'],
    ],
    [
      'also if that handed over',
      after('handover', { 'Ended-By': 'release' }),
      ownedBy('2', 2, 5, lapsed('1', 1, 3, 'write')),
      ['1 #1 0–3 expired', '2 #2 5–… holds'],
    ],
    ['before anybody says so', [claim], ownedBy('1', 1, 0, { activeRun: ending }), ['1 #1 0–9 expired']],
  ]);
});
