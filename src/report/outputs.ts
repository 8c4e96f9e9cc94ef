import { codeOf, isOwned, previousRunIdOf } from '../core/outcome.js';
import { recordPath, type QueueEntry } from '../core/record.js';
import { exitSignalOf } from '../core/run.js';
import type { Report } from './report.js';

/** Every output of the action, in the order of action.yml; a contract test holds the two together. */
export const OUTPUT_NAMES = [
  'owned',
  'status',
  'error',
  'message',
  'repo',
  'pr',
  'scope',
  'run-id',
  'owner-run-id',
  'owner-url',
  'previous-run-id',
  'claimed-at',
  'updated-at',
  'expires-at',
  'fencing-token',
  'exit-signaled',
  'queue-position',
  'head-sha',
  'head-ref',
  'head-repo',
  'is-fork',
  'pr-state',
  'published-sha',
  'published-from',
  'board-dir',
  'state-branch',
  'state-path',
  'state-commit',
  'result',
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];
export type Outputs = Readonly<Record<OutputName, string>>;

/** The outputs of a step. All are always set; the empty text means "does not apply" or "not known". */
export function outputsOf(report: Report): Outputs {
  const { outcome, request, target, message, stateBranch, board, sweep } = report;
  const view = outcome.kind === 'error' ? null : outcome.view;
  const owner = view?.record?.activeRun ?? null;
  const pullRequest = view?.pullRequest ?? null;
  const published = view?.published?.landed === true ? view.published : null;
  const texts = {
    owned: String(request !== null && isOwned(outcome, request.run)),
    status: outcome.kind === 'ok' ? outcome.status : '',
    error: outcome.kind === 'ok' ? '' : codeOf(outcome),
    message: message.wayOut === null ? message.text : `${message.text} ${message.wayOut}`,
    repo: target?.repo ?? board?.repo ?? sweep?.repo ?? '',
    pr: target === null ? '' : String(target.pr),
    scope: target?.scope ?? '',
    'run-id': request?.run.runId ?? '',
    'owner-run-id': owner?.runId ?? '',
    'owner-url': owner?.holder?.url ?? '',
    'previous-run-id': previousRunIdOf(outcome) ?? '',
    'claimed-at': owner?.claimedAt ?? '',
    'updated-at': owner?.updatedAt ?? '',
    'expires-at': owner?.expiresAt ?? '',
    'fencing-token': owner === null ? '' : String(owner.fencingToken),
    'exit-signaled': view === null ? '' : String(view.record !== null && exitSignalOf(view.record) !== null),
    'queue-position': placeInLine(view?.record?.queue ?? [], request?.run.runId ?? ''),
    // The reading is of before the push.
    'head-sha':
      (published?.head === pullRequest?.headSha ? published?.commit : undefined) ?? pullRequest?.headSha ?? '',
    'head-ref': pullRequest?.headRef ?? '',
    'head-repo': pullRequest?.headRepo ?? '',
    'is-fork': pullRequest === null ? '' : String(pullRequest.isFork),
    'pr-state': pullRequest?.state ?? '',
    'published-sha': published?.commit ?? '',
    'published-from': published?.head ?? '',
    'board-dir': board?.folder ?? '',
    'state-branch': stateBranch ?? '',
    'state-path': target === null ? '' : recordPath(target),
    'state-commit': view?.stateCommit ?? board?.stateCommit ?? sweep?.stateCommit ?? '',
  };
  const named = onOneLine(texts);
  const result = JSON.stringify({
    ok: outcome.kind === 'ok',
    command: report.command,
    ...jsonOf(named),
    record: view?.record ?? null,
    effort: report.effort,
    ...(board === null ? {} : { counts: board.counts }),
    ...(sweep === null ? {} : { dryRun: sweep.dryRun, counts: sweep.counts, branches: sweep.branches }),
  });
  return { ...named, result };
}

/** Several steps of a run may wait; the first of them is served first. */
function placeInLine(queue: readonly QueueEntry[], runId: string): string {
  const index = queue.findIndex((place) => place.runId === runId);
  return index === -1 ? '' : String(index + 1);
}

/** A line break in an output that a workflow echoes could be a command to the runner. */
function onOneLine<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, string>> {
  const entries = Object.entries<string>(texts).map(([name, text]) => [
    name,
    text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '),
  ]);
  return Object.fromEntries(entries) as Record<Name, string>;
}

const NUMBERS: readonly string[] = ['pr', 'fencing-token', 'queue-position'] satisfies OutputName[];

/** `result` gives the outputs under the same names, with real booleans, numbers and nulls. */
function jsonOf(named: Readonly<Record<Exclude<OutputName, 'result'>, string>>): Record<string, unknown> {
  const typed = (name: string, text: string): unknown => {
    if (text === '') return null;
    if (name === 'owned' || name === 'exit-signaled' || name === 'is-fork') return text === 'true';
    return NUMBERS.includes(name) ? Number(text) : text;
  };
  return Object.fromEntries(Object.entries(named).map(([name, text]) => [name, typed(name, text)]));
}
