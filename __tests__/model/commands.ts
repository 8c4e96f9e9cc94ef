import fc from 'fast-check';
import { COMMANDS, SUPERSEDE_POLICIES } from '../../src/core/request.js';

/** Which tenure a command means, seen from the record that it meets; `begun`: the last one of an earlier attempt. */
export type MeantToken = 'none' | 'current' | 'old' | 'future' | 'begun';

/** What is known of the workflow run behind a run: where it comes from, and whether the ids are known. */
export type KnownHolder = 'own' | 'other workflow run' | 'other repository' | 'name only' | 'no ids' | 'none';

/** One command of a random story. What depends on the record (tokens, ids) is settled when it is played. */
export interface RandomCommand {
  readonly command: (typeof COMMANDS)[number] | 'leave';
  readonly runId: string;
  readonly attempt: number;
  readonly holder: KnownHolder;
  readonly meant: MeantToken;
  readonly reason: string | null;
  readonly requireExisting: boolean;
  readonly requireOpen: boolean | null;
  readonly requireActiveOwner: boolean;
  readonly targetRunId: string | null;
  readonly evict: boolean;
  readonly strict: boolean;
  readonly supersede: (typeof SUPERSEDE_POLICIES)[number];
  readonly staleAfterMs: number;
  readonly jobOutcome: string | null;
  /** Whose write a post step, or a step that leaves, has made. */
  readonly wrote:
    'nothing' | 'the tenure' | 'the tenure and its renewal' | 'its renewal' | 'an event' | 'what never landed';
  /** How far the clock went since the command before; answers of GitHub may even overtake one another. */
  readonly passedMs: number;
  readonly renamed: boolean;
  readonly tokenFloor: number;
  readonly open: boolean;
  readonly ownerRun: 'alive' | 'dead' | 'unknown';
  readonly mayTakeOver: boolean;
}

export const RUNS = ['a', 'b', 'c'];
const MINUTE = 60_000;

const reasons = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(null, '', '  why  ') },
  { weight: 1, arbitrary: fc.constant(` ${'long '.repeat(120)}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

const anyCommand: fc.Arbitrary<RandomCommand> = fc.record({
  command: fc.constantFrom(...COMMANDS, ...COMMANDS, 'claim', 'ensure', 'ensure', 'leave'),
  runId: fc.constantFrom(...RUNS),
  attempt: fc.constantFrom(1, 1, 1, 2, 2, 3),
  holder: fc.constantFrom<KnownHolder>(
    ...(['own', 'own', 'own', 'own', 'own', 'other workflow run'] as const),
    ...(['other repository', 'name only', 'no ids', 'none'] as const),
  ),
  meant: fc.constantFrom<MeantToken>('none', 'none', 'none', 'current', 'current', 'begun', 'begun', 'old', 'future'),
  reason: reasons,
  requireExisting: fc.boolean(),
  requireOpen: fc.constantFrom(null, null, true, false),
  requireActiveOwner: fc.boolean(),
  targetRunId: fc.constantFrom(null, null, ...RUNS),
  evict: fc.boolean(),
  strict: fc.boolean(),
  supersede: fc.constantFrom(...SUPERSEDE_POLICIES),
  staleAfterMs: fc.constantFrom(0, MINUTE, 30 * MINUTE),
  jobOutcome: fc.constantFrom(null, null, 'success', 'failure'),
  wrote: fc.constantFrom<RandomCommand['wrote']>(
    ...(['nothing', 'nothing', 'the tenure', 'the tenure and its renewal'] as const),
    ...(['its renewal', 'an event', 'what never landed'] as const),
  ),
  passedMs: fc.constantFrom(0, 1, 1_000, MINUTE, MINUTE, 10 * MINUTE, 31 * MINUTE, -5_000),
  renamed: fc.constantFrom(false, false, false, true),
  tokenFloor: fc.constantFrom(...Array.from({ length: 30 }, () => 0), 5, 40),
  open: fc.constantFrom(true, true, true, true, false),
  ownerRun: fc.constantFrom('alive', 'alive', 'dead', 'unknown'),
  mayTakeOver: fc.constantFrom(true, true, false),
});

/** Many small events inside one tenure, so that the fifty that a record keeps are not enough. */
const signalCommand = anyCommand.map((command) => ({
  ...command,
  ...{ command: 'signal-exit' as const, meant: 'none' as const, targetRunId: null },
  ...{ requireActiveOwner: false, mayTakeOver: true },
}));
const renewal = anyCommand.map((command) => ({
  ...command,
  ...{ runId: 'a', attempt: 1, holder: 'own' as const, command: 'claim' as const },
}));

const crowdOf = (crowd: fc.Arbitrary<RandomCommand>): fc.Arbitrary<RandomCommand[]> =>
  fc.array(fc.oneof({ weight: 30, arbitrary: crowd }, { weight: 1, arbitrary: anyCommand }), {
    maxLength: 200,
    size: 'max',
  });

/** A story of one pull request: mixed commands, or a crowd of small ones with a few others in between. */
export const stories = fc.oneof(
  { weight: 8, arbitrary: fc.array(anyCommand, { maxLength: 200, size: 'max' }) },
  { weight: 1, arbitrary: crowdOf(signalCommand) },
  { weight: 1, arbitrary: crowdOf(renewal) },
);
