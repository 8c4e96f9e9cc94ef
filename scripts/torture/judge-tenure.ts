import type { StoredEvent, StoredOwner, StoredRecord } from './record.js';
import { BEGINNINGS, ENDINGS } from './relation.js';
import type { Report } from './replay.js';

const KEEPING: readonly string[] = ['refresh', 'confirm', 'signal-exit', 'leave', 'join'];

/** A token is the name of one uninterrupted ownership: it rises with each, and only the right events begin or end one. */
export function judgeTenure(
  before: StoredRecord | null,
  now: StoredRecord,
  event: StoredEvent,
  handover: StoredEvent | null,
  report: Report,
): void {
  const highest = before?.fencingToken ?? 0;
  const old = before?.activeRun ?? null;
  const active = now.activeRun;
  if (now.fencingToken < highest) {
    report('token', `the token fell from ${String(highest)} to ${String(now.fencingToken)}`);
  }
  const begins = active !== null && active.fencingToken !== old?.fencingToken;
  if (!begins && now.fencingToken !== highest) report('token', 'the token changed without a new tenure');
  const endsFirst = handover !== null && handover !== event;
  if (active === null || endsFirst) judgeEnd(old, event, report);
  if (active === null) return;
  if (begins) judgeBeginning(highest, old, { now, active, event: handover ?? event }, report);
  else if (old !== null) judgeKeeping(old, active, event, report);
}

function judgeEnd(old: StoredOwner | null, event: StoredEvent, report: Report): void {
  if (old === null) {
    if (event.type !== 'leave') report('record', `a ${event.type} where nobody owned`);
    return;
  }
  if (!ENDINGS.includes(event.type)) report('record', `a tenure ended by ${event.type}`);
  if (event.fencingToken !== old.fencingToken) {
    report('token', `the ${event.type} names token ${String(event.fencingToken)}, not ${String(old.fencingToken)}`);
  }
  if (event.type === 'release' && event.runId !== old.runId) {
    report('two owners', `${event.runId} released the tenure of ${old.runId}`);
  }
}

function judgeKeeping(old: StoredOwner, active: StoredOwner, event: StoredEvent, report: Report): void {
  if (!KEEPING.includes(event.type)) report('record', `a ${event.type} left the tenure as it was`);
  if (active.runId !== old.runId) {
    report('two owners', `token ${String(active.fencingToken)} belonged to ${old.runId}, now to ${active.runId}`);
  }
  const moved = active.holder.workflowRunId !== old.holder.workflowRunId;
  if (!moved && active.attempt !== old.attempt) {
    report('attempt', `attempt ${String(active.attempt)} goes on in the tenure of attempt ${String(old.attempt)}`);
  }
  if (!['signal-exit', 'leave', 'join'].includes(event.type) && event.runId !== active.runId) {
    report('two owners', `${event.runId} recorded a ${event.type} in the tenure of ${active.runId}`);
  }
  const renewed = event.type === 'refresh';
  const expected = { claimedAt: old.claimedAt, id: old.id, renewedBy: renewed ? event.id : old.renewedBy };
  for (const [name, value] of Object.entries(expected)) {
    if (active[name as keyof typeof expected] !== value) report('record', `a ${event.type} changed ${name}`);
  }
  if (!renewed && (moved || active.updatedAt !== old.updatedAt)) report('record', `a ${event.type} renewed the tenure`);
}

function judgeBeginning(
  highest: number,
  old: StoredOwner | null,
  { now, active, event }: { readonly now: StoredRecord; readonly active: StoredOwner; readonly event: StoredEvent },
  report: Report,
): void {
  if (active.fencingToken <= highest) {
    report('token', `a new tenure has token ${String(active.fencingToken)}, after ${String(highest)}`);
  }
  if (now.fencingToken !== active.fencingToken || event.fencingToken !== active.fencingToken) {
    report('token', 'record, event and owner name different tokens');
  }
  if (!BEGINNINGS.includes(event.type)) report('record', `a tenure begun by ${event.type}`);
  if (active.id !== event.id || active.renewedBy !== null) report('record', 'the tenure names another write');
  if (event.runId !== active.runId) report('two owners', `${event.runId} began a tenure of ${active.runId}`);
  const { workflowRunId } = active.holder;
  if (event.attempt !== active.attempt || event.workflowRunId !== workflowRunId) {
    report('record', 'event and owner name different attempts');
  }
  const isSame = old?.runId === active.runId && event.type !== 'handover';
  const replaced = old === null || isSame ? null : old.runId;
  if (event.previousRunId !== replaced) report('record', `previousRunId is not ${String(replaced)}`);
}
