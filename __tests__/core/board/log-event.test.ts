import { describe, expect, test } from '@jest/globals';
import { readLogEntry, targetKey, type LogEntry } from '../../../src/core/board/log-event.js';
import type { Effort } from '../../../src/core/effort.js';
import type { HistoryEvent } from '../../../src/core/record.js';
import { commitMessage, quiet } from '../../../src/store/commit-message.js';
import { TARGET } from '../samples.js';

const EVENT: HistoryEvent = {
  ...{ type: 'handover', runId: '1001', attempt: 2, previousRunId: '990', at: null, reason: null, fencingToken: 4 },
  ...{ id: 'write', actor: 'octocat', workflow: 'agent', workflowRunId: 1001, cause: 'dead', entry: 'place' },
};
const ENDED = { ...EVENT, type: 'evict', reason: 'It pushed\nto the wrong branch' };

const EFFORT: Effort = { requests: 8, retries: 1, lostRaces: 3, milliseconds: 2_400, waitedMilliseconds: 60_000 };
/** With the request of the commit itself; waiting is no effort. */
const EFFORT_IN_LOG = { requests: 9, retries: 1, lostRaces: 3, milliseconds: 2_400 };

function entryOf(message: string, committedAt = '2026-11-22T09:00:00+01:00'): LogEntry {
  return { commit: 'c0ffee', committedAt, message };
}

/** The least that is an event. */
const TRAILERS = ['Coord-Event: claim', 'Coord-Pull-Request: 17', 'Coord-Run-Id: 1', 'Coord-Fencing-Token: 4'];
const MESSAGE = `claim it\n\n[skip ci]\n\n${TRAILERS.join('\n')}`;
const LEAST = {
  ...{
    commit: 'c0ffee',
    at: '2026-11-22T08:00:00.000Z',
    type: 'claim',
    pr: 17,
    scope: null,
    runId: '1',
    attempt: null,
  },
  ...{ previousRunId: null, fencingToken: 4, actor: null, workflow: null, workflowRunId: null, endedBy: null },
  ...{
    cause: null,
    place: null,
    requestId: null,
    reason: null,
    lostRaces: 0,
    retries: 0,
    requests: null,
    milliseconds: null,
  },
};

describe('a commit', () => {
  test('is read as the store has written it', () => {
    const { headline, body } = commitMessage(EVENT, { ...TARGET, scope: 'preview' }, [ENDED, EVENT], EFFORT, 1);
    expect(readLogEntry(entryOf(`${headline}\n\n${body}`))).toEqual({
      ...{ commit: 'c0ffee', at: '2026-11-22T08:00:00.000Z', type: 'handover', pr: 17, scope: 'preview' },
      ...{ runId: '1001', attempt: 2, previousRunId: '990', fencingToken: 4, actor: 'octocat', workflow: 'agent' },
      ...{ workflowRunId: 1001, endedBy: 'evict', cause: 'dead', place: 'place', requestId: 'write' },
      ...{ reason: 'It pushed to the wrong branch', ...EFFORT_IN_LOG },
    });
  });

  test.each([
    ['as it is', MESSAGE],
    ['with the line ends of another system, and some at the end', `${MESSAGE.replaceAll('\n', '\r\n')}\r\n\r\n`],
    ['with trailers of others', `${MESSAGE}\nSigned-off-by: Mona\nCoord-Nonsense\nCoord-Paint: red`],
    ['with numbers that are none', `${MESSAGE}\nCoord-Attempt: -1\nCoord-Workflow-Run-Id: ${'9'.repeat(16)}`],
    ['with nothing in them', `${MESSAGE}\nCoord-Scope:  \nCoord-Actor: \u200b`],
    [
      'with the same ones before',
      `${MESSAGE.replace('claim it\n', `claim it\nCoord-Run-Id: 2\n\nCoord-Actor: mona\n`)}`,
    ],
  ])('is an event by its last paragraph, %s', (_name, message) => {
    expect(readLogEntry(entryOf(message))).toEqual(LEAST);
  });

  test.each([
    ['of somebody', 'Repair the record by hand'],
    ['without a headline', TRAILERS.join('\n')],
    ...TRAILERS.map((line) => [`without ${line}`, MESSAGE.replace(line, 'Coord-Nothing: x')] as const),
    ['of no pull request', MESSAGE.replace(': 17', ': 0')],
    ['with nothing in it', ''],
  ])('%s is no event', (_name, message) => {
    expect(readLogEntry(entryOf(message))).toBeNull();
  });

  test('of no time is no event', () => {
    expect(readLogEntry(entryOf(MESSAGE, 'yesterday'))).toBeNull();
  });

  test('may hold any text, which is made harmless', () => {
    const foreign = `x\u202e\u0007##[error]::${'y'.repeat(900)}`;
    const loud = MESSAGE.replace('[skip', `Reason: ${foreign}\n\n[skip`).replace('Id: 1', `Id: ${foreign}`);
    const { runId = '', reason = '' } = readLogEntry(entryOf(`${loud}\nCoord-Event: ${foreign}`)) ?? {};
    expect(runId).toMatch(/^x # #\[error\]: :y+…$/);
    expect([runId.length, reason?.length]).toEqual([200, 600]);
  });

  test.each(['fixes it', 'I close this', 'Resolved by hand', 'prefix·es', 'a·b'])(
    'tells the reason %j as it was written',
    (words) => {
      const quieted = quiet(words, 600);
      const message = `${MESSAGE.replace('[skip', `Reason: ${quieted}\n\n[skip`)}\nCoord-Workflow: ${quieted}`;
      expect(readLogEntry(entryOf(message))).toMatchObject({ reason: words, workflow: words });
    },
  );

  test('may name a trailer twice, and the last one counts', () => {
    expect(readLogEntry(entryOf(`${MESSAGE}\nCoord-Run-Id: 2`))).toEqual({ ...LEAST, runId: '2' });
  });
});

test('a target is named by its number and its scope', () => {
  expect([targetKey(TARGET), targetKey({ pr: 17, scope: 'preview' })]).toEqual(['17', '17.preview']);
});
