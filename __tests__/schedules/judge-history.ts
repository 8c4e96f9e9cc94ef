import { isDeepStrictEqual } from 'node:util';
import { play } from '../model/reference.js';
import type { Stored } from '../model/terms.js';
import type { Report } from './judge.js';
import { linearize, type Call } from './linearizable.js';
import type { Operation, Told } from './operation.js';
import type { Played } from './simulate.js';
import { aroundOf, asStored, isAside, momentsAt, momentsOf, replyOf, type Moment } from './told.js';

/** What the reference model makes of the command and of the very record that the commit was put on top of. */
export function judgeCommits({ branch, begin, operations }: Played, report: Report): void {
  const strange = (detail: string): void => report('every commit follows from the record before it', detail);
  branch.commits.slice(begin).forEach(({ oid, event, record }, index) => {
    if (event === null) return;
    const before = asStored(branch.recordAt(begin + index));
    const operation = operations.find(({ ids }) => event.id !== null && ids.has(event.id));
    const told = operation?.told.find(({ id }) => id === event.id);
    if (operation === undefined || told === undefined) return strange(`${oid}: nobody asked for it`);
    if (told.now !== event.at) {
      report('every time is GitHub’s', `${oid}: ${String(event.at)}, but it was ${told.now} for ${operation.name}`);
    }
    const moments = [...momentsAt(operation, told, before), ...leavingAt(operation, told, before)];
    const isExplained = moments.some(({ ask, around }) =>
      isDeepStrictEqual(play(before, ask, { ...around, now: event.at ?? told.now }).record, record),
    );
    if (!isExplained) strange(`${oid}: ${operation.name} could not make this of the record before it`);
  });
}

/** A commit after which nothing that was written before can land any more. */
function leavingAt({ ask }: Operation, told: Told, record: Stored | null): Moment[] {
  return [{ ask: { ...ask, command: 'leave', reason: null, writes: [] }, around: aroundOf(told, record) }];
}

export function judgeHistory(played: Played, report: Report): void {
  const { operations, branch, begin } = played;
  const explained = (calls: readonly Call[]): boolean => linearize(calls, asStored(branch.recordAt(begin))) !== null;
  const landed = new Set(branch.commits.flatMap(({ event }) => (event?.id == null ? [] : [event.id])));
  const sent = operations.filter(({ startedAt }) => startedAt > 0);
  const callsOf = (open: (operation: Operation) => boolean): Call[] => [
    ...sent.flatMap((operation) => callOf(operation, played, landed, open(operation))),
    ...sent.flatMap((operation) => asideCallsOf(operation, played, landed)),
  ];
  if (explained(callsOf(() => false))) return;
  // A refusal that says that it may have written nevertheless may take effect whenever that write arrives.
  if (explained(callsOf(mayHaveWritten))) return;
  report('the history is linearizable', 'no order of the operations explains the answers');
}

function mayHaveWritten({ outcome }: Operation): boolean {
  return outcome?.kind === 'conflict' && outcome.mayHaveWritten === true;
}

function callOf(operation: Operation, played: Played, landed: ReadonlySet<string>, open: boolean): Call[] {
  const { name, ask, startedAt: from, endedAt, outcome, unsettledWrites } = operation;
  if (outcome?.kind === 'error' && !outcome.mayHaveWritten) return [];
  // The last of them may be what answers: a refusal says so when the place is taken, or left.
  const asides = new Set(
    asidesOf(operation, played)
      .slice(0, -1)
      .map(({ id }) => id),
  );
  const answered = outcome === null || outcome.kind === 'error' || open ? null : outcome;
  return [
    {
      name,
      ask,
      from,
      landed,
      to: answered === null ? Infinity : endedAt,
      answer: answered === null ? null : replyOf(operation, answered),
      unsettled: unsettledWrites > 0,
      moments: (record) => momentsOf(operation, record, asides),
    },
  ];
}

/** The commits that an operation made beside its answer, each of which took effect where the branch shows it. */
function asideCallsOf(operation: Operation, played: Played, landed: ReadonlySet<string>): Call[] {
  const { branch } = played;
  return asidesOf(operation, played).map((told) => {
    const index = branch.commits.findIndex(({ event }) => event?.id === told.id);
    const before = placeInTime(asStored(branch.recordAt(index)));
    return {
      name: `${operation.name}, aside`,
      ask: operation.ask,
      landed,
      from: operation.startedAt,
      to: Infinity,
      answer: null,
      unsettled: false,
      moments: (record) => {
        if (placeInTime(record) !== before) return [];
        return [...momentsAt(operation, told, record), ...leavingAt(operation, told, record)];
      },
    };
  });
}

/** What tells one state of the branch from every other. */
function placeInTime(record: Stored | null): string {
  const ids = record === null ? [] : [...record.history, ...record.queue].map(({ id }) => id);
  return [String(record?.fencingToken), record?.history.length, ...ids].join();
}

function asidesOf(operation: Operation, { branch }: Played): Told[] {
  return operation.told.filter(({ id }) =>
    branch.commits.some(({ event }) => event?.id === id && isAside(operation, event)),
  );
}
