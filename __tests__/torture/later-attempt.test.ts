import { expect, test } from '@jest/globals';
import { Log } from './log.js';
test('a later attempt releases, by the token of an earlier one, what that one began since', () => {
  const log = new Log();
  log.begin('1001', 'a');
  log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
  log.add('release', '1001', 'b');
  log.say('release', '1001', { status: 'released' }, { ids: ['b'] });
  log.begin('1001', 'c');
  log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['c'] });
  const later = { runId: '1001', attempt: 2 };
  log.add('release', later, 'd');
  log.say('release', later, { status: 'released' }, { ids: ['d'], inputs: { token: 1 } });
  expect(log.check().violations).toEqual([]);
});
