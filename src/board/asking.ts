import * as v from 'valibot';
import { transient, type Purpose } from '../store/failures.js';
import { failureOfError, readGraphqlAnswer } from '../store/graphql-answer.js';
import type { StoreFailure } from '../store/state-store.js';
import type { HttpAnswer } from '../store/transport.js';
import type { BoardContext } from './context.js';
import type { Told } from './told.js';

/** What the questions of a board have in common. */

export function reading({ clock }: BoardContext, doing: string): Purpose {
  return { doing, permission: 'contents: read', now: clock.now() };
}

/** Data of that form without any error beside it; everything else is a failure that says what it was. */
export function parsed<T extends v.GenericSchema>(
  answer: HttpAnswer,
  schema: T,
  purpose: Purpose,
): Told<v.InferOutput<T>> {
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return read;
  const [error] = read.errors;
  if (error !== undefined) return failed(failureOfError(error, read.raw, purpose));
  const data = v.safeParse(schema, read.data, { abortEarly: true });
  if (data.success) return { kind: 'told', value: data.output };
  return failed(notUnderstood(v.getDotPath(data.issues[0]) ?? 'data', purpose, answer));
}

export function notUnderstood(where: string, { doing }: Purpose, answer: HttpAnswer): StoreFailure {
  return transient(`GitHub’s answer could not be understood (${where}) while ${doing}`, answer);
}

export function failed(failure: StoreFailure): Told<never> {
  return { kind: 'failed', failure };
}
