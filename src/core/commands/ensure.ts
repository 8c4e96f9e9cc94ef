import { conflict, ok, type Decision } from '../answer.js';
import { mayEnsure } from '../earlier-attempt.js';
import type { Holder } from '../record.js';
import type { EnsureRequest } from '../request.js';
import { exitSignalOf, isSameWorkflowRun, relationOf } from '../run.js';
import { isClosedTo, ownedRecord, type Situation } from '../situation.js';
import { supersede } from '../supersede.js';
import { refreshTenure, startTenure } from '../tenure.js';
import { inLine } from '../waiting.js';
import { claimFree } from './claim.js';

/** Confirms what this attempt owns, and claims what it does not own where a plain claim could. */
export function decideEnsure(situation: Situation<EnsureRequest>): Decision {
  return inLine(situation, ensureNow);
}

function ensureNow(situation: Situation<EnsureRequest>): Decision {
  const { record, request, facts } = situation;
  if (!mayEnsure(request, record)) return conflict('ownership_lost');
  const owned = ownedRecord(record);
  if (owned === null) return claimFree(situation);
  const { active } = owned;
  const relation = relationOf(active, request.run);
  switch (relation) {
    case 'another': {
      const decision = supersede(owned.record, active, request, facts) ?? conflict('ownership_lost');
      // Where no tenure would begin, an open pull request is not asked for; nor is anybody in line where none may begin.
      const wouldBegin = decision.kind === 'ask' ? decision.question === 'waiter_liveness' : decision.kind === 'write';
      return wouldBegin && isClosedTo(request, facts) ? conflict('pr_closed') : decision;
    }
    case 'mine_earlier_attempt':
      return conflict('ownership_lost');
    case 'mine_later_attempt':
      if (isClosedTo(request, facts)) return conflict('pr_closed');
      return startTenure(owned.record, request, facts, { status: 'refreshed' });
    case 'mine':
      if (exitSignalOf(owned.record) !== null) return conflict('exit_signal_recorded');
      if (request.requireOpen === true && !facts.pullRequestOpen) return conflict('pr_closed');
      return holds(active.holder, request.run.holder)
        ? ok('owner_confirmed')
        : refreshTenure(owned.record, active, request, facts);
  }
}

/** Whether the tenure is held by the asking workflow run, or by none that GitHub could be asked about. */
function holds(holder: Holder | null, own: Holder | null): boolean {
  if (holder?.workflowRunId == null || own?.workflowRunId == null) return true;
  // Where a repository is not known, the ids of the workflow runs alone are compared: a renewal too many harms nobody.
  return isSameWorkflowRun(holder, own) || (holder.repoId === null && holder.workflowRunId === own.workflowRunId);
}
