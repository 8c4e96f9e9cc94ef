import { describe, expect, test } from '@jest/globals';
import { goodLog, Log, START, type Event } from './log.js';

/** Violations in the commits themselves, each put there by hand and found by its name. */

describe('two owners', () => {
  test('an owner that changes under its token is found', () => {
    const log = goodLog();
    const activeRun = log.record.activeRun && { ...log.record.activeRun, runId: '1003', renewedBy: 'd' };
    log.commit({ ...log.record, activeRun, history: [...log.record.history, log.event('refresh', '1003', 'd')] });
    expect(log.rules()).toContain('two owners');
  });

  test('a release of another run’s tenure is found', () => {
    const log = goodLog();
    log.add('release', '1001', 'd');
    expect(log.rules()).toContain('two owners');
  });

  test.each(['acme/gizmos/pr-17.json', 'pulls/1/17.json', 'pulls/0/17.preview.json'])(
    'a second record of the pull request at %s is found',
    (path) => {
      const log = goodLog();
      log.commit(log.record, { path });
      expect(log.rules()).toEqual(['record', 'two owners']);
    },
  );
});

describe('a lost change', () => {
  test('an event that a later commit does not hold any more is found', () => {
    const log = goodLog();
    const event = log.event('refresh', '1002', 'd');
    log.commit({ ...log.record, history: [...log.record.history.slice(0, -2), event] });
    expect(log.rules()).toContain('lost change');
  });

  test('a decision that is replayed onto a state it was not made from is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const before = log.record;
    log.add('signal-exit', '1001', 'b');
    log.commit({ ...before, history: [...before.history, log.event('refresh', '1001', 'c')] });
    expect(log.rules()).toContain('lost change');
  });

  test('the beginning of a tenure that falls out of a full history before its renewals is found', () => {
    const log = new Log();
    log.begin('1001', 'first');
    for (let count = 1; count <= 50; count += 1) {
      const event = log.event('refresh', '1001', `refresh-${String(count)}`);
      log.commit({ ...log.record, history: [...log.record.history, event].slice(-50) });
    }
    expect(log.rules()).toContain('lost change');
  });

  test('an acknowledged write that is not on the branch is found', () => {
    const log = goodLog();
    log.say('claim', '1002', { owned: true, status: 'refreshed' }, { ids: ['never-written'] });
    expect(log.rules()).toEqual(['acknowledged write']);
  });

  test('an acknowledged write whose commit is not on the branch is found', () => {
    const log = goodLog();
    const commit = 'f'.repeat(40);
    log.say('claim', '1002', { owned: true, status: 'refreshed', commit }, { ids: ['never-written'] });
    expect(log.rules()).toEqual(['acknowledged write', 'owned']);
  });

  test('a write that is on the branch and was answered as if it were not is found', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    log.say('claim', '1002', { owned: true, status: 'owner_confirmed' }, { ids: ['d'] });
    expect(log.rules()).toContain('hidden write');
  });

  test('an error that conceals its write is found', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    const error = { error: 'api_error', commit: null, digest: null, token: null, message: 'GitHub is down' };
    log.say('claim', '1002', error, { ids: ['d'] });
    expect(log.rules()).toEqual(['hidden write']);
  });
});

describe('a write that was applied twice', () => {
  test('is found under the same id, also after it fell out of the history', () => {
    const log = goodLog();
    log.commit({ ...log.record, history: [...log.record.history, log.event('refresh', '1002', 'd')] });
    const without = log.record.history.filter(({ id }) => id !== 'd');
    log.commit({ ...log.record, history: without });
    log.commit({ ...log.record, history: [...without, log.event('refresh', '1002', 'd')] });
    expect(log.rules()).toContain('duplicated event');
  });

  test('is found under two ids of one step', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd', { actor: 'step-d' });
    log.add('refresh', '1002', 'e', { actor: 'step-d' });
    log.say('claim', '1002', { owned: true, status: 'refreshed' }, { ids: ['d', 'e'], start: START });
    expect(log.rules()).toEqual(['duplicated event']);
  });
});

describe('a token that does not rise', () => {
  test.each([1, 2])('token %i for a new tenure after token 2 is found', (fencingToken) => {
    const log = goodLog();
    const event = log.event('takeover', '1003', 'd', { previousRunId: '1002', fencingToken });
    const activeRun = log.record.activeRun && { ...log.record.activeRun, runId: '1003', fencingToken, id: 'd' };
    log.commit({ ...log.record, fencingToken, activeRun, history: [...log.record.history, event] });
    expect(log.rules().some((rule) => ['token', 'two owners', 'record'].includes(rule))).toBe(true);
  });

  test('a token that falls with a release is found', () => {
    const log = goodLog();
    const event = log.event('release', '1002', 'd', { fencingToken: 1 });
    log.commit({ ...log.record, history: [event], fencingToken: 1, activeRun: null });
    expect(log.rules()).toContain('token');
  });

  test('a token that begins anew under the new name of the repository is found', () => {
    const log = goodLog();
    log.rename('acme/gizmos');
    const event = log.event('claim', '1003', 'd', { fencingToken: 1 });
    const activeRun = log.record.activeRun && { ...log.record.activeRun, runId: '1003', fencingToken: 1, id: 'd' };
    log.commit({ fencingToken: 1, activeRun, history: [event], exitSignals: [] });
    expect(log.rules()).toContain('token');
  });

  test('a new tenure by an event that begins none is found', () => {
    const log = goodLog();
    const event = log.event('confirm', '1002', 'd', { fencingToken: 3 });
    const activeRun = log.record.activeRun && { ...log.record.activeRun, fencingToken: 3, id: 'd', renewedBy: null };
    log.commit({ ...log.record, fencingToken: 3, activeRun, history: [...log.record.history, event] });
    expect(log.rules()).toContain('record');
  });
});

describe('a record that is none', () => {
  test.each<[string, (text: string) => string]>([
    ['no JSON', () => '{'],
    ['another layout', (text) => text.replace(/\n {2}/g, ' ')],
    ['another order of keys', (text) => text.replace(/"scope": null/, '"scope": null, "more": 1')],
    ['another repository', (text) => text.replace('"repoId": 7', '"repoId": 8')],
    ['a control character in a run id', (text) => text.replaceAll('1002', '10\\u000a02')],
    ['a tenure without the write that began it', (text) => text.replace('"id": "c",\n    "renewedBy"', '"renewedBy"')],
    ['an event without its actor', (text) => text.replace(/"actor": "step-a",\s+/, '')],
    ['a token above its own', (text) => text.replace('"fencingToken": 2', '"fencingToken": 1')],
  ])('%s is found', (_, spoil) => {
    const log = goodLog();
    log.commit(log.record, { text: spoil(log.text()) });
    expect(log.rules()).toContain('record');
  });

  test('a tenure that names another write than the one that began it is found', () => {
    const log = goodLog();
    const last = log.commits.pop();
    log.commit(log.record, {
      text: (last?.changes[0]?.text ?? '').replaceAll('"id": "c",\n    "renewedBy"', '"id": "x",\n    "renewedBy"'),
    });
    expect(log.rules()).toContain('record');
  });

  test('a branch without a marker, and a marker that changes, are found', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    const [first] = log.commits;
    if (first !== undefined) log.commits[0] = { ...first, changes: first.changes.slice(0, 1) };
    expect(log.rules()).toContain('marker');
    const other = goodLog();
    other.commit(other.record, { marker: '{}\n' });
    expect(other.rules()).toContain('marker');
  });
});

describe('a commit message that GitHub acts on', () => {
  test.each([
    'see #17',
    'acme/widgets#17',
    'GH-17',
    'thanks @octocat',
    'https://github.com/acme',
    'fixes it',
    'Closed',
  ])('"%s" is found', (message) => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    log.say('claim', '1002', { owned: true, status: 'refreshed' }, { ids: ['d'] });
    expect(log.check().violations).toEqual([]);
    const last = log.commits.pop();
    if (last !== undefined) log.commits.push({ ...last, message: `${message}\n\n${last.message}` });
    expect(log.rules()).toEqual(['reference']);
  });
});

describe('a write that was not lawful', () => {
  /** A log whose last event is the one under test, sent by a step with these inputs. */
  function wrote(log: Log, command: string, who: Parameters<Log['say']>[1], more: Parameters<Log['say']>[3] = {}): Log {
    log.say(command, who, null, { ids: ['d'], killed: true, ...more });
    return log;
  }

  test('an owner that was replaced as dead while it was at work is found', () => {
    const log = goodLog();
    log.begin('1003', 'd', { cause: 'dead' });
    log.say('claim', '1003', { owned: true, status: 'taken_over' }, { ids: ['d'] });
    expect(log.rules()).toEqual(['superseded alive']);
    log.complete(1002);
    expect(log.check().violations).toEqual([]);
  });

  test('an owner that was replaced as dead because an earlier attempt of it was over is found', () => {
    const log = new Log();
    log.begin({ runId: '1001', attempt: 2 }, 'a');
    log.say('claim', { runId: '1001', attempt: 2 }, { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    log.complete(1001, 1);
    log.begin('1003', 'd', { cause: 'dead' });
    log.say('claim', '1003', { owned: true, status: 'taken_over' }, { ids: ['d'] });
    expect(log.rules()).toEqual(['superseded alive']);
  });

  test.each<[string, Partial<Event>]>([
    ['a plain claim that took over without a cause', {}],
    ['one that names an exit signal that is not there', { cause: 'exit_signal' }],
    ['one that calls an owner stale that is not', { cause: 'stale' }],
  ])('%s is found', (_, more) => {
    const log = goodLog();
    log.begin('1003', 'd', more);
    expect(wrote(log, 'claim', '1003', { inputs: { supersede: 'stale' } }).rules()).toEqual(['superseded alive']);
  });

  test('a takeover by an actor that may not is found', () => {
    const log = goodLog();
    log.begin('1003', 'd');
    expect(wrote(log, 'takeover', '1003', { inputs: { takeoverPermission: 'admin' } }).rules()).toEqual(['permission']);
  });

  test('a signal to another, and an eviction, by an actor that may not are found', () => {
    const log = goodLog();
    log.add('signal-exit', '1002', 'd', { workflowRunId: 1003 });
    const inputs = { requireActiveOwner: false, evict: true, targetRunId: '1002', takeoverPermission: 'admin' };
    expect(wrote(log, 'signal-exit', '1003', { inputs }).rules()).toEqual(['permission']);
    const other = goodLog();
    other.add('evict', '1003', 'd', { previousRunId: '1002' });
    expect(wrote(other, 'release', '1003', { inputs }).rules()).toEqual(['permission']);
  });

  test('an eviction that named no tenure, or another one, is found', () => {
    for (const inputs of [{ evict: true }, { evict: true, targetRunId: '1001' }, { evict: true, token: 1 }]) {
      const log = goodLog();
      log.add('evict', '1003', 'd', { previousRunId: '1002' });
      expect(wrote(log, 'release', '1003', { inputs }).rules()).toEqual(['unlawful write']);
    }
  });

  test('a release by an earlier attempt of the owner’s workflow run is found', () => {
    const log = new Log();
    log.begin({ runId: '1001', attempt: 2 }, 'a');
    log.say('claim', { runId: '1001', attempt: 2 }, { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    log.add('release', '1001', 'd');
    expect(wrote(log, 'release', '1001').rules()).toEqual(['attempt']);
  });

  test('a later attempt that renews the tenure of an earlier one instead of beginning its own is found', () => {
    const log = goodLog();
    log.add('refresh', { runId: '1002', attempt: 2 }, 'd');
    expect(wrote(log, 'claim', { runId: '1002', attempt: 2 }).rules()).toEqual(['attempt']);
  });

  test('a renewal by another workflow run of the same run id is lawful, whatever its attempt', () => {
    const log = new Log();
    log.begin({ runId: 'task', attempt: 3, workflowRunId: 1001 }, 'a');
    log.say('claim', { runId: 'task', attempt: 3, workflowRunId: 1001 }, null, { ids: ['a'], killed: true });
    log.add('refresh', { runId: 'task', attempt: 1, workflowRunId: 1002 }, 'd');
    expect(wrote(log, 'ensure', { runId: 'task', attempt: 1, workflowRunId: 1002 }).rules()).toEqual([]);
  });

  test('an ensure whose token speaks for nothing any more is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { ids: ['a'] });
    const later = { runId: '1001', attempt: 2 };
    log.begin(later, 'b');
    log.say('ensure', later, { owned: true, status: 'refreshed' }, { ids: ['b'], inputs: { token: 1 } });
    log.add('evict', '1009', 'c', { previousRunId: '1001' });
    log.say('release', '1009', { status: 'released' }, { ids: ['c'], inputs: { evict: true, token: 2 } });
    log.begin(later, 'd');
    expect(wrote(log, 'ensure', later, { inputs: { token: 1 } }).rules()).toEqual(['unlawful write']);
  });

  test('an event that names another actor, attempt or workflow run is found', () => {
    for (const more of [{ actor: 'somebody' }, { attempt: 2 }, { workflowRunId: 9 }]) {
      const log = goodLog();
      log.add('confirm', '1002', 'd', more);
      expect(wrote(log, 'assert', '1002', { inputs: { strict: true } }).rules()).toEqual(['record']);
    }
  });

  test('a write that nobody was seen to send is found', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    expect(log.rules()).toEqual(['harness']);
  });

  test('a time by the clock of a runner is found', () => {
    for (const minutes of [-45, 45]) {
      const log = goodLog();
      const at = new Date(log.now + minutes * 60_000).toISOString();
      log.add('confirm', '1002', 'd', { at });
      expect(wrote(log, 'assert', '1002', { inputs: { strict: true } }).rules()).toEqual(['clock']);
    }
  });
});
