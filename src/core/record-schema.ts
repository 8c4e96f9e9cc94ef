import * as v from 'valibot';
import {
  isPrintable,
  isStorableRef,
  isStorableRepository,
  isStorableUrl,
  NAME_LIMIT,
  RUN_ID_LIMIT,
} from './printable.js';
import { HIGHEST_TOKEN, LONGEST_TERM_MS } from './record.js';

/** The shapes that a stored record may have. A time that cannot be read becomes `null`; any other surprise is refused. */

const text = v.string();
const printable = v.pipe(v.string(), v.check(isPrintable, 'must be printable text'));
const name = v.pipe(printable, v.maxLength(NAME_LIMIT));
const runId = v.pipe(printable, v.trim(), v.nonEmpty('must not be empty'), v.maxLength(RUN_ID_LIMIT));
const id = v.pipe(printable, v.nonEmpty(), v.maxLength(NAME_LIMIT));
const oid = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/, 'must be an object id'));
const ref = v.pipe(v.string(), v.check(isStorableRef, 'must be a branch'));
const url = v.pipe(v.string(), v.check(isStorableUrl, 'must be an http(s) address'));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const duration = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LONGEST_TERM_MS));
const token = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(HIGHEST_TOKEN));
const tenureToken = v.pipe(token, v.minValue(1));
const repository = v.pipe(v.string(), v.check(isStorableRepository, 'must be owner/name'));
const absent = <T extends v.GenericSchema>(schema: T): v.NullishSchema<T, null> => v.nullish(schema, null);

/** ISO 8601 with a date and a time, as `Date` understands it; anything else is a time that nobody can read. */
const time = v.pipe(
  absent(v.string()),
  v.transform((value) => (value !== null && isTime(value) ? new Date(value).toISOString() : null)),
);

/** The end of a tenure is held to more: one that cannot be read would be no end at all. */
const end = absent(
  v.pipe(
    v.string(),
    v.check(isTime, 'must be a time'),
    v.transform((value) => new Date(value).toISOString()),
  ),
);

/** Nothing in it is required, so a list would pass for an empty one. */
const holder = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value), 'must be an object'),
  v.object({
    repo: absent(repository),
    repoId: absent(positive),
    workflowRunId: absent(positive),
    workflow: absent(name),
    job: absent(name),
    actor: absent(name),
    url: absent(url),
  }),
);

const previousRun = v.object({ runId, replacedAt: time, replacedByRunId: absent(runId) });

const event = v.object({
  type: v.pipe(printable, v.nonEmpty(), v.maxLength(NAME_LIMIT)),
  runId,
  previousRunId: absent(runId),
  at: time,
  reason: absent(text),
  fencingToken: absent(token),
  id: absent(id),
});

const currentEvent = v.object({
  ...event.entries,
  attempt: absent(positive),
  actor: absent(name),
  workflow: absent(name),
  workflowRunId: absent(positive),
  cause: v.exactOptional(name),
  entry: v.exactOptional(id),
  outcome: v.exactOptional(name),
  from: v.exactOptional(oid),
  to: v.exactOptional(oid),
  ref: v.exactOptional(ref),
});

const exitSignal = v.object({ runId, at: time, reason: absent(text), fencingToken: absent(token) });

const queueEntry = v.object({
  runId,
  attempt: positive,
  since: time,
  until: time,
  detached: v.nullish(v.boolean(), false),
  expiresAfter: absent(duration),
  holder: absent(holder),
  id: absent(id),
});

export const VersionSchema = v.object({ schemaVersion: v.pipe(v.number(), v.safeInteger()) });

export const TargetSchema = v.object({
  target: v.object({ repo: repository, repoId: absent(positive), pr: positive, scope: absent(text) }),
});

export const CurrentSchema = v.object({
  fencingToken: token,
  activeRun: v.nullable(
    v.object({
      runId,
      attempt: positive,
      fencingToken: tenureToken,
      claimedAt: time,
      updatedAt: time,
      expiresAt: end,
      detached: v.nullish(v.boolean(), false),
      id: absent(id),
      renewedBy: absent(id),
      holder: absent(holder),
    }),
  ),
  previousRun: v.nullable(previousRun),
  queue: v.nullish(v.array(queueEntry), []),
  history: v.array(currentEvent),
  exitSignals: v.array(exitSignal),
});

/** Schema 2 lacks attempts, holders, tokens and ids; schema 1 lacks `exitSignals` as well. */
export const LegacySchema = v.object({
  activeRun: v.nullable(v.object({ runId, claimedAt: time, updatedAt: time })),
  previousRun: absent(previousRun),
  history: v.nullish(v.array(event), []),
  exitSignals: v.nullish(v.array(exitSignal), []),
});

export type LegacyRecord = v.InferOutput<typeof LegacySchema>;

function isTime(value: string): boolean {
  // Without a zone it would mean another moment on every machine.
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value)) return false;
  const milliseconds = Date.parse(value);
  // What is written has to be read again: a year of more than four digits could not.
  return !Number.isNaN(milliseconds) && /^\d{4}-/.test(new Date(milliseconds).toISOString());
}
