import { KEPT_ENTRIES, SCHEMA_VERSION, type ActiveRun, type OwnershipRecord, type StoredTarget } from './record.js';
import { keepNewestSignals } from './signals.js';
import type { LegacyRecord } from './record-schema.js';

/**
 * The token of whatever schema 1 or 2 left behind. Those schemas had none, so nobody holds a token that could clash,
 * and the first tenure of schema 3 gets 2.
 */
const LEGACY_TOKEN = 1;

/** What events of schema 1 and 2 do not say. */
const UNKNOWN = { attempt: null, fencingToken: null, id: null, actor: null, workflow: null, workflowRunId: null };

/** Turns a record of schema 1 or 2 into one of schema 3, in memory; it is stored so with the next write. */
export function migrate(legacy: LegacyRecord, target: StoredTarget): OwnershipRecord {
  const activeRun: ActiveRun | null = legacy.activeRun && {
    ...legacy.activeRun,
    attempt: 1,
    fencingToken: LEGACY_TOKEN,
    expiresAt: null,
    detached: false,
    id: null,
    renewedBy: null,
    holder: null,
  };
  const exitSignals = legacy.exitSignals.map((signal) => ({
    ...signal,
    fencingToken: belongsToActive(signal, activeRun) ? LEGACY_TOKEN : null,
  }));
  return {
    schemaVersion: SCHEMA_VERSION,
    target,
    fencingToken: LEGACY_TOKEN,
    activeRun,
    previousRun: legacy.previousRun,
    queue: [],
    history: legacy.history.slice(-KEPT_ENTRIES).map((event) => ({ ...event, ...UNKNOWN })),
    exitSignals: keepNewestSignals(exitSignals, activeRun),
  };
}

/**
 * A signal without a token belongs to the active tenure if it was recorded in it. Where a time is missing nobody can
 * tell, and the safe reading is that the owner was asked to stop.
 */
function belongsToActive(signal: LegacyRecord['exitSignals'][number], active: ActiveRun | null): boolean {
  if (active === null || signal.runId !== active.runId) return false;
  if (signal.at === null || active.claimedAt === null) return true;
  return Date.parse(signal.at) >= Date.parse(active.claimedAt);
}
