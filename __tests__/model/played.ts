import { decide } from '../../src/core/decide.js';
import { isOwned, type View } from '../../src/core/outcome.js';
import { readRecord } from '../../src/core/read-record.js';
import type { OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import type { CoordinationRequest, Facts } from '../../src/core/request.js';
import { writeRecord } from '../../src/core/write-record.js';
import type { Around, Reply } from './terms.js';

export interface Played {
  readonly reply: Reply;
  /** The file on the branch after the command; `null` where there is none. */
  readonly text: string | null;
}

/** Plays one command with the real rules: reads the stored text, decides, answers what is asked, stores the text. */
export function playForReal(text: string | null, request: CoordinationRequest, around: Around): Played {
  const { now, id: writeId, target, tokenFloor, open } = around;
  const record = text === null ? null : stored(text, target);
  const asked: string[] = [];
  let facts: Facts = {
    ...{ now, writeId, target, tokenFloor },
    pullRequestOpen: open,
    ownerLiveness: 'unasked',
    waiterLiveness: new Map(),
    ownWrites: [],
    takeoverPermission: 'unasked',
  };
  for (;;) {
    const decision = decide({ record, request, facts });
    if (decision.kind === 'fail') throw new Error(decision.failure.problem);
    if (decision.kind === 'ask') {
      if (asked.length > 1) throw new Error(`asks for ever: ${decision.question}`);
      if (decision.question === 'owner_liveness') {
        asked.push('liveness');
        facts = { ...facts, ownerLiveness: around.ownerRun as Facts['ownerLiveness'] };
      } else {
        asked.push('permission');
        facts = { ...facts, takeoverPermission: around.mayTakeOver ? 'granted' : 'denied' };
      }
      continue;
    }
    const after = decision.kind === 'write' ? decision.next : record;
    const view: View = {
      record: after,
      stateCommit: null,
      target,
      pullRequest: null,
      now,
      previousHead: null,
      replaced: null,
    };
    const { answer } = decision;
    return {
      reply: {
        ok: answer.kind === 'ok',
        code: answer.kind === 'ok' ? answer.status : answer.code,
        owned: isOwned({ ...answer, view }, request.run),
        owner: after?.activeRun?.runId ?? null,
        token: after?.activeRun?.fencingToken ?? null,
        asked,
      },
      text: decision.kind === 'write' ? writeRecord(decision.next) : text,
    };
  }
}

function stored(text: string, target: StoredTarget): OwnershipRecord {
  const reading = readRecord(text, target);
  if (reading.kind !== 'record') throw new Error(`what was written cannot be read: ${JSON.stringify(reading)}`);
  return reading.record;
}
