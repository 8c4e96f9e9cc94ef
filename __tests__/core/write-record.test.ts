import { expect, test } from '@jest/globals';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { active, free, HOLDER, owned, signalled } from './samples.js';

const event: HistoryEvent = {
  type: 'claim',
  runId: '1001',
  attempt: 1,
  previousRunId: null,
  at: null,
  reason: null,
  fencingToken: 4,
  id: 'i',
  actor: null,
  workflow: null,
  workflowRunId: null,
};

// Contract, section 4: the order of its example.
test('two-space JSON in the order of the contract, with one final newline', () => {
  const record = signalled({
    queue: [
      {
        ...{ id: 'q', holder: null, expiresAfter: 3_600_000, detached: true },
        ...{ until: '2026-11-22T09:00:00.000Z', since: '2026-11-22T08:05:00.000Z', attempt: 2, runId: '1002' },
      },
    ],
    history: [
      {
        ...{ outcome: 'success', entry: 'q', cause: 'dead', ...event },
        ...{ workflow: 'agent', workflowRunId: 1001, actor: 'octocat' },
      },
    ],
  });
  expect(writeRecord(record)).toBe(`{
  "schemaVersion": 3,
  "target": {
    "repo": "acme/widgets",
    "repoId": 7,
    "pr": 17,
    "scope": null
  },
  "fencingToken": 4,
  "activeRun": {
    "runId": "1001",
    "attempt": 1,
    "fencingToken": 4,
    "claimedAt": "2026-11-22T08:00:00.000Z",
    "updatedAt": "2026-11-22T08:05:00.000Z",
    "expiresAt": null,
    "detached": false,
    "id": "id-4",
    "renewedBy": null,
    "holder": {
      "repo": "acme/widgets",
      "repoId": 7,
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
  "queue": [
    {
      "runId": "1002",
      "attempt": 2,
      "since": "2026-11-22T08:05:00.000Z",
      "until": "2026-11-22T09:00:00.000Z",
      "detached": true,
      "expiresAfter": 3600000,
      "holder": null,
      "id": "q"
    }
  ],
  "history": [
    {
      "type": "claim",
      "runId": "1001",
      "attempt": 1,
      "previousRunId": null,
      "at": null,
      "reason": null,
      "fencingToken": 4,
      "id": "i",
      "actor": "octocat",
      "workflow": "agent",
      "workflowRunId": 1001,
      "cause": "dead",
      "entry": "q",
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

test('what is not there is null', () => {
  const text = writeRecord({ ...free(), previousRun: null });
  expect(text).toContain('"activeRun": null');
  expect(text).toContain('"previousRun": null');
  expect(writeRecord(owned({ activeRun: active({ holder: null }) }))).toContain('"holder": null');
});

test('an event without a cause, a place or an outcome has no such keys', () => {
  const { history } = JSON.parse(writeRecord(owned({ history: [event] }))) as OwnershipRecord;
  expect(Object.keys(history[0] ?? {})).toEqual(Object.keys(event));
});

test('a publication says what it moved, in this order', () => {
  const moved = { from: 'a'.repeat(40), to: 'b'.repeat(40), ref: 'refs/heads/topic' };
  const publish = { ref: moved.ref, to: moved.to, ...event, from: moved.from, outcome: 'success', type: 'publish' };
  const { history } = JSON.parse(writeRecord(owned({ history: [publish] }))) as OwnershipRecord;
  expect(Object.keys(history[0] ?? {})).toEqual([...Object.keys(event), 'outcome', 'from', 'to', 'ref']);
  expect(history[0]).toEqual(publish);
});

test('one who waits may have a workflow run', () => {
  const entry = { runId: '1002', attempt: 1, since: null, until: null, detached: false, expiresAfter: null, id: 'q' };
  const { queue } = JSON.parse(writeRecord(owned({ queue: [{ ...entry, holder: HOLDER }] }))) as OwnershipRecord;
  expect(queue).toEqual([{ ...entry, holder: HOLDER }]);
});

test('two-byte and foreign characters are kept', () => {
  const record = owned({ previousRun: { runId: 'ä😀\u2028', replacedAt: null, replacedByRunId: null } });
  expect((JSON.parse(writeRecord(record)) as OwnershipRecord).previousRun?.runId).toBe('ä😀\u2028');
});
