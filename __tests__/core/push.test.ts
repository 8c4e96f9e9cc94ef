import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/decide.js';
import type { BranchReading } from '../../src/core/publication.js';
import { readRecord } from '../../src/core/read-record.js';
import { KEPT_ENTRIES, type HistoryEvent } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { writeRecord } from '../../src/core/write-record.js';
import { allFacts, records, runs } from './arbitraries.js';
import { must } from './must.js';
import {
  active,
  CLAIMED,
  decideOn,
  facts,
  free,
  HEAD_BRANCH,
  HOLDER,
  NOW,
  OTHER,
  owned,
  place,
  PUBLICATION,
  request,
  RENEWED,
  runOf,
  signalled,
  TARGET,
  wordOf,
  written,
} from './samples.js';
import { decides } from './table.js';

const HEAD = 'a'.repeat(40);
const COMMIT = PUBLICATION.commit;

function standing(
  relation: BranchReading['relation'],
  changes: Partial<BranchReading> = {},
): { branch: BranchReading } {
  return { branch: { head: relation === 'same' ? COMMIT : HEAD, relation, isShallow: false, ...changes } };
}

const ahead = standing('ahead');
const closed = { pullRequestOpen: false };
const ending = (expiresAt: string): ReturnType<typeof owned> => owned({ activeRun: active({ expiresAt }) });

// Section 3, `publish`: as `assert`, before anything is asked of git.
describe('who may push', () => {
  decides('push', [
    { name: 'mine', record: owned(), known: ahead, word: 'write ok published' },
    {
      name: 'mine, the right token',
      record: owned(),
      ask: { fencingToken: 4 },
      known: ahead,
      word: 'write ok published',
    },
    { name: 'mine, an old token', record: owned(), ask: { fencingToken: 3 }, word: 'conflict ownership_lost' },
    { name: 'mine, a token never given', record: owned(), ask: { fencingToken: 5 }, word: 'conflict ownership_lost' },
    {
      name: 'mine, an old token, and signalled',
      record: signalled(),
      ask: { fencingToken: 3 },
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is later',
      record: owned(),
      ask: { run: runOf('1001', 2) },
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is later, with its token',
      record: owned(),
      ask: { run: runOf('1001', 2), fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, my attempt is earlier',
      record: owned({ activeRun: active({ attempt: 2 }) }),
      word: 'conflict ownership_lost',
    },
    {
      name: 'mine, of another workflow run whose attempt is another',
      record: owned({ activeRun: active({ runId: 'task-42', attempt: 3 }) }),
      ask: { run: { runId: 'task-42', attempt: 1, holder: { ...HOLDER, workflowRunId: 1012 } } },
      known: ahead,
      word: 'write ok published',
    },
    { name: 'another', record: owned(), ask: { run: OTHER }, word: 'conflict ownership_lost' },
    {
      name: 'another, with its token',
      record: owned(),
      ask: { run: OTHER, fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    {
      name: 'another, signalled and dead',
      record: signalled(),
      ask: { run: OTHER },
      known: { ownerLiveness: 'dead' },
      word: 'conflict ownership_lost',
    },
    { name: 'mine, signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    { name: 'mine, the tenure has ended by itself', record: ending(NOW), word: 'conflict ownership_lost' },
    {
      name: 'mine, the tenure ends in a moment',
      record: ending('2026-11-22T08:10:00.001Z'),
      known: ahead,
      word: 'write ok published',
    },
    { name: 'no record', record: null, word: 'conflict ownership_missing' },
    { name: 'no record, with a token', record: null, ask: { fencingToken: 4 }, word: 'conflict ownership_lost' },
    { name: 'no active run', record: free(), word: 'conflict ownership_missing' },
    {
      name: 'no active run, with its token',
      record: free(),
      ask: { fencingToken: 4 },
      word: 'conflict ownership_lost',
    },
    { name: 'mine, others wait', record: owned({ queue: [place('2002')] }), known: ahead, word: 'write ok published' },
    { name: 'mine and closed', record: owned(), known: { ...closed, ...ahead }, word: 'write ok published' },
    {
      name: 'mine and closed, which is fine',
      record: owned(),
      ask: { requireOpen: false },
      known: { ...closed, ...ahead },
      word: 'write ok published',
    },
    {
      name: 'mine and closed, asked for',
      record: owned(),
      ask: { requireOpen: true },
      known: { ...closed, ...ahead },
      word: 'conflict pr_closed',
    },
    {
      name: 'mine and open, asked for',
      record: owned(),
      ask: { requireOpen: true },
      known: ahead,
      word: 'write ok published',
    },
    {
      name: 'another’s and closed, asked for',
      record: owned(),
      ask: { run: OTHER, requireOpen: true },
      known: closed,
      word: 'conflict ownership_lost',
    },
    {
      name: 'nobody’s and closed, asked for',
      record: free(),
      ask: { requireOpen: true },
      known: closed,
      word: 'conflict ownership_missing',
    },
  ]);
});

const fork = { headBranch: { ...HEAD_BRANCH, isFork: true } };
const onDefault = { headBranch: { ...HEAD_BRANCH, isDefaultBranch: true } };
const named = (branch: string): { publication: typeof PUBLICATION } => ({ publication: { ...PUBLICATION, branch } });
const dry = { publication: { ...PUBLICATION, dryRun: true } };
const called = (name: string): { headBranch: typeof HEAD_BRANCH } => ({ headBranch: { ...HEAD_BRANCH, name } });

describe('what may be pushed where', () => {
  decides('push', [
    { name: 'git was not asked', record: owned(), word: 'ask branch' },
    { name: 'git was not asked, dry run', record: owned(), ask: dry, word: 'ask branch' },
    { name: 'the commit builds on the head', record: owned(), known: ahead, word: 'write ok published' },
    { name: 'the user knows the head', record: owned(), known: standing('leased'), word: 'write ok published' },
    { name: 'nothing to publish', record: owned(), known: standing('same'), word: 'ok owner_confirmed' },
    { name: 'the head has other commits', record: owned(), known: standing('diverged'), word: 'conflict head_moved' },
    {
      name: 'an earlier push stood on another head',
      record: owned(),
      known: standing('moved'),
      word: 'conflict head_moved',
    },
    ...(['ahead', 'leased', 'moved', 'diverged'] as const).map((relation) => ({
      name: `the branch is gone (${relation})`,
      record: owned(),
      known: standing(relation, { head: null }),
      word: 'conflict head_moved',
    })),
    {
      name: 'the history is shallow, and shows it',
      record: owned(),
      known: standing('ahead', { isShallow: true }),
      word: 'write ok published',
    },
    {
      name: 'the history is too shallow',
      record: owned(),
      known: standing('diverged', { isShallow: true }),
      word: 'conflict head_moved',
    },
    { name: 'dry run', record: owned(), ask: dry, known: ahead, word: 'ok owner_confirmed' },
    { name: 'dry run, by a lease', record: owned(), ask: dry, known: standing('leased'), word: 'ok owner_confirmed' },
    {
      name: 'dry run, nothing to publish',
      record: owned(),
      ask: dry,
      known: standing('same'),
      word: 'ok owner_confirmed',
    },
    { name: 'dry run, moved', record: owned(), ask: dry, known: standing('diverged'), word: 'conflict head_moved' },
    {
      name: 'dry run of who does not own',
      record: owned(),
      ask: { ...dry, run: OTHER },
      known: ahead,
      word: 'conflict ownership_lost',
    },
    { name: 'in a fork', record: owned(), known: fork, word: 'conflict fork_head' },
    {
      name: 'in a fork, and another owns',
      record: owned(),
      ask: { run: OTHER },
      known: fork,
      word: 'conflict ownership_lost',
    },
    {
      name: 'in a fork, another branch named',
      record: owned(),
      ask: named('other'),
      known: fork,
      word: 'conflict fork_head',
    },
    {
      name: 'in a fork, from its default branch',
      record: owned(),
      known: { headBranch: { ...onDefault.headBranch, isFork: true } },
      word: 'conflict fork_head',
    },
    { name: 'the default branch', record: owned(), known: onDefault, word: 'error invalid_input' },
    {
      name: 'the default branch, named',
      record: owned(),
      ask: named('topic'),
      known: onDefault,
      word: 'error invalid_input',
    },
    { name: 'the branch, named', record: owned(), ask: named('topic'), known: ahead, word: 'write ok published' },
    { name: 'another branch named', record: owned(), ask: named('other'), known: ahead, word: 'error invalid_input' },
    {
      name: 'the state branch named',
      record: owned(),
      ask: named('runner-coord-state'),
      known: ahead,
      word: 'error invalid_input',
    },
    {
      name: 'a name in other letters',
      record: owned(),
      ask: named('Topic'),
      known: ahead,
      word: 'error invalid_input',
    },
    {
      name: 'a name that no record can hold',
      record: owned(),
      known: { ...called('a\u200bb'), ...ahead },
      word: 'error invalid_input',
    },
    {
      name: 'a name that is too long',
      record: owned(),
      known: { ...called('b'.repeat(290)), ...ahead },
      word: 'error invalid_input',
    },
    {
      name: 'a name that fits',
      record: owned(),
      known: { ...called('b'.repeat(289)), ...ahead },
      word: 'write ok published',
    },
    {
      name: 'a name with slashes',
      record: owned(),
      ask: named('a/b/ä'),
      known: { ...called('a/b/ä'), ...ahead },
      word: 'write ok published',
    },
  ]);

  test('git is asked for this commit and this branch', () => {
    const asked = { kind: 'ask', question: 'branch', publication: PUBLICATION, branch: 'topic' };
    expect(decideOn(owned(), request('push'))).toEqual(asked);
  });

  test.each([
    ['the default branch', undefined, onDefault, /default branch "topic"/, /branch of its own/],
    ['another branch', named('other'), {}, /"other" is not .* "topic"/, /Leave the branch out/],
    ['an unstorable name', undefined, called('a\u202eb'), /no record can hold/, /plain name/],
  ] as const)('%s is named, with what to do', (_name, ask, known, problem, advice) => {
    const decision = decideOn(owned(), request('push', ask), known);
    if (decision.kind !== 'fail') throw new Error(wordOf(decision));
    expect(decision.failure.problem).toMatch(problem);
    expect(decision.failure.advice).toMatch(advice);
  });

  test('without a reading of the pull request nothing is decided', () => {
    expect(() => decideOn(owned(), request('push'), { headBranch: null })).toThrow('reading of the pull request');
    expect(wordOf(decideOn(owned(), request('push', { run: OTHER }), { headBranch: null }))).toBe(
      'conflict ownership_lost',
    );
  });
});

describe('what a push writes', () => {
  const asked = request('push', { reason: '  it is green  ', publication: PUBLICATION });
  const everything = owned({
    queue: [place('2002'), place('3003')],
    exitSignals: [{ runId: '990', at: CLAIMED, reason: 'late', fencingToken: 3 }],
    activeRun: active({ expiresAt: '2026-11-22T09:00:00.000Z', detached: true, renewedBy: 'id-5' }),
  });

  test('its event says who, which tenure, and what became of the branch', () => {
    const { event } = written(decideOn(everything, asked, ahead));
    expect(event).toEqual({
      ...{ type: 'publish', runId: '1001', attempt: 1, previousRunId: null, at: NOW, reason: 'it is green' },
      ...{ fencingToken: 4, id: 'write-1', actor: 'octocat', workflow: 'agent', workflowRunId: 1001 },
      ...{ from: HEAD, to: COMMIT, ref: 'refs/heads/topic' },
    });
  });

  test('the rest of the record is as it was: nothing is renewed, and nobody leaves the line', () => {
    const { next, event } = written(decideOn(everything, asked, ahead));
    expect(next).toEqual({ ...everything, history: [...everything.history, event] });
    expect(readRecord(writeRecord(next), TARGET)).toEqual({ kind: 'record', record: next });
  });

  test('and names the repository as it is called now', () => {
    const target = { ...TARGET, repo: 'acme/gizmos' };
    expect(written(decideOn(everything, asked, { ...ahead, target })).next.target).toEqual(target);
  });

  test('by a lease it says what was replaced', () => {
    const head = 'd'.repeat(40);
    const { event } = written(decideOn(owned(), asked, standing('leased', { head })));
    expect(event).toMatchObject({ from: head, to: COMMIT });
  });

  test('a record full of publications keeps what began and ended tenures, and the newest of them', () => {
    const [beginning] = owned().history;
    const publish = (index: number): HistoryEvent => ({
      ...(beginning as HistoryEvent),
      ...{
        type: 'publish',
        previousRunId: null,
        id: `p-${String(index)}`,
        from: HEAD,
        to: COMMIT,
        ref: 'refs/heads/topic',
      },
    });
    const signal: HistoryEvent = {
      ...(beginning as HistoryEvent),
      type: 'signal-exit',
      fencingToken: 3,
      at: RENEWED,
      id: 's',
    };
    const history = [
      beginning as HistoryEvent,
      signal,
      ...Array.from({ length: KEPT_ENTRIES - 2 }, (_, index) => publish(index)),
    ];
    const { next, event } = written(decideOn(owned({ history }), asked, ahead));
    expect(next.history).toHaveLength(KEPT_ENTRIES);
    expect(next.history.slice(0, 2)).toEqual([beginning, signal]);
    expect(next.history[2]?.id).toBe('p-1');
    expect(next.history.at(-1)).toEqual(event);
  });
});

/** A push by somebody, perhaps the owner. */
const pushes: fc.Arbitrary<CoordinationRequest> = fc
  .record({
    run: runs,
    token: fc.option(fc.integer({ min: 1, max: 6 })),
    requireOpen: fc.option(fc.boolean()),
    dryRun: fc.boolean(),
  })
  .map(({ run, token: fencingToken, requireOpen, dryRun }) =>
    request('push', { run, fencingToken, requireOpen, publication: { ...PUBLICATION, dryRun } }),
  );

describe('whatever is in the record', () => {
  const ofOwner = fc.tuple(records, pushes, fc.boolean()).map(([record, asked, asOwner]) => {
    const active = record.activeRun;
    const run =
      active === null || !asOwner ? asked.run : { runId: active.runId, attempt: active.attempt, holder: active.holder };
    return { record, asked: { ...asked, run, ...(asOwner ? { fencingToken: null } : {}) } };
  });

  test('a push grants what an assert grants, and refuses with its words', () => {
    const property = fc.property(ofOwner, allFacts, ({ record, asked }, known) => {
      if (asked.command !== 'push') return;
      const { run, fencingToken, requireOpen } = asked;
      const assert = request('assert', { run, fencingToken, requireOpen, requireExisting: true });
      const asserted = wordOf(decide({ record, request: assert, facts: known }));
      const pushed = decide({ record, request: asked, facts: known });
      if (asserted !== 'ok owner_confirmed') must(wordOf(pushed) === asserted, `${asserted}, but ${wordOf(pushed)}`);
      else if (pushed.kind === 'answer')
        must(
          ['ok owner_confirmed', 'conflict head_moved', 'conflict fork_head'].includes(wordOf(pushed)),
          wordOf(pushed),
        );
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('what a push writes can be read back as it is', () => {
    let writes = 0;
    const names = fc.oneof(
      fc.constantFrom('topic', 'a/b', 'ä😀', 'x'.repeat(289), 'x'.repeat(290)),
      fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    );
    const property = fc.property(ofOwner, names, fc.constantFrom(40, 64), ({ record, asked }, name, length) => {
      if (asked.command !== 'push') return;
      const publication = { ...PUBLICATION, commit: 'c'.repeat(length) };
      const known = facts({ headBranch: { ...HEAD_BRANCH, name }, ...standing('ahead', { head: 'e'.repeat(length) }) });
      const decision = decide({ record, request: { ...asked, publication }, facts: known });
      if (decision.kind !== 'write') return;
      writes += 1;
      const read = readRecord(writeRecord(decision.next), TARGET);
      expect(read).toEqual({ kind: 'record', record: decision.next });
    });
    fc.assert(property, { numRuns: 500 });
    expect(writes).toBeGreaterThan(20);
  });
});
