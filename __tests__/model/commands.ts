import fc from 'fast-check';
import { COMMANDS, SUPERSEDE_POLICIES, type CoordinationRequest } from '../../src/core/request.js';
import type { Stored } from './terms.js';

/** Which tenure a command means, seen from the record that it meets. */
type MeantToken = 'none' | 'current' | 'old' | 'future';

/** One command of a random story. What depends on the record (the token) is settled when it is played. */
export interface RandomCommand {
  readonly command: CoordinationRequest['command'];
  readonly runId: string;
  readonly attempt: number;
  /** Whether the record names a workflow run behind the run. */
  readonly knownHolder: boolean;
  readonly meant: MeantToken;
  readonly reason: string | null;
  readonly requireExisting: boolean;
  readonly requireActiveOwner: boolean;
  readonly targetRunId: string | null;
  readonly evict: boolean;
  readonly strict: boolean;
  readonly supersede: CoordinationRequest['supersede'];
  readonly staleAfterMs: number;
  readonly jobOutcome: string | null;
  /** How far the clock went since the command before; clocks of different runners may even go back. */
  readonly passedMs: number;
  readonly open: boolean;
  readonly ownerRun: 'alive' | 'dead' | 'unknown';
  readonly mayTakeOver: boolean;
}

const RUNS = ['a', 'b', 'c'];
const MINUTE = 60_000;

const reasons = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(null, '', '  why  ') },
  { weight: 1, arbitrary: fc.constant(` ${'long '.repeat(120)}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

const anyCommand: fc.Arbitrary<RandomCommand> = fc.record({
  command: fc.constantFrom(...COMMANDS),
  runId: fc.constantFrom(...RUNS),
  attempt: fc.constantFrom(1, 1, 1, 2, 3),
  knownHolder: fc.constantFrom(true, true, false),
  meant: fc.constantFrom<MeantToken>('none', 'none', 'current', 'current', 'old', 'future'),
  reason: reasons,
  requireExisting: fc.boolean(),
  requireActiveOwner: fc.boolean(),
  targetRunId: fc.constantFrom(null, null, ...RUNS),
  evict: fc.boolean(),
  strict: fc.boolean(),
  supersede: fc.constantFrom(...SUPERSEDE_POLICIES),
  staleAfterMs: fc.constantFrom(0, MINUTE, 30 * MINUTE),
  jobOutcome: fc.constantFrom(null, null, 'success', 'failure'),
  passedMs: fc.constantFrom(0, 1, 1_000, MINUTE, MINUTE, 10 * MINUTE, 31 * MINUTE, -5_000),
  open: fc.constantFrom(true, true, true, true, false),
  ownerRun: fc.constantFrom('alive', 'alive', 'dead', 'unknown'),
  mayTakeOver: fc.constantFrom(true, true, false),
});

/** Many signals inside one tenure, so that the fifty that a record keeps are not enough. */
const signalCommand = anyCommand.map((command) => ({
  ...command,
  command: 'signal-exit' as const,
  requireActiveOwner: false,
  meant: 'none' as const,
}));

/** A story of one pull request: mixed commands, or a crowd of signals with a few others in between. */
export const stories = fc.oneof(
  { weight: 5, arbitrary: fc.array(anyCommand, { maxLength: 200, size: 'max' }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof({ weight: 30, arbitrary: signalCommand }, { weight: 1, arbitrary: anyCommand }), {
      maxLength: 200,
      size: 'max',
    }),
  },
);

export function requestOf(command: RandomCommand, id: string, record: Stored | null): CoordinationRequest {
  const { runId, attempt, knownHolder, meant } = command;
  const current = record?.activeRun?.fencingToken ?? record?.fencingToken ?? 1;
  const tokens = { none: null, current, old: Math.max(1, current - 1), future: current + 1 };
  const holder = {
    workflowRunId: 1000 + RUNS.indexOf(runId),
    workflow: 'agent',
    job: 'fix',
    actor: 'octocat',
    url: `https://github.test/acme/widgets/actions/runs/${runId}`,
  };
  return {
    command: command.command,
    id,
    run: { runId, attempt, holder: knownHolder ? holder : attempt === 1 ? null : { ...holder, workflowRunId: null } },
    reason: command.reason,
    fencingToken: tokens[meant],
    requireExisting: command.requireExisting,
    requireActiveOwner: command.requireActiveOwner,
    targetRunId: command.targetRunId,
    evict: command.evict,
    strict: command.strict,
    supersede: command.supersede,
    staleAfterMs: command.staleAfterMs,
    jobOutcome: command.jobOutcome,
  };
}
