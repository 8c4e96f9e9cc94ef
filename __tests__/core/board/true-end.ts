import type { Tenure } from '../../../src/core/board/model.js';
import type { OwnershipRecord } from '../../../src/core/record.js';
import type { CoordinationRequest } from '../../../src/core/request.js';
import { exitSignalOf, relationOf } from '../../../src/core/run.js';
import { isStale } from '../../../src/core/staleness.js';

/** By whom and how the tenure of the record before was ended, as section 3 of the rules has it. */
export function trueEnd(
  before: OwnershipRecord,
  asked: CoordinationRequest,
  now: string,
): Pick<Tenure, 'to' | 'end' | 'reason'> {
  const active = before.activeRun;
  if (active === null) throw new Error('nobody owned');
  const { expiresAt } = active;
  if (expiresAt !== null && expiresAt <= now) return { to: expiresAt, end: 'expired', reason: null };
  const relation = relationOf(active, asked.run);
  const anew = { to: now, end: 'superseded', reason: 'the run began anew' } as const;
  switch (asked.command) {
    case 'release':
      return {
        to: now,
        end: asked.evict && relation !== 'mine' && relation !== 'mine_later_attempt' ? 'evicted' : 'released',
        reason: asked.reason,
      };
    case 'leave':
      return { to: now, end: 'released', reason: asked.reason };
    case 'takeover':
      return relation === 'another' ? { to: now, end: 'taken_over', reason: asked.reason } : anew;
    case 'claim':
    case 'ensure': {
      // What was handed over to whoever may not have it any more goes on to the next.
      if (relation === 'mine') return { to: now, end: 'released', reason: asked.reason };
      if (relation === 'mine_later_attempt') return anew;
      const ages = asked.supersede === 'stale' && !active.detached && isStale(active, now, asked.staleAfterMs);
      const isTold = exitSignalOf(before) !== null;
      const reason = isTold
        ? 'it was told to exit'
        : ages
          ? 'it had not been heard of for too long'
          : 'its run was over';
      return { to: now, end: 'superseded', reason };
    }
    case 'assert':
    case 'push':
    case 'signal-exit':
    case 'check':
    case 'renew':
    case 'status':
      throw new Error(`${asked.command} ends no tenure`);
  }
}
