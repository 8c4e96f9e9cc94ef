import { expect, test } from '@jest/globals';
import { summaryOf } from '../../src/action/summary.js';
import type { Report } from '../../src/report/report.js';
import { CLAIMED, free, NOW, OTHER, place, PUBLICATION, runOf } from '../core/samples.js';
import { active, event, held, owned, refusal, request, told, well } from './summary-samples.js';

const PULL_REQUEST = '[acme/widgets\\#17](https://github.com/acme/widgets/pull/17)';
const RUN = '[Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat)';
const TEN_MINUTES = 'since 2026-11-22 08:00:00 UTC \\(for 10 min\\)';

const quiet = owned({ activeRun: active({ updatedAt: CLAIMED }), history: [event('claim')] });
const fresh = owned({
  activeRun: active({ claimedAt: NOW, updatedAt: NOW, attempt: 2 }),
  history: [event('claim', { reason: 'nightly fixes' })],
});
const soon = owned({ activeRun: active({ updatedAt: CLAIMED, expiresAt: '2026-11-22T08:15:00.000Z' }) });
const handedOver = owned({
  activeRun: active({ runId: '1002', holder: null }),
  history: [event('release'), event('handover', { runId: '1002', previousRunId: '1001' })],
});
const published = {
  commit: PUBLICATION.commit,
  branch: 'topic',
  head: 'a'.repeat(40),
  landed: true,
  relation: null,
  isShallow: false,
};

test.each<[string, Report, string]>([
  [
    'claimed',
    well('claimed_new', fresh, request('claim', { run: runOf('1001', 2) })),
    `🟢 ${RUN.replace('1001]', '1001 attempt 2]')} owns ${PULL_REQUEST} since 2026-11-22 08:10:00 UTC \\(just now\\), reason: nightly fixes.`,
  ],
  ['asserted', well('owner_confirmed', quiet, request('assert')), `🟢 ${RUN} owns ${PULL_REQUEST} ${TEN_MINUTES}.`],
  [
    'renewed, and one waits',
    well('refreshed', owned({ queue: [place('1002')], history: [] }), request('claim')),
    `🟢 ${RUN} owns ${PULL_REQUEST} since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\); one run waits for it.`,
  ],
  [
    'checked by another',
    well('fresh_runner', quiet, request('check', { run: OTHER })),
    `⚪ ${RUN} owns ${PULL_REQUEST} ${TEN_MINUTES}.`,
  ],
  [
    'held, so a person is named alone',
    well('fresh_runner', held({ history: [] }), request('check')),
    `⚪ [octocat](https://github.com/acme/widgets/actions/runs/1001/attempts/1) holds ${PULL_REQUEST} since 2026-11-22 08:00:00 UTC \\(for 10 min, renewed 5 min ago\\), held until 2026-11-22 16:00:00 UTC \\(for another 7 h 50 min\\).`,
  ],
  [
    'a tenure that ends soon',
    well('owner_confirmed', soon, request('assert')),
    `🟢 run 1001 owns ${PULL_REQUEST}, until 2026-11-22 08:15:00 UTC \\(for another 5 min\\), fencing token 4. That is soon: renew it with "command: claim" and an "expires-after", or be done by then.`,
  ],
  [
    'released',
    well('released', free(), request('release')),
    `⚪ [Run 1001](https://github.com/acme/widgets/actions/runs/1001/attempts/1) (agent / fix, by octocat) released ${PULL_REQUEST}. It is free now.`,
  ],
  [
    'released to the first in line',
    well('released', handedOver, request('release')),
    `⚪ ${RUN} released ${PULL_REQUEST}. Run 1002 has it now, as the first in line.`,
  ],
  [
    'nothing to release',
    well('release_noop', free(), request('release')),
    `⚪ Nobody owned ${PULL_REQUEST}, so there was nothing to release.`,
  ],
  ['nobody at work', well('no_owner_record', null, request('check')), `⚪ Nobody owns ${PULL_REQUEST}.`],
  ['a status of nothing', well('status', null, request('status')), `⚪ Nobody owns ${PULL_REQUEST}.`],
  [
    'published',
    well('published', owned(), request('push'), { published }),
    `🟢 run 1001 published bbbbbbbbbbbb on the branch "topic" \\(before: aaaaaaaaaaaa\\).`,
  ],
  [
    'skipped',
    told({ kind: 'ok', status: 'skipped_no_async_run_id', view: null }, request('ensure')),
    '⚪ There is no run id and this is not a workflow run, so there is nothing to own and nothing was done.',
  ],
])('%s: one line', async (_, report, line) => {
  expect(await summaryOf(report)).toBe(`${line}\n`);
});

test('a scope is named in the heading, and in the line that takes it over', async () => {
  const target = { ...owned().target, scope: 'preview' };
  const summary = await summaryOf(
    refusal('active_run_exists', owned({ target }), request('claim', { run: OTHER }), { target }),
  );
  expect(summary).toContain('[acme/widgets\\#17 \\(scope preview\\)](https://github.com/acme/widgets/pull/17)');
  expect(summary).toContain(
    "\ngh workflow run takeover.yml --repo acme/widgets -f pr=17 -f scope=preview -f reason='why'\n",
  );
  expect(summary).toContain('/commits/runner-coord-state/pulls/0/17.preview.json)');
});

test('on a server of one’s own, links and the command line lead there', async () => {
  const { outcome, request: asked } = refusal('active_run_exists', owned(), request('claim', { run: OTHER }));
  const serverUrl = 'https://github.corp.test';
  const summary = await summaryOf(told(outcome, asked ?? request('claim'), { serverUrl, stateBranch: 'état/#1' }));
  expect(summary).toContain('gh workflow run takeover.yml --repo github.corp.test/acme/widgets -f pr=17');
  expect(summary).toContain('(https://github.corp.test/acme/widgets/actions/workflows/takeover.yml)');
  expect(summary).toContain('(https://github.corp.test/acme/widgets/commits/%C3%A9tat/%231/pulls/0/17.json)');
});

test.each<[string, Report]>([
  ['it has lost nothing that a takeover gives back', refusal('ownership_missing', null, request('assert'))],
  ['its tenure is another of its own', refusal('ownership_lost', owned(), request('assert', { fencingToken: 3 }))],
  ['its pull request is closed', refusal('pr_closed', owned(), request('claim'))],
])('no takeover is offered to a run where %s', async (_, report) => {
  expect(await summaryOf(report)).not.toMatch(/takeover\.yml|```/);
});
