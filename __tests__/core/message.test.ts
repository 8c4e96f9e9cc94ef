import { describe, expect, test } from '@jest/globals';
import { CONFLICT_CODES, OK_STATUSES, type ConflictCode, type OkStatus } from '../../src/core/answer.js';
import { describeOwner, messageOf, type Message, type MessageContext } from '../../src/core/message.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import {
  active,
  CLAIMED,
  free,
  HOLDER,
  NOW,
  OTHER,
  owned,
  OWNER,
  request,
  RENEWED,
  signalled,
  TARGET,
  viewOf,
} from './samples.js';

const URL_OF_OWNER = 'https://github.com/acme/widgets/actions/runs/1001/attempts/1';

function context(asked: Partial<CoordinationRequest> = {}): MessageContext {
  return { target: TARGET, request: request('claim', asked), now: NOW };
}

function okMessage(status: OkStatus, record: OwnershipRecord | null, asked: Partial<CoordinationRequest> = {}): string {
  const { text, wayOut } = messageOf({ kind: 'ok', status, view: viewOf(record) }, context(asked));
  expect(wayOut).toBeNull();
  return text;
}

function refusal(
  code: ConflictCode,
  record: OwnershipRecord | null,
  asked: Partial<CoordinationRequest> = {},
): Message {
  return messageOf({ kind: 'conflict', code, view: viewOf(record) }, context({ run: OTHER, ...asked }));
}

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
    ['fresh_runner', null, 'Nobody owns acme/widgets#17.'],
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
    const [event] = owned().history;
    if (event === undefined) throw new Error('no event');
    const record = owned({ history: [{ ...event, cause: 'dead' }] });
    expect(okMessage('taken_over', record)).toMatch(/, cause: dead\.$/);
    expect(okMessage('taken_over', owned({ history: [{ ...event, reason: null }] }))).toMatch(/token 4\.$/);
    expect(okMessage('taken_over', owned({ history: [] }))).toMatch(/token 4\.$/);
  });

  test('an eviction names the run that was evicted', () => {
    expect(okMessage('released', free(), { run: OTHER })).toBe(
      'run 2002 ended the tenure of run 1001 on acme/widgets#17.',
    );
  });

  test('a signal to another run names that run', () => {
    expect(okMessage('exit_signal_recorded', signalled(), { run: OTHER, targetRunId: '1001' })).toBe(
      'run 1001 is asked to exit from acme/widgets#17.',
    );
  });

  test.each(OK_STATUSES)('%s has a text where nothing is known', (status) => {
    for (const view of [null, viewOf(null)]) {
      const { text } = messageOf({ kind: 'ok', status, view }, { ...context(), target: null });
      expect(text).toMatch(/^\S.*\.$/);
      expect(text).not.toMatch(/undefined|null|NaN/);
    }
  });
});

describe('a refusal', () => {
  const ownerless: readonly ConflictCode[] = ['ownership_missing'];
  const withOwner = CONFLICT_CODES.filter((code) => !ownerless.includes(code));

  // Contract, section 7: "names the holder, its URL, how long it has held, the reason, and the exact way out".
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
    const { text, wayOut } = messageOf(outcome, { ...context({ run: { ...OTHER, holder: null } }), target: null });
    expect(`${text} ${wayOut ?? ''}`).not.toMatch(/undefined|null|NaN/);
    expect(text).toMatch(/\.$/);
  });

  test('a lost tenure names the token that was meant, unless that is not the point', () => {
    expect(refusal('ownership_lost', owned(), { command: 'assert', run: OWNER, fencingToken: 3 }).text).toContain(
      'run 1001 does not own acme/widgets#17 in the tenure with fencing token 3',
    );
    expect(refusal('ownership_lost', owned(), { command: 'assert', fencingToken: 4 }).text).not.toContain(
      'in the tenure',
    );
  });

  test('a check that finds another owner names the run that was asked for, not the one that asks', () => {
    const { text } = refusal('ownership_lost', owned(), { command: 'check', run: OTHER, targetRunId: '3003' });
    expect(text).toContain('run 3003');
    expect(text).not.toContain('run 2002');
  });

  test('a takeover that is forbidden names the actor', () => {
    expect(refusal('takeover_forbidden', owned()).text).toMatch(/^octocat may not/);
    expect(refusal('takeover_forbidden', owned(), { run: { ...OTHER, holder: null } }).text).toMatch(
      /^The actor may not/,
    );
  });

  test('an exit signal tells when, by whom and why', () => {
    const [event] = owned().history;
    if (event === undefined) throw new Error('no event');
    const record = signalled({
      history: [event, { ...event, type: 'signal-exit', runId: '1001', actor: 'hubot' }],
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
    wayOut: 'Wait [0m.',
  });
  expect(messageOf({ kind: 'error', failure: { ...failure, advice: '' }, mayHaveWritten: false }, context())).toEqual({
    text: 'GitHub is down.',
    wayOut: null,
  });
});

describe('the description of an owner', () => {
  test.each([
    [
      'no description',
      active({ holder: null }),
      `run 1001 since ${CLAIMED} (for 10 min, renewed 5 min ago), fencing token 4`,
    ],
    [
      'a description that says nothing',
      active({ holder: { workflowRunId: null, workflow: null, job: null, actor: null, url: null } }),
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
      holder: { workflowRunId: 1, workflow: evil, job: evil, actor: evil, url: evil },
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
      const { text, wayOut } = messageOf(outcome, context({ run, targetRunId: evil }));
      for (const line of [text, wayOut ?? '']) {
        expect(line).not.toMatch(/##\[|::|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }
    },
  );
});
