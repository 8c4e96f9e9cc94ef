import { describe, expect, test } from '@jest/globals';
import { CONFLICT_CODES, ERROR_CODES, OK_STATUSES, type OkStatus } from '../../src/core/answer.js';
import { CODE_TABLE, EXIT, exitStatusOf, ON_CONFLICT, verdictOf } from '../../src/core/code-table.js';
import { codeOf, isOwned, previousRunIdOf, type Outcome, type View } from '../../src/core/outcome.js';
import { exitSignalOf } from '../../src/core/run.js';
import { active, free, HOLDER, OTHER, owned, OWNER, runOf, signalled, viewOf } from './samples.js';

const failure = { code: 'api_error', problem: 'down', advice: 'wait' } as const;
const error: Outcome = { kind: 'error', failure, mayHaveWritten: false };

/** What a step can answer while its own run owns: the commands of section 3 of which `owned` may be true. */
const OWNING: readonly OkStatus[] = [
  ...(['claimed_new', 'refreshed', 'taken_over', 'owner_confirmed', 'published'] as const),
  ...(['fresh_runner', 'dead_runner', 'status'] as const),
];

describe('owned', () => {
  const byLater = owned({ activeRun: active({ attempt: 2 }) });
  const spanning = owned({ activeRun: active({ runId: 'task-42', attempt: 3 }) });
  const task = { runId: 'task-42', attempt: 1, holder: { ...HOLDER, workflowRunId: 1012 } };

  test.each(OK_STATUSES)('%s means ownership where the record shows it, and only there', (status) => {
    const answers = OWNING.includes(status);
    const isOwner = (view: View | null, run = OWNER): boolean => isOwned({ kind: 'ok', status, view }, run);
    expect(isOwner(viewOf(owned()))).toBe(answers);
    expect(isOwner(viewOf(byLater), runOf('1001', 2))).toBe(answers);
    expect(isOwner(viewOf(spanning), task)).toBe(answers);

    expect(isOwner(viewOf(owned()), OTHER)).toBe(false);
    expect(isOwner(viewOf(owned()), { ...OWNER, runId: '' })).toBe(false);
    expect(isOwner(viewOf(owned()), runOf('1001', 2))).toBe(false);
    expect(isOwner(viewOf(byLater))).toBe(false);
    expect(isOwner(viewOf(signalled()))).toBe(false);
    expect(isOwner(viewOf(free()))).toBe(false);
    expect(isOwner(viewOf(null))).toBe(false);
    expect(isOwner(null)).toBe(false);
  });

  // The runner may name its repository without its id; attempts have to be compared all the same.
  test('an attempt whose repository is known by its name alone is told from the others', () => {
    const run = { runId: '1001', attempt: 2, holder: { ...HOLDER, repoId: null } };
    expect(isOwned({ kind: 'ok', status: 'status', view: viewOf(owned()) }, run)).toBe(false);
    expect(isOwned({ kind: 'ok', status: 'status', view: viewOf(byLater) }, run)).toBe(true);
  });

  test.each(CONFLICT_CODES)('the refusal %s never does', (code) => {
    expect(isOwned({ kind: 'conflict', code, view: viewOf(owned()) }, OWNER)).toBe(false);
  });

  test.each(ERROR_CODES)('the error %s never does', (code) => {
    expect(isOwned({ kind: 'error', failure: { ...failure, code }, mayHaveWritten: true }, OWNER)).toBe(false);
  });
});

describe('the previous run', () => {
  test.each(OK_STATUSES)('of %s', (status) => {
    const expected = status === 'release_noop' ? null : '990';
    expect(previousRunIdOf({ kind: 'ok', status, view: viewOf(owned()) })).toBe(expected);
    expect(previousRunIdOf({ kind: 'ok', status, view: viewOf(null) })).toBeNull();
    expect(previousRunIdOf({ kind: 'ok', status, view: viewOf(owned({ previousRun: null })) })).toBeNull();
    expect(previousRunIdOf({ kind: 'ok', status, view: null })).toBeNull();
  });

  test.each(CONFLICT_CODES)('of the refusal %s', (code) => {
    const expected = code === 'exit_signal_recorded' ? '990' : null;
    expect(previousRunIdOf({ kind: 'conflict', code, view: viewOf(owned()) })).toBe(expected);
  });

  test('of an error', () => {
    expect(previousRunIdOf(error)).toBeNull();
  });
});

describe('codes', () => {
  test('every code has a row, and no row is without a code', () => {
    expect(Object.keys(CODE_TABLE.ok).sort()).toEqual([...OK_STATUSES].sort());
    expect(Object.keys(CODE_TABLE.conflict).sort()).toEqual([...CONFLICT_CODES].sort());
    expect(Object.keys(CODE_TABLE.error).sort()).toEqual([...ERROR_CODES].sort());
    const headlines = [CODE_TABLE.ok, CODE_TABLE.conflict, CODE_TABLE.error].flatMap((rows) => Object.values(rows));
    for (const { headline } of headlines) expect(headline).toMatch(/^[A-Z].*[^.]$/u);
  });

  test('the words of the contract', () => {
    expect(codeOf({ kind: 'ok', status: 'claimed_new', view: null })).toBe('claimed_new');
    expect(codeOf({ kind: 'conflict', code: 'pr_closed', view: viewOf(null) })).toBe('pr_closed');
    expect(codeOf(error)).toBe('api_error');
  });

  test('the contract’s codes are all there', () => {
    expect(OK_STATUSES).toEqual(
      expect.arrayContaining([
        'claimed_new',
        'refreshed',
        'taken_over',
        'owner_confirmed',
        'no_owner_record',
        'release_noop',
        'released',
        'exit_signal_recorded',
        'fresh_runner',
        'dead_runner',
        'status',
        'skipped_no_async_run_id',
      ]),
    );
    const codes = [...CONFLICT_CODES, ...ERROR_CODES];
    expect(codes).toEqual(
      expect.arrayContaining([
        ...['active_run_exists', 'ownership_lost', 'ownership_missing', 'exit_signal_recorded', 'stale_runner'],
        ...['takeover_forbidden', 'pr_closed', 'run_id_required', 'invalid_input', 'target_unresolved', 'pr_not_found'],
        ...['state_corrupt', 'state_unsupported', 'permission_denied', 'rate_limited', 'contention_exhausted'],
        ...['deadline_exceeded', 'api_error', 'target_moved', 'state_branch_foreign'],
      ]),
    );
  });
});

describe('verdicts', () => {
  test.each(ON_CONFLICT)('on-conflict: %s', (onConflict) => {
    for (const status of OK_STATUSES) {
      const verdict = verdictOf({ kind: 'ok', status, view: null }, onConflict, null);
      expect(verdict).toEqual({ ...CODE_TABLE.ok[status], fails: false });
    }
    for (const code of CONFLICT_CODES) {
      const { headline } = CODE_TABLE.conflict[code];
      expect(verdictOf({ kind: 'conflict', code, view: viewOf(null) }, onConflict, null)).toEqual(
        onConflict === 'fail'
          ? { headline, annotation: 'error', fails: true }
          : { headline, annotation: 'notice', fails: false },
      );
    }
    for (const code of ERROR_CODES) {
      const { headline } = CODE_TABLE.error[code];
      expect(
        verdictOf({ kind: 'error', failure: { ...failure, code }, mayHaveWritten: true }, onConflict, null),
      ).toEqual({
        headline,
        annotation: 'error',
        fails: true,
      });
    }
  });
});

test('a signal counts for the tenure it was recorded in, the newest one first', () => {
  const signal = { runId: '1001', at: null, reason: 'first', fencingToken: 4 };
  expect(exitSignalOf(free())).toBeNull();
  expect(exitSignalOf({ ...free(), exitSignals: [signal] })).toBeNull();
  expect(exitSignalOf(owned({ exitSignals: [{ ...signal, fencingToken: 3 }] }))).toBeNull();
  expect(exitSignalOf(owned({ exitSignals: [signal, { ...signal, reason: 'second' }] }))?.reason).toBe('second');
});

describe('the exit status', () => {
  const claim = { command: 'claim', run: OWNER } as const;
  const status = { command: 'status', run: OTHER } as const;

  test('0 means owned for what asks for it, and done for the rest', () => {
    expect(exitStatusOf({ kind: 'ok', status: 'claimed_new', view: viewOf(owned()) }, claim)).toBe(EXIT.OWNED);
    expect(exitStatusOf({ kind: 'ok', status: 'no_owner_record', view: viewOf(free()) }, claim)).toBe(EXIT.NOT_OWNED);
    expect(exitStatusOf({ kind: 'ok', status: 'status', view: viewOf(owned()) }, status)).toBe(0);
  });

  test.each(CONFLICT_CODES)('a conflict is 75: %s', (code) => {
    expect(exitStatusOf({ kind: 'conflict', code, view: viewOf(owned()) }, status)).toBe(75);
  });

  test('errors say by their status who can do something', () => {
    const all = ERROR_CODES.map((code): [string, number] => [
      code,
      exitStatusOf({ kind: 'error', failure: { ...failure, code }, mayHaveWritten: false }, claim),
    ]);
    const by = (wanted: number): string[] =>
      all
        .filter(([, one]) => one === wanted)
        .map(([code]) => code)
        .sort();
    expect(by(64)).toEqual(['invalid_input', 'run_id_required', 'target_unresolved']);
    expect(by(69)).toEqual(['api_error', 'contention_exhausted', 'deadline_exceeded', 'rate_limited']);
    expect(by(77)).toEqual(['permission_denied']);
    expect(by(70)).toHaveLength(ERROR_CODES.length - 8);
  });
});
