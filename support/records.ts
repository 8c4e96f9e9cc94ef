import { someId } from './runner.js';
import { REPOSITORY_ID } from './world.js';

/** Records that tests plant on the state branch, so that a scenario can begin in the middle of a story. */

export interface PlantedRecord {
  /** The owner; `null` for a pull request that was released. */
  readonly owner?: PlantedOwner | null;
  /** The record's token, and the owner's. */
  readonly token?: number;
  readonly signals?: readonly { readonly runId: string; readonly fencingToken: number; readonly reason?: string }[];
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly pr?: number;
}

export interface PlantedOwner {
  readonly runId?: string;
  readonly attempt?: number;
  readonly claimedAt?: string | null;
  readonly updatedAt?: string | null;
  readonly holder?: Readonly<Record<string, unknown>> | null;
}

/** A record of schema 3 that is owned by workflow run 1001 since a minute, unless told otherwise. */
export function recordOf(planted: PlantedRecord = {}): Record<string, unknown> {
  const { owner = {}, token = 1, signals = [], history, pr = 17 } = planted;
  const runId = owner?.runId ?? '1001';
  const id = someId();
  const event = {
    ...{ type: 'claim', runId, attempt: owner?.attempt ?? 1, previousRunId: null, at: minutesAgo(1), reason: null },
    ...{ fencingToken: token, id, actor: 'octocat', workflow: 'agent', workflowRunId: 1001 },
  };
  return {
    schemaVersion: 3,
    target: { repo: 'acme/widgets', repoId: REPOSITORY_ID, pr, scope: null },
    fencingToken: token,
    activeRun: owner === null ? null : activeRunOf(owner, runId, token, id),
    previousRun: owner === null ? { runId, replacedAt: minutesAgo(1), replacedByRunId: null } : null,
    queue: [],
    history: history ?? [event],
    exitSignals: signals.map((signal) => ({ at: minutesAgo(1), reason: null, ...signal })),
  };
}

function activeRunOf(owner: PlantedOwner, runId: string, fencingToken: number, id: string): Record<string, unknown> {
  const { attempt = 1, claimedAt = minutesAgo(1), updatedAt = claimedAt } = owner;
  const holder = owner.holder === undefined ? holderOf(1001, attempt) : owner.holder;
  const ends = { expiresAt: null, detached: false, id, renewedBy: null };
  return { runId, attempt, fencingToken, claimedAt, updatedAt, ...ends, holder };
}

export function holderOf(workflowRunId: number, attempt = 1): Record<string, unknown> {
  const url = `https://github.test/acme/widgets/actions/runs/${String(workflowRunId)}/attempts/${String(attempt)}`;
  const repository = { repo: 'acme/widgets', repoId: REPOSITORY_ID };
  return { ...repository, workflowRunId, workflow: 'agent', job: 'fix', actor: 'octocat', url };
}

export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}
