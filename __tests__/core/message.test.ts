import { describe, expect, test } from '@jest/globals';
import { CONFLICT_CODES, OK_STATUSES, type ConflictCode, type OkStatus } from '../../src/core/answer.js';
import { messageOf, type Message, type MessageContext } from '../../src/core/words/message.js';
import { describeOwner } from '../../src/core/words/owner.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { NO_END, type CoordinationRequest } from '../../src/core/request.js';
import {
  active,
  CLAIMED,
  free,
  HOLDER,
  NOW,
  OTHER,
  owned,
  PULL_REQUEST,
  request,
  RENEWED,
  signalled,
  TARGET,
  viewOf,
} from './samples.js';

const URL_OF_OWNER = 'https://github.com/acme/widgets/actions/runs/1001/attempts/1';

const context = (asked: CoordinationRequest = request('claim')): MessageContext => ({
  target: TARGET,
  request: asked,
  now: NOW,
});

function okMessage(status: OkStatus, record: OwnershipRecord | null, asked?: CoordinationRequest): string {
  const { text, wayOut } = messageOf({ kind: 'ok', status, view: viewOf(record) }, context(asked));
  expect(wayOut).toBeNull();
  return text;
}

function refusal(
  code: ConflictCode,
  record: OwnershipRecord | null,
  asked: CoordinationRequest = request('claim', { run: OTHER }),
): Message {
  return messageOf({ kind: 'conflict', code, view: viewOf(record) }, context(asked));
}

/** The only event of the sample record. */
const [began] = owned().history as [HistoryEvent];

describe('after success', () => {
  test.each<[OkStatus, OwnershipRecord | null, string]>([
    ['claimed_new', owned(), 'run 1001 claimed acme/widgets#17, fencing token 4.'],
    ['refreshed', owned(), 'run 1001 still owns acme/widgets#17, fencing token 4.'],
    ['taken_over', owned(), 'run 1001 took acme/widgets#17 over from run 990, fencing token 4, reason: stuck.'],
    ['owner_confirmed', owned(), 'run 1001 owns acme/widgets#17, fencing token 4.'],
    ['no_owner_record', null, 'Nobody owns acme/widgets#17.'],
    ['released', free(), 'run 1001 released acme/widgets#17.'],
    ['release_noop', null, 'Nobody owned acme/widgets#17, so there was nothing to release.'],
    ['exit_signal_recorded', signalled(), 'run 1001 is asked to exit from acme/widgets#17.'],
    [
      'release_noop',
      owned({ activeRun: active({ holder: null, updatedAt: CLAIMED }) }),
      `Nothing was released: acme/widgets#17 is owned by run 1001 since ${CLAIMED} (for 10 min), fencing token 4.`,
    ],
    ['fresh_runner', null, 'Nobody owns acme/widgets#17.'],
    ['dead_runner', null, 'Nobody owns acme/widgets#17.'],
    [
      'dead_runner',
      owned({ activeRun: active({ holder: null, updatedAt: CLAIMED }) }),
      `Nobody is at work on acme/widgets#17 any more: its owner is over, run 1001 since ${CLAIMED} (for 10 min), fencing token 4.`,
    ],
    ['status', null, 'Nobody owns acme/widgets#17.'],
    ['status', free(), 'Nobody owns acme/widgets#17.'],
  ])('%s', (status, record, text) => {
    expect(okMessage(status, record)).toBe(text);
  });

  test.each(['status', 'fresh_runner'] as const)('%s describes the owner', (status) => {
    expect(okMessage(status, owned())).toBe(
      `acme/widgets#17 is owned by run 1001 (workflow "agent", job "fix", by octocat) since ${CLAIMED} ` +
        `(for 10 min, renewed 5 min ago), fencing token 4, see ${URL_OF_OWNER}.`,
    );
  });

  test('a takeover by the rules names the cause', () => {
    const record = owned({ history: [{ ...began, cause: 'dead' }] });
    expect(okMessage('taken_over', record)).toMatch(/, cause: dead\.$/);
    expect(okMessage('taken_over', owned({ history: [{ ...began, reason: null }] }))).toMatch(/token 4\.$/);
    expect(okMessage('taken_over', owned({ history: [] }))).toMatch(/token 4\.$/);
  });

  test('an eviction names the run that was evicted', () => {
    expect(okMessage('released', free(), request('release', { run: OTHER }))).toBe(
      'run 2002 ended the tenure of run 1001 on acme/widgets#17.',
    );
  });

  test('a signal to another run names that run', () => {
    expect(
      okMessage('exit_signal_recorded', signalled(), request('signal-exit', { run: OTHER, targetRunId: '1001' })),
    ).toBe('run 1001 is asked to exit from acme/widgets#17.');
  });

  test.each(OK_STATUSES)('%s has a text where nothing is known', (status) => {
    for (const view of [null, viewOf(null)]) {
      const { text } = messageOf({ kind: 'ok', status, view }, { target: null, request: null, now: NOW });
      expect(text).toMatch(/^\S.*\.$/);
      expect(text).not.toMatch(/undefined|null|NaN/);
    }
  });
});

describe('a refusal', () => {
  // Where the branch has moved it does not matter who owns.
  const ownerless: readonly ConflictCode[] = ['ownership_missing', 'head_moved'];
  const withOwner = CONFLICT_CODES.filter((code) => !ownerless.includes(code));

  // It names the holder, its URL, how long it has held, the reason, and the exact way out.
  test.each(withOwner)('%s names the holder, since when, its URL and the next step', (code) => {
    const { text, wayOut } = refusal(code, signalled());
    expect(text).toContain('run 1001');
    expect(text).toContain('acme/widgets#17');
    expect(wayOut).toMatch(/\.$/);
    expect(text).toContain(CLAIMED);
    expect(text).toContain('for 10 min');
    expect(text).toContain(URL_OF_OWNER);
  });

  test.each<[ConflictCode, RegExp]>([
    ['active_run_exists', /Wait until run 1001 releases it.*command: takeover/],
    ['ownership_lost', /Stop this run without touching.*command: takeover/],
    ['ownership_missing', /command: claim/],
    ['exit_signal_recorded', /Stop without touching.*command: takeover/],
    ['stale_runner', /command: takeover.*supersede: stale.*command: claim/],
    ['takeover_forbidden', /takeover-permission/],
    ['pr_closed', /Reopen/],
  ])('%s says what to do', (code, advice) => {
    expect(refusal(code, owned()).wayOut).toMatch(advice);
  });

  test.each(CONFLICT_CODES)('%s has a text where nobody owns and nothing is known', (code) => {
    const outcome: Outcome = { kind: 'conflict', code, view: viewOf(null) };
    const asked = request('claim', { run: { ...OTHER, holder: null } });
    for (const about of [
      { ...context(asked), target: null },
      { ...context(), target: null, request: null },
    ]) {
      const { text, wayOut } = messageOf(outcome, about);
      expect(`${text} ${wayOut ?? ''}`).not.toMatch(/undefined|null|NaN/);
      expect(text).toMatch(/\.$/);
    }
  });

  test('a lost tenure names the token that was meant, unless that is not the point', () => {
    expect(refusal('ownership_lost', owned(), request('assert', { fencingToken: 3 })).text).toContain(
      'run 1001 does not own acme/widgets#17 in the tenure with fencing token 3',
    );
    expect(refusal('ownership_lost', owned(), request('assert', { run: OTHER, fencingToken: 4 })).text).not.toContain(
      'in the tenure',
    );
  });

  test('why the owner has it, where somebody said so', () => {
    expect(refusal('active_run_exists', owned()).text).toMatch(/, see \S+\/attempts\/1, reason: stuck\.$/);
    expect(refusal('active_run_exists', owned({ history: [{ ...began, reason: null }] })).text).toMatch(
      /attempts\/1\.$/,
    );
    expect(refusal('active_run_exists', owned({ history: [] })).text).toMatch(/attempts\/1\.$/);
  });

  test.each<[string, CoordinationRequest]>([
    ['check', request('check', { run: OTHER, targetRunId: '3003' })],
    ['evict', request('release', { run: OTHER, evict: true, targetRunId: '3003' })],
    ['signal-exit', request('signal-exit', { run: OTHER, targetRunId: '3003' })],
  ])('%s names the run that it took for the owner, not the one that asks', (_name, asked) => {
    expect(refusal('ownership_lost', owned(), asked).text).toMatch(
      /^run 3003 does not own acme\/widgets#17: it is owned by run 1001/,
    );
  });

  test('who names the owner itself does not own', () => {
    const asked = request('signal-exit', { run: OTHER, targetRunId: '1001' });
    expect(refusal('ownership_lost', owned(), asked).text).toMatch(/^run 2002 does not own/);
  });

  test('a takeover that is forbidden names the actor', () => {
    const asked = request('takeover', { run: OTHER });
    expect(refusal('takeover_forbidden', owned(), asked).text).toMatch(/^octocat may not/);
    const again = request('takeover', { run: { ...OTHER, attempt: 2 } });
    expect(refusal('takeover_forbidden', owned(), again).text).toMatch(
      /^octocat, or who started this run before, may not/,
    );
    const nobody = request('takeover', { run: { ...OTHER, holder: null } });
    expect(refusal('takeover_forbidden', owned(), nobody).text).toMatch(/^The actor may not/);
  });

  test('a takeover that is forbidden says what it would have done', () => {
    const takeover = request('takeover', { run: OTHER });
    const hold = request('takeover', { run: OTHER, term: { ...NO_END, detached: true } });
    const past = owned({ activeRun: active({ expiresAt: CLAIMED }) });
    const said = (record: OwnershipRecord | null, asked: CoordinationRequest): string =>
      refusal('takeover_forbidden', record, asked).text;
    expect(said(owned(), hold)).toContain('may not end another run’s tenure of acme/widgets#17: it is owned by');
    for (const record of [null, free(), past]) {
      expect(said(record, hold)).toContain('octocat may not hold acme/widgets#17: nobody owns it now');
      expect(said(record, takeover)).toContain(
        'octocat may not pass by those in line for acme/widgets#17: nobody owns',
      );
    }
    // A signal is about the tenure, also where its end is past.
    expect(said(past, request('signal-exit', { run: OTHER }))).toContain('may not end another run’s tenure');
  });

  test.each(['closed', 'merged'] as const)('a pull request is %s', (state) => {
    const view = viewOf(owned(), { pullRequest: { ...PULL_REQUEST, state } });
    expect(messageOf({ kind: 'conflict', code: 'pr_closed', view }, context()).text).toContain(
      `acme/widgets#17 is ${state},`,
    );
    const unknown = viewOf(owned(), { pullRequest: null });
    expect(messageOf({ kind: 'conflict', code: 'pr_closed', view: unknown }, context()).text).toContain('is closed,');
  });

  const evicted: HistoryEvent = {
    ...began,
    type: 'evict',
    runId: '3003',
    previousRunId: '1001',
    reason: 'hangs',
    at: RENEWED,
  };
  test.each<[string, HistoryEvent[], string]>([
    [
      'evicted',
      [began, evicted],
      ' (run 3003 (workflow "agent", by octocat) evicted run 1001 5 min ago, reason: hangs)',
    ],
    [
      'evicted, of which little is known',
      [{ ...evicted, previousRunId: null, reason: null, at: null, workflow: null, actor: null }],
      ' (run 3003 evicted run unknown)',
    ],
    [
      'released',
      [began, { ...evicted, type: 'release', runId: '1001', reason: null, actor: null }],
      ' (run 1001 (workflow "agent") released it 5 min ago)',
    ],
    ['nobody knows how', [began], ''],
  ])('where nobody owns any more, how that came: %s', (_name, history, end) => {
    const record = { ...free(), history };
    expect(refusal('ownership_lost', record, request('assert', { fencingToken: 4 })).text).toBe(
      `run 1001 does not own acme/widgets#17 in the tenure with fencing token 4: nobody owns it now${end}.`,
    );
  });

  test('an exit signal tells when, by whom and why', () => {
    const record = signalled({
      history: [began, { ...began, type: 'signal-exit', runId: '1001', actor: 'hubot' }],
      exitSignals: [{ runId: '1001', at: RENEWED, reason: 'superseded', fencingToken: 4 }],
    });
    expect(refusal('exit_signal_recorded', record).text).toContain('5 min ago by hubot, reason: superseded');
  });

  test('an exit signal of which little is known', () => {
    const record = signalled({
      exitSignals: [{ runId: '1001', at: null, reason: null, fencingToken: 4 }],
      history: [],
    });
    expect(refusal('exit_signal_recorded', record).text).toMatch(
      /^The owner of acme\/widgets#17 was told to exit.*: it is owned by run 1001/,
    );
    expect(refusal('exit_signal_recorded', owned()).text).toMatch(
      /^The owner of acme\/widgets#17 was told to exit.*: it is owned by run 1001/,
    );
  });
});

test('an error tells its problem and its advice', () => {
  const failure = { code: 'api_error', problem: 'GitHub\nis down', advice: 'Wait\u001b[0m.' } as const;
  expect(messageOf({ kind: 'error', failure, mayHaveWritten: false }, context())).toEqual({
    text: 'GitHub is down.',
    problem: null,
    wayOut: 'Wait [0m.',
  });
  expect(messageOf({ kind: 'error', failure: { ...failure, advice: '' }, mayHaveWritten: false }, context())).toEqual({
    text: 'GitHub is down.',
    problem: null,
    wayOut: null,
  });
});

const NOTHING = { workflowRunId: null, workflow: null, job: null, actor: null, url: null };

describe('the description of an owner', () => {
  test.each([
    [
      'no description',
      active({ holder: null }),
      `run 1001 since ${CLAIMED} (for 10 min, renewed 5 min ago), fencing token 4`,
    ],
    [
      'a description that says nothing',
      active({ holder: { ...NOTHING, repo: null, repoId: null } }),
      `run 1001 since ${CLAIMED} (for 10 min, renewed 5 min ago), fencing token 4`,
    ],
    [
      'a later attempt',
      active({ attempt: 2, holder: { ...HOLDER, workflow: null, url: null } }),
      `run 1001 (attempt 2, job "fix", by octocat) since ${CLAIMED} (for 10 min, renewed 5 min ago), fencing token 4`,
    ],
    [
      'never renewed',
      active({ holder: null, updatedAt: CLAIMED }),
      `run 1001 since ${CLAIMED} (for 10 min), fencing token 4`,
    ],
    [
      'renewed nobody knows when',
      active({ holder: null, updatedAt: null }),
      `run 1001 since ${CLAIMED} (for 10 min), fencing token 4`,
    ],
    [
      'claimed nobody knows when',
      active({ holder: null, claimedAt: null }),
      'run 1001 since an unknown time, fencing token 4',
    ],
    [
      'claimed at no time',
      active({ holder: null, claimedAt: 'noon' }),
      'run 1001 since an unknown time, fencing token 4',
    ],
  ])('%s', (_name, owner, text) => {
    expect(describeOwner(owner, NOW)).toBe(text);
  });
});

describe('foreign text', () => {
  const evil = 'x\n::error::pwned\r##[add-mask]y\u001b[31m\u202eevil';
  const record = signalled({
    activeRun: active({
      runId: evil,
      holder: { ...HOLDER, workflow: evil, job: evil, actor: evil, url: evil },
    }),
    previousRun: { runId: evil, replacedAt: null, replacedByRunId: evil },
    history: [
      {
        type: 'signal-exit',
        runId: evil,
        previousRunId: evil,
        at: NOW,
        reason: evil,
        fencingToken: 4,
        id: evil,
        actor: evil,
        cause: evil,
        attempt: 1,
        workflow: evil,
        workflowRunId: 1,
      },
    ],
    exitSignals: [{ runId: evil, at: NOW, reason: evil, fencingToken: 4 }],
  });
  const run = { runId: evil, attempt: 1, holder: { ...HOLDER, actor: evil } };
  const outcomes: Outcome[] = [
    ...OK_STATUSES.map((status): Outcome => ({ kind: 'ok', status, view: viewOf(record) })),
    ...CONFLICT_CODES.map((code): Outcome => ({ kind: 'conflict', code, view: viewOf(record) })),
    { kind: 'error', failure: { code: 'api_error', problem: evil, advice: evil }, mayHaveWritten: true },
  ];

  test.each(outcomes.map((outcome) => [JSON.stringify(outcome).slice(0, 60), outcome] as const))(
    'is harmless in %s',
    (_name, outcome) => {
      const { text, wayOut } = messageOf(
        outcome,
        context(request('signal-exit', { run, targetRunId: evil, reason: evil })),
      );
      for (const line of [text, wayOut ?? '']) {
        expect(line).not.toMatch(/##\[|::|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }
    },
  );
});
