import { isDeepStrictEqual } from 'node:util';
import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { readRecord } from '../../src/core/read-record.js';
import type { Holder, OwnershipRecord } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { records } from './arbitraries.js';
import { must } from './must.js';
import { TARGET } from './samples.js';

/** What must be true of anything that counts as a record, written down a second time and without a schema library. */
function isRecord(record: OwnershipRecord): boolean {
  const token = (value: number | null, least: number): boolean =>
    value === null || (Number.isSafeInteger(value) && value >= least && value <= record.fencingToken);
  const time = (value: string | null): boolean => value === null || new Date(value).toISOString() === value;
  // Controls, formats, halves of pairs, private characters and line breaks, without a regular expression of the source.
  const printed = (value: string | null): boolean =>
    value === null || !/[\p{C}\p{Zl}\p{Zp}]/u.test(value.replace(/\p{Cn}/gu, ''));
  const runId = (value: string | null): boolean =>
    value === null || (value !== '' && value === value.trim() && value.length <= 200 && printed(value));
  const isHolder = (holder: Holder | null): boolean =>
    holder === null ||
    ([holder.repo, holder.workflow, holder.job, holder.actor, holder.url].every(printed) &&
      [holder.repoId, holder.workflowRunId].every((id) => id === null || (Number.isSafeInteger(id) && id > 0)));
  const { activeRun, previousRun, queue, history, exitSignals } = record;
  return (
    isDeepStrictEqual(record.target, TARGET) &&
    Number.isSafeInteger(record.fencingToken) &&
    (activeRun === null ||
      (runId(activeRun.runId) &&
        Number.isSafeInteger(activeRun.attempt) &&
        activeRun.attempt >= 1 &&
        token(activeRun.fencingToken, 1) &&
        isHolder(activeRun.holder) &&
        typeof activeRun.detached === 'boolean' &&
        time(activeRun.claimedAt) &&
        time(activeRun.updatedAt) &&
        time(activeRun.expiresAt))) &&
    queue.every((entry) => runId(entry.runId) && entry.attempt >= 1 && isHolder(entry.holder) && time(entry.until)) &&
    (previousRun === null || (runId(previousRun.runId) && time(previousRun.replacedAt))) &&
    history.every(
      (event) =>
        event.type !== '' &&
        runId(event.runId) &&
        [event.type, event.actor, event.workflow, event.cause ?? null, event.outcome ?? null].every(printed) &&
        token(event.fencingToken, 0) &&
        time(event.at),
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
