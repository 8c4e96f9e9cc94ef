import type { ConflictCode, OkStatus } from '../../core/answer.js';
import { isExpired } from '../../core/expiry.js';
import type { View } from '../../core/outcome.js';
import type { OwnershipRecord } from '../../core/record.js';
import { exitSignalOf } from '../../core/run.js';
import { claimReason, endOf, lastEnd, runName, signalText, tokenOf } from '../../core/words/owner.js';
import type { Report } from '../../report/report.js';
import { escapeMarkdown } from '../../report/markdown.js';
import { evictionDeed, signalDeed, takeoverDeed } from './deed.js';
import { afterwards, howOwned, owns } from './in-one-line.js';
import { onPage, partyLink, pullRequestLink } from './names.js';
import { historyTable, lineTable, logLink } from './tables.js';
import { wayOut } from './way-out.js';

/** What somebody wants to look into: a heading that says who, and then no more than that needs. Loaded where it is. */
export function atLength(report: Report): readonly string[] {
  const { outcome, message, verdict, target } = report;
  switch (outcome.kind) {
    case 'ok':
      return outcome.view?.record == null ? [] : wentWell(outcome.status, outcome.view, outcome.view.record, report);
    case 'conflict':
      return refused(outcome.code, outcome.view.record, report);
    case 'error': {
      const isOfRecord = outcome.failure.code === 'state_corrupt' || outcome.failure.code === 'state_unsupported';
      return [
        `${target === null ? '' : `${pullRequestLink(report)}: `}${escapeMarkdown(verdict.headline)}`,
        escapeMarkdown(message.text, 4000),
        ...wayOut(report),
        ...(isOfRecord ? logLink('All versions of the record', report) : []),
      ];
    }
  }
}

function wentWell(status: OkStatus, view: View, record: OwnershipRecord, report: Report): readonly string[] {
  const name = pullRequestLink(report);
  const owner = record.activeRun;
  const past = historyTable(record, report);
  if (status === 'taken_over') {
    const since = owner === null ? '' : `${owns(owner, 'it')} ${howOwned(owner, report, '')}.`;
    return [takeoverDeed(view, record, name), since, lineTable(record, report), ...past];
  }
  if (status === 'released') return [evictionDeed(view, record, name, report), afterwards(owner), ...past];
  if (status === 'exit_signal_recorded') {
    return [signalDeed(record, name, report), 'Its next assert fails, and the next claim may take its place.'];
  }
  if (status === 'dead_runner' && owner !== null && !isExpired(owner, report.now)) {
    return [`Nobody is at work on ${name}: its owner, ${partyLink(owner)}, is over`];
  }
  if (status === 'release_noop') return [...whoOwns(record, report), 'Nothing was released.'];
  return [...whoOwns(record, report), lineTable(record, report), ...past];
}

/** What is refused because of the pull request, whoever owns it. */
const WHOEVER_OWNS: readonly ConflictCode[] = ['pr_closed', 'head_moved', 'fork_head'];

function refused(code: ConflictCode, record: OwnershipRecord | null, report: Report): readonly string[] {
  const problem = onPage(report.message.problem ?? '', report).replace(/\.$/, '');
  const who = whoOwns(record, report);
  if (WHOEVER_OWNS.includes(code))
    return [problem, who.filter(Boolean).join('. ').replace(/\.?$/, '.'), ...wayOut(report)];
  const past = record === null ? [] : [lineTable(record, report), ...historyTable(record, report)];
  return [...who, `**Refused:** ${problem}.`, ...wayOut(report), ...past];
}

/** A heading on who owns, and how that came about; of an owner also the token, and whether it was told to exit. */
function whoOwns(record: OwnershipRecord | null, report: Report): readonly string[] {
  const { now, outcome } = report;
  const name = pullRequestLink(report);
  const owner = record?.activeRun ?? null;
  if (record === null || owner === null || isExpired(owner, now)) {
    const end =
      owner === null
        ? (lastEnd(record, now) ?? '')
        : `the tenure of ${runName(owner.runId)}${endOf(owner, now).replace(',', '')}`;
    return [
      `Nobody owns ${name}`,
      end === '' ? '' : `${onPage(`${end.slice(0, 1).toUpperCase()}${end.slice(1)}`, report)}.`,
    ];
  }
  const how = howOwned(owner, report, `${tokenOf(owner)}${claimReason(record)}`);
  // A refusal for that very reason says so itself.
  const isTold = outcome.kind === 'conflict' && outcome.code === 'exit_signal_recorded';
  const signal = isTold || exitSignalOf(record) === null ? '' : ` It was told to exit${signalText(record, now)}.`;
  return [owns(owner, name), `${how.replace('since', 'Since')}.${onPage(signal, report)}`];
}
