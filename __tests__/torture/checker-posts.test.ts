import { describe, expect, test } from '@jest/globals';
import { goodLog, Log } from './log.js';

/** What a post step may do and must have done, and what may not land after it. */

describe('a post step', () => {
  test('that ended quietly while its tenure is still held is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const main = log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    log.post(main);
    expect(log.rules()).toEqual(['left behind']);
  });

  test('that warned is excused, and one whose tenure stays on purpose has nothing to do', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.post(log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] }), { warned: true });
    expect(log.rules()).toEqual([]);
    const other = new Log();
    other.begin('1001', 'a');
    const inputs = { releaseOnExit: false };
    other.post(other.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'], inputs }));
    expect(other.rules()).toEqual([]);
  });

  test('that set outputs acted as a main step', () => {
    const log = goodLog();
    const main = log.said[0];
    if (main !== undefined) log.post(main, { answer: log.said[1]?.answer ?? null });
    expect(log.rules()).toEqual(['post']);
  });

  test('that fails the job is found', () => {
    const log = goodLog();
    const main = log.said[0];
    if (main !== undefined) log.post(main, { post: { mainStep: main.step, warned: true, exitCode: 1, log: '' } });
    expect(log.rules()).toEqual(['post']);
  });

  test('that ends the tenure which its own step began is right', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const main = log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    log.add('release', '1001', 'b');
    log.post(main, { ids: ['b'] });
    expect(log.check().violations).toEqual([]);
  });

  test('that ends a tenure which its step only found is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const main = log.say('ensure', '1001', { owned: true, status: 'owner_confirmed' });
    log.add('release', '1001', 'b');
    log.post(main, { ids: ['b'] });
    expect(log.rules()).toEqual(['post']);
  });

  test('that ends a tenure which another step of the run has renewed is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const main = log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    log.add('refresh', '1001', 'b');
    log.say('claim', '1001', { owned: true, status: 'refreshed' }, { ids: ['b'] });
    log.add('release', '1001', 'c');
    log.post(main, { ids: ['c'] });
    expect(log.rules()).toEqual(['post']);
  });

  test('but leaves it alone rightly', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const main = log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    log.add('refresh', '1001', 'b');
    log.say('claim', '1001', { owned: true, status: 'refreshed' }, { ids: ['b'] });
    log.post(main);
    expect(log.check().violations).toEqual([]);
  });

  test('that releases what was to stay is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const inputs = { releaseOnExit: false };
    const main = log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'], inputs });
    log.add('release', '1001', 'b');
    log.post(main, { ids: ['b'] });
    expect(log.rules()).toEqual(['post']);
  });

  test('of an earlier attempt that ends the tenure of a later one is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const main = log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const later = { runId: '1001', attempt: 2 };
    log.begin(later, 'b');
    log.say('ensure', later, { owned: true, status: 'refreshed' }, { ids: ['b'] });
    log.add('release', '1001', 'c');
    log.post(main, { ids: ['c'] });
    expect(log.rules()).toEqual(['attempt', 'post']);
  });
});

describe('a write that lands after its step has ended', () => {
  /** A step that was killed while its write was on its way. */
  function killed(log: Log): ReturnType<Log['say']> {
    const main = log.say('claim', '1001', null, { ids: ['a'], killed: true });
    log.add('leave', '1009', 'x', { fencingToken: 0 });
    log.say('status', '1009', { status: 'status' }, { ids: ['x'] });
    return main;
  }

  test('and begins a tenure after a post step that looked and said nothing is found', () => {
    const log = new Log();
    log.post(killed(log));
    log.begin('1009', 'y');
    log.say('claim', '1009', { owned: true, status: 'claimed_new' }, { ids: ['y'] });
    log.add('release', '1009', 'z');
    log.say('release', '1009', { status: 'released' }, { ids: ['z'] });
    log.begin('1001', 'a');
    expect(log.rules()).toEqual(['late tenure']);
  });

  test('is excused where the post step warned, or the runner died with it', () => {
    for (const warned of [true, null]) {
      const log = new Log();
      const main = killed(log);
      if (warned !== null) log.post(main, { warned });
      log.begin('1009', 'y');
      log.say('claim', '1009', { owned: true, status: 'claimed_new' }, { ids: ['y'] });
      log.add('release', '1009', 'z');
      log.say('release', '1009', { status: 'released' }, { ids: ['z'] });
      log.begin('1001', 'a');
      expect(log.check()).toMatchObject({ violations: [], lateTenures: 1 });
    }
  });

  test('and that nobody reckons with because the step gave an answer is found', () => {
    const log = new Log();
    log.begin('1009', 'y');
    log.say('claim', '1009', { owned: true, status: 'claimed_new' }, { ids: ['y'] });
    log.say('claim', '1001', { error: 'active_run_exists' }, { ids: ['a'] });
    log.add('release', '1009', 'z');
    log.say('release', '1009', { status: 'released' }, { ids: ['z'] });
    log.begin('1001', 'a');
    expect(log.rules()).toContain('late tenure');
  });

  test('and landed in time for the post step, which left it, is found', () => {
    const log = new Log();
    const main = killed(log);
    log.begin('1001', 'a');
    log.post(main);
    expect(log.rules()).toEqual(['left behind']);
  });
});
