import type { ActiveRun, HistoryEvent, OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import type { Command, CoordinationRequest } from '../../src/core/request.js';
import type { Change } from '../../src/store/state-store.js';
import { NO_EFFORT, request } from '../core/samples.js';

/** Records of acme/widgets#17 (repository 7) that workflow run 2002 owns, and what is asked about them. */

export const TARGET: StoredTarget = { repo: 'acme/widgets', repoId: 7, pr: 17, scope: null };
export const PATH = 'pulls/0/17.json';
export const NOW = '2026-11-22T08:00:00.000Z';

type Of<C extends Command> = Extract<CoordinationRequest, { command: C }>;
type Every = { [C in Command]: Omit<Of<C>, 'command'> }[Command];
type Keys<T> = T extends unknown ? keyof T : never;

/** Any input of any command; a command leaves alone what it has no use for, as in a workflow. */
export type RequestParts = { readonly command?: Command } & {
  readonly [K in Keys<Every>]?: Every extends infer E ? (E extends { readonly [P in K]: infer V } ? V : never) : never;
};

/** A request of run 1001, by default a claim with `supersede: dead`. */
export function requestOf({ command = 'claim', ...parts }: RequestParts = {}): CoordinationRequest {
  return { ...request(command), supersede: 'dead', ...parts };
}

/** An owner with a workflow run of the target's repository. */
export function ownerOf(parts: Partial<ActiveRun> = {}, workflowRunId = 2002): ActiveRun {
  const url = `https://github.test/acme/widgets/actions/runs/${String(workflowRunId)}/attempts/1`;
  const { repo, repoId } = TARGET;
  return {
    runId: String(workflowRunId),
    attempt: 1,
    fencingToken: 1,
    claimedAt: NOW,
    updatedAt: NOW,
    expiresAt: null,
    detached: false,
    id: 'earlier',
    renewedBy: null,
    holder: { repo, repoId, workflowRunId, workflow: 'agent', job: 'fix', actor: 'octocat', url },
    ...parts,
  };
}

export function recordOf(parts: Partial<OwnershipRecord> = {}): OwnershipRecord {
  const activeRun = ownerOf();
  return {
    schemaVersion: 3,
    target: TARGET,
    fencingToken: activeRun.fencingToken,
    activeRun,
    previousRun: null,
    queue: [],
    history: [eventOf()],
    exitSignals: [],
    ...parts,
  };
}

export function eventOf(parts: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    type: 'claim',
    runId: '2002',
    attempt: 1,
    previousRunId: null,
    at: NOW,
    reason: null,
    fencingToken: 1,
    id: 'earlier',
    actor: 'octocat',
    workflow: 'agent',
    workflowRunId: 2002,
    ...parts,
  };
}

/** The change that puts `record` on top of `expectedHead`. */
export function changeOf(expectedHead: string | null, record: OwnershipRecord = recordOf()): Change {
  return { expectedHead, next: record, event: record.history.at(-1) ?? eventOf(), effort: NO_EFFORT };
}
