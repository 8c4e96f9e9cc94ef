import { ok, type Decision } from './answer.js';
import { decideAssert } from './commands/assert.js';
import { decideCheck } from './commands/check.js';
import { decideClaim } from './commands/claim.js';
import { decideEnsure } from './commands/ensure.js';
import { decideLeave } from './commands/leave.js';
import { decidePush } from './commands/push.js';
import { decideRelease } from './commands/release.js';
import { decideRenew } from './commands/renew.js';
import { decideSignalExit } from './commands/signal-exit.js';
import { decideTakeover } from './commands/takeover.js';
import { lapse } from './expiry.js';
import { inRepository } from './run.js';
import type { Situation } from './situation.js';

/**
 * The rules of every command (docs/guarantees.md), decided from one reading of the record. Pure: the same situation
 * always gets the same decision, and a decision is good for that reading only.
 */
export function decide({ record, request: asked, facts }: Omit<Situation, 'expired' | 'stored'>): Decision {
  const { record: lapsed, expired } = lapse(record, facts);
  const request = { ...asked, run: inRepository(asked.run, facts.target) };
  switch (request.command) {
    case 'claim':
      return decideClaim({ record: lapsed, expired, stored: record, request, facts });
    case 'takeover':
      return decideTakeover({ record: lapsed, expired, stored: record, request, facts });
    case 'assert':
      return decideAssert({ record, expired, stored: record, request, facts });
    case 'push':
      return decidePush({ record, expired, stored: record, request, facts });
    case 'ensure':
      return decideEnsure({ record: lapsed, expired, stored: record, request, facts });
    case 'release':
      return decideRelease({ record, expired, stored: record, request, facts });
    case 'signal-exit':
      return decideSignalExit({ record: lapsed, expired, stored: record, request, facts });
    case 'check':
      return decideCheck({ record, expired, stored: record, request, facts });
    case 'leave':
      return decideLeave({ record, expired, stored: record, request, facts });
    case 'renew':
      return decideRenew({ record, expired, stored: record, request, facts });
    case 'status':
      return ok('status');
  }
}
