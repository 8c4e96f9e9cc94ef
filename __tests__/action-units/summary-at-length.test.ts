import { expect, test } from '@jest/globals';
import { summaryOf } from '../../src/action/summary.js';
import { CLAIMED, free, NOW, OTHER, RENEWED, signalled } from '../core/samples.js';
import { active, event, failed, held, MONA, owned, refusal, request, well } from './summary-samples.js';

/** What somebody has to look into, as it stands on the page. The tables are the business of summary-tables.test.ts. */

const replaced = active({ runId: '990', holder: MONA });
const BY_HAND = { actor: 'mona', workflow: 'takeover', workflowRunId: 2002 };
const now = { claimedAt: NOW, updatedAt: NOW };
const evicted = owned({
  activeRun: null,
  history: [
    event('evict', { at: NOW, runId: '2002', previousRunId: '1001', reason: 'the runner is lost', ...BY_HAND }),
  ],
});
const told = event('signal-exit', { reason: 'make room', ...BY_HAND });

test('a refused claim', async () => {
  const report = refusal('active_run_exists', owned(), request('claim', { run: OTHER }));
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### 🟡 [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) owns [acme/widgets\\#17](https://github.com/acme/widgets/pull/17)

   Since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\), fencing token 4, reason: stuck.

   **Refused:** run 2002 may not work on [acme/widgets\\#17](https://github.com/acme/widgets/pull/17).

   **Next step:** Wait until run 1001 releases it, or take it over with "command: takeover" and a reason. A claim with "wait-timeout" stands in line.

   Where this repository has a workflow [takeover.yml](https://github.com/acme/widgets/actions/workflows/takeover.yml), a person takes it over on its page, or by:

   \`\`\`console
   gh workflow run takeover.yml --repo acme/widgets -f pr=17 -f reason='why'
   \`\`\`

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | 10 min ago (08:00:00 UTC) | [run 1001](https://github.com/acme/widgets/actions/runs/1001) took it over from run 990 | octocat, agent | stuck |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('an assert of a run that a person has taken the pull request from', async () => {
  const hold = event('takeover', { runId: 'person:octocat', previousRunId: '1001', reason: 'I fix it by hand' });
  const report = refusal('ownership_lost', held({ history: [hold] }), request('assert', { fencingToken: 3 }));
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### 🟡 [octocat](https://github.com/acme/widgets/actions/runs/1001/attempts/1) holds [acme/widgets\\#17](https://github.com/acme/widgets/pull/17)

   Since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\), held until 2026-11-22 16:00:00 UTC \\(for another 7 h 50 min\\), fencing token 4, reason: I fix it by hand.

   **Refused:** run 1001 does not own [acme/widgets\\#17](https://github.com/acme/widgets/pull/17) in the tenure with fencing token 3.

   **Next step:** Stop this run without touching the pull request. To continue here, take it over with "command: takeover".

   Where this repository has a workflow [takeover.yml](https://github.com/acme/widgets/actions/workflows/takeover.yml), a person takes it over on its page, or by:

   \`\`\`console
   gh workflow run takeover.yml --repo acme/widgets -f pr=17 -f reason='why'
   \`\`\`

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | 5 min ago (08:05:00 UTC) | [octocat](https://github.com/acme/widgets/actions/runs/1001) took it over from run 1001 | octocat, agent | I fix it by hand |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('an assert of a run that was evicted', async () => {
  const report = refusal('ownership_lost', evicted, request('assert', { fencingToken: 4 }));
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### 🟡 Nobody owns [acme/widgets\\#17](https://github.com/acme/widgets/pull/17)

   Run 2002 \\(workflow "takeover", by mona\\) evicted run 1001 just now, reason: the runner is lost.

   **Refused:** run 1001 does not own [acme/widgets\\#17](https://github.com/acme/widgets/pull/17) in the tenure with fencing token 4.

   **Next step:** Stop this run without touching the pull request. Its tenure has ended; to continue, begin a new one with "command: claim".

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | just now (08:10:00 UTC) | [run 2002](https://github.com/acme/widgets/actions/runs/2002) evicted run 1001 | mona, takeover | the runner is lost |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('an assert of a run that was told to exit', async () => {
  const exitSignals = [{ runId: '1001', at: RENEWED, reason: 'make room', fencingToken: 4 }];
  const report = refusal('exit_signal_recorded', signalled({ exitSignals, history: [told] }), request('assert'));
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### 🟡 [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) owns [acme/widgets\\#17](https://github.com/acme/widgets/pull/17)

   Since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\), fencing token 4.

   **Refused:** The owner of [acme/widgets\\#17](https://github.com/acme/widgets/pull/17) was told to exit 5 min ago by mona, reason: make room.

   **Next step:** Stop without touching the pull request. To continue, begin a new tenure with "command: takeover".

   Where this repository has a workflow [takeover.yml](https://github.com/acme/widgets/actions/workflows/takeover.yml), a person takes it over on its page, or by:

   \`\`\`console
   gh workflow run takeover.yml --repo acme/widgets -f pr=17 -f reason='why'
   \`\`\`

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | 5 min ago (08:05:00 UTC) | run 1001 was told to exit | mona, [takeover](https://github.com/acme/widgets/actions/runs/2002) | make room |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('a claim of a closed pull request', async () => {
  const report = refusal('pr_closed', free(), request('claim'));
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### 🟡 [acme/widgets\\#17](https://github.com/acme/widgets/pull/17) is closed, so no work on it may begin

   Nobody owns [acme/widgets\\#17](https://github.com/acme/widgets/pull/17).

   **Next step:** Reopen the pull request and run again, or set "require-open: false" for work on a closed one, such as a teardown. Releasing works on a closed pull request.
   "
  `);
});

test('a takeover', async () => {
  const record = owned({
    activeRun: active(now),
    history: [event('takeover', { at: NOW, previousRunId: '990', reason: 'stuck' })],
  });
  expect(await summaryOf(well('taken_over', record, request('takeover'), { replaced }))).toMatchInlineSnapshot(`
   "### 🟢 octocat took [acme/widgets\\#17](https://github.com/acme/widgets/pull/17) over from [run 990](https://github.com/acme/widgets/actions/runs/990/attempts/1) (polish, by mona): stuck

   [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) owns it since 2026-11-22 08:10:00 UTC \\(just now\\).

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | just now (08:10:00 UTC) | [run 1001](https://github.com/acme/widgets/actions/runs/1001) took it over from run 990 | octocat, agent | stuck |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('a run that superseded another', async () => {
  const history = [event('takeover', { previousRunId: '990', cause: 'dead' })];
  expect(await summaryOf(well('taken_over', owned({ history }), request('claim'), { replaced })))
    .toMatchInlineSnapshot(`
   "### 🟢 [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) took [acme/widgets\\#17](https://github.com/acme/widgets/pull/17) over from [run 990](https://github.com/acme/widgets/actions/runs/990/attempts/1) (polish, by mona), which is over

   [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) owns it since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\).

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | 5 min ago (08:05:00 UTC) | [run 1001](https://github.com/acme/widgets/actions/runs/1001) took it over from run 990, which is over | octocat, agent | – |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('an eviction', async () => {
  const report = well('released', evicted, request('release', { run: OTHER, evict: true }), { replaced: active() });
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### ⚪ mona evicted [run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) from [acme/widgets\\#17](https://github.com/acme/widgets/pull/17): the runner is lost

   It is free now.

   | When | Event | By | Why |
   | --- | --- | --- | --- |
   | just now (08:10:00 UTC) | [run 2002](https://github.com/acme/widgets/actions/runs/2002) evicted run 1001 | mona, takeover | the runner is lost |

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('an exit signal, from a person and from the owner', async () => {
  const record = signalled({ history: [told] });
  expect(await summaryOf(well('exit_signal_recorded', record, request('signal-exit', { run: OTHER }))))
    .toMatchInlineSnapshot(`
   "### ⚪ mona told [run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) to leave [acme/widgets\\#17](https://github.com/acme/widgets/pull/17): make room

   Its next assert fails, and the next claim may take its place.
   "
  `);
  expect(await summaryOf(well('exit_signal_recorded', record, request('signal-exit')))).toMatchInlineSnapshot(`
   "### ⚪ [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) said that it leaves [acme/widgets\\#17](https://github.com/acme/widgets/pull/17): make room

   Its next assert fails, and the next claim may take its place.
   "
  `);
});

test('an owner whose run is over, and one whose time is up', async () => {
  expect(await summaryOf(well('dead_runner', owned(), request('check')))).toMatchInlineSnapshot(`
   "### 🟢 Nobody is at work on [acme/widgets\\#17](https://github.com/acme/widgets/pull/17): its owner, [run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat), is over
   "
  `);
  const past = owned({ activeRun: active({ expiresAt: RENEWED }), history: [] });
  expect(await summaryOf(well('dead_runner', past, request('check')))).toMatchInlineSnapshot(`
   "### ⚪ Nobody owns [acme/widgets\\#17](https://github.com/acme/widgets/pull/17)

   The tenure of run 1001 ended by itself at 2026-11-22 08:05:00 UTC \\(5 min ago\\).

   [All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
});

test('a release of what another run owns', async () => {
  const report = well(
    'release_noop',
    owned({ history: [event('claim', { at: CLAIMED })] }),
    request('release', { run: OTHER }),
  );
  expect(await summaryOf(report)).toMatchInlineSnapshot(`
   "### ⚪ [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) owns [acme/widgets\\#17](https://github.com/acme/widgets/pull/17)

   Since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\), fencing token 4.

   Nothing was released.
   "
  `);
});

test('a record that nobody can read, and an error from before the pull request was known', async () => {
  const advice = 'Restore the last good version of it';
  expect(await summaryOf(failed({ code: 'state_corrupt', problem: 'The record is no JSON', advice })))
    .toMatchInlineSnapshot(`
   "### 🔴 [acme/widgets\\#17](https://github.com/acme/widgets/pull/17): The stored record is broken

   The record is no JSON.

   **Next step:** Restore the last good version of it.

   [All versions of the record](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)
   "
  `);
  const early = {
    ...failed({ code: 'invalid_input', problem: 'The input "pr" is no number', advice: '' }),
    target: null,
  };
  expect(await summaryOf(early)).toMatchInlineSnapshot(`
   "### 🔴 An input is not valid

   The input "pr" is no number.
   "
  `);
});
