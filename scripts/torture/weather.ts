import { setTimeout as sleep } from 'node:timers/promises';
import {
  badGateway,
  badGatewayAfterApplying,
  fieldErrorAfterApplying,
  isQuery,
  isRest,
  isWrite,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  neverAnswersAfterApplying,
  opaqueFailure,
  opaqueFailureAfterApplying,
  primaryRateLimit,
  resetsConnection,
  resetsConnectionAfterApplying,
  secondaryRateLimit,
  serviceUnavailable,
  staleBy,
  type Answer,
  type FaultAction,
  type LocalGitHub,
  type LoggedRequest,
  type Match,
  type Meanwhile,
} from '../../support/local-github/index.js';
import type { Chance } from './chance.js';
import type { Trace } from './trace.js';

/** Sees every request before and after it is handled. */
export interface Observer {
  trace(login: string | null): Trace | undefined;
  now(): number;
  /** A commit became the head of the state branch between these two moments. */
  committed(oid: string, from: number, to: number): void;
  lostRace(): void;
  fault(name: string): void;
  /** GitHub may have ended this workflow run since that moment. */
  cancelled(workflowRunId: number, from: number): void;
}

export const LIVENESS = isRest('GET /repos/{owner}/{repo}/actions/runs/{run_id}');
const PERMISSION = isRest('GET /repos/{owner}/{repo}/collaborators/{username}/permission');
const CANCEL = isRest('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel');
const CREATE_REF = isRest('POST /repos/{owner}/{repo}/git/refs');
const READING = isQuery('repository');
const COMMIT: Match = ({ rootFields }) => rootFields.includes('createCommitOnBranch');
/** A field of its own may fail only where GraphQL has fields. */
const isGraphql: Match = ({ kind }) => kind !== 'rest';

/**
 * Plants the weather: every request is late, and some meet a fault. The probabilities add up to about one in seven, so
 * that most steps get their answer in the end.
 */
export function plantWeather(github: LocalGitHub, chance: Chance, observer: Observer, meanwhile: Meanwhile): void {
  const plant = (match: Match, probability: number, action: FaultAction): void => {
    const unlucky: Match = (request) => match(request) && chance.happens(probability);
    github.faults.always(unlucky, watched(action, chance, observer, action.name));
  };
  const reading: Match = (request) => READING(request) || LIVENESS(request) || PERMISSION(request);
  const graphqlReading: Match = (request) => READING(request) && isGraphql(request);

  for (const depth of [1, 2, 3, 5]) plant(READING, 0.02, staleBy(depth));
  plant(reading, 0.015, badGateway());
  plant(reading, 0.01, resetsConnection());
  plant(reading, 0.01, resetsConnectionAfterApplying());
  plant(graphqlReading, 0.01, opaqueFailure());
  plant(reading, 0.006, secondaryRateLimit({ retryAfter: 1 }));
  plant(reading, 0.004, primaryRateLimit({ resetInSeconds: 1 }));
  plant(reading, 0.006, serviceUnavailable(1));

  plant(COMMIT, 0.04, losesRaceBeforeCheck(meanwhile));
  plant(COMMIT, 0.04, losesRaceAtUpdate(meanwhile));
  plant(COMMIT, 0.01, opaqueFailure());
  plant(COMMIT, 0.02, opaqueFailureAfterApplying());
  plant(COMMIT, 0.015, fieldErrorAfterApplying());
  plant(isWrite(), 0.015, badGateway());
  plant(isWrite(), 0.03, badGatewayAfterApplying());
  plant(isWrite(), 0.01, resetsConnection());
  plant(isWrite(), 0.03, resetsConnectionAfterApplying());
  plant(isWrite(), 0.006, secondaryRateLimit({ retryAfter: 1, status: 429 }));
  plant(isWrite(), 0.004, serviceUnavailable(1));
  plant(isWrite(), 0.001, neverAnswersAfterApplying());
  plantFairWeather(github, chance, observer);
}

/** No fault, but every request is late and is seen. */
export function plantFairWeather(github: LocalGitHub, chance: Chance, observer: Observer): void {
  github.faults.always(() => true, watched({ name: 'late' }, chance, observer, null));
}

/** The fault, late, and with everything noted down that the checker needs. */
function watched(action: FaultAction, chance: Chance, observer: Observer, fault: string | null): FaultAction {
  const begun = new WeakMap<LoggedRequest, number>();
  return {
    name: action.name,
    ...(action.injections === undefined ? {} : { injections: action.injections }),
    before: async (request) => {
      await sleep(latency(chance));
      const trace = observer.trace(request.login);
      if (trace !== undefined) arrived(trace, request, action, fault);
      if (fault !== null) observer.fault(fault);
      if (isWrite()(request)) trace?.reached('before a write');
      if (CANCEL(request)) observer.cancelled(runIdOf(request), observer.now());
      begun.set(request, observer.now());
      return action.before?.(request);
    },
    after: async (usual, request) => {
      const trace = observer.trace(request.login);
      const oid = committedOid(usual, request);
      if (oid !== null) observer.committed(oid, begun.get(request) ?? 0, observer.now());
      if (isLostRace(usual)) observer.lostRace();
      const reply = (await action.after?.(usual, request)) ?? usual;
      if (reply === usual && READING(request)) trace?.shownHeads.push(...headIn(usual));
      if (COMMIT(request) || CREATE_REF(request)) trace?.reached('after a write');
      else trace?.reached('a reading');
      await sleep(latency(chance));
      return reply;
    },
  };
}

function arrived(trace: Trace, request: LoggedRequest, action: FaultAction, fault: string | null): void {
  trace.requests += 1;
  const id = /Coord-Request-Id: ([\w-]+)/.exec(messageOf(request))?.[1];
  if (id !== undefined) trace.requestIds.add(id);
  if (action.injections?.staleWrites !== undefined) trace.staleReads += 1;
  if (fault !== null && LIVENESS(request)) trace.livenessUnsure = true;
  if (fault !== null && PERMISSION(request)) trace.permissionUnsure = true;
}

/** Mostly short, sometimes long enough for others to slip in between. */
function latency(chance: Chance): number {
  return chance.happens(0.05) ? chance.between(100, 500) : chance.between(0, 30);
}

/** The commit message that a write carries. */
function messageOf({ body }: LoggedRequest): string {
  const sent = body as { message?: unknown; variables?: { input?: { message?: { body?: unknown } } } } | undefined;
  const text = sent?.variables?.input?.message?.body ?? sent?.message;
  return typeof text === 'string' ? text : '';
}

function committedOid(usual: Answer, request: LoggedRequest): string | null {
  if (COMMIT(request)) {
    const { data } = usual.body as { data?: { createCommitOnBranch?: { commit?: { oid?: string } } | null } | null };
    return data?.createCommitOnBranch?.commit?.oid ?? null;
  }
  if (!CREATE_REF(request) || usual.status !== 201) return null;
  return (request.body as { sha?: string }).sha ?? null;
}

function isLostRace({ body }: Answer): boolean {
  const { errors, message } = (body ?? {}) as { errors?: { type?: string; message?: string }[]; message?: string };
  const said = [message ?? '', ...(Array.isArray(errors) ? errors.map((error) => error.message ?? '') : [])];
  return said.some((text) => /^(Expected branch to point to|Ref \S+ is at|Reference already exists)/.test(text));
}

function headIn({ body }: Answer): string[] {
  const { data } = body as { data?: { repository?: { ref?: { target?: { oid?: string } } | null } | null } | null };
  const oid = data?.repository?.ref?.target?.oid;
  return oid === undefined ? [] : [oid];
}

function runIdOf({ path }: LoggedRequest): number {
  return Number(/\/actions\/runs\/(\d+)/.exec(path)?.[1]);
}
