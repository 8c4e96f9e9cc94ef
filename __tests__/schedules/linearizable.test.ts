import { describe, expect, test } from '@jest/globals';
import type { Around, Ask, Place, Reply } from '../model/terms.js';
import { linearize, type Call } from './linearizable.js';

/** The checker itself, on histories written by hand: it accepts what has an order, and only that. */

const target: Place = { repo: 'acme/widgets', repoId: 7, pr: 17, scope: null };
const AROUND: Around = {
  ...{ now: '2026-11-22T08:00:00.000Z', id: 'write', target, tokenFloor: 0 },
  ...{ open: true, ownerRun: 'alive', waiterRun: () => 'alive', ownWrites: [], mayTakeOver: true },
  ...{ headBranch: { name: 'topic', isFork: false, isDefaultBranch: false }, branch: null },
};

function ask(command: string, runId: string, token: number | null = null): Ask {
  return {
    command,
    run: { runId, attempt: 1, holder: null },
    reason: null,
    token,
    requireExisting: false,
    requireOpen: null,
    requireActiveOwner: true,
    targetRunId: null,
    evict: false,
    strict: false,
    supersede: 'dead',
    staleAfterMs: 0,
    jobOutcome: null,
    term: { detached: false, expiresAfterMs: null, byDefault: true },
    line: null,
    begunBy: null,
    writes: [],
    publication: null,
  };
}

type Answer = Omit<Reply, 'asked'>;
const owns = (code: string, owner: string, token: number): Answer => ({ ok: true, code, owned: true, owner, token });
const refused = (code: string, owner: string, token: number): Answer => ({
  ...owns(code, owner, token),
  ok: false,
  owned: false,
});
const free = (code: string): Answer => ({ ok: true, code, owned: false, owner: null, token: null });

function call(span: readonly [number, number], what: Ask, answer: Answer | null, unsettled = false): Call {
  const [from, to] = span;
  return {
    name: `${what.command} of ${what.run.runId}`,
    ask: what,
    from,
    to: answer === null ? Infinity : to,
    answer,
    unsettled,
    landed: null,
    moments: () => [{ ask: what, around: AROUND }],
  };
}

const claimOfA = (span: readonly [number, number]): Call => call(span, ask('claim', 'a'), owns('claimed_new', 'a', 1));

describe('an order is found', () => {
  test('for calls one after the other', () => {
    const release = call([3, 4], ask('release', 'a'), free('released'));
    const claim = call([5, 6], ask('claim', 'b'), owns('claimed_new', 'b', 2));
    expect(linearize([claim, release, claimOfA([1, 2])], null)).toEqual(['claim of a', 'release of a', 'claim of b']);
  });

  test('for calls that overlap, whoever was answered first', () => {
    const loser = call([1, 3], ask('claim', 'b'), refused('active_run_exists', 'a', 1));
    expect(linearize([loser, claimOfA([2, 4])], null)).toEqual(['claim of a', 'claim of b']);
  });

  test('for a refusal that only a crashed claim explains', () => {
    const crashed = call([1, 1], ask('claim', 'a'), null);
    const loser = call([2, 3], ask('claim', 'b'), refused('active_run_exists', 'a', 1));
    expect(linearize([crashed, loser], null)).toEqual(['claim of a', 'claim of b']);
  });

  test('for a crashed claim that never took effect', () => {
    expect(linearize([call([1, 1], ask('claim', 'b'), null), claimOfA([2, 3])], null)).toEqual(['claim of a']);
  });

  test('for an unsettled claim that was won and lost before it was found', () => {
    const claim = call([1, 9], ask('claim', 'a'), refused('ownership_lost', 'b', 2), true);
    const takeover = call([2, 3], ask('takeover', 'b'), owns('taken_over', 'b', 2));
    expect(linearize([claim, takeover], null)).toEqual(['claim of a (takes effect)', 'takeover of b', 'claim of a']);
  });
});

describe('no order is found', () => {
  test('for two new owners', () => {
    expect(
      linearize([claimOfA([1, 2]), call([1, 3], ask('claim', 'b'), owns('claimed_new', 'b', 1))], null),
    ).toBeNull();
  });

  test('for an assert that is confirmed after a takeover was answered', () => {
    const takeover = call([3, 4], ask('takeover', 'b'), owns('taken_over', 'b', 2));
    const late = call([5, 6], ask('assert', 'a', 1), owns('owner_confirmed', 'a', 1));
    const during = call([3, 6], ask('assert', 'a', 1), owns('owner_confirmed', 'a', 1));
    expect(linearize([claimOfA([1, 2]), takeover, late], null)).toBeNull();
    expect(linearize([claimOfA([1, 2]), takeover, during], null)).not.toBeNull();
  });

  test('for a release that found nothing although the run owned it throughout', () => {
    expect(linearize([claimOfA([1, 2]), call([3, 4], ask('release', 'a'), free('release_noop'))], null)).toBeNull();
  });

  test('for a claim that was lost again, where nothing was unsettled', () => {
    const claim = call([1, 9], ask('claim', 'a'), refused('ownership_lost', 'b', 2));
    const takeover = call([2, 3], ask('takeover', 'b'), owns('taken_over', 'b', 2));
    expect(linearize([claim, takeover], null)).toBeNull();
  });

  test('for a tenure whose token was used before', () => {
    const release = call([3, 4], ask('release', 'a'), free('released'));
    expect(
      linearize([claimOfA([1, 2]), release, call([5, 6], ask('claim', 'b'), owns('claimed_new', 'b', 1))], null),
    ).toBeNull();
  });
});
