import { describe, expect, test } from '@jest/globals';
import { commitStatusOf, movesCommitStatus } from '../../src/core/words/commit-status.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { active, CLAIMED, free, HOLDER, owned, PULL_REQUEST, TARGET, viewOf } from './samples.js';

const [takeover] = owned().history as [HistoryEvent];
const END = '2026-11-22T10:00:00.000Z';

function ended(changes: Partial<HistoryEvent>): OwnershipRecord {
  return { ...free(), history: [takeover, { ...takeover, at: END, previousRunId: null, id: 'id-5', ...changes }] };
}

describe('what the head of the pull request shows', () => {
  const since = 'since 2026-11-22 08:00 UTC';

  test.each([
    ['an owner', owned(), `Owned by run 1001 ${since} (agent, by octocat)`],
    [
      'an owner with an end',
      owned({ activeRun: active({ expiresAt: END }) }),
      `Owned by run 1001 ${since}, until 2026-11-22 10:00 UTC (agent, by octocat)`,
    ],
    [
      'a hold',
      owned({ activeRun: active({ runId: 'person:mona', detached: true, expiresAt: END, holder: null }) }),
      `Held by run person:mona ${since}, until 2026-11-22 10:00 UTC`,
    ],
    [
      'an owner of whom little is known',
      owned({ activeRun: active({ claimedAt: null, holder: { ...HOLDER, workflow: null, actor: null, url: null } }) }),
      'Owned by run 1001',
    ],
  ])('%s: %s', (_name, record, description) => {
    const targetUrl = record.activeRun?.holder?.url ?? null;
    const shown = { sha: PULL_REQUEST.headSha, context: 'runner-coord', state: 'pending', description, targetUrl };
    expect(commitStatusOf(viewOf(record))).toEqual(shown);
  });

  test.each([
    ['a release', ended({ type: 'release' }), 'Free since 2026-11-22 10:00 UTC: released by run 1001'],
    [
      'an eviction',
      ended({ type: 'evict', previousRunId: '990', actor: 'mona' }),
      'Free since 2026-11-22 10:00 UTC: run 990 was evicted by mona',
    ],
    [
      'an eviction by nobody knows whom',
      ended({ type: 'evict', actor: null, at: null }),
      'Free: run unknown was evicted',
    ],
    [
      'the end of a tenure, as a write noted it',
      ended({ type: 'expired' }),
      'Free since 2026-11-22 10:00 UTC: the tenure of run 1001 ended by itself',
    ],
    [
      'the end of a tenure that no write has noted',
      owned({ activeRun: active({ expiresAt: CLAIMED }) }),
      'Free since 2026-11-22 08:00 UTC: the tenure of run 1001 ended by itself',
    ],
    ['an end that the history does not tell', free(), 'Free'],
    ['a record without a history', { ...free(), history: [] }, 'Free'],
  ])('%s: %s', (_name, record, description) => {
    const shown = { sha: PULL_REQUEST.headSha, context: 'runner-coord', state: 'success', targetUrl: null };
    expect(commitStatusOf(viewOf(record))).toEqual({ ...shown, description });
  });

  test('each scope has a status of its own', () => {
    const target = { ...TARGET, scope: 'preview' };
    expect(commitStatusOf(viewOf(owned(), { target }))?.context).toBe('runner-coord/preview');
  });

  test('the commit that was published is the head, and the one that was not is not', () => {
    const published = { branch: 'topic', commit: 'b'.repeat(40), head: 'a'.repeat(40), relation: null };
    const moved = { ...published, landed: true, isShallow: false };
    expect(commitStatusOf(viewOf(owned(), { published: moved }))?.sha).toBe('b'.repeat(40));
    expect(commitStatusOf(viewOf(owned(), { published: { ...moved, landed: false } }))?.sha).toBe('a'.repeat(40));
  });

  test('nothing where the head is not known, or where nobody ever owned', () => {
    expect(commitStatusOf(viewOf(owned(), { pullRequest: null }))).toBeNull();
    expect(commitStatusOf(viewOf(null))).toBeNull();
  });

  // GitHub refuses more than 140 characters, and those that take four bytes.
  test('foreign text stays within what GitHub takes, and what matters most is kept', () => {
    const holder = { ...HOLDER, workflow: `🚀🚀 deploy\n::error::${'長'.repeat(200)}`, actor: 'x'.repeat(39) };
    const record = owned({ activeRun: active({ runId: '🦊'.repeat(60) + 'y'.repeat(80), holder, expiresAt: END }) });
    const description = commitStatusOf(viewOf(record))?.description ?? '';
    expect(description.length).toBe(140);
    expect(description).toMatch(/^[\u{20}-\u{ffff}]+$/u);
    expect(description).toMatch(
      /^Owned by run \?y+… since 2026-11-22 08:00 UTC, until 2026-11-22 10:00 UTC \(\? deploy/,
    );
  });
});

describe('a step moves what is shown', () => {
  const view = viewOf(owned());
  const ok = (status: Extract<Outcome, { kind: 'ok' }>['status']): Outcome => ({ kind: 'ok', status, view });
  const refused = (record: OwnershipRecord | null): Outcome => {
    return { kind: 'conflict', code: 'active_run_exists', view: viewOf(record) };
  };
  const failure = { code: 'api_error', problem: 'down', advice: '' } as const;

  test.each([
    ['a claim', ok('claimed_new'), ['id-4'], true],
    ['a renewal, which is no turn of the history', ok('refreshed'), ['another'], true],
    ['a takeover', ok('taken_over'), ['id-4'], true],
    ['a publish', ok('published'), ['another'], true],
    ['a release that handed over', ok('released'), ['another'], true],
    ['a refusal whose write handed over', refused(owned()), ['another', 'id-4'], true],
    ['a refusal whose write only stood in line', refused(owned()), ['another'], false],
    ['a refusal without a write', refused(owned()), [], false],
    ['a refusal about nothing', refused(null), ['another'], false],
    ['a release of nothing, whose earlier write landed after all', ok('release_noop'), ['id-4'], true],
    ['a strict assert', ok('owner_confirmed'), ['another'], false],
    ['an owner that was only found', ok('owner_confirmed'), [], false],
    ['a run that was found to own what it waited for', ok('refreshed'), [], false],
    ['nothing that was seen', { kind: 'ok', status: 'skipped_no_async_run_id', view: null }, ['another'], false],
    ['an error', { kind: 'error', failure, mayHaveWritten: true }, ['id-4'], false],
  ] as const)('%s', (_name, outcome, writes, moves) => {
    expect(movesCommitStatus(outcome, writes)).toBe(moves);
  });

  test('an event of a version before writes had ids is nobody’s', () => {
    expect(movesCommitStatus(refused(owned({ history: [{ ...takeover, id: null }] })), ['id-4'])).toBe(false);
  });
});
