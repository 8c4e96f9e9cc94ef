import type { Said } from './history.js';
import { isSignalled, type StoredOwner, type StoredRecord } from './record.js';
import {
  certainlyOver,
  certainlyStale,
  isMeant,
  isReleasable,
  mayEndOthers,
  mayEnsure,
  maybeOver,
  maybeStale,
  nameOf,
  owns,
  relationOf,
} from './relation.js';
import type { Context } from './context.js';

/**
 * Whether an answer was true for the record it names: the contract (section 3) said once more, as a test of each
 * answer and not as a decision.
 */

interface Case {
  readonly said: Said;
  readonly record: StoredRecord | null;
  readonly active: StoredOwner | null;
  readonly signalled: boolean;
  /** It is another's, or that of a later attempt of the same workflow run. */
  readonly others: boolean;
  readonly context: Context;
}

/** `null`: the record explains the answer. Else, in one sentence, why it does not. */
export function untruth(said: Said, record: StoredRecord | null, context: Context): string | null {
  const { answer } = said;
  if (answer === null) return null;
  const active = record?.activeRun ?? null;
  const relation = active === null ? null : relationOf(active, said);
  const signalled = record !== null && active !== null && isSignalled(record);
  const others = relation === 'another' || relation === 'earlier';
  const one: Case = { said, record, active, signalled, others, context };
  if (answer.owned && !owns(said, record)) {
    return `it was told that it owns, but the owner is ${nameOf(active)}${signalled ? ', told to exit' : ''}`;
  }
  const isLater = ['released', 'exit_signal_recorded'].includes(answer.status) && context.landed(said).length > 0;
  // A write of unknown outcome that was found after another job of the run had begun the next tenure.
  if (!answer.owned && answer.error === '' && owns(said, record) && !isLater)
    return 'it owns, and was told that it does not';
  if ((answer.token ?? null) !== (active?.fencingToken ?? null)) return `the token is ${String(active?.fencingToken)}`;
  const explained = answer.error === '' ? statusHolds(one) : conflictHolds(one);
  return explained ? null : `the record does not say so: the owner is ${nameOf(active)}`;
}

function statusHolds(one: Case): boolean {
  const { said, record, active, signalled, context } = one;
  const { command, inputs } = said;
  const atWork = command === 'check' && active !== null && !signalled && isTarget(one);
  switch (said.answer?.status ?? '') {
    case 'claimed_new':
    case 'refreshed':
    case 'taken_over':
      return ['claim', 'takeover', 'ensure'].includes(command) && owns(said, record);
    case 'owner_confirmed':
      if (command === 'ensure') return owns(said, record) && mayEnsure(said, record);
      return command === 'assert' && owns(said, record) && isMeant(said, active);
    case 'no_owner_record':
      if (active !== null) return false;
      if (command === 'check') return inputs.targetRunId === null;
      return command === 'assert' && !inputs.requireExisting && inputs.token === null;
    case 'release_noop':
      return command === 'release' && active === null;
    case 'fresh_runner':
      return atWork && !certainlyStale(said, active) && (!isOver(one) || context.livenessUnsure(said));
    case 'dead_runner':
      return atWork && maybeOver(active, context.round.over, said.start, said.end);
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

function conflictHolds(one: Case): boolean {
  const { said, active, signalled, others, context } = one;
  const { command, inputs } = said;
  // A write of unknown outcome was found, and what it won is over again, or was signalled.
  const won = context.landed(said).length > 0 || context.servedOf(said).length > 0;
  switch (said.answer?.error ?? '') {
    case 'active_run_exists':
      // An `ensure` is answered so where it has handed over to somebody in line.
      return (command === 'claim' || (command === 'ensure' && context.gaveTo(said))) && staysOwner(one);
    case 'ownership_lost':
      return isLost(one) || (won && (active === null || others || !isOwnTenure(one)));
    case 'ownership_missing':
      if (command === 'signal-exit') return one.record === null && inputs.token === null && inputs.targetRunId === null;
      return command === 'assert' && active === null && inputs.requireExisting && inputs.token === null;
    case 'exit_signal_recorded':
      if (!signalled || active === null) return false;
      return command === 'check'
        ? isTarget(one)
        : relationOf(active, said) === 'mine' && (won || command !== 'takeover');
    case 'stale_runner':
      return command === 'check' && active !== null && !signalled && isTarget(one) && maybeStale(said, active);
    case 'takeover_forbidden': {
      const named = command !== 'release' || inputs.token !== null || inputs.targetRunId !== null;
      const forbidden = !named || !mayEndOthers(said) || context.permissionUnsure(said);
      if (!forbidden || active === null || !others) return false;
      if (command === 'takeover') return relationOf(active, said) === 'another';
      if (command === 'signal-exit') return !inputs.requireActiveOwner && isMeant(said, active) && isTarget(one);
      return command === 'release' && inputs.evict && isMeant(said, active) && isTarget(one);
    }
    // No pull request of a round is ever closed.
    default:
      return false;
  }
}

function isLost(one: Case): boolean {
  const { said, record, active, others } = one;
  const { command, inputs } = said;
  const relation = active === null ? null : relationOf(active, said);
  switch (command) {
    case 'claim':
    case 'takeover':
      return relation === 'earlier';
    case 'ensure':
      return !mayEnsure(said, record) || relation === 'earlier' || staysOwner(one);
    case 'assert':
      return !isMeant(said, active) || (active !== null && relation !== 'mine');
    case 'release':
      if (record === null || active === null) return false;
      return (others && !inputs.evict) || !isReleasable(said, record, active) || (inputs.evict && !isTarget(one));
    case 'signal-exit':
      // A name or a token that is nobody's is lost before it is missing.
      if (record === null) return inputs.token !== null || inputs.targetRunId !== null;
      return active === null || !isMeant(said, active) || !isTarget(one) || (others && inputs.requireActiveOwner);
    default:
      return command === 'check' && !isTarget(one);
  }
}

/** Another run owns, and nothing that the step must have known allows a plain claim to replace it. */
function staysOwner(one: Case): boolean {
  const { said, active, signalled, context } = one;
  const { supersede } = said.inputs;
  if (active === null || relationOf(active, said) !== 'another') return false;
  if (supersede === 'never') return true;
  if (signalled || (supersede === 'stale' && certainlyStale(said, active))) return false;
  return !isOver(one) || context.livenessUnsure(said);
}

function isOver({ said, active, context }: Case): boolean {
  return active !== null && certainlyOver(active, context.round.over, said.start, said.end);
}

/** Whether the tenure that a write of this step began is the one that the record shows. */
function isOwnTenure({ said, active }: Case): boolean {
  return active !== null && said.seen.requestIds.includes(active.id);
}

function isTarget({ said, active }: Case): boolean {
  return said.inputs.targetRunId === null || said.inputs.targetRunId === active?.runId;
}
