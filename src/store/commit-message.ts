import type { HistoryEvent, Target } from '../core/record.js';
import { plain } from '../core/text.js';

export interface CommitMessage {
  readonly headline: string;
  readonly body: string;
}

/**
 * `git log` on the state branch is the audit trail: a readable headline, and trailers for tools. `[skip ci]` because a
 * commit by an App or a personal token would start workflows.
 */
export function commitMessage(event: HistoryEvent, target: Target): CommitMessage {
  const name = `${target.repo}#${String(target.pr)}`;
  const trailers: readonly (readonly [string, string | null])[] = [
    ['Coord-Event', event.type],
    ['Coord-Target', name],
    ['Coord-Run-Id', event.runId],
    ['Coord-Previous-Run-Id', event.previousRunId],
    ['Coord-Fencing-Token', event.fencingToken === null ? null : String(event.fencingToken)],
    ['Coord-Actor', event.actor ?? null],
    ['Coord-Cause', event.cause ?? null],
    ['Coord-Outcome', event.outcome ?? null],
    ['Coord-Request-Id', event.id],
  ];
  // Everything foreign is put on one line, so that no reason can pretend to be a trailer.
  const lines = trailers.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${plain(value, 300)}`]));
  const reason = event.reason === null ? [] : [`Reason: ${plain(event.reason, 600)}`, ''];
  return {
    headline: `${event.type} ${name} by run ${plain(event.runId, 60)}`,
    body: [...reason, '[skip ci]', '', ...lines].join('\n'),
  };
}
