import type { OwnershipRecord } from '../core/record.js';
import type { WriteResult } from '../store/state-store.js';
import type { Ledger } from './ledger.js';
import type { Meter } from './meter.js';
import type { GivingUp, Patience } from './patience.js';
import { withRecord, withRefusal, type Seen } from './seen.js';
import type { SentWrite } from './sent.js';

export interface Written {
  readonly sent: Omit<SentWrite, 'state'>;
  readonly next: OwnershipRecord;
}

export type TakenWrite =
  | { readonly kind: 'applied'; readonly seen: Seen; readonly commit: string }
  /** Nothing that may be told as done; a pause has been made before another try, unless it is given up. */
  | { readonly kind: 'not_applied'; readonly seen: Seen; readonly failure: GivingUp };

export interface Notes {
  readonly ledger: Ledger;
  readonly meter: Meter;
  /** Until the next reading, after a lost race. */
  readonly pauseMs: () => number;
  readonly patience: Patience;
}

/** Takes note of what came of a write; what is not applied is remembered, for a later reading to settle. */
export async function takeWrite(
  written: WriteResult,
  { sent, next }: Written,
  seen: Seen,
  { ledger, meter, pauseMs, patience }: Notes,
): Promise<TakenWrite> {
  switch (written.kind) {
    case 'applied':
      ledger.applied(sent, next);
      return { kind: 'applied', seen: withRecord(seen, next), commit: written.commit };
    case 'lost_race':
    case 'branch_moved': {
      ledger.notApplied({ ...sent, state: 'lost' });
      meter.lostRaces += 1;
      const failure = await patience.afterLostRace(pauseMs());
      // Where the branch of the pull request has moved, the state branch may be as it was.
      return {
        kind: 'not_applied',
        seen: written.kind === 'lost_race' ? withRefusal(seen, sent.expectedHead) : seen,
        failure,
      };
    }
    case 'unknown':
      ledger.notApplied({ ...sent, state: 'unknown' });
      return { kind: 'not_applied', seen, failure: await patience.afterFailure(written.failure) };
    case 'failed':
      // Said to be refused, and tried again: if it shows up nevertheless, it was this one.
      ledger.notApplied({ ...sent, state: 'lost_and_looked' });
      return { kind: 'not_applied', seen, failure: await patience.afterFailure(written.failure) };
  }
}
