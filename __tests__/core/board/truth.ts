import type { OwnershipRecord, QueueEntry } from '../../../src/core/record.js';
import type { CoordinationRequest } from '../../../src/core/request.js';
import type { Tenure, Wait } from '../../../src/core/board/model.js';
import { trueEnd } from './true-end.js';

/** Who owned and who waited, from the records before and behind each commit, without a look at what the commit says. */

export type TrueTenure = Pick<Tenure, 'scope' | 'runId' | 'fencingToken' | 'from' | 'to' | 'end' | 'reason'>;

export interface TrueWait extends Pick<Wait, 'scope' | 'runId' | 'from' | 'to' | 'end'> {
  readonly id: string | null;
  /** It joined in the commit by which it handed over to another. That shows only when its place is served, or in line now. */
  readonly isHidden: boolean;
}

export interface Commit {
  readonly before: OwnershipRecord | null;
  readonly next: OwnershipRecord;
  readonly asked: CoordinationRequest;
  readonly now: string;
}

export class Truth {
  readonly tenures: TrueTenure[] = [];
  readonly waits: TrueWait[] = [];
  /** Runs of which no log can tell when they left the line: a place went without a word, or one of several. */
  readonly #vague = new Set<string>();

  isVague({ scope, runId }: TrueWait): boolean {
    return this.#vague.has(nameOf(scope, runId));
  }

  see(commit: Commit): void {
    this.#seeOwners(commit);
    this.#seeLine(commit);
  }

  #seeOwners({ before, next, asked, now }: Commit): void {
    const { scope } = next.target;
    const was = before?.activeRun ?? null;
    const is = next.activeRun;
    if (was?.fencingToken === is?.fencingToken) return;
    const index = this.tenures.findIndex((tenure) => tenure.to === null && tenure.scope === scope);
    const open = this.tenures[index];
    if (open !== undefined && before !== null) this.tenures[index] = { ...open, ...trueEnd(before, asked, now) };
    if (is === null) return;
    const { runId, fencingToken } = is;
    this.tenures.push({ scope, runId, fencingToken, from: now, to: null, end: 'holds', reason: null });
  }

  #seeLine({ before, next, asked, now }: Commit): void {
    const { scope } = next.target;
    const [were, are] = [before?.queue ?? [], next.queue];
    const begun = next.fencingToken === before?.fencingToken ? null : next.activeRun;
    for (const place of were.filter(({ id }) => !has(are, id))) {
      const end = begun?.runId === place.runId ? 'served' : 'left';
      const index = this.waits.findIndex(({ id }) => id === place.id);
      const open = this.waits[index];
      const isHidden = open?.isHidden === true && next.history.at(-1)?.entry !== place.id;
      if (open !== undefined) this.waits[index] = { ...open, to: now, end, isHidden };
    }
    for (const { runId, id } of are.filter((place) => !has(were, place.id))) {
      const isHidden = begun !== null;
      this.waits.push({ scope, runId, id, from: now, to: null, end: 'waits', isHidden });
    }
    const own = were.filter(({ runId }) => runId === asked.run.runId);
    const isOwnTenure = begun?.runId === asked.run.runId;
    // Whoever stops waiting leaves without a word where it hands over to another, and passes its own places that are past.
    const isWordless = begun !== null && (isOwnTenure ? own.length > 0 : own.some(({ id }) => !has(are, id)));
    if (isWordless) for (const { runId } of were) this.#vague.add(nameOf(scope, runId));
    // Nothing tells a takeover of what time has ended from a claim, which nobody is passed by who counts.
    const hasLapsed = before?.activeRun?.expiresAt != null && before.activeRun.expiresAt <= now;
    if (asked.command === 'takeover' && hasLapsed) for (const { runId } of are) this.#vague.add(nameOf(scope, runId));
    const isLeaving = asked.command === 'leave' || ('line' in asked && asked.line?.action === 'leave');
    const alike = own.filter(({ attempt }) => attempt === asked.run.attempt);
    if (isLeaving && alike.some(({ id }) => has(are, id))) this.#vague.add(nameOf(scope, asked.run.runId));
  }

  /** What time has ended by now, though no commit says so. */
  close(records: readonly OwnershipRecord[], now: string): void {
    for (const { activeRun, queue, target } of records) {
      const owner = this.tenures.findIndex((one) => one.to === null && one.scope === target.scope);
      const tenure = this.tenures[owner];
      const end = activeRun?.expiresAt ?? null;
      if (tenure !== undefined && end !== null && end <= now)
        this.tenures[owner] = { ...tenure, to: end, end: 'expired' };
      for (const { id, until } of queue) {
        const index = this.waits.findIndex((wait) => wait.id === id);
        const wait = this.waits[index];
        if (wait === undefined) continue;
        const isPast = until !== null && until < now;
        this.waits[index] = { ...wait, ...(isPast ? { to: until, end: 'left' } : {}), isHidden: false };
      }
    }
  }
}

function has(queue: readonly QueueEntry[], id: string | null): boolean {
  return queue.some((place) => place.id === id);
}

function nameOf(scope: string | null, runId: string): string {
  return `${scope ?? ''} ${runId}`;
}
