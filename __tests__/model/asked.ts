import type { Publication } from '../../src/core/publication.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { RUNS, type RandomCommand } from './commands.js';
import type { Around, Asker, Holder, Stored } from './terms.js';

/** The command with who asks, where that is for the record to say. */
export function settled(random: RandomCommand, record: Stored | null): RandomCommand {
  const { runId, attempt } = record?.activeRun ?? random;
  return random.asOwner ? { ...random, runId, attempt } : random;
}

/** What a random command asks for, given the record that it meets. */
export function requestOf(random: RandomCommand, record: Stored | null): CoordinationRequest {
  const { command, reason, requireOpen, supersede, staleAfterMs, targetRunId, jobOutcome } = random;
  const { detached, expiresAfterMs, byDefault, line: action, placeMs } = random;
  const asking = { run: runOf(random), reason };
  const fencingToken = tokenOf(random, record);
  const term = { detached, expiresAfterMs, byDefault };
  const line = action === null ? null : { action, placeMs };
  switch (command) {
    case 'claim':
      return { command, ...asking, requireOpen, supersede, staleAfterMs, term, line };
    case 'takeover':
      return { command, ...asking, term, requireOpen };
    case 'assert': {
      const { requireExisting, strict } = random;
      return { command, ...asking, fencingToken, requireOpen, requireExisting, strict };
    }
    case 'push':
      return { command, ...asking, fencingToken, requireOpen, publication: publicationOf(random) };
    case 'ensure':
      return { command, ...asking, fencingToken, requireOpen, supersede, staleAfterMs, term, line };
    case 'release': {
      const writes = writesOf(random, record);
      const [begunBy = null] = writes;
      return { command, ...asking, fencingToken, evict: random.evict, targetRunId, jobOutcome, begunBy, writes };
    }
    case 'signal-exit':
      return { command, ...asking, fencingToken, requireActiveOwner: random.requireActiveOwner, targetRunId };
    case 'check':
      return { command, ...asking, targetRunId, staleAfterMs };
    case 'status':
      return { command, ...asking };
    case 'renew':
      return { command, ...asking, fencingToken, term };
    case 'leave':
      return { command, ...asking, jobOutcome, writes: writesOf(random, record), founding: true };
  }
}

const COMMIT = 'c0de'.repeat(10);
const OLD_HEAD = 'beef'.repeat(10);

function publicationOf({ names, dryRun, stands }: RandomCommand): Publication {
  const branch = { nothing: null, 'the branch': 'topic', 'another branch': 'other' }[names];
  return { commit: COMMIT, branch, isLeased: stands === 'leased', dryRun };
}

/** The branch of the pull request as git shows it to a push. */
export function branchOf({ stands }: RandomCommand): NonNullable<Around['branch']> {
  const heads = { same: COMMIT, gone: null, ahead: OLD_HEAD, leased: OLD_HEAD, moved: OLD_HEAD, diverged: OLD_HEAD };
  return { head: heads[stands], relation: stands === 'gone' ? 'diverged' : stands };
}

function runOf({ runId, attempt, holder }: RandomCommand): Asker {
  const workflowRunId = 1000 + RUNS.indexOf(runId);
  const own: Holder = {
    repo: 'acme/widgets',
    repoId: 7,
    workflowRunId,
    workflow: 'agent',
    job: 'fix',
    actor: `actor of ${runId}`,
    url: `https://github.test/acme/widgets/actions/runs/${String(workflowRunId)}`,
  };
  const holders: Record<RandomCommand['holder'], Holder | null> = {
    own,
    'other workflow run': { ...own, workflowRunId: 2000 + workflowRunId },
    'other repository': { ...own, repo: 'acme/.github', repoId: 8 },
    'name only': { ...own, repoId: null },
    'no ids': { ...own, repoId: null, workflowRunId: null },
    none: null,
  };
  return { runId, attempt, holder: holders[holder] };
}

function tokenOf({ meant, runId, attempt }: RandomCommand, record: Stored | null): number | null {
  const current = record?.activeRun?.fencingToken ?? record?.fencingToken ?? 1;
  const begun = record?.history.findLast(
    (event) =>
      ['claim', 'takeover', 'handover'].includes(event.type) &&
      event.runId === runId &&
      (event.attempt ?? attempt) < attempt,
  );
  const tokens = {
    none: null,
    current,
    old: Math.max(1, current - 1),
    future: current + 1,
    begun: begun?.fencingToken ?? null,
  };
  return tokens[meant];
}

/** What the asking step has sent before, should it be one that waits. */
export function ownWritesOf({ waits, runId }: RandomCommand, record: Stored | null): string[] {
  const ids = {
    'not yet': null,
    'in line': placeOf(runId, record),
    'in a place that was served': servedOf(runId, record),
    'in vain': 'never landed',
  };
  const id = ids[waits];
  return id === null ? [] : ['an older one', id];
}

function placeOf(runId: string, record: Stored | null): string | null {
  return record?.queue.findLast((place) => place.runId === runId)?.id ?? null;
}

function servedOf(runId: string, record: Stored | null): string | null {
  return record?.history.findLast((event) => event.entry !== undefined && event.runId === runId)?.entry ?? null;
}

function writesOf({ wrote, runId }: RandomCommand, record: Stored | null): string[] {
  const { id, renewedBy } = record?.activeRun ?? { id: null, renewedBy: null };
  const ids: Record<RandomCommand['wrote'], readonly (string | null)[]> = {
    nothing: [],
    'the tenure': [id],
    'the tenure and its renewal': [id, renewedBy],
    'its renewal': [renewedBy],
    'an event': [record?.history.at(-2)?.id ?? null],
    'what never landed': ['never landed'],
    'a place of its run': [placeOf(runId, record)],
    'the place that was served': [servedOf(runId, record)],
  };
  return ids[wrote].filter((each) => each !== null);
}
