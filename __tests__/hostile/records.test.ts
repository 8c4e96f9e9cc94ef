import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPrintable, isStorableUrl } from '../../src/core/printable.js';
import { readRecord, type RecordReading } from '../../src/core/read-record.js';
import type { ActiveRun, OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import { COMMANDS } from '../../src/core/request.js';
import { isStale } from '../../src/core/staleness.js';
import { unreadableRecord } from '../../src/core/unreadable-record.js';
import { messageOf } from '../../src/core/words/message.js';
import { describeOwner } from '../../src/core/words/owner.js';
import { writeRecord } from '../../src/core/write-record.js';
import {
  BRANCH,
  coordinated,
  eventOf,
  NOW,
  ownerOf,
  recordOf,
  requestOf,
  startStage,
  TARGET,
  type StoreStage,
} from '../store/stage.js';
import { viewOf } from '../core/samples.js';
import {
  changedFrom,
  hostileText,
  hostileValue,
  insist,
  insistPlain,
  insistPrototypesUntouched,
} from './arbitraries.js';

const FULL: OwnershipRecord = recordOf({
  fencingToken: 4,
  activeRun: ownerOf({ fencingToken: 4 }),
  previousRun: { runId: '990', replacedAt: NOW, replacedByRunId: '2002' },
  history: [eventOf(), eventOf({ type: 'takeover', fencingToken: 4, cause: 'dead', outcome: 'success' })],
  queue: [
    {
      ...{ runId: '3003', attempt: 1, since: NOW, until: NOW, detached: true, expiresAfter: 60_000 },
      ...{ holder: ownerOf().holder, id: 'place' },
    },
  ],
  exitSignals: [{ runId: '990', at: NOW, reason: 'old', fencingToken: 3 }],
});
const TEXT = writeRecord(FULL);

afterEach(insistPrototypesUntouched);

/** Whatever was read is a sound record that survives being written, or a refusal in plain words. */
function sound(text: string, target: StoredTarget = TARGET): RecordReading {
  const before = process.cpuUsage();
  const reading = readRecord(text, target);
  const { user, system } = process.cpuUsage(before);
  insist(user + system < 5_000_000, 'too slow', text.length);
  if (reading.kind === 'record') {
    const { record } = reading;
    const tokens = [
      record.fencingToken,
      ...(record.activeRun === null ? [] : [record.activeRun.fencingToken]),
      ...[...record.history, ...record.exitSignals].map(({ fencingToken }) => fencingToken ?? 0),
    ];
    const possible = tokens.every(
      (token) => Number.isSafeInteger(token + 1) && token >= 0 && token <= record.fencingToken,
    );
    insist(possible, 'impossible tokens', tokens);
    expect(record.target).toEqual(target);
    for (const { runId } of [...runsIn(record), ...record.history, ...record.exitSignals]) {
      insist(runId.trim() === runId && runId !== '' && runId.length <= 200 && isPrintable(runId), 'a run id', runId);
    }
    for (const { holder } of runsIn(record)) {
      insist(isPrintable([holder?.workflow, holder?.job, holder?.actor, holder?.repo].join()), 'a name', holder);
      insist(holder?.url == null || isStorableUrl(holder.url), 'an address', holder);
    }
    expect(readRecord(writeRecord(record), target)).toEqual(reading);
  } else {
    const failure = unreadableRecord(reading, target);
    insist(failure.code === `state_${reading.kind}`, 'another code', failure);
    const context = { target, request: requestOf(), now: NOW };
    const { text: told, wayOut } = messageOf({ kind: 'error', mayHaveWritten: false, failure }, context);
    insistPlain(told, 4_000);
    insistPlain(wayOut ?? '', 4_000);
  }
  return reading;
}

function runsIn({ activeRun, queue }: OwnershipRecord): Pick<ActiveRun, 'runId' | 'holder'>[] {
  return activeRun === null ? [...queue] : [activeRun, ...queue];
}

describe('the text of a record', () => {
  it('is one as it is', () => {
    expect(sound(TEXT)).toEqual({ kind: 'record', record: FULL });
  });

  it('that was cut off anywhere is none', () => {
    for (let length = 0; length < TEXT.length - 1; length += 1) {
      insist(sound(TEXT.slice(0, length)).kind === 'corrupt', 'not corrupt', length);
    }
  });

  it('with any places replaced is refused, or read as a sound record', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(changedFrom(FULL), (changed) => {
        kinds.add(sound(JSON.stringify(changed) ?? '').kind);
      }),
      { numRuns: 1_000 },
    );
    expect([...kinds]).toEqual(expect.arrayContaining(['record', 'corrupt']));
  });

  it('of any other version is unsupported, which is no corruption', () => {
    const other = fc.maxSafeInteger().filter((version) => version < 1 || version > 3);
    fc.assert(
      fc.property(other, (version) => {
        const text = JSON.stringify({ ...FULL, schemaVersion: version, fencingToken: 'something new' });
        expect(sound(text)).toEqual({ kind: 'unsupported', version });
      }),
    );
  });

  it('of anything at all is refused', () => {
    const anything = fc.oneof(fc.json(), hostileText, fc.string({ unit: 'binary', maxLength: 200 }));
    fc.assert(
      fc.property(anything, (text) => insist(sound(text).kind === 'corrupt', 'not corrupt', text)),
      { numRuns: 500 },
    );
  });

  it('with a key that stands twice is corrupt, wherever and however it is spelled', () => {
    const keys = [...TEXT.matchAll(/"(\w+)": /g)];
    expect(keys.length).toBeGreaterThan(30);
    for (const { index, 1: key = '' } of keys) {
      const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}`;
      for (const twin of [key, escaped]) {
        const text = `${TEXT.slice(0, index)}"${twin}" : "x", ${TEXT.slice(index)}`;
        insist(sound(text).kind === 'corrupt', 'not corrupt', text);
      }
    }
  });

  it('with __proto__ and its like as keys touches nothing, and they give no value', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const inside = `"${name}": {"polluted": true, "schemaVersion": 3, "runId": "me", "activeRun": null}`;
      for (const { index } of TEXT.matchAll(/\{/g)) {
        const text = `${TEXT.slice(0, index + 1)}${inside}, ${TEXT.slice(index + 1)}`;
        expect(sound(text)).toEqual({ kind: 'record', record: FULL });
      }
      expect(sound(`{${inside}}`).kind).toBe('corrupt');
    }
  });

  it.each(['2', '0', '-1', '4', '1.5', '9007199254740991', '9007199254740992', '9007199254740993', '1e400', '-1e400'])(
    'with the number %s in any place is refused, or read as a sound record',
    (number) => {
      for (const { index, 0: found } of TEXT.matchAll(/(?<=: )\d+/g)) {
        sound(TEXT.slice(0, index) + number + TEXT.slice(index + found.length));
      }
    },
  );

  it('with a token that no next one could follow is corrupt', () => {
    for (const token of ['9007199254740991', '9007199254740992', '1e400', '-1', '0.5', '"4"', 'null']) {
      expect(sound(TEXT.replace('"fencingToken": 4', `"fencingToken": ${token}`)).kind).toBe('corrupt');
    }
  });

  it.each([
    ['a byte order mark', `\uFEFF${TEXT}`],
    ['a NUL at its end', `${TEXT}\u0000`],
    ['a NUL in a text', TEXT.replace('octocat', 'octo\u0000cat')],
    ['UTF-16', [...TEXT].join('\u0000')],
    ['two records', TEXT + TEXT],
    ['a comment', `// hello\n${TEXT}`],
    ['conflict markers', `<<<<<<< HEAD\n${TEXT}=======\n${TEXT}>>>>>>> other\n`],
  ])('with %s is corrupt', (_name, text) => {
    expect(sound(text).kind).toBe('corrupt');
  });

  // Case T8: what a person could have put there by hand, for whoever echoes an output.
  it.each([
    ...[
      '\ud800',
      '\u202e1',
      '1\n::error::pwned',
      '\r1',
      '1\u2028',
      '\u001b[31m1',
      '1\u0000',
      '\u00ad',
      '\ufeff1',
      '\ue000',
    ],
    'x'.repeat(201),
  ])('with %j as a run id, a name or an address is corrupt', (text) => {
    const { holder } = ownerOf();
    if (holder === null) throw new Error('no holder');
    const owners = [
      ownerOf({ runId: text }),
      ownerOf({ id: text }),
      ...(['workflow', 'job', 'actor', 'url', 'repo'] as const).map((name) =>
        ownerOf({ holder: { ...holder, [name]: text } }),
      ),
    ];
    const events = (['runId', 'previousRunId', 'actor', 'workflow', 'type', 'id', 'cause', 'outcome'] as const).map(
      (name) => eventOf({ [name]: text }),
    );
    const records = [
      ...owners.map((activeRun) => recordOf({ activeRun })),
      ...events.map((event) => recordOf({ history: [event] })),
      recordOf({ previousRun: { runId: text, replacedAt: null, replacedByRunId: null } }),
      recordOf({ exitSignals: [{ runId: text, at: null, reason: null, fencingToken: null }] }),
    ];
    for (const record of records) insist(sound(writeRecord(record)).kind === 'corrupt', 'not corrupt', record);
  });

  it('with anything as a reason is one, and it reaches nobody as it is', () => {
    fc.assert(
      fc.property(hostileText, (reason) => {
        const record = recordOf({ history: [eventOf({ reason })] });
        insist(sound(writeRecord(record)).kind === 'record', 'corrupt', reason);
        const outcome = { kind: 'conflict', code: 'active_run_exists', view: viewOf(record) } as const;
        insistPlain(messageOf(outcome, { target: TARGET, request: requestOf(), now: NOW }).text);
      }),
      { numRuns: 200 },
    );
  });

  it('is told harmlessly, even if it never was on a branch', () => {
    insistPlain(describeOwner(ownerOf({ runId: '\ud800x' }), NOW));
  });
});

describe('a record of great size', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const deeper = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000);

  it('is refused or ignored where it nests deeply, and never ends the process', () => {
    expect(sound(deep).kind).toBe('corrupt');
    expect(sound(deeper).kind).toBe('corrupt');
    expect(sound('['.repeat(500_000)).kind).toBe('corrupt');
    expect(sound(TEXT.replace('{', `{"extra": ${deep},`)).kind).toBe('record');
    expect(sound(TEXT.replace('{', `{"extra": ${deeper},`)).kind).toBe('record');
    for (const key of Object.keys(FULL)) {
      const changed = JSON.stringify({ ...FULL, [key]: '%' }).replace('"%"', deep);
      insist(sound(changed).kind === 'corrupt', 'not corrupt', key);
    }
  });

  it('is bounded in time, whatever it is full of', () => {
    const many = (part: string): string =>
      `[${Array.from({ length: Math.floor(500_000 / (part.length + 1)) }, () => part).join()}]`;
    for (const part of ['{}', JSON.stringify(eventOf()), '"\\\\\\""']) {
      for (const key of ['history', 'extra']) {
        sound(JSON.stringify({ ...FULL, [key]: '%' }).replace('"%"', many(part)));
      }
    }
    sound(`"${'\\"'.repeat(250_000)}"`);
    sound(`{"a"${' '.repeat(500_000)}:1}`);
    sound(`{${Array.from({ length: 40_000 }, (_, index) => `"${String(index)}":1`).join()}}`);
    const long = 'x'.repeat(400_000);
    expect(sound(writeRecord(recordOf({ history: [eventOf({ reason: long })] }))).kind).toBe('record');
    expect(sound(writeRecord(recordOf({ activeRun: ownerOf({ runId: long }) }))).kind).toBe('corrupt');
    insistPlain(describeOwner(ownerOf({ runId: 'x'.repeat(400_000) }), NOW), 1_000);
  });
});

describe('the target of a record', () => {
  const kilo: StoredTarget = { ...TARGET, repo: 'kiwi/kit-tools' };
  const textFor = (repo: unknown, pr: unknown = 17): string => JSON.stringify({ ...FULL, target: { repo, pr } });

  it('may differ in the case of its letters', () => {
    expect(sound(textFor('Acme/WIDGETS')).kind).toBe('record');
  });

  it('is foreign for any other text', () => {
    const near = fc.constantFrom(
      'acme/widgets',
      'acme/widget',
      'acme/widgets ',
      ' acme/widgets',
      'acme//widgets',
      'ACME/widgets/',
    );
    fc.assert(
      fc.property(fc.oneof(near, hostileText, fc.string()), (repo) => {
        const same = repo.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) === TARGET.repo;
        insist((sound(textFor(repo)).kind === 'record') === same, 'taken for ours', repo);
      }),
    );
  });

  it.each([
    '\u0430cme/widgets',
    'acme/w\u0456dgets',
    'acme\uff0fwidgets',
    'acme/widget\u017f',
    'acme/widgets\u200b',
    'a\u0301cme/widgets',
  ])('is foreign for a name that only looks the same: %j', (repo) => {
    expect(sound(textFor(repo)).kind).toBe('corrupt');
  });

  it('is foreign for a Kelvin sign, which becomes a k in lower case', () => {
    expect(sound(textFor('\u212Aiwi/\u212Ait-tools'), kilo).kind).toBe('corrupt');
  });

  it.each([18, 0, -17, 17.5, '17', 2 ** 53, null, [17], true])('is foreign for the number %j', (pr) => {
    expect(sound(textFor('acme/widgets', pr)).kind).toBe('corrupt');
  });
});

describe('the times of a record', () => {
  it('that nobody can read make its owner stale, never fresh', () => {
    const times = fc.oneof(
      hostileValue,
      hostileText,
      fc.constantFrom('9999-99-99T99:99', '2026-02-30T10:00', 'now', '+275760-09-13T00:00:00Z'),
    );
    fc.assert(
      fc.property(times, times, (claimedAt, updatedAt) => {
        const reading = sound(JSON.stringify({ ...FULL, activeRun: { ...FULL.activeRun, claimedAt, updatedAt } }));
        if (reading.kind !== 'record' || reading.record.activeRun === null) return;
        const { activeRun } = reading.record;
        const unreadable = [activeRun.claimedAt, activeRun.updatedAt].every((time) => time === null);
        insist(!unreadable || isStale(activeRun, NOW, 60_000), 'fresh', activeRun);
        insistPlain(describeOwner(activeRun, NOW), 1_500);
      }),
      { numRuns: 500 },
    );
  });

  it('in the far future or past are told without nonsense', () => {
    for (const time of ['9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z', '2026-11-22T08:00:00.000+14:00']) {
      const reading = sound(
        JSON.stringify({ ...FULL, activeRun: ownerOf({ fencingToken: 4, claimedAt: time, updatedAt: time }) }),
      );
      if (reading.kind !== 'record' || reading.record.activeRun === null) throw new Error('no record');
      expect(describeOwner(reading.record.activeRun, NOW)).toMatch(/for \d+ (?:s|min|h|d)/);
    }
  });
});

describe('on the branch', () => {
  let stage: StoreStage;

  beforeAll(async () => {
    stage = await startStage();
  });

  afterAll(async () => {
    const { violations } = stage.github;
    await stage.close();
    expect(violations).toEqual([]);
  });

  const broken: [string, string][] = [
    ['half a record', TEXT.slice(0, 300)],
    ['deep nesting', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['the record of another repository', TEXT.replace('"repoId": 7', '"repoId": 8')],
    // Case T8.
    ['a line break in a run id', TEXT.replaceAll('"2002"', '"2002\\n::error::pwned"')],
    ['a line break in an address', TEXT.replace('attempts/1', 'attempts/1\\n::error::pwned')],
    ['a token past 2^53', TEXT.replace('"fencingToken": 4', '"fencingToken": 9007199254740993')],
    ['a key that stands twice', TEXT.replace('{', '{"activeRun": null,')],
    ['commands', `::error::pwned\n##[error]pwned\n${TEXT}`],
    ['a future version', TEXT.replace('"schemaVersion": 3', '"schemaVersion": 2147483648')],
    ['the largest that GitHub shows', `"${'x'.repeat(511_990)}"`],
    ['too much', 'x'.repeat(600_000)],
  ];
  it.each(broken)('%s lets no command write, and none says that it owns', async (_name, text) => {
    const head = await stage.plant(text);
    stage.asked();
    for (const command of COMMANDS) {
      const request = requestOf({ command, evict: true, supersede: 'stale', strict: true, requireActiveOwner: false });
      const { outcome } = await coordinated(request, (clock) => stage.store({ clock }));
      if (outcome.kind !== 'error') throw new Error(`${command}: ${outcome.kind}`);
      expect(outcome.failure.code).toMatch(/^state_(?:corrupt|unsupported)$/);
      insistPlain(messageOf(outcome, { target: TARGET, request, now: NOW }).text, 4_000);
    }
    expect(new Set(stage.asked())).toEqual(new Set(['repository']));
    expect(await stage.repository.head(BRANCH)).toBe(head);
  });
});
