import type { Effort } from '../core/effort.js';
import type { HistoryEvent, StoredTarget } from '../core/record.js';
import { plain } from '../core/text.js';

export interface CommitMessage {
  readonly headline: string;
  readonly body: string;
}

/**
 * `git log` on the state branch is the audit trail: a readable headline, and trailers for tools. `[skip ci]` because a
 * commit by an App or a personal token would start workflows. Nothing in it is a reference or a mention to GitHub:
 * claims must not fill the timeline of the pull request nor notify anybody.
 *
 * @param effort up to here.
 * @param ownRequests how many the commit itself takes, of which `effort` does not know yet.
 */
export function commitMessage(
  event: HistoryEvent,
  target: StoredTarget,
  history: readonly HistoryEvent[] = [],
  effort?: Effort,
  ownRequests = 0,
): CommitMessage {
  // A hand-over comes with what ended the tenure before, and that one has the reason; time alone needs no other.
  const beside = history.filter(({ id, type }) => id === event.id && type !== event.type);
  const ended = beside.findLast(({ type }) => type !== 'expired') ?? beside.at(-1) ?? null;
  const trailers: readonly (readonly [string, string | null])[] = [
    ['Coord-Event', event.type],
    ['Coord-Repository', target.repo],
    ['Coord-Pull-Request', String(target.pr)],
    ['Coord-Scope', target.scope],
    ['Coord-Run-Id', foreign(event.runId)],
    ['Coord-Attempt', event.attempt === null ? null : String(event.attempt)],
    ['Coord-Previous-Run-Id', foreign(event.previousRunId)],
    ['Coord-Fencing-Token', event.fencingToken === null ? null : String(event.fencingToken)],
    ['Coord-Actor', foreign(event.actor)],
    ['Coord-Workflow', foreign(event.workflow)],
    ['Coord-Workflow-Run-Id', event.workflowRunId === null ? null : String(event.workflowRunId)],
    ['Coord-Ended-By', ended?.type ?? null],
    ['Coord-Cause', event.cause ?? null],
    ['Coord-Outcome', event.outcome ?? ended?.outcome ?? null],
    ['Coord-Place', event.entry ?? null],
    ['Coord-Ref', foreign(event.ref ?? null)],
    ['Coord-From', event.from ?? null],
    ['Coord-To', event.to ?? null],
    ['Coord-Lost-Races', counted(effort?.lostRaces)],
    ['Coord-Retries', counted(effort?.retries)],
    ['Coord-Requests', counted(effort && effort.requests + ownRequests)],
    ['Coord-Milliseconds', counted(effort?.milliseconds)],
    ['Coord-Request-Id', event.id],
  ];
  const lines = trailers.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  const why = event.reason ?? ended?.reason ?? null;
  const reason = why === null ? [] : [`Reason: ${quiet(why, 600)}`, ''];
  const who = event.type === 'handover' ? 'to' : 'by';
  const name = `pull request ${String(target.pr)} of ${target.repo}`;
  return {
    headline: `${event.type} ${name} ${who} run ${quiet(event.runId, 60)}`,
    body: [...reason, '[skip ci]', '', ...lines].join('\n'),
  };
}

/** What did not happen is not worth a line. */
function counted(count = 0): string | null {
  return count === 0 ? null : String(count);
}

/** On one line, so that no value can pretend to be another trailer. What is ours needs no care, and stays as it is. */
function foreign(text: string | null): string | null {
  return text === null ? null : quiet(text, 300);
}

/**
 * Foreign text in which GitHub finds nothing to link, close or notify: mentions, `#17`, `GH-17`, addresses, and the words
 * that close an issue are broken up.
 */
function quiet(text: string, limit: number): string {
  return plain(text, limit)
    .replace(/@/g, '@ ')
    .replace(/#/g, '# ')
    .replace(/\bgh-(?=\d)/gi, 'GH - ')
    .replace(/:\/\//g, ': //')
    .replace(
      /\b(c)(lose[sd]?)\b|\b(f)(ix(?:e[sd])?)\b|\b(r)(esolve[sd]?)\b/gi,
      (word) => `${word.slice(0, 1)}·${word.slice(1)}`,
    );
}
