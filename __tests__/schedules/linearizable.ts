import { play } from '../model/reference.js';
import type { Around, Ask, Reply, Stored } from '../model/terms.js';
import { isOwner } from '../model/who.js';

/** One operation as its caller saw it. */
export interface Call {
  readonly name: string;
  readonly ask: Ask;
  /** Moments of request and answer; every moment belongs to one operation only. */
  readonly from: number;
  readonly to: number;
  /** `null`: it never answered, or with an error after which it may have written. It may have taken effect at any time. */
  readonly answer: Omit<Reply, 'asked'> | null;
  /** The answer to one of its writes was lost: what it won may have been gone again when it looked. */
  readonly unsettled: boolean;
  /** The ids of all writes that are on the branch; nothing else can have taken effect. `null`: not known. */
  readonly landed: ReadonlySet<string> | null;
  /** What it may have decided by beside the record; `null` where it never asked for what this record needs. */
  readonly moments: (record: Stored | null) => readonly { readonly ask: Ask; readonly around: Around }[];
}

/** How far a call has come in an order that is tried out. */
type Progress = 'waiting' | 'effective' | 'done';

/**
 * Whether the calls can be put into an order that the reference model explains and that respects time: a call that was
 * answered before another one began stands before it (Wing and Gong's search, with a memory of dead ends).
 *
 * An unsettled call may be split: it takes effect at one place of the order and looks at the record at a later one.
 *
 * @returns the order, or `null` if there is none.
 */
export function linearize(calls: readonly Call[], begin: Stored | null): readonly string[] | null {
  const inOrderOfAnswers = [...calls].sort((one, other) => one.to - other.to);
  const deadEnds = new Set<string>();

  const search = (record: Stored | null, progress: readonly Progress[]): string[] | null => {
    const left = inOrderOfAnswers.filter((call, index) => call.answer !== null && progress[index] !== 'done');
    if (left.length === 0) return [];
    const state = `${progress.join()} ${stateOf(record)}`;
    if (deadEnds.has(state)) return null;
    const firstAnswer = Math.min(...left.map(({ to }) => to));
    for (const [index, call] of inOrderOfAnswers.entries()) {
      if (call.from > firstAnswer) continue;
      for (const [next, after] of stepsOf(call, progress[index] ?? 'done', record)) {
        const rest = search(after, progress.with(index, next));
        if (rest !== null) return [next === 'done' ? call.name : `${call.name} (takes effect)`, ...rest];
      }
    }
    deadEnds.add(state);
    return null;
  };
  return search(
    begin,
    calls.map(() => 'waiting'),
  );
}

/** What this call may do next, given the record as it is now. */
function stepsOf(call: Call, progress: Progress, record: Stored | null): [Progress, Stored | null][] {
  const { answer } = call;
  if (progress === 'done') return [];
  if (progress === 'effective') return answer !== null && looksSo(answer, call, record) ? [['done', record]] : [];
  const steps: [Progress, Stored | null][] = [];
  for (const { ask, around } of call.moments(record)) {
    const { reply, record: after } = play(record, ask, around);
    if (!wasTold(reply, around, record)) continue;
    const wrote = after !== record;
    if (wrote && call.landed?.has(around.id) === false) continue;
    if (answer === null) {
      if (wrote) steps.push(['done', after]);
      continue;
    }
    if (sameAnswer(reply, answer, after)) steps.push(['done', after]);
    const lostAgain = !answer.ok && ['ownership_lost', 'exit_signal_recorded'].includes(answer.code);
    if (call.unsettled && wrote && (lostAgain || reply.code === answer.code)) steps.push(['effective', after]);
  }
  return steps;
}

/** A decision that needed a fact the call never asked for was not made by this call. */
export function wasTold({ asked }: Reply, { ownerRun, waiterRun, branch }: Around, record: Stored | null): boolean {
  if (asked.includes('branch') && branch === null) return false;
  if (asked.includes('liveness') && ownerRun === 'unasked') return false;
  const places = record?.queue.filter(({ id }) => asked.includes(`waiter ${String(id)}`)) ?? [];
  return places.every((place) => waiterRun(place) !== 'unasked');
}

export function sameAnswer(reply: Reply, answer: Omit<Reply, 'asked'>, after: Stored | null): boolean {
  const { ok, code, owned, owner, token } = answer;
  // The tenure may have ended by itself before the answer came, and then nobody is told that it owns.
  const endedSince = reply.owned && !owned && after?.activeRun?.expiresAt != null;
  const same = reply.ok === ok && reply.code === code && reply.owner === owner && reply.token === token;
  return same && (reply.owned === owned || endedSince);
}

/** Whether the record shows the owner that the answer names. */
function looksSo(answer: Omit<Reply, 'asked'>, { ask }: Call, record: Stored | null): boolean {
  const active = record?.activeRun ?? null;
  if ((active?.runId ?? null) !== answer.owner || (active?.fencingToken ?? null) !== answer.token) return false;
  // Only a reading of now could tell whether time has ended it.
  return !answer.owned || (record !== null && isOwner(record, ask.run, record.target, ''));
}

/** All of a record that a later command can depend on. */
function stateOf(record: Stored | null): string {
  if (record === null) return 'none';
  const { fencingToken, activeRun, queue, exitSignals, history } = record;
  return JSON.stringify([
    fencingToken,
    activeRun,
    queue.map(({ id }) => id),
    exitSignals.map(({ runId, fencingToken: token }) => [runId, token]),
    history.map(({ id }) => id),
  ]);
}
