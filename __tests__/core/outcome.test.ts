import { describe, expect, test } from '@jest/globals';
import { CONFLICT_CODES, ERROR_CODES, OK_STATUSES } from '../../src/core/answer.js';
import { CODE_TABLE, ON_CONFLICT, verdictOf } from '../../src/core/code-table.js';
import { codeOf, isOwned, previousRunIdOf, type Outcome } from '../../src/core/outcome.js';
import { exitSignalOf, relationOf } from '../../src/core/run.js';
import { active, free, OTHER, owned, OWNER, runOf, signalled, viewOf } from './samples.js';

const failure = { code: 'api_error', problem: 'down', advice: 'wait' } as const;
const error: Outcome = { kind: 'error', failure, mayHaveWritten: false };

describe('owned', () => {
  test.each(OK_STATUSES)('%s means ownership where the record shows it, and only there', (status) => {
    const answer = (view: ReturnType<typeof viewOf> | null): Outcome => ({ kind: 'ok', status, view });
    expect(isOwned(answer(viewOf(owned())), OWNER)).toBe(true);
    expect(isOwned(answer(viewOf(owned())), runOf('1001', 2))).toBe(true);

    expect(isOwned(answer(viewOf(owned())), OTHER)).toBe(false);
    expect(isOwned(answer(viewOf(owned({ activeRun: active({ attempt: 2 }) }))), OWNER)).toBe(false);
    expect(isOwned(answer(viewOf(signalled())), OWNER)).toBe(false);
    expect(isOwned(answer(viewOf(free())), OWNER)).toBe(false);
    expect(isOwned(answer(viewOf(null)), OWNER)).toBe(false);
    expect(isOwned(answer(null), OWNER)).toBe(false);
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
        ...['deadline_exceeded', 'api_error'],
      ]),
    );
  });
});

describe('verdicts', () => {
  test.each(ON_CONFLICT)('on-conflict: %s', (onConflict) => {
    for (const status of OK_STATUSES) {
      const verdict = verdictOf({ kind: 'ok', status, view: null }, onConflict);
      expect(verdict).toEqual({ ...CODE_TABLE.ok[status], fails: false });
    }
    for (const code of CONFLICT_CODES) {
      const { headline } = CODE_TABLE.conflict[code];
      expect(verdictOf({ kind: 'conflict', code, view: viewOf(null) }, onConflict)).toEqual(
        onConflict === 'fail'
          ? { headline, annotation: 'error', fails: true }
          : { headline, annotation: 'notice', fails: false },
      );
    }
    for (const code of ERROR_CODES) {
      const { headline } = CODE_TABLE.error[code];
      expect(verdictOf({ kind: 'error', failure: { ...failure, code }, mayHaveWritten: true }, onConflict)).toEqual({
        headline,
        annotation: 'error',
        fails: true,
      });
    }
  });
});

test.each([
  ['mine', '1001', 1],
  ['mine_later_attempt', '1001', 2],
  ['another', '1002', 1],
])('%s', (relation, runId, attempt) => {
  expect(relationOf(active(), { runId, attempt })).toBe(relation);
});

test('mine_earlier_attempt', () => {
  expect(relationOf(active({ attempt: 3 }), { runId: '1001', attempt: 2 })).toBe('mine_earlier_attempt');
});

test('a signal counts for the tenure it was recorded in, the newest one first', () => {
  const signal = { runId: '1001', at: null, reason: 'first', fencingToken: 4 };
  expect(exitSignalOf(free())).toBeNull();
  expect(exitSignalOf({ ...free(), exitSignals: [signal] })).toBeNull();
  expect(exitSignalOf(owned({ exitSignals: [{ ...signal, fencingToken: 3 }] }))).toBeNull();
  expect(exitSignalOf(owned({ exitSignals: [signal, { ...signal, reason: 'second' }] }))?.reason).toBe('second');
});
