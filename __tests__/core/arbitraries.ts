import fc from 'fast-check';
import type {
  ActiveRun,
  ExitSignal,
  HistoryEvent,
  Holder,
  OwnershipRecord,
  PreviousRun,
} from '../../src/core/record.js';
import { COMMANDS, SUPERSEDE_POLICIES, type CoordinationRequest, type Facts } from '../../src/core/request.js';
import { MINUTE_MS, NOW, TARGET } from './samples.js';

/** Records, requests and facts that are valid and otherwise anything. */

/** `JSON.parse` makes objects with the usual prototype, and a strict comparison minds the difference. */
function plainRecord<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const foreign = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  fc.constantFrom(
    '__proto__',
    'constructor',
    '::error::x',
    '##[add-mask]x',
    'a\nb',
    '\ud800',
    '\u202e',
    'x'.repeat(600),
  ),
);
const runId = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c') },
  foreign.map((text) => text.trim()).filter((text) => text !== ''),
);
const time = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const holder: fc.Arbitrary<Holder> = plainRecord({
  workflowRunId: nullable(fc.integer({ min: 1 })),
  workflow: nullable(foreign),
  job: nullable(foreign),
  actor: nullable(foreign),
  url: nullable(foreign),
});

const previousRun: fc.Arbitrary<PreviousRun> = plainRecord({
  runId,
  replacedAt: nullable(time),
  replacedByRunId: nullable(runId),
});

function activeRun(highest: number): fc.Arbitrary<ActiveRun | null> {
  if (highest === 0) return fc.constant(null);
  const fencingToken = fc.oneof({ weight: 3, arbitrary: fc.constant(highest) }, fc.integer({ min: 1, max: highest }));
  return nullable(
    plainRecord({
      runId,
      attempt: fc.integer({ min: 1, max: 3 }),
      fencingToken,
      claimedAt: nullable(time),
      updatedAt: nullable(time),
      holder: nullable(holder),
    }),
  );
}

function historyEvent(highest: number): fc.Arbitrary<HistoryEvent> {
  const always = {
    type: fc.constantFrom('claim', 'takeover', 'release', 'async_run_takeover'),
    runId,
    previousRunId: nullable(runId),
    at: nullable(time),
    reason: nullable(foreign),
    fencingToken: nullable(fc.integer({ min: 0, max: highest })),
    id: nullable(foreign),
  };
  const sometimes = { actor: foreign, cause: foreign, outcome: foreign };
  return fc.record(
    { ...always, ...sometimes },
    { requiredKeys: ['type', 'runId', 'previousRunId', 'at', 'reason', 'fencingToken', 'id'], noNullPrototype: true },
  );
}

function exitSignal(highest: number): fc.Arbitrary<ExitSignal> {
  return plainRecord({
    runId,
    at: nullable(time),
    reason: nullable(foreign),
    fencingToken: nullable(fc.integer({ min: 0, max: highest })),
  });
}

export const records: fc.Arbitrary<OwnershipRecord> = fc
  .oneof(fc.nat({ max: 6 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 2 }))
  .chain((fencingToken) =>
    plainRecord({
      schemaVersion: fc.constant(3 as const),
      target: fc.constant(TARGET),
      fencingToken: fc.constant(fencingToken),
      activeRun: activeRun(fencingToken),
      previousRun: nullable(previousRun),
      history: fc.array(historyEvent(fencingToken), { maxLength: 4 }),
      exitSignals: fc.array(exitSignal(fencingToken), { maxLength: 4 }),
    }),
  );

const run = fc.record({ runId, attempt: fc.integer({ min: 1, max: 3 }), holder: nullable(holder) });

export const requests: fc.Arbitrary<CoordinationRequest> = fc.record({
  command: fc.constantFrom(...COMMANDS),
  id: fc.uuid(),
  run,
  reason: nullable(foreign),
  fencingToken: fc.option(fc.integer({ min: 1, max: 8 }), { nil: null, freq: 2 }),
  requireExisting: fc.boolean(),
  requireActiveOwner: fc.boolean(),
  targetRunId: nullable(runId),
  evict: fc.boolean(),
  strict: fc.boolean(),
  supersede: fc.constantFrom(...SUPERSEDE_POLICIES),
  staleAfterMs: fc.constantFrom(0, 30 * MINUTE_MS),
  jobOutcome: nullable(fc.constantFrom('success', 'failure')),
});

export const allFacts: fc.Arbitrary<Facts> = fc.record({
  now: fc.oneof(fc.constant(NOW), time),
  pullRequestOpen: fc.boolean(),
  ownerLiveness: fc.constantFrom('unasked', 'alive', 'dead', 'unknown'),
  takeoverPermission: fc.constantFrom('unasked', 'granted', 'denied'),
});
