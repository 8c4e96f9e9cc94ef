import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OUTPUT_NAMES, outputsOf, type Outputs } from '../../src/report/outputs.js';
import { writeOutputs } from '../../src/action/write-outputs.js';
import { reportOf, type ReportFacts } from '../../src/report/report.js';
import { CONFLICT_CODES, ERROR_CODES, OK_STATUSES } from '../../src/core/answer.js';
import type { QueueEntry } from '../../src/core/record.js';
import type { Outcome, View } from '../../src/core/outcome.js';
import {
  active,
  HOLDER,
  NOW,
  OTHER,
  owned,
  PULL_REQUEST,
  request,
  signalled,
  TARGET,
  viewOf,
} from '../core/samples.js';

function outputs(outcome: Outcome, changes: Partial<ReportFacts> = {}): Outputs {
  return outputsOf(
    reportOf({
      outcome,
      onConflict: 'fail',
      now: NOW,
      serverUrl: 'https://github.com',
      command: 'claim',
      target: TARGET,
      request: request('claim'),
      stateBranch: 'runner-coord-state',
      ...changes,
    }),
  );
}

const views: [string, View][] = [
  ['an owner', viewOf(owned())],
  ['a signalled owner', viewOf(signalled())],
  ['nobody', viewOf(owned({ activeRun: null, previousRun: null }))],
  ['no record', viewOf(null, { stateCommit: null })],
];
const failure = (code: (typeof ERROR_CODES)[number]): Outcome => ({
  kind: 'error',
  failure: { code, problem: 'It is down', advice: 'Wait.' },
  mayHaveWritten: false,
});
const outcomes: [string, Outcome][] = [
  ...views.flatMap(([name, view]) =>
    OK_STATUSES.map((status): [string, Outcome] => [`${status}, ${name}`, { kind: 'ok', status, view }]),
  ),
  ...views.flatMap(([name, view]) =>
    CONFLICT_CODES.map((code): [string, Outcome] => [`${code}, ${name}`, { kind: 'conflict', code, view }]),
  ),
  ...OK_STATUSES.map((status): [string, Outcome] => [`${status}, nothing seen`, { kind: 'ok', status, view: null }]),
  ...ERROR_CODES.map((code): [string, Outcome] => [code, failure(code)]),
];

describe('every outcome', () => {
  const bare = {
    outcome: failure('api_error'),
    onConflict: 'fail',
    now: NOW,
    serverUrl: 'https://github.com',
  } as const;

  test.each(outcomes)('%s sets every output', (_name, outcome) => {
    for (const set of [
      outputs(outcome),
      outputs(outcome, { target: null }),
      outputsOf(reportOf({ ...bare, outcome })),
    ]) {
      expect(Object.keys(set).sort()).toEqual([...OUTPUT_NAMES].sort());
      for (const name of OUTPUT_NAMES) expect(typeof set[name]).toBe('string');
      expect(['true', 'false']).toContain(set.owned);
      if (outcome.kind !== 'ok') expect(set.owned).toBe('false');
      expect((set.status === '') !== (set.error === '')).toBe(true);
      expect(set.message).not.toMatch(/undefined|null|NaN|\n/);
    }
  });

  test.each(outcomes)('%s says the same in result', (_name, outcome) => {
    const set = outputs(outcome);
    const result = JSON.parse(set.result) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual([
      'ok',
      'command',
      ...OUTPUT_NAMES.filter((name) => name !== 'result'),
      'record',
      'effort',
    ]);
    expect(result['ok']).toBe(outcome.kind === 'ok');
    for (const name of OUTPUT_NAMES) {
      if (name === 'result') continue;
      expect(result[name] === null ? '' : String(result[name] as string | number | boolean)).toBe(set[name]);
    }
  });
});

function placeOf(runId: string): QueueEntry {
  const blank = { attempt: 1, since: NOW, until: NOW, detached: false, expiresAfter: null, holder: null, id: null };
  return { runId, ...blank };
}

describe('the values', () => {
  test('of an owner', () => {
    const { message, result, ...rest } = outputs({ kind: 'ok', status: 'owner_confirmed', view: viewOf(owned()) });
    expect(rest).toEqual({
      owned: 'true',
      status: 'owner_confirmed',
      error: '',
      repo: 'acme/widgets',
      pr: '17',
      scope: '',
      'run-id': '1001',
      'owner-run-id': '1001',
      'owner-url': 'https://github.com/acme/widgets/actions/runs/1001/attempts/1',
      'previous-run-id': '990',
      'claimed-at': '2026-11-22T08:00:00.000Z',
      'updated-at': '2026-11-22T08:05:00.000Z',
      'expires-at': '',
      'fencing-token': '4',
      'exit-signaled': 'false',
      'queue-position': '',
      'head-sha': 'a'.repeat(40),
      'head-ref': 'topic',
      'head-repo': 'acme/widgets',
      'is-fork': 'false',
      'pr-state': 'open',
      'published-sha': '',
      'published-from': '',
      'board-dir': '',
      'state-branch': 'runner-coord-state',
      'state-path': 'pulls/0/17.json',
      'state-commit': 'c'.repeat(40),
    });
    expect(message).toMatch(/^run 1001 owns acme\/widgets#17/);
    expect(JSON.parse(result)).toMatchObject({ ok: true, owned: true, pr: 17, 'fencing-token': 4, record: owned() });
  });

  test('of a refusal: the owner is named, and nothing is owned', () => {
    const set = outputs(
      { kind: 'conflict', code: 'active_run_exists', view: viewOf(owned()) },
      { request: request('claim', { run: OTHER }) },
    );
    expect(set).toMatchObject({
      owned: 'false',
      status: '',
      error: 'active_run_exists',
      'run-id': '2002',
      'owner-run-id': '1001',
      'previous-run-id': '',
      'fencing-token': '4',
    });
    expect(set.message).toMatch(/may not work on.*command: takeover/);
  });

  test('of a hold of a scope', () => {
    const target = { ...TARGET, scope: 'preview' };
    const view = viewOf(
      owned({ target, activeRun: active({ expiresAt: '2026-11-22T16:00:00.000Z', detached: true }) }),
    );
    const set = outputs({ kind: 'ok', status: 'claimed_new', view }, { target });
    expect(set).toMatchObject({
      scope: 'preview',
      'expires-at': '2026-11-22T16:00:00.000Z',
      'state-path': 'pulls/0/17.preview.json',
    });
    expect(JSON.parse(set.result)).toMatchObject({ scope: 'preview', 'expires-at': '2026-11-22T16:00:00.000Z' });
  });

  // The place is that of the run that asks, whoever of its steps took it.
  test.each([
    ['the first', '2002', '1', 1],
    ['another', '3003', '2', 2],
    ['the first of several of its own', '4004', '3', 3],
    ['none', '5005', '', null],
    ['of nobody', '', '', null],
  ])('of a line: %s', (_name, runId, position, number) => {
    const queue = ['2002', '3003', '4004', '4004'].map(placeOf);
    const outcome: Outcome = { kind: 'conflict', code: 'active_run_exists', view: viewOf(owned({ queue })) };
    const set = outputs(outcome, { request: request('claim', { run: { ...OTHER, runId } }) });
    expect(set['queue-position']).toBe(position);
    expect(JSON.parse(set.result)).toMatchObject({ 'queue-position': number });
  });

  test('of a signalled owner', () => {
    expect(outputs({ kind: 'conflict', code: 'exit_signal_recorded', view: viewOf(signalled()) })).toMatchObject({
      owned: 'false',
      status: '',
      error: 'exit_signal_recorded',
      'exit-signaled': 'true',
      'previous-run-id': '990',
    });
  });

  test('of an error before anything was known', () => {
    const set = outputsOf(
      reportOf({
        outcome: failure('invalid_input'),
        onConflict: 'continue',
        now: NOW,
        serverUrl: 'https://github.com',
      }),
    );
    const empty = OUTPUT_NAMES.filter((name) => set[name] === '');
    expect(empty).toEqual(OUTPUT_NAMES.filter((name) => !['owned', 'error', 'message', 'result'].includes(name)));
    expect(set).toMatchObject({ owned: 'false', error: 'invalid_input' });
    expect(JSON.parse(set.result)).toMatchObject({
      ok: false,
      command: null,
      owned: false,
      error: 'invalid_input',
      record: null,
    });
  });

  test('without a request nothing is owned', () => {
    const view = viewOf(owned());
    const report = reportOf({
      outcome: { kind: 'ok', status: 'status', view },
      onConflict: 'fail',
      now: NOW,
      serverUrl: 'x',
    });
    expect(outputsOf(report).owned).toBe('false');
  });

  const COMMIT = 'b'.repeat(40);
  const PUBLISHED = {
    branch: 'topic',
    commit: COMMIT,
    head: PULL_REQUEST.headSha,
    landed: true,
    relation: null,
    isShallow: false,
  };

  test('of a publication: the reading is of before it, and the head is what was published', () => {
    const view = viewOf(owned(), { published: PUBLISHED });
    const all = outputs({ kind: 'ok', status: 'published', view }, { request: request('push'), command: 'push' });
    const expected = { 'published-sha': COMMIT, 'published-from': PULL_REQUEST.headSha, 'head-sha': COMMIT };
    expect(all).toMatchObject({ ...expected, owned: 'true', status: 'published', error: '' });
    expect(JSON.parse(all.result)).toMatchObject({ ...expected, ok: true, command: 'push', owned: true });
  });

  test('of a publication by a run that does not own any more', () => {
    const view = viewOf(owned({ activeRun: active({ runId: '2002' }) }), { published: PUBLISHED });
    const all = outputs({ kind: 'ok', status: 'published', view }, { request: request('push'), command: 'push' });
    expect(all).toMatchObject({ owned: 'false', status: 'published', 'published-sha': COMMIT, 'owner-run-id': '2002' });
  });

  test('of a publication that another one has followed: the head is the reading’s', () => {
    const published = { ...PUBLISHED, head: 'd'.repeat(40) };
    const all = outputs({ kind: 'ok', status: 'published', view: viewOf(owned(), { published }) });
    expect(all).toMatchObject({ 'published-from': 'd'.repeat(40), 'head-sha': PULL_REQUEST.headSha });
  });

  test.each<[string, Outcome['kind']]>([
    ['a dry run', 'ok'],
    ['a refusal', 'conflict'],
  ])('of %s nothing is published', (_name, kind) => {
    const view = viewOf(owned(), { published: { ...PUBLISHED, landed: false } });
    const outcome: Outcome =
      kind === 'ok' ? { kind, status: 'owner_confirmed', view } : { kind: 'conflict', code: 'head_moved', view };
    const nothing = { 'published-sha': '', 'published-from': '', 'head-sha': PULL_REQUEST.headSha };
    expect(outputs(outcome, { request: request('push'), command: 'push' })).toMatchObject(nothing);
  });

  test('of a pull request of a fork that is gone', () => {
    const pullRequest = { ...PULL_REQUEST, state: 'merged', headRepo: null, isFork: true } as const;
    const set = outputs({ kind: 'ok', status: 'status', view: viewOf(null, { pullRequest }) });
    expect(set).toMatchObject({ 'head-repo': '', 'is-fork': 'true', 'pr-state': 'merged' });
    expect(JSON.parse(set.result)).toMatchObject({ 'head-repo': null, 'is-fork': true });
  });

  test('where the pull request was not asked for', () => {
    const set = outputs({ kind: 'ok', status: 'released', view: viewOf(null, { pullRequest: null }) });
    expect(set).toMatchObject({ 'head-sha': '', 'head-ref': '', 'head-repo': '', 'is-fork': '', 'pr-state': '' });
  });

  // Section 7: whoever echoes an output must not speak to the runner by it.
  test('no output but result has a line break or a control character, whatever the record says', () => {
    const evil = 'a\r\n::error::b\u0007\u001b[31m\u007f\u0085\u2028c';
    const view = viewOf(
      owned({
        activeRun: active({
          runId: evil,
          claimedAt: evil,
          updatedAt: evil,
          expiresAt: evil,
          holder: { ...HOLDER, url: evil },
        }),
        previousRun: { runId: evil, replacedAt: null, replacedByRunId: null },
      }),
      { stateCommit: evil, pullRequest: { ...PULL_REQUEST, headSha: evil, headRef: evil, headRepo: evil } },
    );
    const run = { runId: evil, attempt: 1, holder: null };
    const set = outputs(
      { kind: 'ok', status: 'status', view },
      { request: request('status', { run }), stateBranch: evil, target: { repo: evil, pr: 17, scope: evil } },
    );
    for (const name of OUTPUT_NAMES) {
      if (name !== 'result') expect(set[name]).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }
    expect(set.result).not.toMatch(/[\r\n]/);
    expect(set['owner-run-id']).toContain('::error::b');
  });

  // A problem and its advice are two sentences, and an error need not have an advice.
  test('the message of an error reads as sentences', () => {
    const message = (problem: string, advice: string): string =>
      outputs({ kind: 'error', failure: { code: 'api_error', problem, advice }, mayHaveWritten: false }).message;
    expect(message('It is down', 'Wait.')).toBe('It is down. Wait.');
    expect(message('It is down.', 'Wait.')).toBe('It is down. Wait.');
    expect(message('There are two of them', '')).toMatch(/^There are two of them\.?$/);
  });
});

describe('writing', () => {
  let folder = '';
  let before: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    before = process.env['GITHUB_OUTPUT'];
    process.env['GITHUB_OUTPUT'] = join(folder, 'output');
    writeFileSync(join(folder, 'output'), '');
  });

  afterEach(() => {
    if (before === undefined) delete process.env['GITHUB_OUTPUT'];
    else process.env['GITHUB_OUTPUT'] = before;
    rmSync(folder, { recursive: true });
  });

  test('sets each output once, in order', () => {
    writeOutputs(outputs({ kind: 'ok', status: 'owner_confirmed', view: viewOf(owned()) }));
    const text = readFileSync(join(folder, 'output'), 'utf8');
    const names = [...text.matchAll(/^([a-z-]+)<<(ghadelimiter_\S+)\r?\n[\s\S]*?\r?\n\2$/gm)].map(([, name]) => name);
    expect(names).toEqual([...OUTPUT_NAMES]);
  });
});
