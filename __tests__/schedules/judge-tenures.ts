import type { OwnershipRecord } from '../../src/core/record.js';
import type { Report } from './judge.js';
import type { Operation } from './operation.js';
import type { Played } from './simulate.js';

/** What is promised of tenures, whatever was answered to whom. */

export function judgeTenures({ branch }: Played, report: Report): void {
  const owners = new Map<number, string>();
  let highest = 0;
  let before: OwnershipRecord | null = null;
  branch.commits.forEach(({ oid, record }, index) => {
    const active = record?.activeRun ?? null;
    const token = branch.tokenAt(index + 1);
    const falls = `${oid}: the token falls from ${String(highest)} to ${String(token)}`;
    if (token < highest) report('tokens rise', falls);
    if (active !== null) {
      // A run id may span workflow runs; within one, a later attempt begins a tenure of its own.
      const name = active.runId;
      const owner = owners.get(active.fencingToken) ?? name;
      const held = `token ${String(active.fencingToken)} is held by ${owner} and by ${name}`;
      if (owner !== name) report('one owner in a tenure', `${oid}: ${held}`);
      const previous = before?.activeRun ?? null;
      const isNew = previous === null || previous.fencingToken !== active.fencingToken;
      if (isNew && owners.has(active.fencingToken)) {
        report('one owner in a tenure', `${oid}: tenure ${String(token)} begins again`);
      }
      if (isNew && active.fencingToken <= highest) {
        report('tokens rise', `${oid}: a new tenure with token ${String(active.fencingToken)}`);
      }
      if (!isNew && isOtherAttempt(previous, active)) {
        const attempts = `from attempt ${String(previous.attempt)} to ${String(active.attempt)}`;
        report('nobody is owner in a tenure of another attempt', `${oid}: the tenure goes ${attempts}`);
      }
      owners.set(active.fencingToken, name);
    }
    highest = Math.max(highest, token);
    before = record;
  });
}

type Active = NonNullable<OwnershipRecord['activeRun']>;

function isOtherAttempt(one: Active, other: Active): boolean {
  return one.holder?.workflowRunId === other.holder?.workflowRunId && one.attempt !== other.attempt;
}

/** A post step ends what its step began, all of it, and nothing else; and no write of it lands any more, whatever it was. */
export function judgePosts(played: Played, report: Report): void {
  for (const operation of played.operations) {
    const { postOf, outcome } = operation;
    if (postOf === null) continue;
    judgeEnding(operation, postOf, played, report);
    // An error says that it could not; then nothing is promised.
    if (outcome !== null && outcome.kind !== 'error') judgeAfterwards(operation, postOf, played, report);
  }
}

function judgeEnding({ name, ids }: Operation, postOf: readonly string[], { branch }: Played, report: Report): void {
  branch.commits.forEach(({ oid, event }, index) => {
    if (event?.id == null || !ids.has(event.id) || event.type === 'leave') return;
    const before = branch.recordAt(index);
    const ended = before?.activeRun ?? null;
    const isOurs = (id: string | null): boolean => id !== null && postOf.includes(id);
    const began = begunBy(before);
    if (ended === null || (isOurs(began) && (ended.renewedBy === null || isOurs(ended.renewedBy)))) return;
    const what = `the tenure that ${String(ended.id)} began and ${String(ended.renewedBy)} renewed`;
    report('a post step ends only what its step began', `${oid}: ${name} ends ${what}`);
  });
}

function judgeAfterwards(
  { name, lastState }: Operation,
  postOf: readonly string[],
  { branch }: Played,
  report: Report,
): void {
  const record = branch.recordAt(lastState);
  const left = record?.activeRun ?? null;
  const began = begunBy(record);
  const isOurs = began !== null && postOf.includes(began);
  if (isOurs && left !== null && (left.renewedBy === null || postOf.includes(left.renewedBy))) {
    report('nothing of a step lands after its post step', `${name}: the tenure of its step goes on`);
  }
  if (record?.queue.some(({ id }) => id !== null && postOf.includes(id)) === true) {
    report('nothing of a step lands after its post step', `${name}: its step still stands in line`);
  }
  for (const { oid, event } of branch.commits.slice(lastState)) {
    if (event?.id != null && postOf.includes(event.id)) {
      report('nothing of a step lands after its post step', `${name}: ${event.type} of its step lands in ${oid}`);
    }
  }
}

/** The write to which the owner owes its tenure: its own, or the one that took the place by which it was served. */
function begunBy(record: OwnershipRecord | null): string | null {
  const active = record?.activeRun ?? null;
  const handover = record?.history.findLast(
    ({ type, fencingToken }) => type === 'handover' && fencingToken === active?.fencingToken,
  );
  return handover === undefined ? (active?.id ?? null) : (handover.entry ?? null);
}
