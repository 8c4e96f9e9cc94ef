import { describe, expect, test } from '@jest/globals';
import { historyTable, lineTable } from '../../src/action/summary/tables.js';
import type { HistoryEvent, QueueEntry } from '../../src/core/record.js';
import { pastPlace, place, runOf } from '../core/samples.js';
import { event, MONA, owned, request, well } from './summary-samples.js';

const run = (id: number): string => `(https://github.com/acme/widgets/actions/runs/${String(id)})`;

describe('the history', () => {
  const rowsOf = (...history: HistoryEvent[]): string[] => {
    const record = owned({ history });
    return historyTable(record, well('status', record, request('status')));
  };
  const rowOf = (of: HistoryEvent): string => rowsOf(of)[0]?.split('\n')[2] ?? '';

  test.each<[HistoryEvent, string]>([
    [event('claim', { reason: 'nightly' }), `[run 1001]${run(1001)} claimed it | octocat, agent | nightly`],
    [
      event('takeover', { previousRunId: '990' }),
      `[run 1001]${run(1001)} took it over from run 990 | octocat, agent | –`,
    ],
    [
      event('takeover', { previousRunId: '990', cause: 'stale' }),
      `[run 1001]${run(1001)} took it over from run 990, which was not heard of for too long | octocat, agent | –`,
    ],
    [
      event('handover', { runId: '1002', previousRunId: '1001', workflowRunId: 1002 }),
      `[run 1002]${run(1002)} got its turn after run 1001 | octocat, agent | –`,
    ],
    [
      event('release', { outcome: 'failure', reason: 'done' }),
      `[run 1001]${run(1001)} released it | octocat, agent | job: failure; done`,
    ],
    [
      event('evict', { runId: '2002', previousRunId: 'person:mona', workflowRunId: 2002 }),
      `[run 2002]${run(2002)} evicted mona | octocat, agent | –`,
    ],
    [
      event('expired', { runId: 'person:mona', actor: null, workflow: null }),
      `[mona]${run(1001)} reached the end of its time | – | –`,
    ],
    [event('publish', { to: 'b'.repeat(40) }), `[run 1001]${run(1001)} published bbbbbbbbbbbb | octocat, agent | –`],
    // It names who is to exit, and the workflow run of who said so.
    [event('signal-exit', { runId: '990', actor: 'mona' }), `run 990 was told to exit | mona, [agent]${run(1001)} | –`],
    [
      event('<b>', { workflowRunId: null, actor: '@a', workflow: '[x](y)' }),
      'run 1001 &lt;b&gt; | &#64;a, \\[x\\]\\(y\\) | –',
    ],
  ])('tells of %j', (of, words) => {
    expect(rowOf(of)).toBe(`| 5 min ago (08:05:00 UTC) | ${words} |`);
  });

  test.each([
    ['2026-11-21T08:10:01.000Z', '23 h 59 min ago (08:10:01 UTC)'],
    ['2026-11-21T08:10:00.000Z', '1 d ago (2026-11-21 08:10:00 UTC)'],
    [null, '–'],
  ])('says how long ago %s is', (at, words) => {
    expect(rowOf(event('claim', { at }))).toContain(`| ${words} | `);
  });

  test('has the newest eight first, no renewals, and the way to the others', () => {
    const many = Array.from({ length: 11 }, (_, index) => [event('claim', { runId: String(index) }), event('refresh')]);
    const [table = '', log] = rowsOf(...many.flat());
    const runs = [...table.matchAll(/\[run (\d+)\]/g)].map(([, id]) => id);
    expect(runs).toEqual(['10', '9', '8', '7', '6', '5', '4', '3']);
    expect(log).toBe('[3 older](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)');
  });

  test('is a link alone where only renewals are left', () => {
    expect(rowsOf(event('confirm'))).toEqual([
      '[All that happened](https://github.com/acme/widgets/commits/runner-coord-state/pulls/0/17.json)',
    ]);
  });
});

describe('the line', () => {
  const tableOf = (...queue: QueueEntry[]): string => {
    const record = owned({ queue });
    return lineTable(record, well('status', record, request('status', { run: runOf('1002') })));
  };

  test('says who waits since when, and which of them asks', () => {
    expect(tableOf(place('1002', { holder: MONA }), pastPlace('person:hubot', { since: null }))).toBe(
      [
        '| In line | Run | Since |',
        '| --- | --- | --- |',
        '| first (this run) | [run 1002](https://github.com/acme/widgets/actions/runs/990/attempts/1) (polish, by mona) | 5 min ago (08:05:00 UTC) |',
        '| second | hubot | –, its time is up |',
      ].join('\n'),
    );
  });

  test('names five, and counts the others', () => {
    const rows = tableOf(...Array.from({ length: 7 }, (_, index) => place(String(3000 + index)))).split('\n');
    expect(rows).toHaveLength(2 + 5 + 1);
    expect(rows.at(-1)).toBe('| … | 2 more |  |');
  });

  test('is nothing where nobody waits', () => {
    expect(tableOf()).toBe('');
  });
});
