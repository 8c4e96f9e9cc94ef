import { describe, expect, test } from '@jest/globals';
import { check, type Verdict } from '../../scripts/torture/checker.js';
import type { Answer, BranchCommit, Ended, Rule, Said } from '../../scripts/torture/history.js';
import { digestOf } from '../../scripts/torture/record.js';

/** The checker of the torture must be able to fail: each kind of violation is put into a log by hand and is found. */

const REPO = 'acme/widgets';
const PR = 17;
const START = Date.parse('2026-11-22T08:00:00.000Z');

interface Event {
  readonly type: string;
  readonly runId: string;
  readonly id: string;
  readonly fencingToken: number;
  readonly previousRunId: string | null;
  readonly at: string;
  readonly reason: null;
  readonly cause?: string;
}

interface Record_ {
  readonly fencingToken: number;
  readonly activeRun: { readonly runId: string; readonly attempt: number; readonly fencingToken: number } | null;
  readonly history: readonly Event[];
  readonly exitSignals: readonly { readonly runId: string; readonly fencingToken: number }[];
}

/** Writes a branch and what processes said about it, one commit every ten milliseconds. */
class Log {
  readonly commits: BranchCommit[] = [];
  readonly said: Said[] = [];
  readonly ended: Ended[] = [];
  record: Record_ = { fencingToken: 0, activeRun: null, history: [], exitSignals: [] };

  get now(): number {
    return START + 10 * this.commits.length;
  }

  get head(): string {
    return this.commits.at(-1)?.oid ?? '';
  }

  /** A commit with this record, whatever it says. */
  commit(record: Record_): void {
    this.record = record;
    this.commits.push({
      oid: String(this.commits.length + 1).padStart(40, '0'),
      message: `Coord-Request-Id: ${record.history.at(-1)?.id ?? 'none'}`,
      changes: [{ path: `${REPO}/pr-${String(PR)}.json`, text: JSON.stringify(stored(record)) }],
      from: this.now,
      to: this.now + 5,
    });
  }

  event(type: string, runId: string, id: string, more: Partial<Event> = {}): Event {
    const { fencingToken } = this.record;
    const at = new Date(this.now).toISOString();
    return { type, runId, id, fencingToken, previousRunId: null, at, reason: null, ...more };
  }

  /** A new tenure, by the book. */
  begin(runId: string, id: string, more: Partial<Event> = {}): void {
    const fencingToken = this.record.fencingToken + 1;
    const old = this.record.activeRun?.runId ?? null;
    const replaced = { type: old === null ? 'claim' : 'takeover', previousRunId: old };
    const event = this.event(replaced.type, runId, id, { ...replaced, fencingToken, ...more });
    const activeRun = { runId, attempt: 1, fencingToken };
    this.commit({ ...this.record, fencingToken, activeRun, history: [...this.record.history, event] });
  }

  /** An event that leaves the tenure as it is, or ends it. */
  add(type: string, runId: string, id: string): void {
    const event = this.event(type, runId, id);
    const ends = type === 'release';
    const signals = type === 'signal-exit' ? [{ runId, fencingToken: event.fencingToken }] : [];
    this.commit({
      ...this.record,
      activeRun: ends ? null : this.record.activeRun,
      history: [...this.record.history, event],
      exitSignals: [...this.record.exitSignals, ...signals],
    });
  }

  /** A process that saw the head as it is now. `during`: when it ran, relative to the last commit. */
  say(command: string, runId: string, answer: Partial<Answer>, more: Partial<Said> & { id?: string } = {}): void {
    const { id, ...rest } = more;
    const step = `step-${String(this.said.length + 1)}`;
    this.said.push({
      step,
      phase: 'main',
      command,
      pr: PR,
      runId,
      attempt: 1,
      start: this.now - 12,
      end: this.now,
      killed: false,
      answer: {
        exitCode: 0,
        owned: false,
        status: '',
        error: '',
        message: '',
        token: this.record.activeRun?.fencingToken ?? null,
        commit: this.head,
        digest: digestOf(stored(this.record)),
        ...answer,
      },
      inputs: INPUTS,
      seen: { ...SAW_NOTHING, requestIds: id === undefined ? [] : [id] },
      ...rest,
    });
  }

  check(): Verdict {
    return check({ repo: REPO, commits: this.commits, said: this.said, ended: this.ended });
  }
}

const INPUTS: Said['inputs'] = {
  token: null,
  targetRunId: null,
  requireExisting: false,
  requireActiveOwner: true,
  strict: false,
  evict: false,
  supersede: 'dead',
  staleAfterMs: 1_800_000,
  takeoverPermission: 'write',
  releaseOnExit: true,
};
const SAW_NOTHING: Said['seen'] = {
  requestIds: [],
  staleReads: 0,
  shownHeads: [],
  livenessUnsure: false,
  permissionUnsure: false,
};

function stored(record: Record_): unknown {
  const { activeRun } = record;
  const at = new Date(START).toISOString();
  return {
    schemaVersion: 3,
    target: { repo: REPO, pr: PR },
    ...record,
    activeRun: activeRun && {
      ...activeRun,
      claimedAt: at,
      updatedAt: at,
      holder: { workflowRunId: Number(activeRun.runId) },
    },
    exitSignals: record.exitSignals.map((signal) => ({ ...signal, at, reason: null })),
  };
}

/** Run 1001 claims, renews and is refused nothing; 1002 is refused, takes over and releases. */
function goodLog(): Log {
  const log = new Log();
  log.begin('1001', 'a');
  log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { id: 'a' });
  log.add('refresh', '1001', 'b');
  log.say('claim', '1001', { owned: true, status: 'refreshed' }, { id: 'b' });
  log.say('assert', '1001', { owned: true, status: 'owner_confirmed' });
  log.say('claim', '1002', { error: 'active_run_exists' });
  log.begin('1002', 'c');
  log.say('takeover', '1002', { owned: true, status: 'taken_over' }, { id: 'c' });
  log.say('assert', '1001', { error: 'ownership_lost' });
  return log;
}

function rulesOf({ violations }: Verdict): Rule[] {
  return [...new Set(violations.map(({ rule }) => rule))].sort();
}

describe('a log that explains everything', () => {
  test('has no violation', () => {
    const log = goodLog();
    log.add('signal-exit', '1002', 'd');
    log.say('signal-exit', '1002', { status: 'exit_signal_recorded' }, { id: 'd' });
    log.say('assert', '1002', { error: 'exit_signal_recorded' });
    log.begin('1003', 'e', { cause: 'exit_signal' });
    log.say('claim', '1003', { owned: true, status: 'taken_over' }, { id: 'e' });
    log.add('release', '1003', 'f');
    log.say('release', '1003', { status: 'released' }, { id: 'f' });
    log.say('release', '1003', { status: 'release_noop' });
    const verdict = log.check();
    expect(verdict.violations).toEqual([]);
    expect(verdict).toMatchObject({ commits: 6, acknowledged: 6, staleAnswers: 0, leftBehind: 0 });
  });

  test('has none when the history is full and its oldest events fall out', () => {
    const log = new Log();
    log.begin('1001', 'first');
    for (let count = 1; count <= 60; count += 1) {
      const event = log.event('refresh', '1001', `refresh-${String(count)}`);
      log.commit({ ...log.record, history: [...log.record.history, event].slice(-50) });
    }
    expect(log.check().violations).toEqual([]);
  });

  test('has none for a write that was found again only after another run had won', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.begin('1002', 'b');
    log.say('claim', '1001', { error: 'ownership_lost' }, { id: 'a', start: START });
    expect(log.check().violations).toEqual([]);
  });

  test('counts an answer from the past apart, if a stale read was injected', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const old = { commit: log.head, digest: digestOf(stored(log.record)), token: 1 };
    log.begin('1002', 'b');
    const seen = { ...SAW_NOTHING, staleReads: 1 };
    log.say(
      'assert',
      '1001',
      { ...old, owned: true, status: 'owner_confirmed' },
      { start: log.now + 50, end: log.now + 60, seen },
    );
    expect(log.check()).toMatchObject({ violations: [], staleAnswers: 1 });
  });
});

describe('two owners in one tenure', () => {
  test('an owner that changes under its token is found', () => {
    const log = goodLog();
    const activeRun = { runId: '1003', attempt: 1, fencingToken: 2 };
    const event = log.event('refresh', '1003', 'd');
    log.commit({ ...log.record, activeRun, history: [...log.record.history, event] });
    expect(rulesOf(log.check())).toContain('two owners');
  });

  test('a release of another run’s tenure is found', () => {
    const log = goodLog();
    log.add('release', '1001', 'd');
    expect(rulesOf(log.check())).toEqual(['two owners']);
  });
});

describe('a lost change', () => {
  test('an event that a later commit does not hold any more is found', () => {
    const log = goodLog();
    const event = log.event('refresh', '1002', 'd');
    log.commit({ ...log.record, history: [...log.record.history.slice(0, -2), event] });
    expect(rulesOf(log.check())).toContain('lost change');
  });

  test('a decision that is replayed onto a state it was not made from is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const before = log.record;
    log.add('signal-exit', '1001', 'b');
    log.commit({ ...before, history: [...before.history, log.event('refresh', '1001', 'c')] });
    expect(rulesOf(log.check())).toContain('lost change');
  });

  test('an acknowledged write that is not on the branch is found', () => {
    const log = goodLog();
    log.say('claim', '1002', { owned: true, status: 'refreshed' }, { id: 'never-written' });
    expect(rulesOf(log.check())).toEqual(['acknowledged write']);
  });

  test('an acknowledged write whose commit is not on the branch is found', () => {
    const log = goodLog();
    const commit = 'f'.repeat(40);
    log.say('claim', '1002', { owned: true, status: 'refreshed', commit }, { id: 'never-written' });
    expect(rulesOf(log.check())).toEqual(['acknowledged write', 'owned']);
  });

  test('a write that is on the branch and was answered as if it were not is found', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    log.say('claim', '1002', { owned: true, status: 'owner_confirmed' }, { id: 'd' });
    expect(rulesOf(log.check())).toContain('hidden write');
  });

  test('an error that conceals its write is found', () => {
    const log = goodLog();
    log.add('refresh', '1002', 'd');
    const error = { error: 'api_error', commit: null, digest: null, token: null, message: 'GitHub is down' };
    log.say('claim', '1002', error, { id: 'd' });
    expect(rulesOf(log.check())).toEqual(['hidden write']);
  });
});

describe('an event that is there twice', () => {
  test('is found, also after it fell out of the history', () => {
    const log = goodLog();
    log.commit({ ...log.record, history: [...log.record.history, log.event('refresh', '1002', 'd')] });
    const without = log.record.history.filter(({ id }) => id !== 'd');
    log.commit({ ...log.record, history: without });
    log.commit({ ...log.record, history: [...without, log.event('refresh', '1002', 'd')] });
    expect(rulesOf(log.check())).toContain('duplicated event');
  });
});

describe('a token that does not rise', () => {
  test.each([1, 2])('token %i for a new tenure after token 2 is found', (fencingToken) => {
    const log = goodLog();
    const event = log.event('takeover', '1003', 'd', { previousRunId: '1002', fencingToken });
    const activeRun = { runId: '1003', attempt: 1, fencingToken };
    log.commit({ ...log.record, fencingToken, activeRun, history: [...log.record.history, event] });
    expect(rulesOf(log.check()).some((rule) => rule === 'token' || rule === 'two owners')).toBe(true);
  });

  test('a token that falls with a release is found', () => {
    const log = goodLog();
    const event = log.event('release', '1002', 'd');
    log.commit({ ...log.record, fencingToken: 1, activeRun: null, history: [...log.record.history, event] });
    expect(rulesOf(log.check())).toEqual(['token']);
  });

  test('a new tenure by an event that begins none is found', () => {
    const log = goodLog();
    const event = log.event('confirm', '1002', 'd', { fencingToken: 3 });
    const activeRun = { runId: '1002', attempt: 1, fencingToken: 3 };
    log.commit({ ...log.record, fencingToken: 3, activeRun, history: [...log.record.history, event] });
    expect(rulesOf(log.check())).toEqual(['record']);
  });
});

describe('an owner that never held', () => {
  test('an owner that the record does not show is found', () => {
    const log = goodLog();
    log.say('assert', '1001', { owned: true, status: 'owner_confirmed' });
    expect(rulesOf(log.check())).toEqual(['owned']);
  });

  test('an owner that was told to exit is found', () => {
    const log = goodLog();
    log.add('signal-exit', '1002', 'd');
    log.say('assert', '1002', { owned: true, status: 'owner_confirmed' });
    expect(rulesOf(log.check())).toEqual(['owned']);
  });

  test('an owner that had lost before its process began is found, if no stale read was injected', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const old = { commit: log.head, digest: digestOf(stored(log.record)), token: 1 };
    log.begin('1002', 'b');
    const later = { start: log.now + 50, end: log.now + 60 };
    log.say('assert', '1001', { ...old, owned: true, status: 'owner_confirmed' }, later);
    expect(rulesOf(log.check())).toEqual(['owned']);
  });

  test('a step that answers from before what it had been shown is found, stale read or not', () => {
    const log = new Log();
    log.begin('1001', 'a');
    const old = { commit: log.head, digest: digestOf(stored(log.record)), token: 1 };
    log.begin('1002', 'b');
    const seen = { ...SAW_NOTHING, staleReads: 1, shownHeads: [log.head, old.commit] };
    log.say('assert', '1001', { ...old, owned: true, status: 'owner_confirmed' }, { seen, start: START });
    expect(rulesOf(log.check())).toEqual(['older than seen']);
  });

  test('an owner that was replaced as dead while it was at work is found', () => {
    const log = goodLog();
    log.begin('1003', 'd', { cause: 'dead' });
    log.say('claim', '1003', { owned: true, status: 'taken_over' }, { id: 'd' });
    expect(rulesOf(log.check())).toEqual(['superseded alive']);
    log.ended.push({ workflowRunId: 1002, attempt: 1, from: START, to: START });
    expect(log.check().violations).toEqual([]);
  });
});

describe('a conflict that was never true', () => {
  test.each<[string, string, string]>([
    ['claim', '1002', 'active_run_exists'],
    ['assert', '1002', 'ownership_lost'],
    ['assert', '1001', 'ownership_missing'],
    ['assert', '1002', 'exit_signal_recorded'],
    ['check', '1001', 'stale_runner'],
    ['takeover', '1001', 'takeover_forbidden'],
    ['claim', '1001', 'pr_closed'],
  ])('%s by %s → %s', (command, runId, error) => {
    const log = goodLog();
    log.say(command, runId, { error });
    expect(rulesOf(log.check())).toEqual(['answer']);
  });

  test('a refusal in favour of a run that was over is found', () => {
    const log = goodLog();
    log.ended.push({ workflowRunId: 1002, attempt: 1, from: START, to: START });
    log.say('claim', '1003', { error: 'active_run_exists' }, { start: log.now + 1, end: log.now + 2 });
    expect(rulesOf(log.check())).toEqual(['answer']);
  });

  test('a record that is not the one of the state-commit is found', () => {
    const log = goodLog();
    log.say('status', '1001', { status: 'status', digest: 'another' });
    expect(rulesOf(log.check())).toEqual(['answer']);
  });
});

describe('a post step', () => {
  const post = {
    phase: 'post',
    answer: null,
    post: { mainStep: 'step-1', warned: false, exitCode: 0, log: '' },
  } as const;

  test('that ended quietly while its tenure is still held is found', () => {
    const log = new Log();
    log.begin('1001', 'a');
    log.say('claim', '1001', { owned: true, status: 'claimed_new' }, { id: 'a' });
    log.say('claim', '1001', {}, { ...post, start: log.now + 10, end: log.now + 20 });
    expect(rulesOf(log.check())).toEqual(['left behind']);
  });

  test('that set outputs acted as a main step', () => {
    const log = goodLog();
    log.say('claim', '1002', { owned: true, status: 'refreshed' }, { phase: 'post', post: post.post });
    expect(rulesOf(log.check())).toEqual(['post']);
  });
});
