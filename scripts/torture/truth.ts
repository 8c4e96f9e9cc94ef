import type { Ended, Said } from './history.js';
import { isSignalled, type StoredEvent, type StoredOwner, type StoredRecord } from './record.js';

/**
 * Whether an answer was true for the record it names: the contract (section 3) said once more, as a test of each
 * answer and not as a decision.
 */

/** `null`: the record explains the answer. Else, in one sentence, why it does not. */
export function untruth(said: Said, record: StoredRecord | null, ended: readonly Ended[]): string | null {
  const { answer } = said;
  if (answer === null) return null;
  const active = record?.activeRun ?? null;
  if (answer.owned && !ownsTenure(said, record)) {
    return `it was told that it owns, but the owner is ${nameOf(active)}${signalledIn(record) ? ', told to exit' : ''}`;
  }
  if (!answer.owned && answer.status === 'owner_confirmed') return 'a confirmed owner was told that it does not own';
  if ((answer.token ?? null) !== (active?.fencingToken ?? null)) return `the token is ${String(active?.fencingToken)}`;
  const explained = answer.error === '' ? statusHolds(said, record) : conflictHolds(said, record, ended);
  return explained ? null : `the record does not say so: the owner is ${nameOf(active)}`;
}

/** The active run is this run, in this or an earlier attempt of it, and was not told to exit. */
function ownsTenure(said: Said, record: StoredRecord | null): boolean {
  return holds(said, record?.activeRun ?? null) && !signalledIn(record);
}

function statusHolds(said: Said, record: StoredRecord | null): boolean {
  const { command, inputs } = said;
  const active = record?.activeRun ?? null;
  switch (said.answer?.status ?? '') {
    case 'claimed_new':
    case 'refreshed':
    case 'taken_over':
      return ['claim', 'takeover', 'ensure'].includes(command) && ownsTenure(said, record);
    case 'owner_confirmed':
      return ['assert', 'ensure'].includes(command) && ownsTenure(said, record) && meant(said, active);
    case 'no_owner_record':
      return (command === 'check' || (command === 'assert' && !inputs.requireExisting)) && active === null;
    case 'release_noop':
      return command === 'release' && active === null;
    case 'fresh_runner':
      if (command !== 'check' || active === null || signalledIn(record) || stale(said, active, said.start))
        return false;
      return inputs.targetRunId === null || inputs.targetRunId === active.runId;
    // What follows says what was done; the record may have gone on since a write whose outcome was settled later.
    case 'released':
      return command === 'release';
    case 'exit_signal_recorded':
      return command === 'signal-exit';
    case 'status':
      return command === 'status';
    default:
      return false;
  }
}

function conflictHolds(said: Said, record: StoredRecord | null, ended: readonly Ended[]): boolean {
  const { command, inputs } = said;
  const active = record?.activeRun ?? null;
  const mine = active?.runId === said.runId;
  const earlier = mine && said.attempt < active.attempt;
  const own = record?.history.find(({ id }) => said.seen.requestIds.includes(id)) ?? null;
  switch (said.answer?.error ?? '') {
    case 'active_run_exists':
      return ['claim', 'takeover'].includes(command) && staysOwner(said, record, ended);
    case 'ownership_lost':
      if (own !== null && lostAgain(own, active)) return true;
      if (command === 'claim' || command === 'takeover') return earlier;
      if (command === 'ensure') return earlier || staysOwner(said, record, ended);
      if (command === 'assert') return active !== null && (!holds(said, active) || !meant(said, active));
      if (command === 'release') {
        return active !== null && ((!holds(said, active) && !inputs.evict) || !meant(said, active));
      }
      if (command === 'signal-exit') {
        return (inputs.requireActiveOwner && !holds(said, active)) || !meant(said, active);
      }
      return active !== null && inputs.targetRunId !== null && inputs.targetRunId !== active.runId;
    case 'ownership_missing':
      return command === 'signal-exit' ? record === null : active === null && inputs.requireExisting;
    case 'exit_signal_recorded':
      return signalledIn(record) && (command === 'check' || holds(said, active));
    case 'stale_runner':
      return command === 'check' && active !== null && stale(said, active, said.end);
    case 'takeover_forbidden': {
      const forbidden = inputs.takeoverPermission === 'admin' || said.seen.permissionUnsure;
      return forbidden && active !== null && !mine && (command === 'takeover' || inputs.evict);
    }
    // No pull request of a round is ever closed.
    default:
      return false;
  }
}

/** Another run owns, and nothing that the step must have known allows a plain claim to replace it. */
function staysOwner(said: Said, record: StoredRecord | null, ended: readonly Ended[]): boolean {
  const active = record?.activeRun ?? null;
  if (said.command === 'takeover' || active === null || active.runId === said.runId) return false;
  if (said.inputs.supersede === 'never') return true;
  if (signalledIn(record)) return false;
  if (said.inputs.supersede === 'stale' && stale(said, active, said.start)) return false;
  const id = active.holder?.workflowRunId;
  const dead = ended.some((end) => end.workflowRunId === id && end.attempt === active.attempt && end.to < said.start);
  return !dead || said.seen.livenessUnsure;
}

/** A write of unknown outcome was found, and what it won was over again. */
function lostAgain(own: StoredEvent, active: StoredOwner | null): boolean {
  return active === null || active.fencingToken !== own.fencingToken;
}

function holds(said: Said, active: StoredOwner | null): active is StoredOwner {
  return active !== null && active.runId === said.runId && said.attempt >= active.attempt;
}

function meant({ inputs }: Said, active: StoredOwner | null): boolean {
  return inputs.token === null || inputs.token === active?.fencingToken;
}

function signalledIn(record: StoredRecord | null): boolean {
  return record !== null && record.activeRun !== null && isSignalled(record);
}

/** Whether the owner had not been heard of for too long at a moment of the round's clock, which is the wall clock. */
function stale({ inputs }: Said, { claimedAt, updatedAt }: StoredOwner, at: number): boolean {
  return at - Math.max(Date.parse(claimedAt), Date.parse(updatedAt)) > inputs.staleAfterMs;
}

function nameOf(active: StoredOwner | null): string {
  if (active === null) return 'nobody';
  return `${active.runId} (attempt ${String(active.attempt)}, token ${String(active.fencingToken)})`;
}
