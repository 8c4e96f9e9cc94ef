import type { WriteDecision } from '../../src/core/answer.js';
import { decide } from '../../src/core/decide.js';
import { placeKey } from '../../src/core/queue.js';
import { type HistoryEvent, type OwnershipRecord, recordPath, type StoredTarget } from '../../src/core/record.js';
import type { CoordinationRequest, Facts, Liveness, WaiterLiveness } from '../../src/core/request.js';

/** A commit of the state branch that is to be. */
export interface Told {
  readonly at: Date;
  readonly event: HistoryEvent;
  readonly next: OwnershipRecord;
}

/** What a request knows beside the record. */
export interface Known {
  readonly ownerLiveness?: Liveness;
  readonly branch?: Facts['branch'];
}

/** More questions than a decision has. */
const MOST_QUESTIONS = 20;

/** What happened in a repository, decided commit by commit by the rules themselves. */
export class Story {
  readonly told: Told[] = [];
  readonly #records = new Map<string, OwnershipRecord>();
  #now = new Date(0);

  get now(): Date {
    return this.#now;
  }

  get newest(): Told {
    const newest = this.told.at(-1);
    if (newest === undefined) throw new Error('Nothing has been told yet.');
    return newest;
  }

  /** When the next commits are made. */
  setTime(now: Date): void {
    this.#now = now;
  }

  record(target: StoredTarget): OwnershipRecord | null {
    return this.#records.get(recordPath(target)) ?? null;
  }

  records(): OwnershipRecord[] {
    return [...this.#records.values()];
  }

  /** Makes the commit that comes of a request, and gives its id. That there is one is the teller's care. */
  tell(target: StoredTarget, request: CoordinationRequest, known: Known = {}): string {
    const writeId = this.#nextId();
    const { event, next } = this.#decide(target, request, { ...known, writeId });
    this.#records.set(recordPath(target), next);
    this.told.push({ at: this.#now, event, next });
    return writeId;
  }

  #decide(
    target: StoredTarget,
    request: CoordinationRequest,
    { ownerLiveness = 'alive', branch = 'unasked', writeId }: Known & { readonly writeId: string },
  ): WriteDecision {
    let waiterLiveness: WaiterLiveness = new Map();
    const facts: Facts = {
      ...{ now: this.#now.toISOString(), writeId, target, tokenFloor: 0, pullRequestOpen: true, branch },
      headBranch: { name: `pr-${String(target.pr)}`, isFork: false, isDefaultBranch: false },
      ...{ ownerLiveness, waiterLiveness, ownWrites: [writeId] },
      takeoverPermission: 'granted',
    };
    const record = this.record(target);
    for (let question = 0; question < MOST_QUESTIONS; question += 1) {
      const decision = decide({ record, request, facts: { ...facts, waiterLiveness } });
      if (decision.kind === 'write') return decision;
      if (decision.kind !== 'ask' || decision.question !== 'waiter_liveness') {
        throw new Error(`${request.command} of ${recordPath(target)} writes nothing: ${JSON.stringify(decision)}`);
      }
      waiterLiveness = new Map([...waiterLiveness, [placeKey(decision.place), 'alive']]);
    }
    throw new Error(`${request.command} of ${recordPath(target)} asks for ever.`);
  }

  /** As it looks for those of writes, and the same in every run. */
  #nextId(): string {
    const hex = (this.told.length + 1).toString(16).padStart(12, '0');
    return `00000000-0000-4000-8000-${hex}`;
  }
}
