import { describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { CoordinationRequest } from '../../src/core/request.js';
import { requestOf } from './asked.js';
import { stories, type RandomCommand } from './commands.js';
import { playForReal } from './played.js';
import { play } from './reference.js';
import type { Around, Place, Result, Stored } from './terms.js';
import { askOf } from './translate.js';

/** How many commands are played; `MODEL_COMMANDS=1000000 npx jest __tests__/model` for a long evening. */
const COMMANDS_TO_PLAY = numberFrom('MODEL_COMMANDS', 10_000);
const SEED = numberFrom('MODEL_SEED', 20_261_122);

const START = Date.parse('2026-11-22T08:00:00.000Z');
const TARGET: Place = { repo: 'acme/widgets', repoId: 7, pr: 17, scope: null };

/** An owner that nobody can date, and whose workflow run nobody knows. */
const undated = (updatedAt: string | null, target = TARGET): Stored => ({
  schemaVersion: 3,
  target,
  fencingToken: 7,
  activeRun: {
    ...{ runId: 'a', attempt: 1, fencingToken: 7, claimedAt: null, updatedAt, expiresAt: null, detached: false },
    ...{ id: null, renewedBy: null, holder: null },
  },
  previousRun: null,
  queue: [],
  history: [],
  exitSignals: [],
});

const BEGINNINGS = [null, null, undated(null), undated(new Date(START).toISOString()), undated(null, unnamed())];

/** A record from before the id of its repository was kept. */
function unnamed(): Place {
  return { ...TARGET, repoId: null };
}

/** Plays a story twice, once by the reference and once by the real rules, and compares after every command. */
function compare(story: readonly RandomCommand[], begin: Stored | null, met: Map<string, number>): void {
  let record = begin;
  let text = begin === null ? null : JSON.stringify(begin);
  let time = START;
  story.forEach((command, index) => {
    time += command.passedMs;
    const { open, ownerRun, mayTakeOver, tokenFloor, renamed } = command;
    // Without an id the name alone tells whose record it is.
    const known = record === null || record.target.repoId !== null;
    const target = { ...TARGET, repo: renamed && known ? 'acme/gizmos' : 'acme/widgets' };
    const id = `write-${String(index)}`;
    const around: Around = { now: new Date(time).toISOString(), id, target, tokenFloor, open, ownerRun, mayTakeOver };
    const request = requestOf(command, record);

    const expected = play(record, askOf(request), around);
    const real = playForReal(text, request, around);

    agree(real.reply, expected.reply);
    agree(real.text === null ? null : (JSON.parse(real.text) as unknown), expected.record);
    const before = record;
    record = expected.record;
    text = real.text;
    for (const kind of kindsOf(before, request, expected)) met.set(kind, (met.get(kind) ?? 0) + 1);
  });
}

/** The row of the contract, and the corners that no code tells apart. */
function kindsOf(before: Stored | null, request: CoordinationRequest, { reply, record: after }: Result): string[] {
  const { command } = request;
  const token = 'fencingToken' in request ? request.fencingToken : null;
  const wrote = after !== before;
  const [oldest] = before?.history ?? [];
  const corners: [string, boolean][] = [
    ['by a token of an earlier attempt', reply.ok && token !== null && token !== before?.activeRun?.fencingToken],
    ['forgets what is old', wrote && oldest !== undefined && after?.history.includes(oldest) === false],
    ['forgets minor things first', wrote && before?.history.length === 50 && after?.history[0] === oldest],
    ['begins above the floor', wrote && (after?.fencingToken ?? 0) > (before?.fencingToken ?? 0) + 1],
    [
      'moves the holder',
      command !== 'claim' && wrote && reply.code === 'refreshed' && reply.token === ownedBefore(before),
    ],
    [
      'ends what its own step renewed',
      'writes' in request && wrote && reply.code === 'released' && isRenewedBy(before, request.writes),
    ],
    ['leaves a commit', command === 'leave' && wrote && reply.code === 'release_noop'],
  ];
  const row = `${command}: ${reply.ok ? 'ok' : 'conflict'} ${reply.code}`;
  return [row, ...corners.flatMap(([name, is]) => (is ? [`corner: ${command} ${name}`] : []))];
}

function isRenewedBy(before: Stored | null, writes: readonly string[]): boolean {
  const renewedBy = before?.activeRun?.renewedBy ?? null;
  return renewedBy !== null && writes.includes(renewedBy);
}

function ownedBefore(before: Stored | null): number | null {
  return before?.activeRun?.fencingToken ?? null;
}

/** `expect` is too slow to be asked ten thousand times; it is asked where it has something to say. */
function agree(real: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(real, expected)) expect(real).toEqual(expected);
}

describe('the rules and the reference model', () => {
  const met = new Map<string, number>();

  test(`agree on every answer and every record of ${String(COMMANDS_TO_PLAY)} random commands`, () => {
    let played = 0;
    const property = fc.property(stories, fc.constantFrom(...BEGINNINGS), (story, begin) => {
      compare(story, begin, met);
      played += story.length;
    });
    for (let round = 0; played < COMMANDS_TO_PLAY; round += 1) {
      fc.assert(property, { seed: SEED + round, numRuns: 20 });
    }
    expect(played).toBeGreaterThanOrEqual(COMMANDS_TO_PLAY);
  }, 3_600_000);

  test('and the random commands met every row of the contract', () => {
    expect([...met.keys()].filter((kind) => !kind.startsWith('corner: ')).sort()).toEqual(EVERY_ROW);
  });

  test.each([
    'ensure by a token of an earlier attempt',
    'release by a token of an earlier attempt',
    'ensure moves the holder',
    'signal-exit forgets what is old',
    'claim forgets minor things first',
    'claim begins above the floor',
    'release ends what its own step renewed',
    'leave ends what its own step renewed',
    'leave leaves a commit',
  ])('and a corner of it: %s', (corner) => {
    expect(met.get(`corner: ${corner}`) ?? 0).toBeGreaterThan(1);
  });
});

/** Section 3, row by row: a change here means that the contract, or the reach of the random commands, has changed. */
const EVERY_ROW = [
  'assert: conflict exit_signal_recorded',
  'assert: conflict ownership_lost',
  'assert: conflict ownership_missing',
  'assert: conflict pr_closed',
  'assert: ok no_owner_record',
  'assert: ok owner_confirmed',
  'check: conflict exit_signal_recorded',
  'check: conflict ownership_lost',
  'check: conflict stale_runner',
  'check: ok dead_runner',
  'check: ok fresh_runner',
  'check: ok no_owner_record',
  'claim: conflict active_run_exists',
  'claim: conflict exit_signal_recorded',
  'claim: conflict ownership_lost',
  'claim: conflict pr_closed',
  'claim: ok claimed_new',
  'claim: ok refreshed',
  'claim: ok taken_over',
  'ensure: conflict exit_signal_recorded',
  'ensure: conflict ownership_lost',
  'ensure: conflict pr_closed',
  'ensure: ok claimed_new',
  'ensure: ok owner_confirmed',
  'ensure: ok refreshed',
  'ensure: ok taken_over',
  'leave: ok release_noop',
  'leave: ok released',
  'release: conflict ownership_lost',
  'release: conflict takeover_forbidden',
  'release: ok release_noop',
  'release: ok released',
  'signal-exit: conflict ownership_lost',
  'signal-exit: conflict ownership_missing',
  'signal-exit: conflict takeover_forbidden',
  'signal-exit: ok exit_signal_recorded',
  'status: ok status',
  'takeover: conflict ownership_lost',
  'takeover: conflict pr_closed',
  'takeover: conflict takeover_forbidden',
  'takeover: ok claimed_new',
  'takeover: ok refreshed',
  'takeover: ok taken_over',
];

function numberFrom(variable: string, fallback: number): number {
  const value = Number(process.env[variable] ?? fallback);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${variable} must be a positive integer`);
  return value;
}
