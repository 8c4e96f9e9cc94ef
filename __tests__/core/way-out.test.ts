import { describe, expect, test } from '@jest/globals';
import type { ConflictCode } from '../../src/core/answer.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { messageOf } from '../../src/core/words/message.js';
import {
  active,
  decideOn,
  free,
  NOW,
  OTHER,
  outcomeOf,
  owned,
  place,
  request,
  runOf,
  signalled,
  TARGET,
  viewOf,
} from './samples.js';

/** A refusal names the exact way out for this command. */

const byLater = owned({ activeRun: active({ attempt: 2 }) });
const byOther = { run: OTHER };
const later = { run: runOf('1001', 2) };

/** What the decision on this record says to do; it has to be a refusal with this code. */
function wayOut(
  record: OwnershipRecord | null,
  asked: CoordinationRequest,
  code: ConflictCode,
  closed = false,
): string {
  const known = { takeoverPermission: 'denied', ownerLiveness: 'alive', pullRequestOpen: !closed } as const;
  const outcome = outcomeOf(decideOn(record, asked, known), record);
  expect(outcome).toMatchObject({ kind: 'conflict', code });
  return messageOf(outcome, { target: TARGET, request: asked, now: NOW }).wayOut ?? '';
}

test.each<[string, ConflictCode, OwnershipRecord | null, CoordinationRequest, RegExp]>([
  [
    'claim of what another owns',
    'active_run_exists',
    owned(),
    request('claim', byOther),
    /^Wait until run 1001 releases it, or .*"command: takeover"/,
  ],
  [
    'claim that has waited in vain',
    'active_run_exists',
    owned({ queue: [place('2002')] }),
    request('claim', { ...byOther, line: { action: 'leave', placeMs: 60_000 } }),
    /^It stood in line, .* raise "wait-timeout", or .*"command: takeover"/,
  ],
  ['claim by an earlier attempt', 'ownership_lost', byLater, request('claim'), /^Stop.*later attempt.*goes on/],
  ['takeover by an earlier attempt', 'ownership_lost', byLater, request('takeover'), /^Stop.*later attempt.*goes on/],
  [
    'claim after a signal',
    'exit_signal_recorded',
    signalled(),
    request('claim'),
    /^Stop without touching.*"command: takeover"/,
  ],
  [
    'takeover without permission',
    'takeover_forbidden',
    owned(),
    request('takeover', byOther),
    /"takeover-permission".*"takeover-actors".*re-run/,
  ],
  [
    'assert without an owner',
    'ownership_missing',
    free(),
    request('assert', { requireExisting: true }),
    /"command: claim" \(or "command: ensure"\)/,
  ],
  ['assert of what another owns', 'ownership_lost', owned(), request('assert', byOther), /^Stop.*"command: takeover"/],
  [
    'assert with an old token',
    'ownership_lost',
    owned(),
    request('assert', { fencingToken: 3 }),
    /^Stop.*"fencing-token" is that of a tenure that has ended/,
  ],
  [
    'assert with the token of a tenure that is over',
    'ownership_lost',
    free(),
    request('assert', { fencingToken: 4 }),
    /^Stop.*has ended.*"command: claim"/,
  ],
  // Case O1.
  [
    'assert by a later attempt',
    'ownership_lost',
    owned(),
    request('assert', later),
    /begin this attempt with "command: ensure"/,
  ],
  ['assert by an earlier attempt', 'ownership_lost', byLater, request('assert'), /^Stop.*later attempt.*goes on/],
  ['assert after a signal', 'exit_signal_recorded', signalled(), request('assert'), /"command: takeover"/],
  ['ensure of what another owns', 'ownership_lost', owned(), request('ensure', byOther), /^Stop.*"command: takeover"/],
  ['ensure with an old token', 'ownership_lost', owned(), request('ensure', { fencingToken: 3 }), /"fencing-token"/],
  [
    'ensure by a later attempt with a token that tells nothing',
    'ownership_lost',
    owned(),
    request('ensure', { ...later, fencingToken: 3 }),
    /"fencing-token"/,
  ],
  [
    'release of what another owns',
    'ownership_lost',
    owned(),
    request('release', byOther),
    /"evict: true".*"fencing-token" or "target-run-id"/,
  ],
  ['release by an earlier attempt', 'ownership_lost', byLater, request('release'), /"evict: true"/],
  [
    'release of an old tenure',
    'ownership_lost',
    owned(),
    request('release', { fencingToken: 3 }),
    /has ended already.*"fencing-token"/,
  ],
  [
    'release by a later attempt of an old tenure',
    'ownership_lost',
    owned(),
    request('release', { ...later, fencingToken: 3 }),
    /has ended already.*"fencing-token"/,
  ],
  [
    'evict without saying whom',
    'takeover_forbidden',
    owned(),
    request('release', { ...byOther, evict: true }),
    /^Say which tenure.*"fencing-token" or "target-run-id"/,
  ],
  [
    'evict without permission',
    'takeover_forbidden',
    owned(),
    request('release', { ...byOther, evict: true, fencingToken: 4 }),
    /"takeover-permission".*"takeover-actors"/,
  ],
  [
    'signal-exit of what another owns',
    'ownership_lost',
    owned(),
    request('signal-exit', byOther),
    /"require-active-owner: false".*"target-run-id" and "fencing-token"/,
  ],
  [
    'signal-exit without permission',
    'takeover_forbidden',
    owned(),
    request('signal-exit', { ...byOther, requireActiveOwner: false }),
    /"takeover-permission".*"takeover-actors"/,
  ],
  [
    'signal-exit of a typing error',
    'ownership_lost',
    owned(),
    request('signal-exit', { targetRunId: '100l' }),
    /"target-run-id"/,
  ],
  [
    'signal-exit where nobody ever owned',
    'ownership_missing',
    null,
    request('signal-exit'),
    /^There is nobody to signal/,
  ],
  [
    'signal-exit where nobody owns any more',
    'ownership_lost',
    free(),
    request('signal-exit'),
    /^There is nobody to signal/,
  ],
  [
    'check for another owner',
    'ownership_lost',
    owned(),
    request('check', { targetRunId: '2002' }),
    /"target-run-id" names does not own/,
  ],
  [
    'check for an owner where there is none',
    'ownership_lost',
    free(),
    request('check', { targetRunId: '2002' }),
    /leave "target-run-id" out/,
  ],
  [
    'check of a signalled owner',
    'exit_signal_recorded',
    signalled(),
    request('check'),
    /^Wait until its owner has released it, then check again/,
  ],
  [
    'check of a stale owner',
    'stale_runner',
    owned(),
    request('check', { staleAfterMs: 0 }),
    /"command: takeover".*"supersede: stale".*"command: claim"/,
  ],
])('%s (%s)', (_name, code, record, asked, advice) => {
  expect(wayOut(record, asked, code)).toMatch(advice);
});

describe('a closed pull request', () => {
  test.each(['claim', 'takeover', 'ensure'] as const)('%s', (command) => {
    expect(wayOut(null, request(command), 'pr_closed', true)).toMatch(
      /^Reopen.*"require-open: false".*Releasing works/,
    );
  });
});

test('where nobody knows what was asked, it is the advice for whoever is not the owner', () => {
  const outcome = { kind: 'conflict', code: 'ownership_lost', view: viewOf(owned()) } as const;
  const { text, wayOut: advice } = messageOf(outcome, { target: TARGET, request: null, now: NOW });
  expect(advice).toMatch(/"command: takeover"/);
  expect(text).toContain('does not own acme/widgets#17');
});
