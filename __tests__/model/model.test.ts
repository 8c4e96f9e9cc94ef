import { describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { branchOf, ownWritesOf, requestOf, settled } from './asked.js';
import { stories, type RandomCommand, type Story } from './commands.js';
import { CORNERS, kindsOf } from './corners.js';
import { playForReal } from './played.js';
import { play } from './reference.js';
import type { Around, Place, Stored, Waiter } from './terms.js';
import { askOf } from './translate.js';

/** How many commands are played; `MODEL_COMMANDS=1000000 npx jest __tests__/model` for a long evening. */
const COMMANDS_TO_PLAY = numberFrom('MODEL_COMMANDS', 18_000);
const SEED = numberFrom('MODEL_SEED', 20_261_126);

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

const HEAD_BRANCHES: Record<RandomCommand['headBranch'], Around['headBranch']> = {
  plain: { name: 'topic', isFork: false, isDefaultBranch: false },
  'of a fork': { name: 'topic', isFork: true, isDefaultBranch: false },
  'the default branch': { name: 'topic', isFork: false, isDefaultBranch: true },
};

const BEGINNINGS = [null, null, undated(null), undated(new Date(START).toISOString()), undated(null, unnamed())];

/** A record from before the id of its repository was kept. */
function unnamed(): Place {
  return { ...TARGET, repoId: null };
}

/** Ninety-six runs in line, one after the other, every fifth of them for a moment only. */
function crowded(): Stored {
  const queue = Array.from({ length: 96 }, (_, index): Waiter => {
    const holder = { repo: 'acme/widgets', repoId: 7, workflowRunId: 3000 + index };
    return {
      ...{
        runId: `waiter ${String(index)}`,
        attempt: 1,
        detached: false,
        expiresAfter: null,
        id: `place-${String(index)}`,
      },
      ...{
        since: new Date(START).toISOString(),
        until: new Date(START + (index % 5 === 0 ? 500 : 3_600_000)).toISOString(),
      },
      holder: { ...holder, workflow: 'agent', job: 'fix', actor: 'octocat', url: null },
    };
  });
  return { ...undated(new Date(START).toISOString()), queue };
}

/** Plays a story twice, once by the reference and once by the real rules, and compares after every command. */
function compare({ commands }: Story, begin: Stored | null, met: Map<string, number>): void {
  let record = begin;
  let text = begin === null ? null : JSON.stringify(begin);
  let time = START;
  commands.forEach((random, index) => {
    const command = settled(random, record);
    time += command.passedMs;
    const { open, ownerRun, waiterRuns, mayTakeOver, tokenFloor, renamed } = command;
    // Without an id the name alone tells whose record it is.
    const known = record === null || record.target.repoId !== null;
    const target = { ...TARGET, repo: renamed && known ? 'acme/gizmos' : 'acme/widgets' };
    const id = `write-${String(index)}`;
    const around: Around = {
      ...{ now: new Date(time).toISOString(), id, target, tokenFloor, open, ownerRun, mayTakeOver },
      waiterRun: (waiter) => waiterRuns[numberOf(waiter) % waiterRuns.length] ?? 'unknown',
      ownWrites: ownWritesOf(command, record),
      ...{ headBranch: HEAD_BRANCHES[command.headBranch], branch: branchOf(command) },
    };
    const request = requestOf(command, record);

    const expected = play(record, askOf(request), around);
    const real = playForReal(text, request, around);

    agree(real.reply, expected.reply);
    // What both have left as it was agrees as it did.
    const isWritten = real.text !== text || expected.record !== record;
    if (isWritten) agree(real.text === null ? null : (JSON.parse(real.text) as unknown), expected.record);
    const before = record;
    record = expected.record;
    text = real.text;
    for (const kind of kindsOf({ before, request, around, ...expected })) met.set(kind, (met.get(kind) ?? 0) + 1);
  });
}

/** The number of the write that took a place. */
function numberOf({ id }: Waiter): number {
  return Number((id ?? '').split('-')[1] ?? 0);
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
      compare(story, story.isCrowded ? crowded() : begin, met);
      played += story.commands.length;
    });
    for (let round = 0; played < COMMANDS_TO_PLAY; round += 1) {
      fc.assert(property, { seed: SEED + round, numRuns: 20 });
    }
    expect(played).toBeGreaterThanOrEqual(COMMANDS_TO_PLAY);
  }, 3_600_000);

  test('and the random commands met every row of the contract', () => {
    expect([...met.keys()].filter((kind) => !kind.startsWith('corner: ')).sort()).toEqual(EVERY_ROW);
  });

  test.each(CORNERS)('and a corner of it: %s', (corner) => {
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
  'claim: conflict queue_full',
  'claim: ok claimed_new',
  'claim: ok refreshed',
  'claim: ok taken_over',
  'ensure: conflict active_run_exists',
  'ensure: conflict exit_signal_recorded',
  'ensure: conflict ownership_lost',
  'ensure: conflict pr_closed',
  'ensure: conflict queue_full',
  'ensure: ok claimed_new',
  'ensure: ok owner_confirmed',
  'ensure: ok refreshed',
  'ensure: ok taken_over',
  'leave: ok release_noop',
  'leave: ok released',
  'push: conflict exit_signal_recorded',
  'push: conflict fork_head',
  'push: conflict head_moved',
  'push: conflict ownership_lost',
  'push: conflict ownership_missing',
  'push: conflict pr_closed',
  'push: error invalid_input',
  'push: ok owner_confirmed',
  'push: ok published',
  'release: conflict ownership_lost',
  'release: conflict takeover_forbidden',
  'release: ok release_noop',
  'release: ok released',
  'renew: conflict exit_signal_recorded',
  'renew: conflict ownership_lost',
  'renew: ok refreshed',
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
