import { KEPT_REASONS, type KeptReason } from '../core/sweep/plan.js';
import type { Failure } from '../core/outcome.js';
import { keptText, sweptText, type SweepCounts } from '../core/words/swept.js';
import { reportOf, type Report, type ReportFacts } from '../report/report.js';
import type { SweepAnswer } from './sweep-repository.js';
import type { SweptBranch } from './swept-branch.js';

/** What both shells tell of a sweep. */

type Facts = Omit<ReportFacts, 'outcome' | 'onConflict' | 'command'>;

/** All outputs of a job have a megabyte together. */
const MOST_LISTED = 5_000;

export function reportOfSweep(answer: SweepAnswer, { dryRun, ...facts }: Facts & { readonly dryRun: boolean }): Report {
  if (!answer.ok) return failedSweep(answer.failure, { ...facts, effort: answer.effort }, answer.mayHaveWritten);
  const { repo, branches } = answer;
  const counts = countsOf(branches);
  const there = branches.filter(({ head }) => head !== null);
  const floors = there.map(({ plan }) => plan.tokenFloor);
  const text = sweptText(counts, floors, dryRun);
  const kept = keptText(counts);
  const commits = there.map(({ head, commit }) => commit ?? head);
  const sweep = {
    ...{ repo, dryRun, counts, branches: listed(branches) },
    stateCommit: commits.length === 1 ? (commits[0] ?? null) : null,
    markdown: `🧹 ${text}${kept === null ? '' : `\n\n${kept}`}\n`,
  };
  const outcome = { kind: 'ok', status: 'swept', view: null } as const;
  const { effort } = answer;
  const report = reportOf({ ...facts, outcome, onConflict: 'fail', command: 'sweep', effort, sweep });
  return { ...report, message: { ...report.message, text } };
}

/** @param mayHaveWritten `false`: it was before anything could have been. */
export function failedSweep(failure: Failure, facts: Facts, mayHaveWritten = false): Report {
  const outcome = { kind: 'error', failure, mayHaveWritten } as const;
  return reportOf({ ...facts, outcome, onConflict: 'fail', command: 'sweep' });
}

function countsOf(branches: readonly SweptBranch[]): SweepCounts {
  const sum = (of: (branch: SweptBranch) => number): number =>
    branches.reduce((total, branch) => total + of(branch), 0);
  const kept = KEPT_REASONS.map((reason) => [reason, sum(({ plan }) => plan.kept[reason])]);
  return {
    records: sum(({ records }) => records),
    removed: sum(({ plan }) => plan.removed.length),
    kept: Object.fromEntries(kept) as Record<KeptReason, number>,
  };
}

function listed(branches: readonly SweptBranch[]): readonly object[] {
  let left = MOST_LISTED;
  return branches.map(({ branch, head, commit, records, plan, floorBefore }) => {
    const removed = plan.removed.slice(0, left);
    left -= removed.length;
    const tokenFloor = { before: floorBefore, after: plan.tokenFloor };
    return { branch, head, commit, records, kept: plan.kept, tokenFloor, removed };
  });
}
