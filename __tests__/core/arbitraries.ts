import fc from 'fast-check';
import { storableName } from '../../src/core/printable.js';
import {
  HIGHEST_TOKEN,
  type ActiveRun,
  type ExitSignal,
  type HistoryEvent,
  type Holder,
  type OwnershipRecord,
  type PreviousRun,
  type QueueEntry,
} from '../../src/core/record.js';
import {
  COMMANDS,
  SUPERSEDE_POLICIES,
  type CoordinationRequest,
  type Facts,
  type Line,
  type Term,
} from '../../src/core/request.js';
import type { Publication } from '../../src/core/publication.js';
import type { Run } from '../../src/core/run.js';
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
/** What the inputs and the environment let through as a run id, and as a name. */
const printed = foreign.map((text) => storableName(text)).filter((text) => text !== null);
const runId = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c') }, printed);
const name = fc.oneof(fc.constantFrom('agent', '工作流'), printed);
const time = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const holder: fc.Arbitrary<Holder> = plainRecord({
  repo: nullable(fc.constantFrom('acme/widgets', 'acme/.github')),
  repoId: nullable(fc.constantFrom(7, 8)),
  workflowRunId: nullable(fc.constantFrom(1, 2, Number.MAX_SAFE_INTEGER)),
  workflow: nullable(name),
  job: nullable(name),
  actor: nullable(name),
  url: nullable(fc.constantFrom('https://github.com/acme/widgets/actions/runs/1', 'http://ghes.test/a')),
});
const attempt = fc.integer({ min: 1, max: 3 });

const previousRun: fc.Arbitrary<PreviousRun> = plainRecord({
  runId,
  replacedAt: nullable(time),
  replacedByRunId: nullable(runId),
});

function activeRun(highest: number): fc.Arbitrary<ActiveRun | null> {
  if (highest === 0) return fc.constant(null);
  return nullable(
    plainRecord({
      runId,
      attempt,
      fencingToken: fc.constant(highest),
      claimedAt: nullable(time),
      updatedAt: nullable(time),
      expiresAt: nullable(time),
      detached: fc.boolean(),
      id: nullable(name),
      renewedBy: nullable(name),
      holder: nullable(holder),
    }),
  );
}

const EVENTS = [
  ...['claim', 'takeover', 'release', 'evict', 'refresh', 'confirm', 'publish', 'handover', 'expired', 'leave'],
  ...['signal-exit', 'async_run_takeover'],
] as const;

const oid = fc.constantFrom('a'.repeat(40), 'b'.repeat(40), 'c'.repeat(64));

function historyEvent(highest: number): fc.Arbitrary<HistoryEvent> {
  const always = {
    type: fc.constantFrom(...EVENTS),
    runId,
    attempt: nullable(attempt),
    previousRunId: nullable(runId),
    at: nullable(time),
    reason: nullable(foreign),
    fencingToken: nullable(fc.integer({ min: 0, max: highest })),
    id: nullable(name),
    actor: nullable(name),
    workflow: nullable(name),
    workflowRunId: nullable(fc.constantFrom(1, 2)),
  };
  const requiredKeys = Object.keys(always) as (keyof typeof always)[];
  return fc.record(
    {
      ...{ ...always, cause: name, entry: name, outcome: name },
      ...{ from: oid, to: oid, ref: fc.constantFrom('refs/heads/topic', 'refs/heads/a/ä') },
    },
    { requiredKeys, noNullPrototype: true },
  );
}

const queueEntry: fc.Arbitrary<QueueEntry> = plainRecord({
  runId,
  attempt,
  since: nullable(time),
  until: nullable(time),
  detached: fc.boolean(),
  expiresAfter: nullable(fc.integer({ min: 1 })),
  holder: nullable(holder),
  id: nullable(name),
});

function exitSignal(highest: number): fc.Arbitrary<ExitSignal> {
  return plainRecord({
    runId,
    at: nullable(time),
    reason: nullable(foreign),
    fencingToken: nullable(fc.integer({ min: 0, max: highest })),
  });
}

export const records: fc.Arbitrary<OwnershipRecord> = fc
  .oneof(fc.nat({ max: 6 }), fc.integer({ min: 0, max: HIGHEST_TOKEN }))
  .chain((fencingToken) =>
    plainRecord({
      schemaVersion: fc.constant(3 as const),
      target: fc.constant(TARGET),
      fencingToken: fc.constant(fencingToken),
      activeRun: activeRun(fencingToken),
      previousRun: nullable(previousRun),
      queue: fc.array(queueEntry, { maxLength: 2 }),
      history: fc.array(historyEvent(fencingToken), { maxLength: 4 }),
      exitSignals: fc.array(exitSignal(fencingToken), { maxLength: 4 }),
    }),
  )
  .map(ofThisRealm);

/** fast-check is loaded outside of jest's sandbox, and its plain objects have another prototype than those of the tests. */
function ofThisRealm<Value>(value: Value): Value;
function ofThisRealm(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from<unknown, unknown>(value, ofThisRealm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, ofThisRealm(each)]));
}

const term: fc.Arbitrary<Term> = fc.record({
  detached: fc.boolean(),
  expiresAfterMs: nullable(fc.constantFrom(1, 8 * 60 * MINUTE_MS)),
  byDefault: fc.boolean(),
});

const line: fc.Arbitrary<Line | null> = nullable(
  fc.record({ action: fc.constantFrom('wait', 'leave'), placeMs: fc.constantFrom(1, 60 * MINUTE_MS) }),
);

export const runs: fc.Arbitrary<Run> = fc.record({ runId, attempt, holder: nullable(holder) });

const publication: fc.Arbitrary<Publication> = fc.record({
  commit: oid,
  branch: nullable(fc.constantFrom('topic', 'other')),
  isLeased: fc.boolean(),
  dryRun: fc.boolean(),
});

/** Every command with every input drawn, be it one that the command uses or not. */
export const requests: fc.Arbitrary<CoordinationRequest> = fc
  .record({
    command: fc.constantFrom(...COMMANDS, 'leave' as const),
    run: runs,
    reason: nullable(foreign),
    fencingToken: fc.option(fc.integer({ min: 1, max: 8 }), { nil: null, freq: 2 }),
    requireExisting: fc.boolean(),
    requireOpen: nullable(fc.boolean()),
    requireActiveOwner: fc.boolean(),
    targetRunId: nullable(runId),
    evict: fc.boolean(),
    strict: fc.boolean(),
    supersede: fc.constantFrom(...SUPERSEDE_POLICIES),
    staleAfterMs: fc.constantFrom(0, 30 * MINUTE_MS),
    jobOutcome: nullable(fc.constantFrom('success', 'failure')),
    begunBy: nullable(name),
    writes: fc.array(name, { maxLength: 3 }),
    term,
    line,
    publication,
  })
  .map((drawn) => drawn as CoordinationRequest);

export const allFacts: fc.Arbitrary<Facts> = fc.record({
  now: fc.oneof(fc.constant(NOW), time),
  writeId: fc.uuid(),
  target: fc.constant(TARGET),
  tokenFloor: fc.oneof(fc.constantFrom(0, 0, 3), fc.integer({ min: 0, max: HIGHEST_TOKEN })),
  pullRequestOpen: fc.boolean(),
  headBranch: fc.record({ name: fc.constant('topic'), isFork: fc.boolean(), isDefaultBranch: fc.boolean() }),
  branch: fc.oneof(
    fc.constant('unasked' as const),
    fc.record({
      head: fc.option(fc.constantFrom('a'.repeat(40), 'b'.repeat(40))),
      relation: fc.constantFrom('same', 'ahead', 'leased', 'moved', 'diverged'),
      isShallow: fc.boolean(),
    }),
  ),
  ownerLiveness: fc.constantFrom('unasked', 'alive', 'dead', 'unknown'),
  waiterLiveness: fc.constant(new Map()),
  ownWrites: fc.array(name, { maxLength: 2 }),
  takeoverPermission: fc.constantFrom('unasked', 'granted', 'denied'),
});
