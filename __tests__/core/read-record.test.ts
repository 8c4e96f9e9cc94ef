import { describe, expect, test } from '@jest/globals';
import { readRecord } from '../../src/core/read-record.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { findRepeatedKey } from '../../src/core/repeated-keys.js';
import { exitSignalOf } from '../../src/core/run.js';
import { unreadableRecord } from '../../src/core/unreadable-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import {
  active,
  CLAIMED,
  decideOn,
  HOLDER,
  NOW,
  OTHER,
  owned,
  RENEWED,
  request,
  TARGET,
  wordOf,
  written,
} from './samples.js';

type Json = Record<string, unknown>;

const stored: Json = JSON.parse(writeRecord(owned())) as Json;
const text = (changes: Json): string => JSON.stringify({ ...stored, ...changes });
const activeWith = (changes: Json): Json => ({ activeRun: { ...(stored['activeRun'] as Json), ...changes } });

const event = (stored['history'] as Json[])[0];
/** Section 4: what may not be an input may not be in a record. */
const holderWith = (changes: Json): Json => activeWith({ holder: { ...HOLDER, ...changes } });
const waiter: Json = { runId: '1002', attempt: 1, since: CLAIMED, until: NOW, id: 'q' };

function reading(source: string): string {
  const read = readRecord(source, TARGET);
  if (read.kind === 'corrupt') return `corrupt: ${read.problem}`;
  return read.kind === 'unsupported' ? `unsupported: ${String(read.version)}` : 'record';
}

function recordIn(source: string): OwnershipRecord {
  const read = readRecord(source, TARGET);
  if (read.kind !== 'record') throw new Error(JSON.stringify(read));
  return read.record;
}

describe('schema 3', () => {
  test('what was written is read', () => {
    expect(recordIn(writeRecord(owned()))).toStrictEqual(owned());
  });

  test('extra keys are ignored, and so are dangerous ones', () => {
    const source = writeRecord(owned()).replace(
      '"attempt": 1,',
      '"attempt": 1, "__proto__": { "attempt": 9, "holder": null }, "constructor": 1, "later": [],',
    );
    const record = recordIn(source.replace('{', '{ "__proto__": { "activeRun": null },'));
    expect(record).toStrictEqual(owned());
    expect('attempt' in {}).toBe(false);
  });

  test.each([
    ['holder missing', { holder: undefined }],
    ['holder null', { holder: null }],
  ])('%s', (_name, changes) => {
    expect(recordIn(text(activeWith(changes))).activeRun?.holder).toBeNull();
  });

  test.each<[string, unknown, string | null]>([
    ['missing', undefined, null],
    ['null', null, null],
    ['unreadable', 'yesterday', null],
    ['a date alone', '2026-11-22', null],
    ['impossible', '2026-13-45T00:00:00Z', null],
    ['of another zone', '2026-11-22T09:00:00+01:00', '2026-11-22T08:00:00.000Z'],
    ['without milliseconds', '2026-11-22T08:00:00Z', '2026-11-22T08:00:00.000Z'],
  ])('a time that is %s', (_name, claimedAt, expected) => {
    expect(recordIn(text(activeWith({ claimedAt }))).activeRun?.claimedAt).toBe(expected);
  });

  test('an owner without any time is stale', () => {
    const record = recordIn(text(activeWith({ claimedAt: 'soon', updatedAt: undefined })));
    expect(wordOf(decideOn(record, request('check'), { ownerLiveness: 'alive' }))).toBe('conflict stale_runner');
  });

  test('run ids are trimmed, as those of the inputs are', () => {
    expect(recordIn(text(activeWith({ runId: ' 1001 ' }))).activeRun?.runId).toBe('1001');
  });

  test('what came with time may be missing', () => {
    const bare = { runId: '1001', attempt: 1, fencingToken: 4, claimedAt: CLAIMED, updatedAt: RENEWED };
    const event = { type: 'claim', runId: '1001' };
    const record = recordIn(text({ activeRun: bare, queue: undefined, history: [event] }));
    expect(record).toMatchObject({ queue: [], activeRun: { ...bare, expiresAt: null, detached: false, id: null } });
    expect(record.history[0]).toEqual({
      ...{ ...event, previousRunId: null, at: null, reason: null, fencingToken: null, id: null },
      ...{ attempt: null, actor: null, workflow: null, workflowRunId: null },
    });
  });

  test('one who waits', () => {
    const entry = { runId: '1002', attempt: 1, since: CLAIMED, until: NOW, id: 'q' };
    expect(recordIn(text({ queue: [entry] })).queue).toEqual([
      { ...entry, detached: false, expiresAfter: null, holder: null },
    ]);
  });

  const HEADS = { from: 'a'.repeat(40), to: 'b'.repeat(64) };

  test.each(['refs/heads/topic', 'refs/heads/a/b', 'refs/heads/ä😀', `refs/heads/${'x'.repeat(289)}`])(
    'a publication on %s',
    (ref) => {
      const publish = { ...event, type: 'publish', ...HEADS, ref };
      expect(recordIn(text({ history: [publish] })).history[0]).toMatchObject({ ...HEADS, ref });
    },
  );

  test.each<[string, Json]>([
    ['an abbreviated commit', { from: 'a'.repeat(39) }],
    ['a commit in capitals', { to: 'B'.repeat(40) }],
    ['a commit that is too long', { to: 'b'.repeat(65) }],
    ['a commit that is a number', { from: 1 }],
    ['a head that is null', { from: null }],
    ['a branch without its folder', { ref: 'topic' }],
    ['a tag', { ref: 'refs/tags/v1' }],
    ['a branch without a name', { ref: 'refs/heads/' }],
    ['a branch with a blank', { ref: 'refs/heads/a b' }],
    ['a branch with a line break', { ref: 'refs/heads/a\nb' }],
    ['a branch with a colon', { ref: 'refs/heads/a:b' }],
    ['a branch with a direction', { ref: 'refs/heads/a\u202eb' }],
    ['a branch that is too long', { ref: `refs/heads/${'x'.repeat(290)}` }],
  ])('a publication of %s is corrupt', (_name, changes) => {
    const publish = { ...event, type: 'publish', ...HEADS, ref: 'refs/heads/topic', ...changes };
    expect(reading(text({ history: [publish] }))).toMatch(/^corrupt: history\.0\.(from|to|ref): ./);
  });

  test('a reason is free text, which is made harmless when it is shown', () => {
    const record = recordIn(text({ history: [{ ...event, reason: 'a\n::error::b' }] }));
    expect(record.history[0]?.reason).toBe('a\n::error::b');
  });

  test('an end is read in any zone', () => {
    const read = recordIn(text(activeWith({ expiresAt: '2026-11-22T10:00:00+01:00' })));
    expect(read.activeRun?.expiresAt).toBe('2026-11-22T09:00:00.000Z');
  });

  const signal: Json = { runId: '990', at: null, reason: null, fencingToken: 3 };

  test.each<[string, Json]>([
    ['target missing', { target: undefined }],
    ['target null', { target: null }],
    ['target without a number', { target: { repo: 'acme/widgets' } }],
    ['target with a text for a number', { target: { repo: 'acme/widgets', pr: '17' } }],
    ['target with an impossible number', { target: { repo: 'acme/widgets', pr: 0 } }],
    ['target without a repository', { target: { pr: 17 } }],
    ['target with half a repository', { target: { repo: 'acme', pr: 17 } }],
    ['target with repository id 0', { target: { ...TARGET, repoId: 0 } }],
    ['target with a number for a scope', { target: { ...TARGET, scope: 5 } }],
    ['schemaVersion missing', { schemaVersion: undefined }],
    ['schemaVersion a text', { schemaVersion: '3' }],
    ['schemaVersion a fraction', { schemaVersion: 2.5 }],
    ['fencingToken missing', { fencingToken: undefined }],
    ['fencingToken negative', { fencingToken: -1 }],
    ['fencingToken a fraction', { fencingToken: 4.5 }],
    ['fencingToken a text', { fencingToken: '4' }],
    ['fencingToken null', { fencingToken: null }],
    ['fencingToken beyond what can be counted', { fencingToken: Number.MAX_SAFE_INTEGER }],
    ['fencingToken below the owner’s', { fencingToken: 3 }],
    ['fencingToken below an event’s', { fencingToken: 3, activeRun: null }],
    [
      'fencingToken below a signal’s',
      { fencingToken: 3, activeRun: null, history: [], exitSignals: [{ ...signal, fencingToken: 4 }] },
    ],
    ['activeRun missing', { activeRun: undefined }],
    ['activeRun a text', { activeRun: '1001' }],
    ['activeRun a list', { activeRun: [] }],
    ['activeRun true', { activeRun: true }],
    ['runId missing', activeWith({ runId: undefined })],
    ['runId empty', activeWith({ runId: ' ' })],
    ['runId a number', activeWith({ runId: 1001 })],
    ['attempt missing', activeWith({ attempt: undefined })],
    ['attempt 0', activeWith({ attempt: 0 })],
    ['token of the owner missing', activeWith({ fencingToken: undefined })],
    ['token of the owner 0', activeWith({ fencingToken: 0 })],
    ['token of the owner below the record’s', activeWith({ fencingToken: 3 })],
    ['token of the owner above the record’s', activeWith({ fencingToken: 5 })],
    ['an event with a token above the record’s', { history: [{ ...event, fencingToken: 5 }] }],
    ['a signal with a token above the record’s', { exitSignals: [{ ...signal, fencingToken: 5 }] }],
    ['a time that is a number', activeWith({ claimedAt: 1_770_000_000 })],
    ['an end that is none', activeWith({ expiresAt: 'tomorrow' })],
    ['an end that is a number', activeWith({ expiresAt: 5 })],
    ['detached a text', activeWith({ detached: 'true' })],
    ['an empty write id', activeWith({ id: '' })],
    ['a write id with a line break', activeWith({ renewedBy: 'a\nb' })],
    // Case T8: a record by hand whose text would be a command to the runner of whoever echoes it.
    ['a run id with a line break', activeWith({ runId: '1001\n::error::x' })],
    ['a run id that ends in one', activeWith({ runId: '1001\n' })],
    ['a run id with colours', activeWith({ runId: '\u001b[31m1001' })],
    ['a run id that runs backwards', activeWith({ runId: '\u202e1001' })],
    ['a run id of half a pair', activeWith({ runId: '\ud800' })],
    ['a run id that is too long', activeWith({ runId: 'x'.repeat(201) })],
    ['a workflow with a line break', holderWith({ workflow: 'a\nb' })],
    ['a workflow that is too long', holderWith({ workflow: 'x'.repeat(201) })],
    ['a job with a line separator', holderWith({ job: 'a\u2028b' })],
    ['an actor with a control character', holderWith({ actor: 'a\u0007' })],
    ['an address with a line break', holderWith({ url: 'https://github.com/a\n::error::x' })],
    ['an address of another kind', holderWith({ url: 'javascript:alert(1)' })],
    ['an address with a blank', holderWith({ url: 'https://github.com/a b' })],
    ['a repository that is none', holderWith({ repo: 'widgets' })],
    ['a repository with a Kelvin sign', holderWith({ repo: 'acme/\u212aiosk' })],
    ['a repository id 0', holderWith({ repoId: 0 })],
    ['one who waits without a run id', { queue: [{ ...waiter, runId: ' ' }] }],
    ['one who waits with a line break', { queue: [{ ...waiter, runId: 'a\nb' }] }],
    ['one who waits in attempt 0', { queue: [{ ...waiter, attempt: 0 }] }],
    ['one who waits for a tenure of no length', { queue: [{ ...waiter, expiresAfter: 0 }] }],
    ['a queue that is an object', { queue: {} }],
    ['holder a text', activeWith({ holder: 'octocat' })],
    ['holder a list', activeWith({ holder: [] })],
    ['workflow run a text', activeWith({ holder: { workflowRunId: '1001' } })],
    ['workflow run negative', activeWith({ holder: { workflowRunId: -1 } })],
    ['previousRun missing', { previousRun: undefined }],
    ['previousRun without a run id', { previousRun: { replacedAt: NOW } }],
    ['previousRun with a line break', { previousRun: { runId: 'a\nb', replacedAt: NOW } }],
    ['previousRun replaced by a line break', { previousRun: { runId: '1', replacedByRunId: 'a\nb' } }],
    ['previousRun replaced by an empty run id', { previousRun: { runId: '1', replacedByRunId: '' } }],
    ['history missing', { history: undefined }],
    ['history an object', { history: {} }],
    ['an event without a type', { history: [{ ...event, type: undefined }] }],
    ['an event with an empty type', { history: [{ ...event, type: '' }] }],
    ['an event without a run id', { history: [{ ...event, runId: null }] }],
    ['an event with a number for an actor', { history: [{ ...event, actor: 1 }] }],
    ['an event that is null', { history: [null] }],
    ['an event with a line break for a type', { history: [{ ...event, type: 'a\nb' }] }],
    ['an event with a line break in its run', { history: [{ ...event, runId: 'a\nb' }] }],
    ['an event with a line break in its former run', { history: [{ ...event, previousRunId: 'a\nb' }] }],
    ['an event with a line break in its actor', { history: [{ ...event, actor: 'a\nb' }] }],
    ['an event with a line break in its workflow', { history: [{ ...event, workflow: 'a\nb' }] }],
    ['an event with a line break in its cause', { history: [{ ...event, cause: 'a\nb' }] }],
    ['an event with a line break in its place', { history: [{ ...event, entry: 'a\nb' }] }],
    ['an event with a line break in its outcome', { history: [{ ...event, outcome: 'a\nb' }] }],
    ['an event with a number for an outcome', { history: [{ ...event, outcome: 1 }] }],
    ['an event in attempt 0', { history: [{ ...event, attempt: 0 }] }],
    ['an event of workflow run 0', { history: [{ ...event, workflowRunId: 0 }] }],
    ['exitSignals missing', { exitSignals: undefined }],
    ['a signal without a run id', { exitSignals: [{ ...signal, runId: '' }] }],
    ['a signal with a negative token', { exitSignals: [{ ...signal, fencingToken: -1 }] }],
    ['a signal for a run with a line break', { exitSignals: [{ ...signal, runId: 'a\nb' }] }],
    ['a signal that is a text', { exitSignals: ['990'] }],
  ])('%s is corrupt', (_name, changes) => {
    expect(reading(text(changes))).toMatch(/^corrupt: ./);
  });

  test.each([0, -1, 4, 99])('version %s is another answer', (schemaVersion) => {
    expect(reading(text({ schemaVersion }))).toBe(`unsupported: ${String(schemaVersion)}`);
  });

  // A later version may keep its target elsewhere; that does not make it a broken record which somebody should "repair".
  test('a later version is known by its version alone', () => {
    expect(reading('{"schemaVersion":4,"repository":"acme/widgets"}')).toBe('unsupported: 4');
  });

  test.each([
    ['nothing', ''],
    ['half a record', writeRecord(owned()).slice(0, 200)],
    ['a merge conflict', `<<<<<<< ours\n${writeRecord(owned())}`],
    ['two records', writeRecord(owned()) + writeRecord(owned())],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '3'],
    ['a text', '"record"'],
    ['an empty object', '{}'],
    ['too deep', '['.repeat(200_000)],
    ['deep and whole', '['.repeat(20_000) + ']'.repeat(20_000)],
  ])('%s is corrupt', (_name, source) => {
    expect(reading(source)).toMatch(/^corrupt: ./);
  });

  test('a long text is no obstacle', () => {
    const reason = 'x\\"'.repeat(200_000);
    expect(recordIn(text({ history: [{ ...event, reason }] })).history[0]?.reason).toBe(reason);
  });

  test.each([
    ['an owner', '"attempt": 1', '"runId": "2002", "attempt": 1', 'runId'],
    ['a token', '"schemaVersion": 3', '"schemaVersion": 3, "fencingToken": 9', 'fencingToken'],
    ['in other letters', '"schemaVersion": 3', '"schemaVersion": 3, "\\u0061ctiveRun": null', 'activeRun'],
    ['a strange key', '"schemaVersion": 3', '"schemaVersion": 3, "__proto__": 1, "__proto__": 2', '__proto__'],
  ])('%s that stands twice', (_name, from, to, key) => {
    expect(reading(writeRecord(owned()).replace(from, to))).toBe(
      `corrupt: the key "${key}" stands twice in one object`,
    );
  });
});

describe('repeated keys', () => {
  test.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', null],
    ['{"a":"b","b":"a\\":","c":"{\\"a\\":1,\\"a\\":2}"}', null],
    ['["a","a",{"a":"a"}]', null],
    ['{"a":{"b":1},"a" : 2}', 'a'],
    ['[{"x":[],"y":{"z":1,"z":[]}}]', 'z'],
    ['{"":1,"":2}', ''],
    ['{"\\"":1,"\\u0022":2}', '"'],
  ])('%s', (source, key) => {
    expect(findRepeatedKey(source)).toBe(key);
  });
});

describe('schemas 1 and 2', () => {
  const legacy = {
    schemaVersion: 2,
    target: { repo: 'acme/widgets', pr: 17 },
    activeRun: { runId: '1001', claimedAt: CLAIMED, updatedAt: RENEWED },
    previousRun: { runId: '990', replacedAt: CLAIMED, replacedByRunId: '1001' },
    history: [{ type: 'async_run_takeover', runId: '1001', previousRunId: '990', at: CLAIMED, reason: 'stuck' }],
    exitSignals: [{ runId: '990', at: CLAIMED, reason: 'superseded' }],
  };
  const read = (changes: Json): OwnershipRecord => recordIn(JSON.stringify({ ...legacy, ...changes }));

  test('schema 2 gets a token, an attempt and the rest that it lacks', () => {
    expect(read({})).toStrictEqual({
      schemaVersion: 3,
      target: TARGET,
      fencingToken: 1,
      activeRun: active({ fencingToken: 1, holder: null, id: null }),
      previousRun: legacy.previousRun,
      queue: [],
      history: [
        {
          ...{ ...legacy.history[0], attempt: null, fencingToken: null, id: null },
          ...{ actor: null, workflow: null, workflowRunId: null },
        },
      ],
      exitSignals: [{ ...legacy.exitSignals[0], fencingToken: null }],
    });
  });

  test('schema 1 has no exit signals', () => {
    expect(read({ schemaVersion: 1, exitSignals: undefined }).exitSignals).toEqual([]);
  });

  test('a record that nobody owns', () => {
    const record = read({ activeRun: null, previousRun: null, history: [] });
    expect(record).toMatchObject({ activeRun: null, previousRun: null, fencingToken: 1 });
    expect(written(decideOn(record, request('claim'))).next.fencingToken).toBe(2);
  });

  test.each([
    ['recorded in this tenure', '1001', RENEWED, CLAIMED, 'conflict exit_signal_recorded'],
    ['recorded at its beginning', '1001', CLAIMED, CLAIMED, 'conflict exit_signal_recorded'],
    ['recorded before it', '1001', '2026-11-22T07:59:59.999Z', CLAIMED, 'ok owner_confirmed'],
    ['of another run', '990', RENEWED, CLAIMED, 'ok owner_confirmed'],
    ['at an unknown time', '1001', 'soon', CLAIMED, 'conflict exit_signal_recorded'],
    ['in a tenure of unknown time', '1001', RENEWED, null, 'conflict exit_signal_recorded'],
  ])('a signal %s', (_name, runId, at, claimedAt, word) => {
    const record = read({
      activeRun: { ...legacy.activeRun, claimedAt },
      exitSignals: [{ runId, at, reason: null }],
    });
    expect(wordOf(decideOn(record, request('assert')))).toBe(word);
  });

  test('a signal where nobody owns', () => {
    const record = read({ activeRun: null, exitSignals: [{ runId: '1001', at: RENEWED, reason: null }] });
    expect(record.exitSignals[0]?.fencingToken).toBeNull();
  });

  test('the first write makes it schema 3, and the old owner can be told from a later tenure', () => {
    const granted = { takeoverPermission: 'granted' } as const;
    const { next } = written(decideOn(read({}), request('takeover', { run: OTHER }), granted));
    expect(recordIn(writeRecord(next))).toStrictEqual(next);
    expect(next.activeRun?.fencingToken).toBe(2);
  });

  test('the newest 50 events are kept', () => {
    const history = Array.from({ length: 60 }, (_, index) => ({ ...legacy.history[0], runId: String(index) }));
    expect(read({ history }).history.map(({ runId }) => runId)).toEqual(history.slice(10).map(({ runId }) => runId));
  });

  test('the newest 50 signals are kept, and the owner’s own never falls out', () => {
    const others = Array.from({ length: 60 }, (_, index) => ({
      runId: `r${String(index)}`,
      at: RENEWED,
      reason: null,
    }));
    const record = read({ exitSignals: [{ runId: '1001', at: RENEWED, reason: null }, ...others] });
    expect(record.exitSignals).toHaveLength(50);
    expect(record.exitSignals.at(-1)?.runId).toBe('r59');
    expect(exitSignalOf(record)).not.toBeNull();
  });

  test.each<[string, Json]>([
    ['a foreign target', { target: { repo: 'acme/widgets', pr: 1 } }],
    ['an owner without a run id', { activeRun: { claimedAt: CLAIMED } }],
    ['an owner that is a text', { activeRun: '1001' }],
    ['a time that is a number', { activeRun: { ...legacy.activeRun, updatedAt: 5 } }],
    ['history that is a text', { history: 'none' }],
    ['a signal without a run id', { exitSignals: [{ at: NOW }] }],
    ['a run id with a line break', { activeRun: { ...legacy.activeRun, runId: 'a\nb' } }],
  ])('%s is corrupt', (_name, changes) => {
    expect(reading(JSON.stringify({ ...legacy, ...changes }))).toMatch(/^corrupt: ./);
  });
});

describe('what is said about an unreadable record', () => {
  test('a broken one: where it is and how to repair it', () => {
    const { code, problem, advice } = unreadableRecord({ kind: 'corrupt', problem: 'it is not JSON' }, TARGET);
    expect(code).toBe('state_corrupt');
    expect(problem).toMatch(/pulls\/0\/17\.json.*it is not JSON/);
    expect(advice).toMatch(/git checkout.*pulls\/0\/17\.json.*fencingToken/);
  });

  test('one of another version: which, and what to do', () => {
    const { code, problem, advice } = unreadableRecord({ kind: 'unsupported', version: 4 }, TARGET);
    expect(code).toBe('state_unsupported');
    expect(problem).toMatch(/pulls\/0\/17\.json.*version 4/);
    expect(advice).toMatch(/newest version/);
  });
});
