import { isDeepStrictEqual } from 'node:util';
import { play } from '../model/reference.js';
import type { Ask } from '../model/terms.js';
import type { Report } from './judge.js';
import { linearize, type Call } from './linearizable.js';
import type { Operation } from './operation.js';
import type { Played } from './simulate.js';
import { aroundOf, arounds, asStored, isAside, replyOf } from './told.js';

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
    const ask = isAside(operation, event) ? leaving(operation.ask) : operation.ask;
    const expected = play(before, ask, { ...aroundOf(told, before), now: event.at ?? told.now }).record;
    if (!isDeepStrictEqual(expected, record)) {
      strange(`${oid}: ${operation.name} could not make this of the record before it`);
    }
  });
}

function leaving(ask: Ask): Ask {
  return { ...ask, command: 'leave', writes: [] };
}

export function judgeHistory(played: Played, report: Report): void {
  const { operations, branch, begin } = played;
  const explained = (calls: readonly Call[]): boolean => linearize(calls, asStored(branch.recordAt(begin))) !== null;
  const landed = new Set(branch.commits.flatMap(({ event }) => (event?.id == null ? [] : [event.id])));
  const sent = operations.filter(({ startedAt }) => startedAt > 0);
  const callsOf = (open: (operation: Operation) => boolean): Call[] => [
    ...sent.flatMap((operation) => callOf(operation, landed, open(operation))),
    ...sent.flatMap((operation) => asidesOf(operation, played, landed)),
  ];
  if (explained(callsOf(() => false))) return;
  // A refusal that says that it may have written nevertheless may take effect whenever that write arrives.
  if (explained(callsOf(mayHaveWritten))) return;
  report('the history is linearizable', 'no order of the operations explains the answers');
}

function mayHaveWritten({ outcome }: Operation): boolean {
  return outcome?.kind === 'conflict' && outcome.mayHaveWritten === true;
}

function callOf(operation: Operation, landed: ReadonlySet<string>, open: boolean): Call[] {
  const { name, ask, startedAt: from, endedAt, outcome, unsettledWrites } = operation;
  if (outcome?.kind === 'error' && !outcome.mayHaveWritten) return [];
  const answered = outcome === null || outcome.kind === 'error' || open ? null : outcome;
  return [
    {
      ...{ name, ask, from, landed },
      to: answered === null ? Infinity : endedAt,
      answer: answered === null ? null : replyOf(operation, answered),
      unsettled: unsettledWrites > 0,
      arounds: (record) => arounds(operation, record),
    },
  ];
}

/** The commits that an operation made beside its own change. They matter where there was no record yet. */
function asidesOf(operation: Operation, { branch }: Played, landed: ReadonlySet<string>): Call[] {
  return operation.told
    .filter(({ id }) => branch.commits.some(({ event }) => event?.id === id && isAside(operation, event)))
    .map((told) => ({
      ...{ name: `${operation.name} leaves`, ask: leaving(operation.ask), landed },
      ...{ from: operation.startedAt, to: Infinity, answer: null, unsettled: false },
      arounds: (record) => [aroundOf(told, record)],
    }));
}
