import type { Failure, Outcome } from '../core/outcome.js';
import type { OwnershipRecord } from '../core/record.js';
import type { CoordinationRequest, LeaveRequest } from '../core/request.js';
import type { Run } from '../core/run.js';
import type { Snapshot } from '../store/state-store.js';
import { failedWith, landedOf, lookedAt, mayStandUnseen, stillPossible, type SentWrite } from './sent.js';

/** What one request has sent over all its looks: what of it may still land, and where its place in line stands. */
export class Ledger {
  #ids: readonly string[] = [];
  #sent: readonly SentWrite[] = [];
  /** The write that took this step's place in line, until it is known to be gone. */
  #joined: SentWrite | null = null;

  /** The ids of all writes, whatever came of them. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Before it is sent: from here on it may be on the branch. */
  begin(id: string): void {
    this.#ids = [...this.#ids, id];
  }

  /** The head has moved by it, so that no earlier write of this request can land any more. */
  applied(write: Omit<SentWrite, 'state'>, { queue }: OwnershipRecord): void {
    const written: SentWrite = { ...write, state: 'applied' };
    this.#sent = [];
    this.#joined =
      [written, this.#joined].find((each) => each !== null && queue.some(({ id }) => id === each.id)) ?? null;
  }

  /** The head of the pull request's branch that the last push stood on; `null`: none was sent. */
  get leased(): string | null {
    return this.#sent.findLast(({ published }) => published !== null)?.published?.head ?? null;
  }

  notApplied(write: SentWrite): void {
    this.#sent = [...this.#sent, write];
  }

  /**
   * After a reading: the write that shows in it and answers the request, or `null`. What came of a place in line is
   * decided from what the record says now, and so is a refusal beside which something was written.
   */
  settle(
    record: OwnershipRecord | null,
    { head, logged }: Pick<Snapshot, 'head' | 'logged'>,
    command: CoordinationRequest['command'],
  ): SentWrite | null {
    const landed = landedOf(this.#sent, record, logged);
    // It moved the head, so that no other write of this request can land any more.
    this.#sent = landed === null ? lookedAt(this.#sent, head) : [];
    if (landed === null) return null;
    if (record?.queue.some(({ id }) => id === landed.id) === true) this.#joined = landed;
    return isAside(landed, command) ? null : landed;
  }

  /**
   * What ends everything that may still land, or stand in line unseen, after an answer that knows nothing of it; `null`:
   * there is nothing like that.
   */
  leaveFor(run: Run, record: OwnershipRecord | null): LeaveRequest | null {
    const unseen = this.#joined !== null && mayStandUnseen(this.#joined, record) ? [this.#joined] : [];
    const open = [...stillPossible(this.#sent, record), ...unseen];
    if (open.length === 0) return null;
    const founding = open.some(({ expectedHead }) => expectedHead === null);
    return { command: 'leave', run, reason: null, writes: open.map(({ id }) => id), founding, jobOutcome: null };
  }

  failed(failure: Failure): Outcome {
    return failedWith(failure, this.#joined === null ? this.#sent : [...this.#sent, this.#joined]);
  }
}

/** A place in line, a leave beside the request, and a hand-over to another, with which a place may have been taken. */
function isAside({ type, answer }: SentWrite, command: CoordinationRequest['command']): boolean {
  if (type === 'leave') return command !== 'leave';
  if (type === 'handover') return answer.kind === 'conflict' && answer.code === 'active_run_exists';
  return type === 'join';
}
