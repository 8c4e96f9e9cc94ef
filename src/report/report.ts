import type { OnConflict, Verdict } from '../core/code-table.js';
import { verdictOf } from '../core/code-table.js';
import type { BoardCounts } from '../core/board/model.js';
import { messageOf, type Message } from '../core/words/message.js';
import type { SweepCounts } from '../core/words/swept.js';
import type { Effort } from '../core/effort.js';
import type { Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { AnyCommand, CoordinationRequest } from '../core/request.js';
import { stateBranchOf } from '../core/state-branch.js';

/** Everything about one step that outputs, summary and annotation are made from. */
export interface Report {
  readonly command: AnyCommand | null;
  readonly target: Target | null;
  readonly request: CoordinationRequest | null;
  readonly outcome: Outcome;
  readonly message: Message;
  readonly verdict: Verdict;
  /** The branch that has the record; of a whole repository, what the input says. */
  readonly stateBranch: string | null;
  readonly serverUrl: string;
  /** ISO time of the answer. */
  readonly now: string;
  /** `null` where nothing was asked, and for a board. */
  readonly effort: Effort | null;
  /** `null` for every other command. */
  readonly board: ShownBoard | null;
  /** `null` for every other command. */
  readonly sweep: ShownSweep | null;
}

/** What a board leaves for later steps and for people. */
export interface ShownBoard {
  readonly repo: string;
  /** Where `board.html` and `board.json` lie. */
  readonly folder: string;
  readonly stateCommit: string | null;
  readonly counts: BoardCounts;
  /** The step summary. */
  readonly markdown: string;
}

/** What a sweep leaves for later steps and for people. */
export interface ShownSweep {
  readonly repo: string;
  readonly dryRun: boolean;
  readonly stateCommit: string | null;
  readonly counts: SweepCounts;
  /** What was removed, or would be, by state branch, for the output `result`. */
  readonly branches: readonly object[];
  /** The step summary. */
  readonly markdown: string;
}

export interface ReportFacts {
  readonly outcome: Outcome;
  readonly onConflict: OnConflict;
  readonly now: string;
  readonly serverUrl: string;
  readonly command?: AnyCommand;
  readonly target?: Target | null;
  readonly request?: CoordinationRequest;
  readonly stateBranch?: string;
  readonly effort?: Effort;
  readonly board?: ShownBoard;
  readonly sweep?: ShownSweep;
}

/** Puts into words how a step ended. */
export function reportOf(facts: ReportFacts): Report {
  const { outcome, onConflict, now, serverUrl } = facts;
  const target = facts.target ?? null;
  const request = facts.request ?? null;
  return {
    command: facts.command ?? null,
    target,
    request,
    outcome,
    message: messageOf(outcome, { target, request, now }),
    verdict: verdictOf(outcome, onConflict, request?.run ?? null),
    stateBranch: branchOf(facts.stateBranch ?? null, target),
    serverUrl,
    now,
    effort: facts.effort ?? null,
    board: facts.board ?? null,
    sweep: facts.sweep ?? null,
  };
}

function branchOf(pattern: string | null, target: Target | null): string | null {
  return pattern === null || target === null ? pattern : stateBranchOf(pattern, target.pr).name;
}
