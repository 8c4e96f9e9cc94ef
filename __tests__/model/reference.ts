import { firstInLine, isOfLaterAttempt, isPast, withPlace, type Next } from './line.js';
import { beginningOf, remembered, speaksFor } from './past.js';
import type { Around, Ask, Entry, Result, Stored, Tenure, Waiter } from './terms.js';
import { afterTheEnd, endAfter, expiredEntry, isExpired, renewedEnd } from './time.js';
import { atHome, belongs, isHeldElsewhere, isOwner, isSignalled, standing } from './who.js';

/**
 * A second opinion on the contract, to be read in one sitting: what every command answers, and what it leaves on the
 * branch, as a function of the record before it. Written from the contract alone; it shares no code and no type with
 * `src/core`, so a mistake has to be made twice to go unseen.
 *
 * Where the contract is silent, the reading taken here is marked with "Silent:".
 */

const CAN_OWN = ['claim', 'takeover', 'assert', 'push', 'ensure', 'check', 'status', 'renew'];
/** To these an expired tenure is one that has ended, and what they write says so. */
const FIND_IT_ENDED = ['claim', 'takeover', 'ensure', 'signal-exit'];

/** What is to be written: the new fields of the record, and what the history says of it. */
interface Change {
  readonly fields: Partial<Stored>;
  readonly events: readonly Entry[];
}

export function play(stored: Stored | null, ask: Ask, around: Around): Result {
  const { token, targetRunId, line, term } = ask;
  const { now, id, target } = around;
  const run = atHome(ask.run, target);
  const last = stored?.activeRun ?? null;
  const expired = isExpired(last, now);
  const isEnded = expired && FIND_IT_ENDED.includes(ask.command);
  const record = stored !== null && last !== null && isEnded ? afterTheEnd(stored, last, id) : stored;
  const active = record?.activeRun ?? null;
  const history = record?.history ?? [];
  const queue = record?.queue ?? [];
  const { mine, later, earlier } = standing(active, run);
  const another = active !== null && !mine && !later && !earlier;
  const signalled = isSignalled(record);
  const wrongToken = token !== null && token !== active?.fencingToken;
  const wrongTarget = targetRunId !== null && targetRunId !== active?.runId;
  const closedToANewTenure = !around.open && ask.requireOpen !== false;
  const mustBeOpen = !around.open && ask.requireOpen === true;
  const asked: string[] = [];

  const answer = (ok: boolean, code: string, after: Stored | null = stored): Result => {
    const owner = after?.activeRun ?? null;
    const owned = ok && CAN_OWN.includes(ask.command) && isOwner(after, run, target, now);
    return {
      reply: { ok, code, owned, owner: owner?.runId ?? null, token: owner?.fencingToken ?? null, asked },
      record: after,
    };
  };
  const refuse = (code: string): Result => answer(false, code);

  const event = (type: string, about: Partial<Entry> = {}): Entry => ({
    type,
    runId: run.runId,
    attempt: run.attempt,
    previousRunId: null,
    at: now,
    reason: trimmed(ask.reason),
    fencingToken: active?.fencingToken ?? record?.fencingToken ?? 0,
    id,
    actor: run.holder?.actor ?? null,
    workflow: run.holder?.workflow ?? null,
    workflowRunId: run.holder?.workflowRunId ?? null,
    ...about,
  });

  const write = (ok: boolean, code: string, { fields, events }: Change): Result => {
    const base = record ?? blank(around);
    return answer(ok, code, { ...base, ...fields, target, history: remembered([...base.history, ...events]) });
  };
  const change = (fields: Partial<Stored>, ...events: Entry[]): Change => ({ fields, events });

  /** Written by this very command, or by the step that this one cleans up after. */
  const ours = (name: string | null | undefined): boolean => name != null && ask.writes.includes(name);
  const own = (name: string | null | undefined): boolean => name != null && around.ownWrites.includes(name);

  // How tenures begin and end.

  const nextToken = Math.max(record?.fencingToken ?? 0, around.tokenFloor) + 1;
  const tenure = { fencingToken: nextToken, claimedAt: now, updatedAt: now, id, renewedBy: null };
  const without = (runId: string, places: readonly Waiter[]): Waiter[] => places.filter((it) => it.runId !== runId);

  /** No place of the run stays in line: whoever waits there finds its run the owner. */
  const newTenure = (code: string, places: readonly Waiter[], cause?: string): Result => {
    const activeRun: Tenure = {
      ...run,
      ...tenure,
      detached: term.detached,
      expiresAt: endAfter(term.expiresAfterMs, now),
    };
    const fields = { fencingToken: nextToken, activeRun, queue: without(run.runId, places) };
    if (!another) return write(true, code, change(fields, event('claim', { fencingToken: nextToken })));
    const previousRun = { runId: active.runId, replacedAt: now, replacedByRunId: run.runId };
    const entry = { fencingToken: nextToken, previousRunId: active.runId, ...(cause === undefined ? {} : { cause }) };
    return write(true, code, change({ ...fields, previousRun }, event('takeover', entry)));
  };

  /** Section 8: the new tenure is as the place says. Silent: of a target that was free, only who came next is noted. */
  const handOver = ({ place, rest }: Next, ends: readonly Entry[], cause?: string): Change => {
    const { runId, attempt, holder, detached, expiresAfter } = place;
    const activeRun: Tenure = { runId, attempt, holder, ...tenure, detached, expiresAt: endAfter(expiresAfter, now) };
    const before = active === null ? (record?.previousRun ?? null) : { runId: active.runId, replacedAt: now };
    const handover = event('handover', {
      ...{ runId, attempt, workflowRunId: holder?.workflowRunId ?? null, previousRunId: last?.runId ?? null },
      ...{ fencingToken: nextToken, reason: null },
      ...(cause === undefined ? {} : { cause }),
      ...(place.id === null ? {} : { entry: place.id }),
    });
    const previousRun = before === null ? null : { ...before, replacedByRunId: runId };
    return change({ fencingToken: nextToken, activeRun, previousRun, queue: without(runId, rest) }, ...ends, handover);
  };

  const end = (tenure: Tenure, type: 'release' | 'evict', ok = true, code = 'released'): Result => {
    const how = ask.jobOutcome === null ? {} : { outcome: ask.jobOutcome };
    const ended = event(type, { previousRunId: type === 'evict' ? tenure.runId : null, ...how });
    // Silent: a release of what time has ended says both.
    const ends = [...(expired ? [expiredEntry(tenure, id)] : []), ended];
    const next = firstInLine(queue, around, asked, () => false);
    if (next !== null) return write(ok, code, handOver(next, ends));
    const previousRun = { runId: tenure.runId, replacedAt: now, replacedByRunId: null };
    return write(ok, code, change({ activeRun: null, previousRun, queue: [] }, ...ends));
  };

  /** Nobody has it, or who has it is gone: it is the turn of the first in line, and else of whoever asks. */
  const succeed = (code: string, cause?: string): Result => {
    const isOfMyRun = (place: Waiter): boolean => place.runId === run.runId && !isOfLaterAttempt(place, run);
    const next = firstInLine(queue, around, asked, (place) => own(place.id) || isOfMyRun(place));
    if (next === null) return newTenure(code, [], cause);
    if (own(next.place.id)) return write(true, code, handOver(next, [], cause));
    // Silent: the turn of another step of this run is that of this one.
    if (isOfMyRun(next.place)) return newTenure(code, next.rest, cause);
    const handedOver = handOver(next, [], cause);
    // Silent: to an attempt whose later one gets it nothing can come any more.
    if (next.place.runId === run.runId) return write(false, 'ownership_lost', handedOver);
    const left = handedOver.fields.queue ?? [];
    const after = { ...handedOver.fields, queue: joinedOrLeft(left) };
    return write(false, 'active_run_exists', change(after, ...handedOver.events));
  };

  /** Who hands over to another and would wait, or stops waiting, needs no commit more for that. */
  const joinedOrLeft = (places: Waiter[]): Waiter[] => {
    if (line?.action === 'leave') return places.filter((place) => !own(place.id));
    if (line === null || places.some((place) => own(place.id))) return places;
    return withPlace(places, run, ask, around) ?? places;
  };

  const refresh = (tenure: Tenure): Result => {
    const { attempt, holder } = run;
    const times = { claimedAt: tenure.claimedAt ?? now, updatedAt: now, expiresAt: renewedEnd(tenure, ask, now) };
    return write(
      true,
      'refreshed',
      change({ activeRun: { ...tenure, ...times, renewedBy: id, attempt, holder } }, event('refresh')),
    );
  };

  /** Section 5; Silent: the order in which the causes are looked at, cheapest first. */
  const supersedes = (): string | null => {
    if (!another || ask.supersede === 'never') return null;
    if (signalled) return 'exit_signal';
    if (ask.supersede === 'stale' && isStale(active, ask, around)) return 'stale';
    return isOver(active) ? 'dead' : null;
  };

  /** GitHub is asked for workflow runs only, and a hold outlives its own. */
  const isOver = (tenure: Tenure): boolean => {
    if (tenure.detached || tenure.holder?.workflowRunId == null) return false;
    asked.push('liveness');
    return around.ownerRun === 'dead';
  };

  const mayTakeOver = (): boolean => {
    asked.push('permission');
    return around.mayTakeOver;
  };

  // The commands.

  const claim = (): Result => {
    if (mine && active !== null && !signalled) return refresh(active);
    if (closedToANewTenure) return refuse('pr_closed');
    if (active === null) return succeed('claimed_new');
    if (later) return newTenure('refreshed', queue);
    if (earlier) return refuse('ownership_lost');
    if (mine) return refuse('exit_signal_recorded');
    const cause = supersedes();
    return cause === null ? refuse('active_run_exists') : succeed('taken_over', cause);
  };

  /** Silent: where nobody owns it asks for the right only if it keeps others out: who wait, or by a hold. */
  const takeover = (): Result => {
    if (active === null) {
      if (closedToANewTenure) return refuse('pr_closed');
      const othersWait = without(run.runId, queue).some((place) => !isPast(place, now));
      const may = (!othersWait && !term.detached) || mayTakeOver();
      return may ? newTenure('claimed_new', queue) : refuse('takeover_forbidden');
    }
    const anew = mine && signalled;
    if (!another && !anew) return claim();
    if (closedToANewTenure) return refuse('pr_closed');
    if (anew) return newTenure('refreshed', queue);
    return mayTakeOver() ? newTenure('taken_over', queue) : refuse('takeover_forbidden');
  };

  const assert = (): Result => {
    if (wrongToken || expired) return refuse('ownership_lost');
    if (active === null && ask.requireExisting) return refuse('ownership_missing');
    if (active !== null && !mine) return refuse('ownership_lost');
    if (signalled) return refuse('exit_signal_recorded');
    if (mustBeOpen) return refuse('pr_closed');
    if (active === null) return answer(true, 'no_owner_record');
    return ask.strict ? write(true, 'owner_confirmed', change({}, event('confirm'))) : answer(true, 'owner_confirmed');
  };

  /** Section 10. Silent: of several refusals the one that no push could change comes first, and a dry run is no conflict. */
  const push = (): Result => {
    const asserted = assert();
    if (!asserted.reply.ok || ask.publication === null) return asserted;
    const { commit, branch: named, dryRun } = ask.publication;
    const { name, isFork, isDefaultBranch } = around.headBranch;
    if (isFork) return refuse('fork_head');
    if (isDefaultBranch || (named !== null && named !== name)) return refuse('invalid_input');
    asked.push('branch');
    const { head, relation } = around.branch ?? { head: null, relation: '' };
    if (head === commit) return asserted;
    // Silent: a branch that is gone has moved.
    if (head === null || !['ahead', 'leased'].includes(relation)) return refuse('head_moved');
    if (dryRun) return asserted;
    return write(
      true,
      'published',
      change({}, event('publish', { from: head, to: commit, ref: `refs/heads/${name}` })),
    );
  };

  const mayAsk = (): boolean => !wrongToken || speaksFor(token, run, history);

  /** Silent: `require-open: true` that somebody asks for holds for a confirmation too, as it does for an assert. */
  const ensure = (): Result => {
    if (!mayAsk()) return refuse('ownership_lost');
    if (mine && active !== null && !signalled) {
      if (mustBeOpen) return refuse('pr_closed');
      return isHeldElsewhere(active, run) ? refresh(active) : answer(true, 'owner_confirmed');
    }
    const cause = supersedes();
    if (active !== null && !later && cause === null) {
      return refuse(mine ? 'exit_signal_recorded' : 'ownership_lost');
    }
    if (closedToANewTenure) return refuse('pr_closed');
    if (cause !== null) return succeed('taken_over', cause);
    return later ? newTenure('refreshed', queue) : succeed('claimed_new');
  };

  /** Section 8: what a step that waits comes to, from its first look to its last. */
  const inLine = (look: () => Result): Result => {
    if (line === null) return look();
    const served = history.findLast(({ entry }) => own(entry));
    if (served !== undefined) {
      // Silent: who was served and has lost it again does not stand in line anew.
      if (active === null || !mine) return refuse('ownership_lost');
      if (beginningOf(history, active.fencingToken) === served) return takeUp(active, served);
    }
    const result = look();
    if (result.reply.ok || result.record !== stored) return result;
    const { code } = result.reply;
    const waits = queue.some((place) => own(place.id));
    // Only that another has it can end without anybody's doing.
    const mayEnd = another && !closedToANewTenure && (ask.command === 'claim' || mayAsk());
    if (line.action === 'wait' && mayEnd) {
      if (waits) return result;
      const joined = withPlace(queue, run, ask, around);
      return joined === null ? refuse('queue_full') : write(false, code, change({ queue: joined }));
    }
    if (!waits || stored === null) return result;
    // Silent: whoever leaves ends nothing, not even what time has ended: that is for who hands over.
    const others = queue.filter((place) => !own(place.id));
    return answer(false, closedToANewTenure ? 'pr_closed' : code, { ...stored, target, queue: others });
  };

  const takeUp = (tenure: Tenure, { cause }: Entry): Result => {
    // Nobody was told that it owns, so nobody else gives it back.
    if (signalled) return end(tenure, 'release', false, 'exit_signal_recorded');
    if (closedToANewTenure) return end(tenure, 'release', false, 'pr_closed');
    return answer(true, cause === undefined ? 'claimed_new' : 'taken_over');
  };

  /** Silent: a token of an earlier attempt is held to the same as in `ensure`. */
  const release = (): Result => {
    if (active === null) return answer(true, 'release_noop');
    if (wrongTarget) return refuse('ownership_lost');
    if (ask.begunBy !== null && ask.begunBy !== active.id) return refuse('ownership_lost');
    const ofMine = mine || later;
    const followed = token !== null && ofMine && speaksFor(token, run, history);
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
    const newest = all.findLast((signal) => belongs(signal, active));
    const exitSignals = newest === undefined || kept.includes(newest) ? kept : [newest, ...kept.slice(1)];
    return write(true, 'exit_signal_recorded', change({ exitSignals }, event('signal-exit', { runId })));
  };

  const check = (): Result => {
    if (wrongTarget) return refuse('ownership_lost');
    if (active === null) return answer(true, 'no_owner_record');
    if (signalled) return refuse('exit_signal_recorded');
    if (expired || isOver(active)) return answer(true, 'dead_runner');
    return isStale(active, ask, around) ? refuse('stale_runner') : answer(true, 'fresh_runner');
  };

  /** Section 9: `exec` moves the end of the tenure that it was given, and never begins one. */
  const renew = (): Result => {
    if (active === null || expired || wrongToken || !mine) return refuse('ownership_lost');
    return signalled ? refuse('exit_signal_recorded') : refresh(active);
  };

  /** Section 6, point 5: nothing that this step wrote may stay, nor land any more. */
  const leave = (): Result => {
    // Who was served began the tenure by its place: the hand-over was written by whoever ended the one before.
    const beginning = active === null ? undefined : beginningOf(history, active.fencingToken);
    if (active !== null && ours(beginning?.type === 'handover' ? beginning.entry : active.id)) {
      const renewed = active.renewedBy !== null && !ours(active.renewedBy);
      if (!renewed) return end(active, 'release');
    }
    const others = queue.filter((place) => !ours(place.id));
    if (others.length < queue.length) return write(true, 'release_noop', change({ queue: others }));
    // Only the last of them proves that none of the others lands any more.
    const last = ask.writes.at(-1);
    const shown = [active?.renewedBy, ...history.flatMap((past) => [past.id, past.entry])];
    if (last !== undefined && shown.includes(last)) return answer(true, 'release_noop');
    // It is about no tenure, and carries the newest token.
    return write(true, 'release_noop', change({}, event('leave', { fencingToken: record?.fencingToken ?? 0 })));
  };

  const commands: Record<string, () => Result> = {
    claim: () => inLine(claim),
    takeover,
    assert,
    push,
    ensure: () => inLine(ensure),
    release,
    'signal-exit': signalExit,
    check,
    leave,
    renew,
    status: () => answer(true, 'status'),
  };
  const command = commands[ask.command];
  if (command === undefined) throw new Error(`no such command: ${ask.command}`);
  return command();
}

/** Both times are too old, or one of them is not known. A hold ends by its end, and does not age. */
function isStale({ claimedAt, updatedAt, detached }: Tenure, { staleAfterMs }: Ask, { now }: Around): boolean {
  if (detached) return false;
  if (claimedAt === null || updatedAt === null) return true;
  return Math.max(Date.parse(claimedAt), Date.parse(updatedAt)) < Date.parse(now) - staleAfterMs;
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
