import { createHash } from 'node:crypto';

/** The stored record, read anew: the checker must not share a mistake with src/. */

export interface StoredEvent {
  readonly type: string;
  readonly runId: string;
  readonly previousRunId: string | null;
  readonly at: string;
  readonly fencingToken: number;
  readonly id: string;
  readonly cause?: string;
}

export interface StoredOwner {
  readonly runId: string;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly claimedAt: string;
  readonly updatedAt: string;
  readonly holder: { readonly workflowRunId: number | null } | null;
}

export interface StoredSignal {
  readonly runId: string;
  readonly fencingToken: number;
}

export interface StoredRecord {
  readonly fencingToken: number;
  readonly activeRun: StoredOwner | null;
  readonly history: readonly StoredEvent[];
  readonly exitSignals: readonly StoredSignal[];
  readonly digest: string;
}

/** A record, or in one sentence why it is none. */
export function parseRecord(text: string, repo: string, pr: number): StoredRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(text) as unknown;
  } catch {
    return 'it is no JSON';
  }
  if (!isObject(json)) return 'it is no object';
  const { schemaVersion, target, fencingToken, activeRun, history, exitSignals } = json;
  if (schemaVersion !== 3) return 'its schemaVersion is not 3';
  if (!isObject(target) || target['repo'] !== repo || target['pr'] !== pr) return 'its target is another one';
  if (!isToken(fencingToken)) return 'its fencingToken is none';
  if (!Array.isArray(history) || history.length > 50 || !history.every(isEvent)) return 'its history is none';
  if (!Array.isArray(exitSignals) || exitSignals.length > 50 || !exitSignals.every(isSignal)) {
    return 'its exitSignals are none';
  }
  if (activeRun !== null && !isOwner(activeRun)) return 'its activeRun is none';
  return { fencingToken, activeRun, history, exitSignals, digest: digestOf(json) };
}

/** Equal for equal JSON values, whatever the order of their keys. */
export function digestOf(json: unknown): string {
  return createHash('sha1').update(canonical(json)).digest('hex');
}

/** Whether the owner was told to exit, in this very tenure. */
export function isSignalled({ activeRun, exitSignals }: StoredRecord): boolean {
  return exitSignals.some(
    ({ runId, fencingToken }) => runId === activeRun?.runId && fencingToken === activeRun.fencingToken,
  );
}

function canonical(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(canonical).join(',')}]`;
  if (!isObject(json)) return JSON.stringify(json) ?? 'undefined';
  const keys = Object.keys(json).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(json[key])}`).join(',')}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isToken(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;
}

function isEvent(value: unknown): value is StoredEvent {
  if (!isObject(value)) return false;
  const { type, runId, previousRunId, at, fencingToken, id } = value;
  const named = isText(type) && isText(runId) && isText(id) && (previousRunId === null || isText(previousRunId));
  return named && isTime(at) && isToken(fencingToken);
}

function isSignal(value: unknown): value is StoredSignal {
  return isObject(value) && isText(value['runId']) && isToken(value['fencingToken']) && isTime(value['at']);
}

function isOwner(value: unknown): value is StoredOwner {
  if (!isObject(value)) return false;
  const { runId, attempt, fencingToken, claimedAt, updatedAt, holder } = value;
  if (holder !== null && !isObject(holder)) return false;
  return isText(runId) && isToken(attempt) && isToken(fencingToken) && isTime(claimedAt) && isTime(updatedAt);
}
