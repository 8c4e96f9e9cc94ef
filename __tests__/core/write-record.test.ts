import { expect, test } from '@jest/globals';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { active, free, owned, signalled } from './samples.js';

test('two-space JSON in the order of the contract, with one final newline', () => {
  const record = signalled({
    history: [
      {
        outcome: 'success',
        cause: 'dead',
        actor: 'octocat',
        id: 'i',
        fencingToken: 4,
        reason: 'r',
        at: null,
        previousRunId: '990',
        runId: '1001',
        type: 'takeover',
      },
    ],
  });
  expect(writeRecord(record)).toBe(`{
  "schemaVersion": 3,
  "target": {
    "repo": "acme/widgets",
    "pr": 17
  },
  "fencingToken": 4,
  "activeRun": {
    "runId": "1001",
    "attempt": 1,
    "fencingToken": 4,
    "claimedAt": "2026-11-22T08:00:00.000Z",
    "updatedAt": "2026-11-22T08:05:00.000Z",
    "holder": {
      "workflowRunId": 1001,
      "workflow": "agent",
      "job": "fix",
      "actor": "octocat",
      "url": "https://github.com/acme/widgets/actions/runs/1001/attempts/1"
    }
  },
  "previousRun": {
    "runId": "990",
    "replacedAt": "2026-11-22T08:00:00.000Z",
    "replacedByRunId": "1001"
  },
  "history": [
    {
      "type": "takeover",
      "runId": "1001",
      "previousRunId": "990",
      "at": null,
      "reason": "r",
      "fencingToken": 4,
      "id": "i",
      "actor": "octocat",
      "cause": "dead",
      "outcome": "success"
    }
  ],
  "exitSignals": [
    {
      "runId": "1001",
      "at": "2026-11-22T08:05:00.000Z",
      "reason": null,
      "fencingToken": 4
    }
  ]
}
`);
});

test('the order of keys in memory makes no difference', () => {
  const reversed = Object.fromEntries(Object.entries(owned()).reverse()) as unknown as OwnershipRecord;
  expect(writeRecord(reversed)).toBe(writeRecord(owned()));
});

const event: HistoryEvent = {
  type: 'claim',
  runId: '1001',
  previousRunId: null,
  at: null,
  reason: null,
  fencingToken: 4,
  id: 'i',
};

test('what is not there is null', () => {
  const text = writeRecord({ ...free(), previousRun: null });
  expect(text).toContain('"activeRun": null');
  expect(text).toContain('"previousRun": null');
  expect(writeRecord(owned({ activeRun: active({ holder: null }) }))).toContain('"holder": null');
});

test('an event without an actor has no such key', () => {
  const { history } = JSON.parse(writeRecord(owned({ history: [event] }))) as OwnershipRecord;
  expect(Object.keys(history[0] ?? {})).toEqual([
    'type',
    'runId',
    'previousRunId',
    'at',
    'reason',
    'fencingToken',
    'id',
  ]);
});

test('two-byte and foreign characters are kept', () => {
  const record = owned({ previousRun: { runId: 'ä😀\u2028', replacedAt: null, replacedByRunId: null } });
  expect((JSON.parse(writeRecord(record)) as OwnershipRecord).previousRun?.runId).toBe('ä😀\u2028');
});
