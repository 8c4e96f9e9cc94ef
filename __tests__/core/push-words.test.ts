import { describe, expect, test } from '@jest/globals';
import { CONFLICT_CODES, type ConflictCode } from '../../src/core/answer.js';
import { EXIT, exitStatusOf, verdictOf } from '../../src/core/code-table.js';
import { isOwned, type Outcome, type View } from '../../src/core/outcome.js';
import type { Published } from '../../src/core/publication.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { messageOf, type Message } from '../../src/core/words/message.js';
import {
  active,
  free,
  NOW,
  OTHER,
  owned,
  OWNER,
  PULL_REQUEST,
  request,
  runOf,
  signalled,
  TARGET,
  viewOf,
} from './samples.js';

/** What a push tells a person, and by its exit status. */

const COMMIT = 'b'.repeat(40);
const HEAD = 'a'.repeat(40);
const PUBLISHED: Published = {
  branch: 'topic',
  commit: COMMIT,
  head: HEAD,
  landed: true,
  relation: null,
  isShallow: false,
};
const UNPUBLISHED: Published = { ...PUBLISHED, landed: false };
const STILL_HERE = 'Nothing was pushed; the commits are still in this checkout. ';

function told(outcome: Outcome, asked: CoordinationRequest = request('push')): Message {
  return messageOf(outcome, { target: TARGET, request: asked, now: NOW });
}

function okText(
  status: 'published' | 'owner_confirmed',
  view: View | null,
  asked: CoordinationRequest = request('push'),
): string {
  const { text, wayOut } = told({ kind: 'ok', status, view }, asked);
  expect(wayOut).toBeNull();
  return text;
}

function refusal(
  code: ConflictCode,
  record: OwnershipRecord | null,
  changes: Partial<View> = {},
  asked: CoordinationRequest = request('push'),
): Message {
  return told({ kind: 'conflict', code, view: viewOf(record, changes) }, asked);
}

describe('a push that has landed', () => {
  test('says what is where, and what was there before', () => {
    const text = 'run 1001 published bbbbbbbbbbbb on the branch "topic" (before: aaaaaaaaaaaa).';
    expect(okText('published', viewOf(owned(), { published: PUBLISHED }))).toBe(text);
  });

  // It landed while this run owned; whoever owns by now, the commits are on the branch.
  test.each<[string, OwnershipRecord | null, RegExp]>([
    [
      'another run',
      owned({ activeRun: active({ runId: '2002', fencingToken: 5 }), fencingToken: 5 }),
      /^run 1001 published b+ on the branch "topic" .* It owned the pull request then, and does not any more: acme\/widgets#17 is owned by run 2002/,
    ],
    ['nobody', free(), /does not any more: Nobody owns acme\/widgets#17\.$/],
    ['who was told to exit', signalled(), /It owned the pull request then, and does not any more: /],
    ['a later attempt', owned({ activeRun: active({ attempt: 2 }) }), /does not any more: .*run 1001 \(attempt 2/],
    [
      'nobody, for the tenure has ended by itself',
      owned({ activeRun: active({ expiresAt: NOW }) }),
      /any more: Nobody owns acme\/widgets#17 now; its last owner was run 1001/,
    ],
  ])('and is lost since to %s', (_name, record, text) => {
    const view = viewOf(record, { published: PUBLISHED });
    expect(okText('published', view)).toMatch(text);
    const outcome: Outcome = { kind: 'ok', status: 'published', view };
    expect(isOwned(outcome, OWNER)).toBe(false);
    expect(exitStatusOf(outcome, { command: 'push', run: OWNER })).toBe(EXIT.NOT_OWNED);
    expect(verdictOf(outcome, 'fail', OWNER)).toMatchObject({ fails: false, annotation: 'warning' });
  });

  test('of which nothing more is known', () => {
    const published = { ...PUBLISHED, head: null };
    expect(okText('published', viewOf(owned(), { published }))).toContain('(before: nothing)');
    expect(okText('published', viewOf(owned()))).toBe('run 1001 published its commits.');
    expect(okText('published', null)).toBe('run 1001 published its commits.');
  });

  test('names a branch whose name is foreign text on one line', () => {
    const branch = 'a"::error::\u202eb';
    const text = okText('published', viewOf(owned(), { published: { ...PUBLISHED, branch } }));
    expect(text).not.toMatch(/::error|\u202e/);
  });
});

describe('a push that has nothing to move', () => {
  test('says that all of it is there', () => {
    const view = viewOf(owned(), { published: { ...UNPUBLISHED, head: COMMIT } });
    const text =
      'run 1001 owns acme/widgets#17, fencing token 4. There is nothing to publish: "topic" is at bbbbbbbbbbbb already.';
    expect(okText('owner_confirmed', view)).toBe(text);
  });

  test('or what a dry run would do', () => {
    const view = viewOf(owned(), { published: UNPUBLISHED });
    const text =
      'run 1001 owns acme/widgets#17, fencing token 4. It would publish bbbbbbbbbbbb on the branch "topic" (now: aaaaaaaaaaaa).';
    expect(okText('owner_confirmed', view)).toBe(text);
  });

  test('an assert says nothing of it', () => {
    const view = viewOf(owned(), { published: UNPUBLISHED });
    expect(okText('owner_confirmed', view, request('assert'))).toBe('run 1001 owns acme/widgets#17, fencing token 4.');
  });
});

const takenOver = owned({ activeRun: active({ runId: '2002', fencingToken: 5 }), fencingToken: 5 });
const byToken = request('push', { fencingToken: 4 });

describe('a push that was refused', () => {
  test.each(CONFLICT_CODES)('%s: nothing was pushed, and the commits are still here', (code) => {
    const { wayOut } = refusal(code, owned(), { published: UNPUBLISHED });
    expect(wayOut?.startsWith(STILL_HERE)).toBe(true);
    expect(wayOut?.length).toBeGreaterThan(STILL_HERE.length + 10);
    expect(exitStatusOf({ kind: 'conflict', code, view: viewOf(owned()) }, { command: 'push', run: OWNER })).toBe(75);
    expect(refusal(code, owned(), {}, request('assert')).wayOut).not.toContain(STILL_HERE);
  });

  test.each<[string, ConflictCode, OwnershipRecord | null, CoordinationRequest, RegExp, RegExp]>([
    [
      'another run owns',
      'ownership_lost',
      takenOver,
      byToken,
      /does not own .* in the tenure with fencing token 4: it is owned by run 2002/,
      /Stop this run .*"command: takeover"/,
    ],
    [
      'nobody owns any more',
      'ownership_lost',
      free(),
      byToken,
      /nobody owns it now/,
      /tenure has ended; .*"command: claim"/,
    ],
    ['nobody owned', 'ownership_missing', null, request('push'), /does not own .*nobody owns it now/, /Claim it first/],
    ['told to exit', 'exit_signal_recorded', signalled(), request('push'), /was told to exit/, /Stop without touching/],
    [
      'an old token',
      'ownership_lost',
      owned(),
      request('push', { fencingToken: 3 }),
      /fencing token 3/,
      /"fencing-token" is that of a tenure that has ended/,
    ],
    [
      'a later attempt owns',
      'ownership_lost',
      owned({ activeRun: active({ attempt: 2 }) }),
      request('push'),
      /does not own/,
      /later attempt .* goes on/,
    ],
    [
      'the run of another',
      'ownership_lost',
      owned(),
      request('push', { run: OTHER }),
      /^run 2002 does not own .*owned by run 1001/,
      /"command: takeover"/,
    ],
  ])('%s: it says who owns it, and what to do', (_name, code, record, asked, text, wayOut) => {
    const message = refusal(code, record, {}, asked);
    expect(message.text).toMatch(text);
    expect(message.wayOut).toMatch(wayOut);
  });

  // Section 3 has the rows of `assert` for it, and that one says "begin this attempt with ensure".
  test('a later attempt is told to begin by ensure', () => {
    expect(refusal('ownership_lost', owned(), {}, request('push', { run: runOf('1001', 2) })).wayOut).toMatch(
      /begin this attempt with "command: ensure"/,
    );
  });

  test('the branch has other commits', () => {
    const { text, wayOut } = refusal('head_moved', owned(), { published: UNPUBLISHED });
    expect(text).toBe(
      'The branch "topic" of acme/widgets#17 is at aaaaaaaaaaaa, which bbbbbbbbbbbb neither builds on nor is known to replace.',
    );
    expect(wayOut).toBe(
      `${STILL_HERE}Fetch "topic", rebase on it or merge it, then push again; to replace what is there, "runner-coord push --force-with-lease=${HEAD}".`,
    );
  });

  test('the branch has the commit already, and has gone on: nothing of others is put at risk', () => {
    const { text, wayOut } = refusal('head_moved', owned(), { published: { ...UNPUBLISHED, relation: 'behind' } });
    expect(text).toBe(
      'The branch "topic" of acme/widgets#17 has bbbbbbbbbbbb already, and has gone on to aaaaaaaaaaaa.',
    );
    expect(wayOut).toBe(`${STILL_HERE}There is nothing left to publish. Fetch the branch to go on from there.`);
  });

  test('the branch moved while the push was on its way', () => {
    const { text } = refusal('head_moved', owned(), { published: { ...UNPUBLISHED, relation: 'moved' } });
    expect(text).toBe(
      'The branch "topic" of acme/widgets#17 has moved to aaaaaaaaaaaa while bbbbbbbbbbbb was on its way.',
    );
  });

  test('and the checkout may be too shallow to see what it builds on', () => {
    const { wayOut } = refusal('head_moved', owned(), { published: { ...UNPUBLISHED, isShallow: true } });
    expect(wayOut).toMatch(/This checkout is shallow: .*"ref".*more of its history\. Fetch "topic"/);
  });

  test('the branch is gone', () => {
    const { text, wayOut } = refusal('head_moved', owned(), { published: { ...UNPUBLISHED, head: null } });
    expect(text).toBe('The branch "topic" of acme/widgets#17 is gone, and is not made anew.');
    expect(wayOut).toMatch(/Restore the branch .* then push again\.$/);
  });

  test('and where nobody looked at it', () => {
    const { text, wayOut } = refusal('head_moved', owned());
    expect(text).toBe('The branch of acme/widgets#17 is not where it was expected.');
    expect(wayOut).toMatch(/Fetch the branch, .*--force-with-lease"\.$/);
  });

  test.each([
    [
      'acme-fork/widgets',
      /in a fork \(acme-fork\/widgets\), where no record can be moved with it: it is owned by run 1001/,
    ],
    [null, /in a fork \(which is gone\)/],
  ])('the fork %s', (headRepo, text) => {
    const message = refusal('fork_head', owned(), { pullRequest: { ...PULL_REQUEST, isFork: true, headRepo } });
    expect(message.text).toMatch(text);
    expect(message.wayOut).toMatch(/git itself, right after an assert; that is advisory only/);
  });

  test('in a fork of which nothing was read', () => {
    expect(refusal('fork_head', owned(), { pullRequest: null }).text).toMatch(/which is gone/);
  });
});
