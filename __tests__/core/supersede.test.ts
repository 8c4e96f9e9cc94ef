import { describe, expect, test } from '@jest/globals';
import type { Holder, OwnershipRecord } from '../../src/core/record.js';
import type { Liveness, SupersedePolicy } from '../../src/core/request.js';
import { active, decideOn, HOLDER, NOW, OTHER, owned, request, signalled, wordOf, written } from './samples.js';

const old = '2026-11-22T07:00:00.000Z';
const agedRun = active({ claimedAt: old, updatedAt: old });
const records = {
  fresh: owned(),
  aged: owned({ activeRun: agedRun }),
  signalled: signalled(),
  'signalled and aged': signalled({ activeRun: agedRun }),
} as const;

type State = keyof typeof records;
const refused = 'refused';
const asks = 'ask owner_liveness';
const taken = (cause: string): string => `taken over: ${cause}`;

/** What becomes of a claim (or an ensure) on another run's target. */
function fate(
  record: OwnershipRecord,
  policy: SupersedePolicy,
  ownerLiveness: Liveness,
  command: 'claim' | 'ensure',
): string {
  const decision = decideOn(record, request(command, { run: OTHER, supersede: policy }), { ownerLiveness });
  if (decision.kind === 'write') return taken(decision.event.cause ?? 'none');
  const word = wordOf(decision);
  const refusal = command === 'claim' ? 'conflict active_run_exists' : 'conflict ownership_lost';
  return word === refusal ? refused : word;
}

describe.each(['claim', 'ensure'] as const)('%s supersedes', (command) => {
  test.each<[SupersedePolicy, State, Record<Liveness, string>]>([
    ['never', 'fresh', { unasked: refused, alive: refused, dead: refused, unknown: refused }],
    ['never', 'aged', { unasked: refused, alive: refused, dead: refused, unknown: refused }],
    ['never', 'signalled', { unasked: refused, alive: refused, dead: refused, unknown: refused }],
    ['dead', 'fresh', { unasked: asks, alive: refused, dead: taken('dead'), unknown: refused }],
    ['dead', 'aged', { unasked: asks, alive: refused, dead: taken('dead'), unknown: refused }],
    [
      'dead',
      'signalled',
      {
        unasked: taken('exit_signal'),
        alive: taken('exit_signal'),
        dead: taken('exit_signal'),
        unknown: taken('exit_signal'),
      },
    ],
    ['stale', 'fresh', { unasked: asks, alive: refused, dead: taken('dead'), unknown: refused }],
    [
      'stale',
      'aged',
      { unasked: taken('stale'), alive: taken('stale'), dead: taken('stale'), unknown: taken('stale') },
    ],
    [
      'stale',
      'signalled and aged',
      {
        unasked: taken('exit_signal'),
        alive: taken('exit_signal'),
        dead: taken('exit_signal'),
        unknown: taken('exit_signal'),
      },
    ],
  ])('%s, an owner that is %s', (policy, state, fates) => {
    const seen = Object.fromEntries(
      (['unasked', 'alive', 'dead', 'unknown'] as const).map((liveness) => [
        liveness,
        fate(records[state], policy, liveness, command),
      ]),
    );
    expect(seen).toEqual(fates);
  });

  test.each<[string, Holder | null]>([
    ['no description', null],
    ['no workflow run', { ...HOLDER, workflowRunId: null }],
  ])('an owner with %s cannot be found dead, so nobody is asked', (_name, holder) => {
    const record = owned({ activeRun: active({ holder }) });
    expect(fate(record, 'dead', 'unasked', command)).toBe(refused);
    expect(fate(record, 'stale', 'unasked', command)).toBe(refused);
  });

  test('a hold outlives its workflow run, so nobody is asked', () => {
    const record = owned({ activeRun: active({ detached: true }) });
    expect(fate(record, 'dead', 'unasked', command)).toBe(refused);
    expect(fate(record, 'dead', 'dead', command)).toBe(refused);
    expect(fate(record, 'stale', 'dead', command)).toBe(refused);
  });

  test('a hold ends by a signal and by its end, and never by its age', () => {
    expect(fate(signalled({ activeRun: active({ detached: true }) }), 'dead', 'unasked', command)).toBe(
      taken('exit_signal'),
    );
    const aged = owned({ activeRun: { ...agedRun, detached: true } });
    expect(fate(aged, 'stale', 'unasked', command)).toBe(refused);
    const ended = owned({ activeRun: active({ detached: true, expiresAt: NOW }) });
    expect(wordOf(decideOn(ended, request(command, { run: OTHER })))).toBe('write ok claimed_new');
  });

  test('nothing begins on a closed pull request', () => {
    const closed = { pullRequestOpen: false, ownerLiveness: 'dead' } as const;
    const asked = { run: OTHER, supersede: 'dead' } as const;
    expect(wordOf(decideOn(owned(), request(command, asked), closed))).toBe('conflict pr_closed');
    const anyhow = { ...asked, requireOpen: false };
    expect(wordOf(decideOn(owned(), request(command, anyhow), closed))).toBe('write ok taken_over');
  });

  test('an owner without a readable time counts as stale', () => {
    const record = owned({ activeRun: active({ updatedAt: null }) });
    expect(fate(record, 'stale', 'alive', command)).toBe(taken('stale'));
    expect(fate(record, 'dead', 'alive', command)).toBe(refused);
  });

  test('liveness is not asked where the claim is not refused anyway', () => {
    for (const record of [null, owned({ activeRun: null })]) {
      expect(wordOf(decideOn(record, request(command, { run: OTHER, supersede: 'dead' })))).toBe(
        'write ok claimed_new',
      );
    }
    const mine = decideOn(owned(), request(command, { supersede: 'dead' }));
    expect(mine.kind).not.toBe('ask');
  });

  test('it is a new tenure with the cause on record', () => {
    const decision = decideOn(owned(), request(command, { run: OTHER, supersede: 'dead', reason: 'goes on' }), {
      ownerLiveness: 'dead',
    });
    const { next, event } = written(decision);
    expect(wordOf(decision)).toBe('write ok taken_over');
    expect(next.activeRun).toMatchObject({ runId: '2002', fencingToken: 5 });
    expect(next.previousRun).toEqual({ runId: '1001', replacedAt: NOW, replacedByRunId: '2002' });
    expect(event).toMatchObject({
      type: 'takeover',
      previousRunId: '1001',
      cause: 'dead',
      reason: 'goes on',
      actor: 'octocat',
    });
  });
});
