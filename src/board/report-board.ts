import type { Failure } from '../core/outcome.js';
import { sentence } from '../core/text.js';
import { reportOf, type Report, type ReportFacts } from '../report/report.js';
import { headline, markdownBoard } from './draw/index.js';
import type { BoardAnswer } from './show-board.js';

/** What both shells tell of a board. */
export function reportOfBoard(
  answer: BoardAnswer,
  { folder, ...facts }: Omit<ReportFacts, 'outcome' | 'onConflict' | 'command'> & { readonly folder: string },
): Report {
  if (!answer.ok) return failedBoard(answer.failure, facts);
  const { board } = answer;
  const [only, another] = board.heads;
  const shown = {
    ...{ repo: board.repo, folder, counts: board.counts, markdown: markdownBoard(board) },
    // Of sixteen none says it all; `board.json` has each.
    stateCommit: another === undefined ? (only?.commit ?? null) : null,
  };
  const outcome = { kind: 'ok', status: 'board', view: null } as const;
  const report = reportOf({ ...facts, outcome, onConflict: 'fail', command: 'board', now: board.now, board: shown });
  return { ...report, message: { ...report.message, text: sentence(headline(board)) } };
}

export function failedBoard(failure: Failure, facts: Omit<ReportFacts, 'outcome' | 'onConflict' | 'command'>): Report {
  const outcome = { kind: 'error', failure, mayHaveWritten: false } as const;
  return reportOf({ ...facts, outcome, onConflict: 'fail', command: 'board' });
}
