import * as v from 'valibot';
import { migrate } from './migrate-record.js';
import { recordPath, type OwnershipRecord, type StoredTarget } from './record.js';
import { findRepeatedKey } from './repeated-keys.js';
import { CurrentSchema, LegacySchema, TargetSchema, VersionSchema } from './record-schema.js';

/** What the text of a stored record turned out to be. Only a record that was never there permits a claim. */
export type RecordReading =
  | { readonly kind: 'record'; readonly record: OwnershipRecord }
  | { readonly kind: 'corrupt'; readonly problem: string }
  | { readonly kind: 'unsupported'; readonly version: number };

/**
 * Reads the text of a stored record of schema 1, 2 or 3, strictly: broken JSON, a foreign target or an impossible value
 * is an answer of its own and never a record. Unknown extra keys are ignored.
 *
 * @param target what the record should be of, under the present name of the repository.
 */
export function readRecord(text: string, target: StoredTarget): RecordReading {
  const json = parseJson(text);
  if (!json.ok) return corrupt(json.problem);
  const repeated = findRepeatedKey(text);
  if (repeated !== null) return corrupt(`the key ${JSON.stringify(repeated)} stands twice in one object`);

  // The version comes first: what a later version looks like is not for this one to judge.
  const versioned = v.safeParse(VersionSchema, json.value, { abortEarly: true });
  if (!versioned.success) return corrupt(describe(versioned.issues));
  const { schemaVersion } = versioned.output;
  if (schemaVersion < 1 || schemaVersion > 3) return { kind: 'unsupported', version: schemaVersion };
  const targeted = v.safeParse(TargetSchema, json.value, { abortEarly: true });
  if (!targeted.success) return corrupt(describe(targeted.issues));
  const stored = targeted.output.target;
  if (!isSameRepository(stored, target) || stored.pr !== target.pr || stored.scope !== target.scope) {
    return corrupt(`it is the record of ${nameOf(stored)}, not of ${nameOf(target)}`);
  }

  if (schemaVersion < 3) {
    const legacy = v.safeParse(LegacySchema, json.value, { abortEarly: true });
    return legacy.success
      ? { kind: 'record', record: migrate(legacy.output, target) }
      : corrupt(describe(legacy.issues));
  }
  const current = v.safeParse(CurrentSchema, json.value, { abortEarly: true });
  if (!current.success) return corrupt(describe(current.issues));
  const record: OwnershipRecord = { ...current.output, schemaVersion: 3, target };
  const problem = impossibleToken(record);
  return problem === null ? { kind: 'record', record } : corrupt(problem);
}

type Named = Pick<StoredTarget, 'repo' | 'repoId' | 'pr' | 'scope'>;

/**
 * A repository may be renamed, so where both ids are known they alone decide. The name decides without regard to case;
 * the schema lets ASCII in alone, because lower case turns a Kelvin sign into a k.
 */
function isSameRepository(stored: Named, wanted: Named): boolean {
  if (stored.repoId !== null && wanted.repoId !== null) return stored.repoId === wanted.repoId;
  return stored.repo.toLowerCase() === wanted.repo.toLowerCase();
}

function nameOf(target: Named): string {
  const id = target.repoId === null ? '' : ` (repository id ${String(target.repoId)})`;
  return `${target.repo}${id}, ${recordPath(target)}`;
}

/** Tokens only rise: nothing in a record may carry one above the record's own, which is that of the newest tenure. */
function impossibleToken(record: OwnershipRecord): string | null {
  const above = (token: number | null): boolean => token !== null && token > record.fencingToken;
  const active = record.activeRun?.fencingToken ?? record.fencingToken;
  if (active !== record.fencingToken) return 'activeRun.fencingToken is not the record’s fencingToken';
  if (record.history.some((event) => above(event.fencingToken))) {
    return 'an event in history has a fencingToken above the record’s own';
  }
  if (record.exitSignals.some((signal) => above(signal.fencingToken))) {
    return 'an exit signal has a fencingToken above the record’s own';
  }
  return null;
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, problem: `it is not JSON (${String(error)})` };
  }
}

function describe(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [first] = issues;
  const path = v.getDotPath(first);
  return path === null ? first.message : `${path}: ${first.message}`;
}

function corrupt(problem: string): RecordReading {
  return { kind: 'corrupt', problem };
}
