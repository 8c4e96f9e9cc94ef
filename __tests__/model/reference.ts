import { remembered, speaksFor } from './past.js';
import type { Around, Ask, Entry, Result, Stored, Tenure } from './terms.js';
import { atHome, belongs, isHeldElsewhere, isOwner, isSignalled, standing } from './who.js';

/**
 * A second opinion on the contract, to be read in one sitting: what every command answers, and what it leaves on the
 * branch, as a function of the record before it. Written from the contract alone; it shares no code and no type with
 * `src/core`, so a mistake has to be made twice to go unseen.
 *
 * Where the contract is silent, the reading taken here is marked with "Silent:".
 */

const CAN_OWN = ['claim', 'takeover', 'assert', 'ensure', 'check', 'status'];

export function play(record: Stored | null, ask: Ask, around: Around): Result {
  const { token, targetRunId } = ask;
  const { now, id, target } = around;
  const run = atHome(ask.run, target);
  const active = record?.activeRun ?? null;
  const { mine, later, earlier } = standing(active, run);
  const another = active !== null && !mine && !later && !earlier;
  const signalled = isSignalled(record);
  const wrongToken = token !== null && token !== active?.fencingToken;
  const wrongTarget = targetRunId !== null && targetRunId !== active?.runId;
  const closedToANewTenure = !around.open && ask.requireOpen !== false;
  const mustBeOpen = !around.open && ask.requireOpen === true;
  const asked: string[] = [];

  const answer = (ok: boolean, code: string, after: Stored | null = record): Result => {
    const owner = after?.activeRun ?? null;
    const owned = ok && CAN_OWN.includes(ask.command) && isOwner(after, run, target);
    return {
      reply: { ok, code, owned, owner: owner?.runId ?? null, token: owner?.fencingToken ?? null, asked },
      record: after,
    };
  };
  const refuse = (code: string): Result => answer(false, code);

  const write = (code: string, type: string, change: Partial<Stored>, entry: Partial<Entry>): Result => {
    const base = record ?? blank(around);
    const event: Entry = {
      type,
      runId: run.runId,
      attempt: run.attempt,
      previousRunId: null,
      at: now,
      reason: trimmed(ask.reason),
      fencingToken: active?.fencingToken ?? base.fencingToken,
      id,
      actor: run.holder?.actor ?? null,
      workflow: run.holder?.workflow ?? null,
      workflowRunId: run.holder?.workflowRunId ?? null,
      ...entry,
    };
    return answer(true, code, { ...base, ...change, target, history: remembered([...base.history, event]) });
  };

  const newTenure = (code: string, cause?: string): Result => {
    const fencingToken = Math.max(record?.fencingToken ?? 0, around.tokenFloor) + 1;
    const times = { claimedAt: now, updatedAt: now, expiresAt: null, detached: false } as const;
    const activeRun: Tenure = { ...run, fencingToken, ...times, id, renewedBy: null };
    if (!another) return write(code, 'claim', { fencingToken, activeRun }, { fencingToken });
    const previousRun = { runId: active.runId, replacedAt: now, replacedByRunId: run.runId };
    const entry = { fencingToken, previousRunId: active.runId, ...(cause === undefined ? {} : { cause }) };
    return write(code, 'takeover', { fencingToken, activeRun, previousRun }, entry);
  };

  const refresh = (tenure: Tenure): Result => {
    const { attempt, holder } = run;
    const claimedAt = tenure.claimedAt ?? now;
    const activeRun = { ...tenure, claimedAt, updatedAt: now, renewedBy: id, attempt, holder };
    return write('refreshed', 'refresh', { activeRun }, {});
  };

  /** Section 5; Silent: the order in which the causes are looked at, cheapest first. */
  const supersedes = (): string | null => {
    if (!another || ask.supersede === 'never') return null;
    if (signalled) return 'exit_signal';
    if (ask.supersede === 'stale' && isStale(active, ask, around)) return 'stale';
    return isOver(active) ? 'dead' : null;
  };

  /** GitHub is asked for workflow runs only. */
  const isOver = (tenure: Tenure): boolean => {
    if (tenure.holder?.workflowRunId == null) return false;
    asked.push('liveness');
    return around.ownerRun === 'dead';
  };

  const mayTakeOver = (): boolean => {
    asked.push('permission');
    return around.mayTakeOver;
  };

  /** Written by the step that this one cleans up after. */
  const ours = (name: string | null): boolean => name !== null && ask.writes.includes(name);

  const claim = (): Result => {
    if (mine && active !== null && !signalled) return refresh(active);
    if (closedToANewTenure) return refuse('pr_closed');
    if (active === null) return newTenure('claimed_new');
    if (later) return newTenure('refreshed');
    if (earlier) return refuse('ownership_lost');
    if (mine) return refuse('exit_signal_recorded');
    const cause = supersedes();
    return cause === null ? refuse('active_run_exists') : newTenure('taken_over', cause);
  };

  const takeover = (): Result => {
    const anew = mine && signalled;
    if (!another && !anew) return claim();
    if (closedToANewTenure) return refuse('pr_closed');
    if (anew) return newTenure('refreshed');
    return mayTakeOver() ? newTenure('taken_over') : refuse('takeover_forbidden');
  };

  const assert = (): Result => {
    if (wrongToken) return refuse('ownership_lost');
    if (active === null && ask.requireExisting) return refuse('ownership_missing');
    if (active !== null && !mine) return refuse('ownership_lost');
    if (signalled) return refuse('exit_signal_recorded');
    if (mustBeOpen) return refuse('pr_closed');
    if (active === null) return answer(true, 'no_owner_record');
    return ask.strict ? write('owner_confirmed', 'confirm', {}, {}) : answer(true, 'owner_confirmed');
  };

  /** Silent: `require-open: true` that somebody asks for holds for a confirmation too, as it does for an assert. */
  const ensure = (): Result => {
    if (wrongToken && !speaksFor(token, run, record?.history ?? [])) return refuse('ownership_lost');
    if (mine && active !== null && !signalled) {
      if (mustBeOpen) return refuse('pr_closed');
      return isHeldElsewhere(active, run) ? refresh(active) : answer(true, 'owner_confirmed');
    }
    const cause = supersedes();
    if (active !== null && !later && cause === null) {
      return refuse(mine ? 'exit_signal_recorded' : 'ownership_lost');
    }
    if (closedToANewTenure) return refuse('pr_closed');
    if (cause !== null) return newTenure('taken_over', cause);
    return newTenure(later ? 'refreshed' : 'claimed_new');
  };

  /** Silent: a token of an earlier attempt is held to the same as in `ensure`. */
  const release = (): Result => {
    if (active === null) return answer(true, 'release_noop');
    if (wrongTarget) return refuse('ownership_lost');
    if (ask.begunBy !== null && ask.begunBy !== active.id) return refuse('ownership_lost');
    const ofMine = mine || later;
    const followed = token !== null && ofMine && speaksFor(token, run, record?.history ?? []);
    if (wrongToken && !followed) return refuse('ownership_lost');
    if (ofMine) {
      // What another step of the run has renewed since is that step's.
      const renewed = ask.begunBy !== null && active.renewedBy !== null && !ours(active.renewedBy);
      return renewed ? answer(true, 'release_noop') : end(active, 'release');
    }
    if (!ask.evict) return refuse('ownership_lost');
    if (token === null && targetRunId === null) return refuse('takeover_forbidden');
    if (around.open && !mayTakeOver()) return refuse('takeover_forbidden');
    return end(active, 'evict');
  };

  const end = (tenure: Tenure, type: 'release' | 'evict'): Result => {
    const previousRun = { runId: tenure.runId, replacedAt: now, replacedByRunId: null };
    const how = ask.jobOutcome === null ? {} : { outcome: ask.jobOutcome };
    const previousRunId = type === 'evict' ? tenure.runId : null;
    return write('released', type, { activeRun: null, previousRun }, { previousRunId, ...how });
  };

  /** Silent: to an earlier attempt the later one is another run, for signals as for evictions. */
  const signalExit = (): Result => {
    if (wrongToken || wrongTarget) return refuse('ownership_lost');
    if (record === null) return refuse('ownership_missing');
    if (active === null) return refuse('ownership_lost');
    if (!mine && !later) {
      if (ask.requireActiveOwner) return refuse('ownership_lost');
      if (!mayTakeOver()) return refuse('takeover_forbidden');
    }
    const { runId, fencingToken } = active;
    const all = [...record.exitSignals, { runId, at: now, reason: trimmed(ask.reason), fencingToken }];
    const kept = all.slice(-50);
    // Silent: which of two promises gives way. "Newest 50" does, so that a signalled owner stays signalled.
    const own = all.findLast((signal) => belongs(signal, active));
    const exitSignals = own === undefined || kept.includes(own) ? kept : [own, ...kept.slice(1)];
    return write('exit_signal_recorded', 'signal-exit', { exitSignals }, { runId });
  };

  const check = (): Result => {
    if (wrongTarget) return refuse('ownership_lost');
    if (active === null) return answer(true, 'no_owner_record');
    if (signalled) return refuse('exit_signal_recorded');
    if (isOver(active)) return answer(true, 'dead_runner');
    return isStale(active, ask, around) ? refuse('stale_runner') : answer(true, 'fresh_runner');
  };

  /** Section 6, point 5: nothing that this step wrote may stay, nor land any more. */
  const leave = (): Result => {
    if (active !== null && ours(active.id)) {
      const renewed = active.renewedBy !== null && !ours(active.renewedBy);
      return renewed ? answer(true, 'release_noop') : end(active, 'release');
    }
    const seen = [active?.renewedBy ?? null, ...(record?.history ?? []).map((event) => event.id)].some(ours);
    return seen ? answer(true, 'release_noop') : write('release_noop', 'leave', {}, leaving(record));
  };

  const commands: Record<string, () => Result> = {
    claim,
    takeover,
    assert,
    ensure,
    release,
    'signal-exit': signalExit,
    check,
    leave,
    status: () => answer(true, 'status'),
  };
  const command = commands[ask.command];
  if (command === undefined) throw new Error(`no such command: ${ask.command}`);
  return command();
}

/** Both times are too old, or one of them is not known. */
function isStale({ claimedAt, updatedAt }: Tenure, { staleAfterMs }: Ask, { now }: Around): boolean {
  if (claimedAt === null || updatedAt === null) return true;
  return Math.max(Date.parse(claimedAt), Date.parse(updatedAt)) < Date.parse(now) - staleAfterMs;
}

/** A leave is about no tenure; it carries the newest token. */
function leaving(record: Stored | null): Partial<Entry> {
  return { fencingToken: record?.fencingToken ?? 0 };
}

function blank({ target }: Around): Stored {
  const nothing = { activeRun: null, previousRun: null, queue: [], history: [], exitSignals: [] };
  return { schemaVersion: 3, target, fencingToken: 0, ...nothing };
}

function trimmed(reason: string | null): string | null {
  const kept = (reason ?? '').trim().slice(0, 500);
  // A pair of surrogates is one character.
  return kept.replace(/[\uD800-\uDBFF]$/, '') || null;
}
