import { describe, expect, test } from '@jest/globals';
import { active, free, owned } from '../samples.js';
import { after, claim, second, tells } from './tenure-words.js';
import { entry, lapsed, ownedBy, story } from './words.js';

describe('an owner from before the log is known', () => {
  tells([
    ['by what it does', [entry(3, 'refresh', '1', 4), entry(5, 'release', '1', 4)], free(), ['1 #4 …–5 released']],
    ['by an eviction', [entry(5, 'evict', '9', 4, { 'Previous-Run-Id': '1' })], free(), ['1 #4 …–5 evicted']],
    ['by an eviction that does not say of whom', [entry(5, 'evict', '9', 4)], free(), ['9 #4 …–5 evicted']],
    [
      'by whoever takes over',
      after('takeover', { Reason: 'stuck' }).slice(1),
      second,
      ['1 #… …–5 taken_over: stuck', '2 #2 5–… holds'],
    ],
    [
      'by the record, after the end of its time',
      [entry(5, 'claim', '2', 2, { 'Ended-By': 'expired', 'Request-Id': 'write' })],
      ownedBy('2', 2, 5, lapsed('1', 1, 3, 'write')),
      ['1 #1 …–3 expired', '2 #2 5–… holds'],
    ],
    ['not at all by a claim', [entry(5, 'claim', '2', 2)], second, ['2 #2 5–… holds']],
    ['by the record alone', [], second, ['2 #2 5–… holds']],
    ['by a record that has no time', [], owned({ activeRun: active({ claimedAt: null }) }), ['1001 #4 …–… holds']],
  ]);

  test('without the names of whoever evicts it or tells it to exit', () => {
    const names = { Actor: 'mona', Workflow: 'agent', 'Workflow-Run-Id': '9', Attempt: '3' };
    const nobody = { attempt: null, workflow: null, job: null, actor: null, url: null };
    const evicted = story([entry(5, 'evict', '9', 4, { ...names, 'Previous-Run-Id': '1' })], free());
    expect(evicted.tenures).toEqual([expect.objectContaining({ runId: '1', ...nobody })]);
    const signalled = story([entry(5, 'signal-exit', '1', 4, names)], null);
    expect(signalled.tenures).toEqual([expect.objectContaining({ runId: '1', ...nobody })]);
    const renewed = story([entry(5, 'refresh', '9', 4, names)], null);
    const all = { attempt: 3, workflow: 'agent', job: null, actor: 'mona', url: 'run 9' };
    expect(renewed.tenures).toEqual([expect.objectContaining({ runId: '9', ...all })]);
  });
});

describe('where something is missing', () => {
  tells([
    ['a record that nobody can read tells nothing of an owner', [claim], null, ['1 #1 0–… unknown']],
    ['nor of none', [claim, entry(5, 'release', '1', 1)], null, ['1 #1 0–5 released']],
    ['the record knows that nobody owns', [claim, entry(5, 'refresh', '1', 1)], free(), ['1 #1 0–5 unknown']],
    ['the record knows who owns', [claim], second, ['1 #1 0–0 unknown', '2 #2 5–… holds']],
    ['a claim of another', [claim, entry(5, 'claim', '2', 2)], second, ['1 #1 0–5 unknown', '2 #2 5–… holds']],
    ['a release of another', [claim, entry(5, 'release', '2', 2)], free(), ['1 #1 0–5 unknown', '2 #2 …–5 released']],
    [
      'a takeover from another',
      [claim, entry(5, 'takeover', '3', 3, { 'Previous-Run-Id': '2' })],
      ownedBy('3', 3, 5),
      ['1 #1 0–5 unknown', '2 #… …–5 taken_over', '3 #3 5–… holds'],
    ],
    [
      'what nobody has heard of changes nothing',
      [claim, entry(5, 'paint', '2', 2)],
      ownedBy('1', 1, 0),
      ['1 #1 0–… holds'],
    ],
  ]);
});
