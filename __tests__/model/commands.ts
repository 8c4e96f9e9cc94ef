import fc from 'fast-check';
import { COMMANDS, SUPERSEDE_POLICIES } from '../../src/core/request.js';

/** Which tenure a command means, seen from the record that it meets; `begun`: the last one of an earlier attempt. */
export type MeantToken = 'none' | 'current' | 'old' | 'future' | 'begun';

/** What is known of the workflow run behind a run: where it comes from, and whether the ids are known. */
export type KnownHolder = 'own' | 'other workflow run' | 'other repository' | 'name only' | 'no ids' | 'none';

type Wrote =
  | 'nothing'
  | 'the tenure'
  | 'the tenure and its renewal'
  | 'its renewal'
  | 'an event'
  | 'what never landed'
  | 'a place of its run'
  | 'the place that was served';

/** One command of a random story. What depends on the record (tokens, ids) is settled when it is played. */
export interface RandomCommand {
  readonly command: (typeof COMMANDS)[number] | 'leave' | 'renew';
  readonly runId: string;
  readonly attempt: number;
  /** It is the owner that asks, whoever that is by then. */
  readonly asOwner: boolean;
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
  readonly detached: boolean;
  readonly expiresAfterMs: number | null;
  readonly byDefault: boolean;
  readonly line: 'wait' | 'leave' | null;
  readonly placeMs: number;
  /** What the asking step has written before: nothing, what took a place of its run, or what never landed. */
  readonly waits: 'not yet' | 'in line' | 'in a place that was served' | 'in vain';
  /** Whose write a post step, or a step that leaves, has made. */
  readonly wrote: Wrote;
  /** How far the clock went since the command before; answers of GitHub may even overtake one another. */
  readonly passedMs: number;
  readonly renamed: boolean;
  readonly tokenFloor: number;
  readonly open: boolean;
  readonly ownerRun: 'alive' | 'dead' | 'unknown';
  /** What GitHub says of those in line, over and over. */
  readonly waiterRuns: readonly RandomCommand['ownerRun'][];
  readonly mayTakeOver: boolean;
  /** The branch that a push names. */
  readonly names: 'nothing' | 'the branch' | 'another branch';
  readonly dryRun: boolean;
  /** How the commit of a push stands to the branch. */
  readonly stands: 'same' | 'ahead' | 'leased' | 'moved' | 'diverged' | 'gone';
  readonly headBranch: 'plain' | 'of a fork' | 'the default branch';
}

export const RUNS = ['a', 'b', 'c'];
const MINUTE = 60_000;

const reasons = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(null, '', '  why  ') },
  { weight: 1, arbitrary: fc.constant(` ${'long '.repeat(120)}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

const OFTEN = ['claim', 'claim', 'ensure', 'ensure', 'leave', 'leave', 'renew'] as const;

const anyCommand: fc.Arbitrary<RandomCommand> = fc.record({
  command: fc.constantFrom(...COMMANDS, ...COMMANDS.filter((name) => name !== 'push'), ...OFTEN),
  runId: fc.constantFrom(...RUNS),
  attempt: fc.constantFrom(1, 1, 1, 2, 2, 3),
  asOwner: fc.constantFrom(false, false, false, true),
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
  detached: fc.constantFrom(false, false, false, true),
  expiresAfterMs: fc.constantFrom(null, null, null, 1_000, 10 * MINUTE, 60 * MINUTE),
  byDefault: fc.boolean(),
  line: fc.constantFrom(null, 'wait', 'wait', 'leave'),
  placeMs: fc.constantFrom(1_000, 30 * MINUTE, 600 * MINUTE),
  waits: fc.constantFrom('not yet', 'not yet', 'in line', 'in line', 'in a place that was served', 'in vain'),
  wrote: fc.constantFrom<Wrote>(
    ...(['nothing', 'nothing', 'the tenure', 'the tenure and its renewal'] as const),
    ...(['its renewal', 'an event', 'what never landed', 'a place of its run', 'the place that was served'] as const),
  ),
  passedMs: fc.constantFrom(0, 1, 1_000, MINUTE, MINUTE, 10 * MINUTE, 31 * MINUTE, -5_000),
  renamed: fc.constantFrom(false, false, false, true),
  tokenFloor: fc.constantFrom(...Array.from({ length: 30 }, () => 0), 5, 40),
  open: fc.constantFrom(true, true, true, true, false),
  ownerRun: fc.constantFrom('alive', 'alive', 'dead', 'unknown'),
  waiterRuns: fc.oneof(
    { weight: 3, arbitrary: fc.constant(['alive'] as const) },
    { weight: 1, arbitrary: fc.constant(['dead'] as const) },
    {
      weight: 2,
      arbitrary: fc.array(fc.constantFrom('alive', 'dead', 'dead', 'unknown'), { minLength: 1, maxLength: 7 }),
    },
  ),
  mayTakeOver: fc.constantFrom(true, true, false),
  names: fc.constantFrom('nothing', 'nothing', 'nothing', 'the branch', 'another branch'),
  dryRun: fc.constantFrom(false, false, false, true),
  stands: fc.constantFrom('ahead', 'ahead', 'ahead', 'leased', 'same', 'moved', 'diverged', 'gone'),
  headBranch: fc.constantFrom(...repeated(5, 'plain'), 'of a fork', 'the default branch'),
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

/** The owner at work, that publishes again and again. */
const publishing = fc.tuple(anyCommand, nameOf(...repeated(12, 'push'), 'claim')).map(([command, name]) => ({
  ...command,
  ...{ command: name, runId: 'a', attempt: 1, holder: 'own' as const, meant: 'none' as const },
  ...{ names: 'nothing' as const, dryRun: false, headBranch: 'plain' as const },
}));

function nameOf(...names: readonly RandomCommand['command'][]): fc.Arbitrary<RandomCommand['command']> {
  return fc.constantFrom(...names);
}

/** Many places in line, some of which end soon, so that a hundred are too many. */
const waiting = fc
  .tuple(anyCommand, nameOf(...repeated(7, 'claim', 'ensure'), 'release'), fc.constantFrom('b', 'c'))
  .map(([command, name]) => ({
    ...command,
    ...{ command: name, supersede: 'never' as const, evict: false, wrote: 'nothing' as const, targetRunId: null },
    ...{ line: 'wait' as const, waits: 'not yet' as const, meant: 'none' as const, passedMs: 30, open: true },
    ...{ attempt: 1, asOwner: name === 'release', placeMs: command.detached ? 1_000 : 600 * MINUTE },
  }));

const STOPS_WAITING = { waits: 'in line', line: 'leave', supersede: 'dead', ownerRun: 'dead', asOwner: false } as const;

const EVICTS = { evict: true, meant: 'current', mayTakeOver: true } as const;

const COMES_AGAIN = { waits: 'not yet', line: 'wait', attempt: 2 } as const;

/** Runs that wait, are served, leave and come back, and nothing that keeps them from it. */
const inLine = fc
  .tuple(
    anyCommand,
    nameOf(...repeated(4, 'claim', 'ensure'), 'release', 'release', 'release', 'leave', 'signal-exit'),
    fc.boolean(),
  )
  .map(([command, name, finds]) => ({
    ...command,
    ...{ command: name, holder: 'own' as const, meant: 'none' as const, targetRunId: null, evict: false },
    ...{ passedMs: Math.abs(command.passedMs % MINUTE), open: command.open || command.strict },
    ...(name === 'release' ? { wrote: 'nothing' as const, asOwner: finds } : {}),
    ...(name === 'release' && !finds && command.evict ? EVICTS : {}),
    ...(name === 'signal-exit' ? { asOwner: true } : {}),
    ...(name === 'leave' && finds ? { wrote: 'the place that was served' as const, asOwner: true } : {}),
    ...(name === 'claim' && finds ? { waits: 'in a place that was served' as const, asOwner: command.evict } : {}),
    ...(name === 'claim' && !finds && command.evict ? STOPS_WAITING : {}),
    ...(name === 'ensure' && finds ? { waits: 'not yet' as const, line: 'wait' as const } : {}),
    ...(name === 'claim' && !finds && !command.evict && command.strict ? COMES_AGAIN : {}),
  }));

function repeated<const T>(times: number, ...values: readonly T[]): T[] {
  return Array.from({ length: times }, () => values).flat();
}

const crowdOf = (crowd: fc.Arbitrary<RandomCommand>): fc.Arbitrary<RandomCommand[]> =>
  fc.array(fc.oneof({ weight: 30, arbitrary: crowd }, { weight: 1, arbitrary: anyCommand }), {
    maxLength: 200,
    size: 'max',
  });

export interface Story {
  readonly commands: readonly RandomCommand[];
  /** It begins with a line that is nearly full. */
  readonly isCrowded: boolean;
}

/** A story of one pull request: mixed commands, or a crowd of small ones with a few others in between. */
export const stories: fc.Arbitrary<Story> = fc.oneof(
  { weight: 8, arbitrary: story(fc.array(anyCommand, { maxLength: 200, size: 'max' })) },
  { weight: 1, arbitrary: story(crowdOf(signalCommand)) },
  { weight: 1, arbitrary: story(crowdOf(renewal)) },
  { weight: 2, arbitrary: story(crowdOf(publishing)) },
  { weight: 1, arbitrary: story(fc.array(waiting, { minLength: 20, maxLength: 40, size: 'max' }), true) },
  { weight: 11, arbitrary: story(crowdOf(inLine)) },
);

function story(commands: fc.Arbitrary<RandomCommand[]>, isCrowded = false): fc.Arbitrary<Story> {
  return commands.map((played) => ({ commands: played, isCrowded }));
}
