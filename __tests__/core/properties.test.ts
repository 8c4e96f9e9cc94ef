import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holderOf, readEnvironment } from '../../src/environment/environment.js';
import { readRunId } from '../../src/inputs/values.js';
import { decide } from '../../src/core/decide.js';
import { isOwned } from '../../src/core/outcome.js';
import { readRecord } from '../../src/core/read-record.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { decideAnswering } from './answering.js';
import { allFacts, records, requests } from './arbitraries.js';
import { deepFreeze, play, step } from './day.js';
import { must } from './must.js';
import { decideOn, outcomeOf, owned, request, TARGET, wordOf, written } from './samples.js';

function read(text: string): OwnershipRecord {
  const reading = readRecord(text, TARGET);
  if (reading.kind !== 'record') throw new Error(`${JSON.stringify(reading)} for ${text}`);
  return reading.record;
}

describe('any sequence of commands', () => {
  test('keeps one owner, rising tokens, and the replaced out', () => {
    let tenures = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), (steps) => {
        tenures += play(steps);
      }),
      { numRuns: 1000 },
    );
    // Otherwise the day was too quiet to prove anything.
    expect(tenures).toBeGreaterThan(2000);
  });

  test('also where there are so many that the history forgets', () => {
    let tenures = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 200, size: 'max' }), (steps) => {
        tenures += play(steps);
      }),
      { numRuns: 10 },
    );
    expect(tenures).toBeGreaterThan(200);
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
    const said = fc.constantFrom('alive', 'dead', 'unknown');
    fc.assert(
      fc.property(fc.option(records, { nil: null }), requests, allFacts, said, (record, asked, known, alive) => {
        deepFreeze(record);
        const decision = decideAnswering(record, asked, known, () => alive);
        if (decision.kind !== 'write') return;
        // Only what waiting brings along is written with a refusal: a place, a hand-over to another, or giving back.
        const isWaiting = ['join', 'leave', 'handover', 'release'].includes(decision.event.type);
        must(decision.answer.kind === 'ok' || isWaiting, 'a refusal that writes');
        const text = writeRecord(decision.next);
        must(writeRecord(read(text)) === text, text);
        must(decision.next.fencingToken >= (record?.fencingToken ?? 0), 'the token fell');
      }),
      { numRuns: 1500 },
    );
  });

  test('is owned by who asks only if its attempt owned it before, or claims, takes over or ensures it now', () => {
    let owning = 0;
    fc.assert(
      fc.property(fc.option(records, { nil: null }), requests, allFacts, (record, asked, known) => {
        const decision = decide({ record, request: asked, facts: known });
        if (decision.kind === 'ask') return;
        const outcome = outcomeOf(decision, record);
        if (!isOwned(outcome, asked.run)) return;
        owning += 1;
        const before = isOwned(outcomeOf(decideOn(record, request('status'), known), record), asked.run);
        must(before || ['claim', 'takeover', 'ensure'].includes(asked.command), `${asked.command} made it so`);
        must(
          asked.command !== 'release' && asked.command !== 'signal-exit' && asked.command !== 'leave',
          asked.command,
        );
      }),
      { numRuns: 1500 },
    );
    expect(owning).toBeGreaterThan(100);
  });

  test('the same situation always gets the same decision', () => {
    fc.assert(
      fc.property(records, requests, allFacts, (record, asked, known) => {
        const once = decide({ record, request: asked, facts: known });
        const twice = decide({ record: read(writeRecord(record)), request: asked, facts: known });
        must(isDeepStrictEqual(once, twice), wordOf(once));
      }),
      { numRuns: 300 },
    );
  });

  test('shows a signalled owner for as long as the tenure lasts, whatever else is recorded', () => {
    const noise = fc.array(requests, { maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(noise, (requestsAfter) => {
        let record = owned({ exitSignals: [{ runId: '1001', at: null, reason: null, fencingToken: 4 }] });
        for (const asked of requestsAfter) {
          const decision = decideOn(record, asked, { takeoverPermission: 'denied' });
          if (decision.kind === 'write' && decision.next.activeRun?.fencingToken === 4) record = decision.next;
        }
        must(wordOf(decideOn(record, request('assert'))) === 'conflict exit_signal_recorded', 'the signal fell out');
      }),
      { numRuns: 60 },
    );
  });
});

describe('whatever the environment and the inputs say', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('👨\u200d👩\u200d👧', '⚙\ufe0f', '\ud83d', '\u202e', '\n', ' ', '工作流', 'x'.repeat(150)),
  );
  const foreign = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''));
  const address = fc.constantFrom('https://github.com', 'https://ghes.test/ü', 'http://a b', 'https://x/\u202e');
  const repository = fc.oneof(
    fc.constantFrom('acme/widgets', 'Acme/Widgets', 'acme/\u212aiosk', 'acme', 'a/b/c'),
    foreign,
  );

  test('what a step writes can be read again', () => {
    let wrote = 0;
    fc.assert(
      fc.property(
        fc.record({
          GITHUB_WORKFLOW: foreign,
          GITHUB_JOB: foreign,
          GITHUB_ACTOR: foreign,
          GITHUB_TRIGGERING_ACTOR: foreign,
        }),
        fc.record({ GITHUB_SERVER_URL: address, GITHUB_REPOSITORY: repository }),
        fc.record({ runId: foreign, reason: fc.option(foreign, { nil: null }) }),
        (names, places, { runId, reason }) => {
          const variables = {
            ...names,
            ...places,
            GITHUB_RUN_ID: '1001',
            GITHUB_REPOSITORY_ID: '7',
            GITHUB_RUN_ATTEMPT: '2',
          };
          const answer = readEnvironment(variables);
          const id = runId.trim();
          if (!answer.ok || !readRunId(id).ok || id === '') return;
          const run = { runId: id, attempt: 2, holder: holderOf(answer.environment) };
          let record: OwnershipRecord | null = null;
          for (const command of ['claim', 'signal-exit', 'takeover', 'release'] as const) {
            const { next } = written(decideOn(record, request(command, { run, reason })));
            const again = read(writeRecord(next));
            must(isDeepStrictEqual(again, next), writeRecord(next));
            record = again;
          }
          wrote += 1;
        },
      ),
      { numRuns: 1000 },
    );
    expect(wrote).toBeGreaterThan(100);
  });
});
