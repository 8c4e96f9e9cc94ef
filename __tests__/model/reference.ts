import type { Around, Ask, Entry, Result, Signal, Stored, Tenure } from './terms.js';

/**
 * A second opinion on the contract, to be read in one sitting: what every command answers, and what it leaves on the
 * branch, as a function of the record before it. Written from the contract alone; it shares no code and no type with
 * `src/core`, so a mistake has to be made twice to go unseen.
 *
 * Where the contract is silent, the reading taken here is marked with "Silent:".
 */

export function play(record: Stored | null, ask: Ask, around: Around): Result {
  const { run, token } = ask;
  const active = record?.activeRun ?? null;
  const same = active?.runId === run.runId;
  const later = active !== null && same && run.attempt > active.attempt;
  const earlier = active !== null && same && run.attempt < active.attempt;
  /** Silent: a later attempt of the owner may assert and release; "re-run failed jobs" does not claim again. */
  const mine = same && !earlier;
  const signalled = isSignalled(record);
  const wrongToken = token !== null && token !== active?.fencingToken;
  const asked: string[] = [];

  const answer = (ok: boolean, code: string, after: Stored | null = record): Result => {
    const now = after?.activeRun ?? null;
    const holds = now?.runId === run.runId && now.attempt <= run.attempt && !isSignalled(after);
    const owned = ok && holds;
    return {
      reply: { ok, code, owned, owner: now?.runId ?? null, token: now?.fencingToken ?? null, asked },
      record: after,
    };
  };
  const refuse = (code: string): Result => answer(false, code);

  const write = (code: string, type: string, change: Partial<Stored>, entry: Partial<Entry>): Result => {
    const base = record ?? blank(ask.target);
    const { now: at } = around;
    const { id } = ask;
    const basics = { type, runId: run.runId, previousRunId: null, at, reason: trimmed(ask.reason), id };
    const event: Entry = { ...basics, fencingToken: active?.fencingToken ?? base.fencingToken, ...entry };
    return answer(true, code, { ...base, ...change, history: [...base.history, event].slice(-50) });
  };
  const byActor = run.holder?.actor == null ? {} : { actor: run.holder.actor };

  const newTenure = (code: string, cause?: string): Result => {
    const fencingToken = (record?.fencingToken ?? 0) + 1;
    const { now } = around;
    const activeRun = { ...run, fencingToken, claimedAt: now, updatedAt: now };
    if (active === null || same) return write(code, 'claim', { fencingToken, activeRun }, { fencingToken });
    const previousRun = { runId: active.runId, replacedAt: now, replacedByRunId: run.runId };
    const entry = { fencingToken, previousRunId: active.runId, ...byActor, ...(cause ? { cause } : {}) };
    return write(code, 'takeover', { fencingToken, activeRun, previousRun }, entry);
  };

  /** Section 5; Silent: the order in which the causes are looked at, cheapest first. */
  const supersedes = (): string | null => {
    if (active === null || ask.supersede === 'never') return null;
    if (signalled) return 'exit_signal';
    if (ask.supersede === 'stale' && isStale(active, ask, around)) return 'stale';
    if (active.holder?.workflowRunId == null) return null;
    asked.push('liveness');
    return around.ownerRun === 'dead' ? 'dead' : null;
  };

  const claim = (): Result => {
    if (!around.open) return refuse('pr_closed');
    if (active === null) return newTenure('claimed_new');
    if (earlier) return refuse('ownership_lost');
    if (later) return newTenure('refreshed');
    if (same && signalled) return refuse('exit_signal_recorded');
    if (same) {
      const { claimedAt } = active;
      const activeRun = { ...active, claimedAt: claimedAt ?? around.now, updatedAt: around.now };
      return write('refreshed', 'refresh', { activeRun }, {});
    }
    const cause = supersedes();
    return cause === null ? refuse('active_run_exists') : newTenure('taken_over', cause);
  };

  const takeover = (): Result => {
    if (!around.open || active === null) return claim();
    if (same) return signalled && !earlier && !later ? newTenure('refreshed') : claim();
    asked.push('permission');
    return around.mayTakeOver ? newTenure('taken_over') : refuse('takeover_forbidden');
  };

  /** Silent: with no owner a token changes nothing; with a wrong token the tenure is lost before it is signalled. */
  const assert = (wrong: boolean): Result => {
    if (active === null) return ask.requireExisting ? refuse('ownership_missing') : answer(true, 'no_owner_record');
    if (!mine || wrong) return refuse('ownership_lost');
    if (signalled) return refuse('exit_signal_recorded');
    return ask.strict ? write('owner_confirmed', 'confirm', {}, {}) : answer(true, 'owner_confirmed');
  };

  /** Silent: on a closed pull request nothing is superseded, so another owner stays and the assert says so. */
  const ensure = (): Result => {
    if (active === null) return claim();
    const cause = !same && around.open ? supersedes() : null;
    return cause === null ? assert(false) : newTenure('taken_over', cause);
  };

  const release = (): Result => {
    if (active === null) return answer(true, 'release_noop');
    if (wrongToken) return refuse('ownership_lost');
    const previousRun = { runId: active.runId, replacedAt: around.now, replacedByRunId: null };
    const how = ask.jobOutcome === null ? {} : { outcome: ask.jobOutcome };
    if (mine) return write('released', 'release', { activeRun: null, previousRun }, how);
    if (!ask.evict) return refuse('ownership_lost');
    if (around.open) {
      asked.push('permission');
      if (!around.mayTakeOver) return refuse('takeover_forbidden');
    }
    const entry = { previousRunId: active.runId, ...byActor, ...how };
    return write('released', 'evict', { activeRun: null, previousRun }, entry);
  };

  const signalExit = (): Result => {
    if (record === null) return refuse('ownership_missing');
    if ((ask.requireActiveOwner && !mine) || wrongToken) return refuse('ownership_lost');
    const { fencingToken } = record;
    const runId = ask.targetRunId ?? run.runId;
    const all = [...record.exitSignals, { runId, at: around.now, reason: trimmed(ask.reason), fencingToken }];
    const kept = all.slice(-50);
    // Silent: which of two promises gives way. "Newest 50" does, so that a signalled owner stays signalled.
    const own = all.findLast((signal) => belongs(signal, active));
    const exitSignals = own === undefined || kept.includes(own) ? kept : [own, ...kept.slice(1)];
    return write('exit_signal_recorded', 'signal-exit', { exitSignals }, { runId, fencingToken, ...byActor });
  };

  const check = (): Result => {
    if (active === null) return answer(true, 'no_owner_record');
    if (signalled) return refuse('exit_signal_recorded');
    if (isStale(active, ask, around)) return refuse('stale_runner');
    const expected = ask.targetRunId ?? active.runId;
    return expected === active.runId ? answer(true, 'fresh_runner') : refuse('ownership_lost');
  };

  const commands: Record<string, () => Result> = {
    claim,
    takeover,
    assert: () => assert(wrongToken),
    ensure,
    release,
    'signal-exit': signalExit,
    check,
    status: () => answer(true, 'status'),
  };
  const command = commands[ask.command];
  if (command === undefined) throw new Error(`no such command: ${ask.command}`);
  return command();
}

/** An exit signal belongs to the tenure it was recorded in. */
export function isSignalled(record: Stored | null): boolean {
  return record?.exitSignals.some((signal) => belongs(signal, record.activeRun)) ?? false;
}

/** Both times are too old, or one of them is not known. */
function isStale({ claimedAt, updatedAt }: Tenure, { staleAfterMs }: Ask, { now }: Around): boolean {
  if (claimedAt === null || updatedAt === null) return true;
  return Math.max(Date.parse(claimedAt), Date.parse(updatedAt)) < Date.parse(now) - staleAfterMs;
}

function belongs(signal: Signal, active: Tenure | null): boolean {
  return signal.runId === active?.runId && signal.fencingToken === active.fencingToken;
}

function blank(target: Stored['target']): Stored {
  const nothing = { activeRun: null, previousRun: null, history: [], exitSignals: [] };
  return { schemaVersion: 3, target, fencingToken: 0, ...nothing };
}

function trimmed(reason: string | null): string | null {
  return (reason ?? '').trim().slice(0, 500) || null;
}
