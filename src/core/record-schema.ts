import * as v from 'valibot';

/** The shapes that a stored record may have. A time that cannot be read becomes `null`; any other surprise is refused. */

/** One below 2^53 - 1, so that the next token is a safe integer too. */
const HIGHEST_TOKEN = Number.MAX_SAFE_INTEGER - 1;

const text = v.string();
const runId = v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty'));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const token = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(HIGHEST_TOKEN));
const tenureToken = v.pipe(token, v.minValue(1));
const absent = <T extends v.GenericSchema>(schema: T): v.NullishSchema<T, null> => v.nullish(schema, null);

/** ISO 8601 with a date and a time, as `Date` understands it; anything else is a time that nobody can read. */
const time = v.pipe(
  absent(v.string()),
  v.transform((value) => (value !== null && isTime(value) ? new Date(value).toISOString() : null)),
);

/** Nothing in it is required, so a list would pass for an empty one. */
const holder = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value), 'must be an object'),
  v.object({
    workflowRunId: absent(positive),
    workflow: absent(text),
    job: absent(text),
    actor: absent(text),
    url: absent(text),
  }),
);

const previousRun = v.object({ runId, replacedAt: time, replacedByRunId: absent(runId) });

const event = v.object({
  type: v.pipe(v.string(), v.nonEmpty()),
  runId,
  previousRunId: absent(runId),
  at: time,
  reason: absent(text),
  fencingToken: absent(token),
  id: absent(text),
});

const currentEvent = v.object({
  ...event.entries,
  actor: v.exactOptional(text),
  cause: v.exactOptional(text),
  outcome: v.exactOptional(text),
});

const exitSignal = v.object({ runId, at: time, reason: absent(text), fencingToken: absent(token) });

export const VersionSchema = v.object({ schemaVersion: v.pipe(v.number(), v.safeInteger()) });

export const TargetSchema = v.object({ target: v.object({ repo: text, pr: positive }) });

export const CurrentSchema = v.object({
  fencingToken: token,
  activeRun: v.nullable(
    v.object({
      runId,
      attempt: positive,
      fencingToken: tenureToken,
      claimedAt: time,
      updatedAt: time,
      holder: absent(holder),
    }),
  ),
  previousRun: v.nullable(previousRun),
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
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value) && !Number.isNaN(Date.parse(value));
}
