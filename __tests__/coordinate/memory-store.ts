import type { LatestWrite } from '../../src/core/contention.js';
import { randomUUID } from 'node:crypto';
import { decide } from '../../src/core/decide.js';
import { placeKey } from '../../src/core/queue.js';
import type { BranchReading } from '../../src/core/publication.js';
import { readRecord } from '../../src/core/read-record.js';
import {
  recordPath,
  type ActiveRun,
  type OwnershipRecord,
  type QueueEntry,
  type StoredTarget,
} from '../../src/core/record.js';
import type { PullRequestState } from '../../src/core/outcome.js';
import type { CoordinationRequest, Facts } from '../../src/core/request.js';
import { writeRecord } from '../../src/core/write-record.js';
import type {
  Advised,
  Change,
  Compared,
  Comparing,
  LookResult,
  ReadResult,
  ShownRecord,
  Snapshot,
  StoreFailure,
  WatchableStore,
  WriteResult,
} from '../../src/store/state-store.js';
import type { ServerTime } from '../../src/time/server-time.js';
import type { Deadline } from '../../src/time/deadline.js';
import { facts, NOW, PULL_REQUEST } from '../core/samples.js';

type Files = ReadonlyMap<string, string>;

interface Commit {
  readonly head: string;
  readonly files: Files;
}

/** What happens instead of one request, or around it: `proceed` is the request as it would have been. */
export type Step<R> = (proceed: () => R, deadline: Deadline) => R;

/**
 * A state branch in memory: text in files, commits by compare-and-swap. Each request takes the next programmed step, if
 * one is left, and is noted in `calls`.
 */
export class MemoryStore implements WatchableStore {
  readonly calls: string[] = [];
  readonly changes: Change[] = [];
  readonly reads: Step<ReadResult>[] = [];
  readonly writes: Step<WriteResult>[] = [];
  readonly looks: Step<LookResult | Promise<LookResult>>[] = [];
  /** The status of each look that was answered. */
  readonly statuses: number[] = [];
  readonly commits: Commit[] = [];
  pullRequest: PullRequestState = PULL_REQUEST;
  tokenFloor = 0;
  /** GitHub's clock; the bench gives it the one of the step, so that time passes for both. */
  time: () => ServerTime = () => ({ serverMs: Date.parse(NOW), monotonicMs: 0 });
  liveness: (owner: ActiveRun) => Advised<'alive' | 'dead' | 'unknown'> = () => ({ value: 'alive', warning: null });
  waiting: (place: QueueEntry) => Advised<'alive' | 'dead' | 'unknown'> = () => ({ value: 'alive', warning: null });
  permission: Advised<'granted' | 'denied'> = { value: 'granted', warning: null };

  /** What the newest commit tells of its write. */
  latest: LatestWrite | null = null;
  /** The target as GitHub calls it by now. */
  present: StoredTarget;
  /** The head of the pull request's branch; `null`: it is gone. */
  topic: string | null = PULL_REQUEST.headSha;
  /** Whether what is to be published builds on a head. */
  buildsOn: (head: string) => boolean = (head) => head === PULL_REQUEST.headSha;
  /** The heads that questions about the branch came with: the one that was read, and the one of an earlier push. */
  readonly comparisons: { readonly head: string | null; readonly leased: string | null }[] = [];
  readonly compares: Step<Compared>[] = [];

  constructor(readonly target: StoredTarget) {
    this.present = target;
  }

  get head(): string | null {
    return this.commits.at(-1)?.head ?? null;
  }

  /** The record at the newest head. */
  get record(): OwnershipRecord | null {
    const { reading } = this.snapshotAt(this.commits.length - 1);
    if (reading.kind === 'record') return reading.record;
    if (reading.kind === 'absent') return null;
    throw new Error(JSON.stringify(reading));
  }

  read(deadline: Deadline): Promise<ReadResult> {
    this.calls.push('read');
    const proceed = (): ReadResult => ({ kind: 'read', snapshot: this.snapshotAt(this.commits.length - 1) });
    return Promise.resolve((this.reads.shift() ?? ((go) => go()))(proceed, deadline));
  }

  write(change: Change, deadline: Deadline): Promise<WriteResult> {
    this.calls.push('write');
    this.changes.push(change);
    const proceed = (): WriteResult => {
      const { type, from, to } = change.event;
      if (change.expectedHead !== this.head) return { kind: type === 'publish' ? 'branch_moved' : 'lost_race' };
      if (type === 'publish' && from !== this.topic) return { kind: 'branch_moved' };
      if (type === 'publish') this.topic = to ?? null;
      return { kind: 'applied', commit: this.commit(writeRecord(change.next)) };
    };
    return Promise.resolve((this.writes.shift() ?? ((go) => go()))(proceed, deadline));
  }

  compare({ publication: { commit }, leased, head }: Comparing, deadline: Deadline): Promise<Compared> {
    this.calls.push('compare');
    this.comparisons.push({ head, leased });
    const relation = (): BranchReading['relation'] => {
      if (this.topic === commit) return 'same';
      if (this.topic === null) return 'diverged';
      if (leased !== null && leased !== this.topic) return 'moved';
      return this.buildsOn(this.topic) ? 'ahead' : 'diverged';
    };
    const proceed = (): Compared =>
      head === this.head
        ? { kind: 'compared', reading: { head: this.topic, relation: relation(), isShallow: false } }
        : { kind: 'stale', failure: failureWith({ code: 'contention_exhausted', problem: 'It keeps moving' }) };
    return Promise.resolve((this.compares.shift() ?? ((go) => go()))(proceed, deadline));
  }

  ownerLiveness(owner: ActiveRun): Promise<Advised<'alive' | 'dead' | 'unknown'>> {
    this.calls.push(`liveness of ${owner.runId}`);
    return Promise.resolve(this.liveness(owner));
  }

  waiterLiveness(place: QueueEntry): Promise<Advised<'alive' | 'dead' | 'unknown'>> {
    this.calls.push(`liveness of ${place.runId} in line`);
    return Promise.resolve(this.waiting(place));
  }

  pullRequestState(): Promise<'open' | 'closed'> {
    this.calls.push('state of the pull request');
    return Promise.resolve(this.pullRequest.state === 'open' ? 'open' : 'closed');
  }

  /** What some server shows that is at that commit. */
  lookAt(index: number, known: ShownRecord | null = null): LookResult {
    const path = recordPath(this.target);
    const text = this.commits[index]?.files.get(path);
    if (text === undefined || this.present.repo !== this.target.repo) return { kind: 'missing' };
    const etag = `"${String(this.commits.findIndex(({ files }) => files.get(path) === text))}"`;
    this.statuses.push(known?.etag === etag ? 304 : 200);
    return { kind: known?.text === text ? 'unchanged' : 'changed', shown: { text, etag }, time: this.time() };
  }

  look(known: ShownRecord | null, deadline: Deadline): Promise<LookResult> {
    this.calls.push('look');
    const proceed = (): LookResult => this.lookAt(this.commits.length - 1, known);
    return Promise.resolve((this.looks.shift() ?? ((go) => go()))(proceed, deadline));
  }

  takeoverPermission(): Promise<Advised<'granted' | 'denied'>> {
    this.calls.push('permission');
    return Promise.resolve(this.permission);
  }

  cancelRun(): Promise<Advised<'requested'>> {
    throw new Error('coordinating never cancels');
  }

  /** The state of the branch as some reader may still see it. */
  snapshotAt(index: number): Snapshot {
    const commit = this.commits[index];
    const text = commit?.files.get(recordPath(this.target));
    const reading = text === undefined ? ({ kind: 'absent' } as const) : readRecord(text, this.present);
    const { present: target, pullRequest, tokenFloor } = this;
    const latest = this.latest === null ? {} : { latest: this.latest };
    return { target, head: commit?.head ?? null, reading, tokenFloor, pullRequest, time: this.time(), ...latest };
  }

  /** A commit to this target's file. */
  commit(text: string, path = recordPath(this.target)): string {
    const files = new Map(this.commits.at(-1)?.files);
    files.set(path, text);
    const head = String(this.commits.length + 1).padStart(40, '0');
    this.commits.push({ head, files });
    return head;
  }

  /** Another pull request's commit: the head moves, the record does not. */
  commitElsewhere(): string {
    return this.commit('{}', 'pulls/0/99.json');
  }

  /** Another run does something in between, at once and without a fault. */
  act(asked: CoordinationRequest, known: Partial<Facts> = {}): void {
    const now = new Date(this.time().serverMs).toISOString();
    const waiterLiveness = new Map(known.waiterLiveness);
    for (;;) {
      const decision = decide({
        record: this.record,
        request: asked,
        facts: facts({
          ...{ now, writeId: randomUUID(), takeoverPermission: 'granted', ownerLiveness: 'alive' },
          ...known,
          waiterLiveness,
        }),
      });
      if (decision.kind === 'ask' && decision.question === 'waiter_liveness') {
        waiterLiveness.set(placeKey(decision.place), this.waiting(decision.place).value);
        continue;
      }
      if (decision.kind !== 'write') throw new Error(`nothing came of it: ${JSON.stringify(decision)}`);
      this.commit(writeRecord(decision.next));
      return;
    }
  }
}

export function failureWith(changes: Partial<StoreFailure> = {}): StoreFailure {
  return { code: 'api_error', problem: 'GitHub is down', advice: 'Wait.', retry: { kind: 'backoff' }, ...changes };
}
