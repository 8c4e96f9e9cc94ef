import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/decide.js';
import { isOwned } from '../../src/core/outcome.js';
import { readRecord } from '../../src/core/read-record.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { COMMANDS, SUPERSEDE_POLICIES, type CoordinationRequest, type Facts } from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';
import { writeRecord } from '../../src/core/write-record.js';
import { allFacts, records, requests } from './arbitraries.js';
import { decideOn, facts, MINUTE_MS, outcomeOf, owned, request, TARGET, wordOf } from './samples.js';

/** Throws plainly where it is called thousands of times; a matcher each would take most of the time. */
function must(truth: boolean, what: string): void {
  if (!truth) throw new Error(what);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

function read(text: string): OwnershipRecord {
  const reading = readRecord(text, TARGET);
  if (reading.kind !== 'record') throw new Error(`${JSON.stringify(reading)} for ${text}`);
  return reading.record;
}

/** One step of a made-up day on one pull request. */
interface Step {
  readonly asked: CoordinationRequest;
  readonly known: Facts;
  /** Which token the step brings along: none, the current one or one of a tenure that is over. */
  readonly token: 'none' | 'current' | 'old';
  readonly minutes: number;
}

const step: fc.Arbitrary<Step> = fc
  .record({
    command: fc.constantFrom(...COMMANDS, 'claim', 'takeover', 'ensure'),
    runId: fc.constantFrom('1', '2', '3'),
    attempt: fc.constantFrom(1, 1, 2),
    requireExisting: fc.boolean(),
    requireActiveOwner: fc.boolean(),
    targetRunId: fc.option(fc.constantFrom('1', '2', '3'), { nil: null }),
    evict: fc.boolean(),
    strict: fc.boolean(),
    supersede: fc.constantFrom(...SUPERSEDE_POLICIES),
    ownerLiveness: fc.constantFrom('alive', 'dead', 'unknown'),
    takeoverPermission: fc.constantFrom('granted', 'denied'),
    pullRequestOpen: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
    token: fc.constantFrom('none', 'none', 'current', 'old'),
    minutes: fc.nat({ max: 40 }),
  })
  .map(({ command, runId, attempt, ownerLiveness, takeoverPermission, pullRequestOpen, token, minutes, ...rest }) => ({
    asked: request(command, {
      ...rest,
      run: {
        runId,
        attempt,
        holder: { workflowRunId: Number(runId), workflow: null, job: null, actor: null, url: null },
      },
    }),
    known: facts({ ownerLiveness, takeoverPermission, pullRequestOpen }),
    token,
    minutes,
  }));

interface Tenure {
  readonly run: Pick<Run, 'runId' | 'attempt'>;
  readonly token: number;
}

/** Plays the day and checks after each step what must hold whatever happens. */
function play(steps: readonly Step[]): number {
  let record: OwnershipRecord | null = null;
  let elapsed = Date.parse('2026-01-01T00:00:00.000Z');
  let highest = 0;
  let tenures = 0;
  const over: Tenure[] = [];
  for (const [index, { asked: template, known: drawn, token, minutes }] of steps.entries()) {
    elapsed += minutes * MINUTE_MS;
    const known = { ...drawn, now: new Date(elapsed).toISOString() };
    const fencingToken: number | null =
      token === 'none'
        ? null
        : token === 'current'
          ? (record?.activeRun?.fencingToken ?? 1)
          : (over.at(-1)?.token ?? 1);
    const asked = { ...template, id: `step-${String(index)}`, fencingToken };
    const before: OwnershipRecord | null = deepFreeze(record);
    const textBefore = before === null ? null : writeRecord(before);
    const decision = decide({ target: TARGET, record: before, request: asked, facts: known });
    const what = `step ${String(index)}: ${asked.command} by ${asked.run.runId} → ${wordOf(decision)}`;

    must(decision.kind !== 'ask', `${what}: everything was told already`);
    must((before === null ? null : writeRecord(before)) === textBefore, `${what}: the record was changed in place`);
    const outcome = outcomeOf(decision, before);
    if (outcome.kind !== 'ok') must(decision.kind === 'answer', `${what}: a refusal writes nothing`);

    if (decision.kind === 'write') {
      const { next, event } = decision;
      must(writeRecord(read(writeRecord(next))) === writeRecord(next), `${what}: reads back otherwise`);
      must(next.fencingToken >= highest, `${what}: the token fell`);
      must(event.id === asked.id && next.history.at(-1) === event, `${what}: the event is not the newest`);
      must(next.history.length <= 50 && next.exitSignals.length <= 50, `${what}: more than 50 entries`);
      const was: OwnershipRecord['activeRun'] = before?.activeRun ?? null;
      const is = next.activeRun;
      if (was !== null && (is === null || is.fencingToken !== was.fencingToken)) {
        over.push({ run: was, token: was.fencingToken });
      }
      if (is !== null && is.fencingToken !== was?.fencingToken) {
        must(is.fencingToken > highest, `${what}: a new tenure without a new token`);
        must(is.runId === asked.run.runId && is.attempt === asked.run.attempt, `${what}: a tenure for somebody else`);
        tenures += 1;
      } else if (is !== null && was !== null) {
        must(is.runId === was.runId && is.attempt === was.attempt, `${what}: the owner changed within a tenure`);
      }
      highest = next.fencingToken;
      record = next;
    }

    const owner = record?.activeRun ?? null;
    if (isOwned(outcome, asked.run)) {
      must(owner?.runId === asked.run.runId, `${what}: owned without owning`);
      must(asked.run.attempt >= (owner?.attempt ?? Infinity), `${what}: an earlier attempt owns`);
      must(outcome.kind === 'ok', `${what}: a refusal owns`);
    }
    for (const { run, token: oldToken } of over) {
      const assert = (changes: Partial<CoordinationRequest>): string =>
        wordOf(decideOn(record, request('assert', { run: { ...run, holder: null }, ...changes })));
      const old = assert({ fencingToken: oldToken });
      must(!old.includes('owner_confirmed'), `${what}: token ${String(oldToken)} of ${run.runId} is confirmed again`);
      if (owner !== null) must(old === 'conflict ownership_lost', `${what}: an old token gets ${old}`);
      if (owner?.runId !== run.runId) {
        must(!assert({}).includes('owner_confirmed'), `${what}: the replaced run ${run.runId} is confirmed`);
        must(!assert({ strict: true }).includes('owner_confirmed'), `${what}: ${run.runId} is confirmed by a commit`);
      }
    }
  }
  return tenures;
}

describe('any sequence of commands', () => {
  test('keeps one owner, rising tokens, and the replaced out', () => {
    let tenures = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), (steps) => {
        tenures += play(steps);
      }),
      { numRuns: 2000 },
    );
    // Otherwise the day was too quiet to prove anything.
    expect(tenures).toBeGreaterThan(4000);
  });
});

describe('any valid record', () => {
  test('is read as it was written, and written the same again', () => {
    fc.assert(
      fc.property(records, (record) => {
        const text = writeRecord(record);
        const again = read(text);
        must(isDeepStrictEqual(again, record), text);
        must(writeRecord(again) === text, text);
        must(text.endsWith('}\n') && !text.endsWith('\n\n'), text);
      }),
      { numRuns: 400 },
    );
  });

  test('gets a decision from every command, and one that can be written and read', () => {
    fc.assert(
      fc.property(fc.option(records, { nil: null }), requests, allFacts, (record, asked, known) => {
        deepFreeze(record);
        const decision = decide({ target: TARGET, record, request: asked, facts: known });
        if (decision.kind !== 'write') return;
        must(decision.answer.kind === 'ok', 'a refusal that writes');
        const text = writeRecord(decision.next);
        must(writeRecord(read(text)) === text, text);
      }),
      { numRuns: 1500 },
    );
  });

  test('the same situation always gets the same decision', () => {
    fc.assert(
      fc.property(records, requests, allFacts, (record, asked, known) => {
        const once = decide({ target: TARGET, record, request: asked, facts: known });
        const twice = decide({ target: TARGET, record: read(writeRecord(record)), request: asked, facts: known });
        must(isDeepStrictEqual(once, twice), wordOf(once));
      }),
      { numRuns: 300 },
    );
  });

  test('shows a signalled owner for as long as the tenure lasts, whatever else is recorded', () => {
    const noise = fc.array(
      requests.map((asked) => ({
        ...asked,
        command: 'signal-exit' as const,
        requireActiveOwner: false,
        fencingToken: null,
      })),
      { maxLength: 70, size: 'max' },
    );
    fc.assert(
      fc.property(noise, (requestsAfter) => {
        const exitSignals = [{ runId: '1001', at: null, reason: null, fencingToken: 4 }];
        let record = owned({ exitSignals });
        for (const asked of requestsAfter) {
          const decision = decideOn(record, asked);
          if (decision.kind === 'write') record = decision.next;
        }
        must(wordOf(decideOn(record, request('assert'))) === 'conflict exit_signal_recorded', 'the signal fell out');
      }),
      { numRuns: 60 },
    );
  });
});

/** What must be true of anything that counts as a record, written down a second time and without a schema library. */
function isRecord(record: OwnershipRecord): boolean {
  const token = (value: number | null, least: number): boolean =>
    value === null || (Number.isSafeInteger(value) && value >= least && value <= record.fencingToken);
  const time = (value: string | null): boolean => value === null || new Date(value).toISOString() === value;
  const runId = (value: string | null): boolean => value === null || (value !== '' && value === value.trim());
  const { activeRun, previousRun, history, exitSignals } = record;
  return (
    record.target.repo === TARGET.repo &&
    record.target.pr === TARGET.pr &&
    Number.isSafeInteger(record.fencingToken) &&
    (activeRun === null ||
      (runId(activeRun.runId) &&
        Number.isSafeInteger(activeRun.attempt) &&
        activeRun.attempt >= 1 &&
        token(activeRun.fencingToken, 1) &&
        time(activeRun.claimedAt) &&
        time(activeRun.updatedAt))) &&
    (previousRun === null || (runId(previousRun.runId) && time(previousRun.replacedAt))) &&
    history.every(
      (event) => event.type !== '' && runId(event.runId) && token(event.fencingToken, 0) && time(event.at),
    ) &&
    exitSignals.every((signal) => runId(signal.runId) && token(signal.fencingToken, 0) && time(signal.at))
  );
}

function sound(text: string): void {
  const reading = readRecord(text, TARGET);
  if (reading.kind === 'record') must(isRecord(reading.record), text);
  else if (reading.kind === 'corrupt') must(reading.problem !== '', text);
}

describe('any text', () => {
  const strange = fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    '',
    ' ',
    '17',
    [],
    {},
    [[]],
    '__proto__',
    '2026-99-99T00:00',
  );
  const value = fc.oneof(strange, fc.jsonValue({ maxDepth: 2 }));
  const versions = fc.constantFrom(1, 2, 3, 3, 3);

  /** A valid record with one value in it, at any depth, replaced, removed or added. */
  const damaged = fc
    .record({
      record: records,
      place: fc.nat(),
      replacement: value,
      how: fc.constantFrom('replace', 'remove', 'add'),
      version: versions,
    })
    .map(({ record, place, replacement, how, version }) => {
      const json = JSON.parse(writeRecord(record)) as Record<string, unknown>;
      const places: [Record<string, unknown>, string][] = [];
      const visit = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        for (const [key, inner] of Object.entries(node)) {
          places.push([node as Record<string, unknown>, key]);
          visit(inner);
        }
      };
      visit(json);
      json['schemaVersion'] = version;
      const [node, key] = places[place % places.length] ?? [json, 'target'];
      if (how === 'remove') Reflect.deleteProperty(node, key);
      else if (how === 'replace') node[key] = replacement;
      else node['added'] = replacement;
      return JSON.stringify(json);
    });

  test.each([
    ['text', fc.string({ unit: 'binary' })],
    ['JSON', fc.json()],
    ['a damaged record', damaged],
    [
      'a record cut off or patched',
      fc
        .record({ record: records, at: fc.nat({ max: 1500 }), patch: fc.string({ maxLength: 3 }) })
        .map(({ record, at, patch }) => writeRecord(record).slice(0, at) + patch + writeRecord(record).slice(at + 1)),
    ],
  ])('%s is read without a throw, and as a record only if it is one', (_name, texts) => {
    fc.assert(fc.property(texts, sound), { numRuns: 500 });
  });
});
