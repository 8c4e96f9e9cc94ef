import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { previousRunIdOf } from '../../src/core/outcome.js';
import type { OwnershipRecord } from '../../src/core/record.js';
import { COMMANDS, type CoordinationRequest } from '../../src/core/request.js';
import { readRecord } from '../../src/core/read-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { decideOn, outcomeOf, request, TARGET } from './samples.js';

/** Recorded sequences of commands on one pull request, and what the contract answers to each. */

const text = v.nullable(v.string());
const VectorsSchema = v.object({
  sequences: v.array(
    v.strictObject({
      pr: v.number(),
      steps: v.array(
        v.strictObject({
          command: v.picklist(COMMANDS),
          runId: v.string(),
          reason: v.optional(v.string()),
          requireExisting: v.optional(v.boolean()),
          now: v.string(),
          expect: v.strictObject({ ok: v.boolean(), status: text, error: text, owner: text, previous: text }),
        }),
      ),
      final: v.strictObject({
        activeRun: text,
        previousRun: v.nullable(v.strictObject({ runId: v.string(), replacedByRunId: text })),
      }),
    }),
  ),
});

const file = new URL('../fixtures/vectors.json', import.meta.url);
type Step = v.InferOutput<typeof VectorsSchema>['sequences'][number]['steps'][number];
const { sequences } = v.parse(VectorsSchema, JSON.parse(readFileSync(file, 'utf8')));

function requestOf({ command, runId, reason, requireExisting }: Step): CoordinationRequest {
  const asking = { run: { runId, attempt: 1, holder: null }, reason: reason ?? null };
  return command === 'assert'
    ? request(command, { ...asking, requireExisting: requireExisting ?? false })
    : request(command, asking);
}

test('all sequences are there', () => {
  expect(sequences).toHaveLength(60);
});

test.each(sequences)('sequence $pr', ({ pr, steps, final }) => {
  const target = { ...TARGET, pr };
  let record: OwnershipRecord | null = null;
  const seen = steps.map((step, index) => {
    const decision = decideOn(record, requestOf(step), {
      now: step.now,
      writeId: `${String(pr)}-${String(index)}`,
      target,
      takeoverPermission: 'granted',
    });
    const outcome = outcomeOf(decision, record);
    if (decision.kind === 'write') {
      // Through the text, as between two jobs.
      const reading = readRecord(writeRecord(decision.next), target);
      if (reading.kind !== 'record') throw new Error(JSON.stringify(reading));
      record = reading.record;
    }
    if (outcome.kind === 'error') throw new Error(outcome.failure.problem);
    return {
      ...step,
      expect: {
        ok: outcome.kind === 'ok',
        status: outcome.kind === 'ok' ? outcome.status : null,
        error: outcome.kind === 'ok' ? null : outcome.code,
        owner: outcome.view?.record?.activeRun?.runId ?? null,
        previous: previousRunIdOf(outcome),
      },
    };
  });
  expect(seen).toEqual(steps);

  const last = record as OwnershipRecord | null;
  const previous = last?.previousRun ?? null;
  expect({
    activeRun: last?.activeRun?.runId ?? null,
    previousRun: previous && { runId: previous.runId, replacedByRunId: previous.replacedByRunId },
  }).toEqual(final);
});
