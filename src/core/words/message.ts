import type { Outcome } from '../outcome.js';
import type { Target } from '../record.js';
import type { CoordinationRequest } from '../request.js';
import { plain, sentence } from '../text.js';
import { conflictMessage } from './conflict.js';
import { okText } from './ok.js';

/** Long enough for every input to be wrong at once. */
const LONGEST_ERROR = 4000;

/** What a message may say beside the outcome. */
export interface MessageContext {
  readonly target: Target | null;
  /** `null`: the step ended before it knew what to ask. */
  readonly request: CoordinationRequest | null;
  /** ISO time of the answer. */
  readonly now: string;
}

/** What a person reads: what happened, and for anything but success the exact next step. */
export interface Message {
  readonly text: string;
  /** Of a refusal, what may not be, without who owns. */
  readonly problem: string | null;
  readonly wayOut: string | null;
}

/** One line on what happened, and one on what to do about it, for somebody who was just woken up. */
export function messageOf(outcome: Outcome, context: MessageContext): Message {
  switch (outcome.kind) {
    case 'error':
      return {
        text: sentence(plain(outcome.failure.problem, LONGEST_ERROR)),
        problem: null,
        wayOut: outcome.failure.advice === '' ? null : sentence(plain(outcome.failure.advice, LONGEST_ERROR)),
      };
    case 'ok':
      return { text: okText(outcome.status, outcome.view, context), problem: null, wayOut: null };
    case 'conflict':
      return conflictMessage(outcome.code, outcome.view, context);
  }
}
