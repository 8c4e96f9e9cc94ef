import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StepMemory } from '../../src/action/remember.js';
import { load, type SavedState } from '../../src/action/saved-state.js';
import type { Outcome, View } from '../../src/core/outcome.js';
import type { HistoryEvent } from '../../src/core/record.js';
import { readRecord } from '../../src/core/read-record.js';
import { systemClock } from '../../src/time/clock.js';
import { active, free, NOW, OTHER, owned, OWNER, signalled, TARGET, viewOf } from '../core/samples.js';
import { StateFile } from './state-file.js';

let file: StateFile;
beforeEach(() => {
  file = new StateFile();
});
afterEach(() => file.remove());

function memory(releaseOnExit = true, run = OWNER): StepMemory {
  const clock = { ...systemClock, now: () => '2026-11-22T08:09:58.500Z' };
  const step = { run, target: ASKED, stateBranch: 'runner-coord-state', timeoutMs: 60_000, prStatus: false };
  return new StepMemory({ ...step, releaseOnExit, clock });
}

/** As the caller asked for it, and as the branch knows it after a rename. */
const ASKED = { repo: 'acme/old-name', pr: TARGET.pr };
const PRESENT = { ...TARGET, repoId: 7 };

const [began] = owned().history as [HistoryEvent];
const claim = (id: string): HistoryEvent => ({ ...began, type: 'claim', id });
const claimed = (view: View | null): Outcome => ({ kind: 'ok', status: 'claimed_new', view });
const failure = { code: 'deadline_exceeded', problem: 'late', advice: '' } as const;

function state(): SavedState | null {
  file.handOver();
  const saved = load();
  return saved.kind === 'saved' ? saved.state : null;
}

describe('before a write', () => {
  test('its id is saved, with the present name and the id of the repository', () => {
    const kept = memory();
    kept.beforeWrite(claim('id-1'), PRESENT, 'c'.repeat(40));
    expect(state()).toMatchObject({ phase: 'pending', writes: ['id-1'], tenure: null, repositoryId: 7 });
    expect(state()?.target).toEqual({ repo: TARGET.repo, pr: TARGET.pr, scope: null });
    kept.beforeWrite({ ...claim('id-2'), type: 'takeover' }, PRESENT, 'c'.repeat(40));
    expect(state()).toMatchObject({ phase: 'pending', writes: ['id-1', 'id-2'] });
  });

  test.each(['refresh', 'confirm', 'release', 'evict', 'signal-exit', 'leave'])(
    'that begins nothing (%s) so it is, until the answer',
    (type) => {
      const kept = memory();
      kept.beforeWrite({ ...claim('id-1'), type }, PRESENT, 'c'.repeat(40));
      expect(state()).toMatchObject({ phase: 'pending', writes: ['id-1'] });
      kept.afterOutcome(claimed(viewOf(owned())));
      expect(state()).toBeNull();
    },
  );

  test('of a version before writes had ids nothing is', () => {
    memory().beforeWrite({ ...began, id: null }, PRESENT, 'c'.repeat(40));
    expect(file.saved).toEqual([]);
  });

  test('of which there were very many, it stays small', () => {
    const kept = memory();
    for (let count = 0; count < 1000; count += 1)
      kept.beforeWrite(claim(`${'x'.repeat(30)}-${String(count)}`), PRESENT, 'c'.repeat(40));
    expect(Buffer.byteLength(file.saved.at(-1) ?? '', 'utf8')).toBeLessThan(24 * 1024);
    expect(state()?.writes.at(-1)).toMatch(/-999$/);
  });
});

describe('after the answer', () => {
  test('a step that wrote nothing leaves nothing', () => {
    memory().afterOutcome(claimed(viewOf(owned())));
    expect(file.saved).toEqual([]);
  });

  const view = viewOf(owned(), { previousHead: 'd'.repeat(40) });

  test('the tenure that this step began is held', () => {
    const kept = memory();
    kept.beforeWrite(claim('id-4'), PRESENT, 'c'.repeat(40));
    kept.afterOutcome(claimed(view));
    const saved = state();
    expect(saved).toMatchObject({
      phase: 'held',
      run: { runId: '1001', attempt: 1 },
      tenure: { fencingToken: 4, id: 'id-4', commit: 'c'.repeat(40), outdatedHeads: ['d'.repeat(40)] },
      // GitHub's clock less the runner's.
      clockOffsetMs: Date.parse(NOW) - Date.parse('2026-11-22T08:09:58.500Z'),
    });
    expect(readRecord(saved?.tenure?.record ?? '', TARGET)).toEqual({ kind: 'record', record: owned() });
  });

  test.each<[string, Outcome, boolean, 'pending' | null]>([
    ['a tenure that is not to be released', claimed(view), false, null],
    ['a tenure that another write began', claimed(viewOf(owned({ activeRun: active({ id: 'other' }) }))), true, null],
    ['a tenure from before writes had ids', claimed(viewOf(owned({ activeRun: active({ id: null }) }))), true, null],
    ['a tenure that was signalled at once', claimed(viewOf(signalled())), true, null],
    ['nobody’s', claimed(viewOf(free())), true, null],
    ['nothing that was seen', claimed(null), true, null],
    ['no commit', claimed(viewOf(owned(), { stateCommit: null })), true, null],
    ['a refusal', { kind: 'conflict', code: 'active_run_exists', view }, true, null],
    [
      'a refusal after an unknown write',
      { kind: 'conflict', code: 'ownership_lost', view, mayHaveWritten: true },
      true,
      'pending',
    ],
    ['an error', { kind: 'error', failure, mayHaveWritten: false }, true, null],
    ['an error after an unknown write', { kind: 'error', failure, mayHaveWritten: true }, true, 'pending'],
  ])('%s', (_name, outcome, releaseOnExit, phase) => {
    const kept = memory(releaseOnExit);
    kept.beforeWrite(claim('id-4'), PRESENT, 'c'.repeat(40));
    kept.afterOutcome(outcome);
    expect(state()).toEqual(phase === null ? null : expect.objectContaining({ phase, tenure: null, writes: ['id-4'] }));
  });

  test('another run’s tenure is never held', () => {
    const kept = memory(true, OTHER);
    kept.beforeWrite(claim('id-4'), PRESENT, 'c'.repeat(40));
    kept.afterOutcome(claimed(view));
    expect(state()).toBeNull();
  });

  test('the first commit of a branch replaced no head', () => {
    const kept = memory();
    kept.beforeWrite(claim('id-4'), PRESENT, 'c'.repeat(40));
    kept.afterOutcome(claimed(viewOf(owned())));
    expect(state()?.tenure?.outdatedHeads).toEqual([]);
  });
});
