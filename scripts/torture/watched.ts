import { setTimeout as sleep } from 'node:timers/promises';
import {
  isWrite,
  type Answer,
  type FaultAction,
  type Injections,
  type LoggedRequest,
  type Reply,
} from '../../support/local-github/index.js';
import type { Chance } from './chance.js';
import type { LateObserver } from './late-weather.js';
import { CANCEL, COMMIT, CREATE_REF, LIVENESS, MOVES_HEAD, PERMISSION, READING } from './matches.js';
import type { Trace } from './trace.js';

/** Sees every request before and after it is handled. */
export interface Observer extends LateObserver {
  trace(login: string | null): Trace | undefined;
  now(): number;
  /** A commit became the head of a state branch between these two moments. */
  committed(oid: string, from: number, to: number): void;
  lostRace(): void;
  fault(name: string): void;
  /** GitHub may have ended this workflow run since that moment. */
  cancelled(workflowRunId: number, from: number): void;
}

/** Answers that a step may doubt, so that it need not know what they show. */
const DOUBTFUL = ['kept answer', 'without Date', 'with Age 2'];

/** The fault, late, and with everything noted down that the checker needs. */
export function watched(
  action: FaultAction,
  chance: Chance,
  observer: Observer,
  { fault }: { readonly fault: boolean } = { fault: true },
): FaultAction {
  const watch = new Watch(action, chance, observer, fault);
  const { around, injections } = action;
  return {
    name: action.name,
    // Looked up when the request comes: what a lagging read sees changes.
    ...(injections === undefined
      ? {}
      : {
          get injections(): Injections {
            return action.injections ?? {};
          },
        }),
    before: (request) => watch.before(request),
    ...(around === undefined ? {} : { around: (request, handle) => watch.around(around, request, handle) }),
    after: (usual, request) => watch.after(usual, request),
  };
}

class Watch {
  readonly #begun = new WeakMap<LoggedRequest, number>();

  constructor(
    private readonly action: FaultAction,
    private readonly chance: Chance,
    private readonly observer: Observer,
    private readonly fault: boolean,
  ) {}

  async before(request: LoggedRequest): Promise<Reply | undefined> {
    const { action, chance, observer } = this;
    await sleep(latency(chance));
    const trace = observer.trace(request.login);
    if (trace !== undefined) this.#arrived(trace, request);
    if (this.fault) observer.fault(action.name);
    if (isWrite()(request)) trace?.reached('before a write');
    if (CANCEL(request)) observer.cancelled(runIdOf(request), observer.now());
    this.#begun.set(request, observer.now());
    const reply = await action.before?.(request);
    if (reply === undefined) return undefined;
    if (READING(request) && typeof reply !== 'string') trace?.doubtfulHeads.push(...headIn(reply));
    trace?.reached(MOVES_HEAD(request) ? 'after a write' : 'a reading');
    return reply;
  }

  async around(
    around: NonNullable<FaultAction['around']>,
    request: LoggedRequest,
    handle: () => Promise<Answer>,
  ): Promise<Reply> {
    const reply = await around(request, async () => {
      const from = this.observer.now();
      const answer = await handle();
      this.#noteCommit(answer, request, from);
      return answer;
    });
    if (MOVES_HEAD(request)) this.observer.trace(request.login)?.reached('after a write');
    return reply;
  }

  async after(usual: Answer, request: LoggedRequest): Promise<Reply> {
    const { action, chance, observer } = this;
    const trace = observer.trace(request.login);
    this.#noteCommit(usual, request, this.#begun.get(request) ?? 0);
    if (isLostRace(usual)) observer.lostRace();
    const reply = (await action.after?.(usual, request)) ?? usual;
    if (READING(request) && typeof reply !== 'string') {
      const heads = headIn(reply);
      if (DOUBTFUL.includes(action.name)) trace?.doubtfulHeads.push(...heads);
      else trace?.shown.push({ request, heads });
    }
    trace?.reached(MOVES_HEAD(request) ? 'after a write' : 'a reading');
    await sleep(latency(chance));
    return reply;
  }

  #noteCommit(answer: Answer, request: LoggedRequest, from: number): void {
    const oid = committedOid(answer, request);
    if (oid !== null) this.observer.committed(oid, from, this.observer.now());
  }

  #arrived(trace: Trace, request: LoggedRequest): void {
    const { action, fault } = this;
    trace.requests += 1;
    const id = /^Coord-Request-Id: ([\w-]+)$/m.exec(messageOf(request))?.[1];
    if (id !== undefined) trace.requestIds.add(id);
    const { staleWrites, snapshots } = action.injections ?? {};
    if (staleWrites !== undefined || snapshots !== undefined || action.name === 'kept answer') trace.staleReads += 1;
    if (fault && LIVENESS(request)) trace.livenessUnsure = true;
    if (fault && PERMISSION(request)) trace.permissionUnsure = true;
  }
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
    const { data } = (usual.body ?? {}) as {
      data?: { createCommitOnBranch?: { commit?: { oid?: string } } | null } | null;
    };
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
  const { data } = (typeof body === 'object' && body !== null ? body : {}) as {
    data?: { repository?: { ref?: { target?: { oid?: string } } | null } | null } | null;
  };
  const oid = data?.repository?.ref?.target?.oid;
  return oid === undefined ? [] : [oid];
}

function runIdOf({ path }: LoggedRequest): number {
  return Number(/\/actions\/runs\/(\d+)/.exec(path)?.[1]);
}
