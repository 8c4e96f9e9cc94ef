import { describe, expect, test } from '@jest/globals';
import { BRANCH_REF, PlantedLog, STATE_REF } from './planted-log.js';

/** Rounds in which nothing can be found prove nothing: what the checker is for is planted here, one thing at a time. */

test('pushes, commits of others and moves by plain git that are as they have to be are right', () => {
  const log = new PlantedLog();
  log.publish('one', 'a');
  log.move('somebody', 'b', null);
  log.publish('two', 'c');
  log.say('three', { error: 'head_moved', owned: false }, { commit: 'd' });
  log.say('four', null, { killed: 'process', exitStatus: null, leftBehind: ['side.git'] });
  log.say('five', { status: 'owner_confirmed' }, { commit: 'c' });
  expect(log.rules()).toEqual([]);
});

describe('half a push is found', () => {
  test('the branch without the record', () => {
    const log = new PlantedLog();
    log.move('one', 'a', null);
    log.say('one', null, { killed: 'git' });
    expect(log.rules()).toContain('half landed');
  });

  test('the record without the branch', () => {
    const log = new PlantedLog();
    log.write('publish', { from: log.head, to: 'a', ref: BRANCH_REF });
    expect(log.rules()).toContain('half landed');
  });

  test('of two refs one', () => {
    const log = new PlantedLog();
    const refs = [
      { ref: BRANCH_REF, from: log.head, to: 'a', ok: false },
      { ref: STATE_REF, from: log.state, to: log.write('refresh'), ok: true },
    ];
    log.pushes.push({ login: 'one', isAtomic: true, refs });
    log.say('one', { error: 'head_moved', owned: false });
    expect(log.rules()).toContain('half landed');
  });

  test('both, but not together', () => {
    const log = new PlantedLog();
    const [from, parent] = [log.head, log.state];
    const state = log.write('publish', { from, to: 'a', ref: BRANCH_REF });
    log.move('one', 'a', null);
    log.pushes.push({
      ...{ login: 'one', isAtomic: true },
      refs: [{ ref: STATE_REF, from: parent, to: state, ok: true }],
    });
    log.say('one', { status: 'published', publishedSha: 'a', publishedFrom: from }, { commit: 'a' });
    expect(log.rules()).toContain('half landed');
  });

  test('a move whose commit is gone from the log', () => {
    const log = new PlantedLog();
    log.move('one', 'a', { from: log.state, to: 'state-that-is-gone' });
    log.say('one', { status: 'published', publishedSha: 'a', publishedFrom: 'head-0' }, { commit: 'a' });
    expect(log.rules()).toContain('half landed');
  });
});

test('a move whose commit has no event, or another one, is found', () => {
  const without = new PlantedLog();
  const parent = without.state;
  without.move('one', 'a', { from: parent, to: without.write('refresh') });
  without.say('one', null, { killed: 'process' });
  expect(without.rules()).toContain('pairing');
  const another = new PlantedLog();
  another.publish('one', 'a', { to: 'b' });
  expect(another.rules()).toContain('pairing');
});

describe('who did not own is found', () => {
  test('another run, another attempt, an older token', () => {
    for (const changes of [{ runId: '1002' }, { attempt: 2 }, { fencingToken: 7 }]) {
      const log = new PlantedLog();
      log.publish('one', 'a', changes);
      expect(log.rules()).toContain('tenure');
    }
  });

  test('after a takeover', () => {
    const log = new PlantedLog();
    log.owner = { runId: '1002', attempt: 1, fencingToken: 2, expiresAt: null };
    log.write('takeover');
    log.publish('one', 'a', { runId: '1001', fencingToken: 1 });
    expect(log.rules()).toContain('tenure');
  });

  test('after a release, after a signal, after its end', () => {
    const released = new PlantedLog();
    released.owner = null;
    released.write('release');
    released.publish('one', 'a');
    expect(released.rules()).toContain('tenure');
    const signalled = new PlantedLog();
    signalled.exitSignals = [{ fencingToken: 1 }];
    signalled.write('signal-exit');
    signalled.publish('one', 'a');
    expect(signalled.rules()).toContain('tenure');
    const expired = new PlantedLog();
    expired.owner = { runId: '1001', attempt: 1, fencingToken: 1, expiresAt: '2026-11-22T07:59:59.000Z' };
    expired.write('refresh');
    expired.publish('one', 'a');
    expect(expired.rules()).toContain('tenure');
  });
});

test('a commit of the record that changes another path, or more than its history, is found', () => {
  const paths = new PlantedLog();
  const [from, parent] = [paths.head, paths.state];
  const state = paths.write('publish', { from, to: 'a', ref: BRANCH_REF }, ['pulls/0/18.json']);
  paths.move('one', 'a', { from: parent, to: state });
  paths.say('one', { status: 'published', publishedSha: 'a', publishedFrom: from }, { commit: 'a' });
  expect(paths.rules()).toEqual(['tree']);
  const record = new PlantedLog();
  record.exitSignals = [{ fencingToken: 9 }];
  record.publish('one', 'a');
  expect(record.rules()).toEqual(['record']);
});

test('a head of the state branch that was replaced unseen is found', () => {
  const log = new PlantedLog();
  const from = log.head;
  const state = log.write('publish', { from, to: 'a', ref: BRANCH_REF });
  log.move('one', 'a', { from: 'state-of-somebody', to: state });
  log.say('one', { status: 'published', publishedSha: 'a', publishedFrom: from }, { commit: 'a' });
  expect(log.rules()).toEqual(['parent']);
});

test('a lost commit is found, unless its very head was named', () => {
  const lost = new PlantedLog();
  lost.publish('one', 'a', {}, false);
  expect(lost.rules()).toEqual(['lost commit']);
  for (const [lease, rules] of [
    ['head-0', []],
    ['another', ['lost commit']],
  ] as const) {
    const log = new PlantedLog();
    log.publish('one', 'a', {}, false);
    log.said.splice(0, 1, ...log.said.map((said) => ({ ...said, lease })));
    expect(log.rules()).toEqual(rules);
  }
});

test('a move that nobody was seen to make is found', () => {
  const log = new PlantedLog();
  log.publish('one', 'a');
  log.moves.push({ from: 'a', to: 'b', buildsOn: true });
  expect(log.rules()).toEqual(['harness']);
});

describe('an answer that is not true is found', () => {
  test('published, and not landed', () => {
    const log = new PlantedLog();
    log.say('one', { status: 'published', publishedSha: 'a', publishedFrom: 'head-0' }, { commit: 'a' });
    expect(log.rules()).toEqual(['answer']);
  });

  test('landed otherwise than told', () => {
    const log = new PlantedLog();
    log.publish('one', 'a');
    log.said.splice(0, 1, ...log.said.map((said) => ({ ...said, commit: 'b' })));
    expect(log.rules()).toEqual(['answer']);
  });

  test.each<[string, Parameters<PlantedLog['say']>[1], Parameters<PlantedLog['say']>[2], string[]]>([
    ['refused, and landed', { error: 'head_moved', owned: false }, {}, ['answer']],
    ['failed without a word of it', { error: 'api_error', owned: false }, { exitStatus: 69 }, ['hidden push']],
    [
      'failed, and says what may be',
      { error: 'api_error', owned: false, message: 'the commits may have landed' },
      { exitStatus: 69 },
      [],
    ],
    ['nothing to publish', { status: 'owner_confirmed' }, { commit: 'a' }, ['hidden push']],
    ['dry, and landed', { status: 'owner_confirmed' }, { dryRun: true }, ['answer']],
    ['killed', null, { killed: 'process', exitStatus: null }, []],
    ['silent', null, {}, ['answer']],
  ])('%s', (_name, told, changes, rules) => {
    const log = new PlantedLog();
    log.publish('one', 'a');
    log.said.length = 0;
    log.say('one', told, changes);
    expect(log.rules()).toEqual(rules);
  });

  test('nothing to publish, where it never was', () => {
    const log = new PlantedLog();
    log.say('one', { status: 'owner_confirmed' }, { commit: 'a' });
    expect(log.rules()).toEqual(['answer']);
  });

  test('owned in another tenure, or after a failure', () => {
    const another = new PlantedLog();
    another.say('one', { status: 'owner_confirmed', token: 4 }, { commit: 'head-0' });
    expect(another.rules()).toEqual(['owned']);
    const failed = new PlantedLog();
    failed.say('one', { error: 'head_moved', owned: true });
    expect(failed.rules()).toEqual(['owned']);
  });

  test('an exit status that says something else', () => {
    const log = new PlantedLog();
    log.say('one', { error: 'head_moved', owned: false }, { exitStatus: 0 });
    log.say('two', { error: 'api_error', owned: false }, { exitStatus: 75 });
    log.say('three', { status: 'owner_confirmed' }, { commit: 'head-0', exitStatus: 75 });
    expect(log.rules()).toEqual(['exit status']);
  });
});

test('what is left behind, or changed in the checkout, is found; a killed process may leave something', () => {
  const refused = { error: 'head_moved', owned: false };
  const log = new PlantedLog();
  log.say('one', refused, { leftBehind: ['runner-coord-publish-x'], killed: 'git' });
  expect(log.rules()).toEqual(['left behind']);
  const changed = new PlantedLog();
  changed.say('one', null, { changedFiles: ['.git/config'], killed: 'process', exitStatus: null });
  expect(changed.rules()).toEqual(['checkout']);
});

test('somebody who is blocked at the end is found', () => {
  const log = new PlantedLog();
  log.lastClaim = 'it is locked';
  expect(log.rules()).toEqual(['blocked']);
});
