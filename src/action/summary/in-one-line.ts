import { endsTenure } from '../../core/history.js';
import type { ActiveRun } from '../../core/record.js';
import { lineInWords } from '../../core/words/line.js';
import { claimReason, endOf, sinceOf } from '../../core/words/owner.js';
import type { Report } from '../../report/report.js';
import { onPage, partyLink, pullRequestLink } from './names.js';

/** What goes as it should, in a sentence; `null` where somebody may have to look into it, or wants to. */
export function inOneLine(report: Report): string | null {
  const { outcome, verdict, command, request } = report;
  if (outcome.kind !== 'ok') return null;
  const record = outcome.view?.record ?? null;
  const owner = record?.activeRun ?? null;
  const inWords = onPage(report.message.text, report);
  if (record === null) return inWords;
  const name = pullRequestLink(report);
  switch (outcome.status) {
    case 'claimed_new':
    case 'refreshed':
    case 'owner_confirmed':
    case 'fresh_runner': {
      // That it ends soon, and what a push found, is in the words of the answer alone.
      const isUsual = verdict.annotation === 'none' && command !== 'push';
      if (owner === null || !isUsual) return inWords;
      return `${owns(owner, name)} ${howOwned(owner, report, claimReason(record))}${lineInWords(record)}.`;
    }
    case 'released': {
      const end = record.history.findLast((event) => endsTenure(event) && event.type !== 'expired');
      if (request === null || end?.type === 'evict') return null;
      return `${partyLink(request.run, 'Run')} released ${name}. ${afterwards(owner)}`;
    }
    case 'release_noop':
      return owner === null ? inWords : null;
    case 'no_owner_record':
    case 'published':
    case 'board':
    case 'swept':
    case 'skipped_no_async_run_id':
      return inWords;
    case 'taken_over':
    case 'exit_signal_recorded':
    case 'dead_runner':
    case 'status':
      return null;
  }
}

export function owns(owner: ActiveRun, name: string): string {
  return `${partyLink(owner, 'Run')} ${owner.detached ? 'holds' : 'owns'} ${name}`;
}

/** `since … (for 10 min), until … (for another 2 h)`, and why. */
export function howOwned(owner: ActiveRun, report: Report, reason: string): string {
  return onPage(`${sinceOf(owner, report.now)}${endOf(owner, report.now)}${reason}`, report);
}

/** Who has it after an end. */
export function afterwards(owner: ActiveRun | null): string {
  return owner === null ? 'It is free now.' : `${partyLink(owner, 'Run')} has it now, as the first in line.`;
}
