import { createHash } from 'node:crypto';

/** The stored record, read anew: the checker must not share a mistake with src/. */

export interface StoredEvent {
  readonly type: string;
  readonly runId: string;
  readonly attempt: number;
  readonly previousRunId: string | null;
  readonly at: string;
  readonly fencingToken: number;
  readonly id: string;
  readonly actor: string | null;
  readonly workflowRunId: number | null;
  readonly cause?: string;
  /** With a hand-over, the place that was served. */
  readonly entry?: string;
}

export interface StoredOwner {
  readonly runId: string;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly claimedAt: string;
  readonly updatedAt: string;
  readonly id: string;
  readonly renewedBy: string | null;
  readonly holder: { readonly workflowRunId: number | null };
}

export interface StoredPlace {
  readonly runId: string;
  readonly attempt: number;
  readonly since: string;
  readonly until: string;
  readonly id: string;
  readonly holder: { readonly workflowRunId: number | null };
}

export interface StoredSignal {
  readonly runId: string;
  readonly fencingToken: number;
}

export interface StoredRecord {
  readonly repo: string;
  readonly fencingToken: number;
  readonly activeRun: StoredOwner | null;
  readonly queue: readonly StoredPlace[];
  readonly history: readonly StoredEvent[];
  readonly exitSignals: readonly StoredSignal[];
  readonly digest: string;
}

type Json = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/** A record, or in one sentence why it is none. */
export function parseRecord(text: string, repoId: number, pr: number): StoredRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(text) as unknown;
  } catch {
    return 'it is no JSON';
  }
  if (!isObject(json)) return 'it is no object';
  if (text !== `${JSON.stringify(json, null, 2)}\n`) return 'it is not laid out as records are';
  const problem = problemOf(json, repoId, pr);
  if (problem !== null) return problem;
  const { fencingToken, activeRun, queue, history, exitSignals } = json as unknown as StoredRecord;
  const { repo } = json['target'] as { readonly repo: string };
  return { repo, fencingToken, activeRun, queue, history, exitSignals, digest: digestOf(json) };
}

function problemOf(json: Json, repoId: number, pr: number): string | null {
  if (Object.keys(json).join() !== KEYS) return `its keys are ${Object.keys(json).join()}`;
  const { schemaVersion, target, fencingToken, activeRun, previousRun, queue, history, exitSignals } = json;
  if (schemaVersion !== 3) return 'its schemaVersion is not 3';
  if (!isObject(target) || !fits(target, { repo: isName, repoId: is(repoId), pr: is(pr), scope: is(null) })) {
    return 'its target is another one';
  }
  if (!isPositive(fencingToken) && fencingToken !== 0) return 'its fencingToken is none';
  if (activeRun !== null && !fits(activeRun, OWNER)) return 'its activeRun is none';
  if (previousRun !== null && !fits(previousRun, PREVIOUS)) return 'its previousRun is none';
  if (!Array.isArray(queue) || queue.length > 100 || !queue.every((place) => fits(place, PLACE))) {
    return 'its queue is none';
  }
  if (!Array.isArray(history) || history.length > 50 || !history.every((event) => fits(event, EVENT, EXTRAS))) {
    return 'its history is none';
  }
  if (!Array.isArray(exitSignals) || exitSignals.length > 50 || !exitSignals.every((signal) => fits(signal, SIGNAL))) {
    return 'its exitSignals are none';
  }
  const tokens = [activeRun, ...(history as unknown[]), ...(exitSignals as unknown[])].flatMap((part) =>
    isObject(part) ? [Number(part['fencingToken'])] : [],
  );
  return tokens.some((token) => token > Number(fencingToken)) ? 'it names a token above its own' : null;
}

/** The marker of a branch, or in one sentence why it is none. */
export function problemOfMarker(text: string | null, repoId: number, stateBranch: string): string | null {
  const wanted = { layout: 1, repoId, stateBranch, tokenFloor: 0 };
  return text === `${JSON.stringify(wanted, null, 2)}\n` ? null : `it is ${text ?? 'gone'}`;
}

/** Equal for equal JSON values, whatever the order of their keys and the name that the repository has by now. */
export function digestOf(json: unknown): string {
  const { target, ...rest } = isObject(json) ? json : { target: null };
  const named = isObject(target) ? { ...target, repo: null } : target;
  return createHash('sha1')
    .update(canonical({ ...rest, target: named }))
    .digest('hex');
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

/** Exactly these keys, in this order, and perhaps some of the extra ones after them. */
function fits(value: unknown, shape: Readonly<Record<string, Check>>, extras: readonly string[] = []): boolean {
  if (!isObject(value)) return false;
  const names = Object.keys(shape);
  const [own, more] = [Object.keys(value).slice(0, names.length), Object.keys(value).slice(names.length)];
  if (own.join() !== names.join() || !more.every((name) => extras.includes(name) && isText(value[name]))) return false;
  return names.every((name) => shape[name]?.(value[name]) === true);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/\p{Cc}/u.test(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z0-9-]+\/[a-z0-9-]+$/.test(value);
}

function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;
}

function is(wanted: unknown): Check {
  return (value) => value === wanted;
}

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

const KEYS = 'schemaVersion,target,fencingToken,activeRun,previousRun,queue,history,exitSignals';
const HOLDER: Readonly<Record<string, Check>> = {
  repo: isName,
  repoId: isPositive,
  workflowRunId: isPositive,
  workflow: isText,
  job: isText,
  actor: isText,
  url: isText,
};
const OWNER: Readonly<Record<string, Check>> = {
  runId: isText,
  attempt: isPositive,
  fencingToken: isPositive,
  claimedAt: isTime,
  updatedAt: isTime,
  expiresAt: is(null),
  detached: is(false),
  id: isText,
  renewedBy: orNull(isText),
  holder: (value) => fits(value, HOLDER),
};
const PLACE: Readonly<Record<string, Check>> = {
  runId: isText,
  attempt: isPositive,
  since: isTime,
  until: isTime,
  detached: is(false),
  expiresAfter: is(null),
  holder: (value) => fits(value, HOLDER),
  id: isText,
};
const PREVIOUS: Readonly<Record<string, Check>> = {
  runId: isText,
  replacedAt: isTime,
  replacedByRunId: orNull(isText),
};
const EVENT: Readonly<Record<string, Check>> = {
  type: isText,
  runId: isText,
  attempt: isPositive,
  previousRunId: orNull(isText),
  at: isTime,
  reason: orNull((value) => typeof value === 'string' && value.trim() === value && value.length <= 500),
  // A step may leave before anybody has ever owned.
  fencingToken: (value) => value === 0 || isPositive(value),
  id: isText,
  actor: isText,
  workflow: isText,
  workflowRunId: isPositive,
};
const EXTRAS = ['cause', 'outcome', 'entry'];
const SIGNAL: Readonly<Record<string, Check>> = {
  runId: isText,
  at: isTime,
  reason: EVENT['reason'] ?? isText,
  fencingToken: isPositive,
};
