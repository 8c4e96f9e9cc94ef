import type { Question } from '../../src/core/answer.js';
import { decide } from '../../src/core/decide.js';
import { isOwned, type View } from '../../src/core/outcome.js';
import type { BranchReading } from '../../src/core/publication.js';
import { placeKey } from '../../src/core/queue.js';
import { readRecord } from '../../src/core/read-record.js';
import type { OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import type { CoordinationRequest, Facts } from '../../src/core/request.js';
import { writeRecord } from '../../src/core/write-record.js';
import type { Around, Reply } from './terms.js';

type Word = Exclude<Facts['ownerLiveness'], 'unasked'>;

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
    headBranch: around.headBranch,
    branch: 'unasked',
    ownerLiveness: 'unasked',
    waiterLiveness: new Map(),
    ownWrites: around.ownWrites,
    takeoverPermission: 'unasked',
  };
  for (;;) {
    const decision = decide({ record, request, facts });
    if (decision.kind === 'fail') return { reply: failed(record, decision.failure.code, asked), text };
    if (decision.kind === 'ask') {
      if (asked.length > MOST_QUESTIONS) throw new Error(`asks for ever: ${decision.question}`);
      asked.push(nameOf(decision));
      facts = answered(facts, decision, around);
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
      published: null,
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

/** Nobody owns by an error, whoever does. */
function failed(record: OwnershipRecord | null, code: string, asked: string[]): Reply {
  const active = record?.activeRun ?? null;
  return { ok: false, code, owned: false, owner: active?.runId ?? null, token: active?.fencingToken ?? null, asked };
}

/** The owner, the right to take over, and five of those in line. */
const MOST_QUESTIONS = 7;

function nameOf(question: Question): string {
  if (question.question === 'waiter_liveness') return `waiter ${String(question.place.id)}`;
  const names = { owner_liveness: 'liveness', takeover_permission: 'permission', branch: 'branch' } as const;
  return names[question.question];
}

function answered(facts: Facts, question: Question, { ownerRun, mayTakeOver, waiterRun, branch }: Around): Facts {
  switch (question.question) {
    case 'owner_liveness':
      return { ...facts, ownerLiveness: ownerRun as Word };
    case 'takeover_permission':
      return { ...facts, takeoverPermission: mayTakeOver ? 'granted' : 'denied' };
    case 'waiter_liveness': {
      const { place } = question;
      const word = waiterRun(place) as Word;
      return { ...facts, waiterLiveness: new Map([...facts.waiterLiveness, [placeKey(place), word]]) };
    }
    case 'branch': {
      if (branch === null || question.branch !== facts.headBranch?.name)
        throw new Error('git is asked for another branch');
      const relation = branch.relation as BranchReading['relation'];
      return { ...facts, branch: { head: branch.head, relation, isShallow: false } };
    }
  }
}

/** What was read last: most commands write nothing, and what is left as it was reads as it did. */
let last: { readonly text: string; readonly name: string; readonly record: OwnershipRecord } | null = null;

function stored(text: string, target: StoredTarget): OwnershipRecord {
  const name = JSON.stringify(target);
  if (last?.text === text && last.name === name) return last.record;
  const reading = readRecord(text, target);
  if (reading.kind !== 'record') throw new Error(`what was written cannot be read: ${JSON.stringify(reading)}`);
  last = { text, name, record: reading.record };
  return reading.record;
}
