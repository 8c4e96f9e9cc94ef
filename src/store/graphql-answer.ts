import * as v from 'valibot';
import { plain } from '../core/text.js';
import { denied, failureOfStatus, permanent, rateLimited, transient, type Purpose } from './failures.js';
import type { StoreFailure } from './state-store.js';
import type { HttpAnswer } from './transport.js';

/** One entry of `errors`. GitHub adds `type`; for the opaque ones it is missing. */
export interface GraphqlError {
  readonly type: string | null;
  readonly message: string;
  readonly path: readonly (string | number)[];
  /** Set where the query itself was refused, which no retry mends. */
  readonly refused: boolean;
}

/** A GraphQL answer taken apart. `data` is kept beside errors: for a mutation it may show that it was applied. */
export type GraphqlAnswer =
  | {
      readonly kind: 'answer';
      readonly data: unknown;
      readonly errors: readonly GraphqlError[];
      readonly raw: HttpAnswer;
    }
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

const EnvelopeSchema = v.object({
  data: v.optional(v.unknown(), null),
  errors: v.optional(
    v.array(
      v.object({
        type: v.nullish(v.string(), null),
        message: v.string(),
        path: v.nullish(v.array(v.union([v.string(), v.number()])), []),
        extensions: v.nullish(v.object({ code: v.nullish(v.string(), null) }), null),
      }),
    ),
    [],
  ),
});

export function readGraphqlAnswer(answer: HttpAnswer, purpose: Purpose): GraphqlAnswer {
  const failure = failureOfStatus(answer, purpose);
  if (failure !== null || answer.kind === 'no_answer') {
    return { kind: 'failed', failure: failure ?? transient(`GitHub did not answer while ${purpose.doing}`, answer) };
  }
  const envelope = v.safeParse(EnvelopeSchema, answer.body, { abortEarly: true });
  if (!envelope.success || (envelope.output.data === null && envelope.output.errors.length === 0)) {
    return {
      kind: 'failed',
      failure: transient(`GitHub’s answer could not be understood while ${purpose.doing}`, answer),
    };
  }
  const errors = envelope.output.errors.map(({ type, message, path, extensions }) => ({
    type,
    message,
    path,
    refused: extensions?.code != null,
  }));
  return { kind: 'answer', data: envelope.output.data, errors, raw: answer };
}

/** The failure that a GraphQL error means, where nothing more specific is known about it. */
export function failureOfError(error: GraphqlError, raw: HttpAnswer, purpose: Purpose): StoreFailure {
  const heading = `GitHub answered "${plain(error.message, 300)}" while ${purpose.doing}`;
  if (raw.kind === 'answer' && (error.type === 'RATE_LIMITED' || /rate limit/i.test(error.message))) {
    return rateLimited(raw, purpose);
  }
  if (error.type === 'FORBIDDEN' || error.type === 'INSUFFICIENT_SCOPES')
    return denied(error.message, heading, purpose);
  if (error.type === 'NOT_FOUND') {
    const advice = `Check that it exists and that the token may see it (permission "${purpose.permission}").`;
    return permanent('permission_denied', heading, advice);
  }
  if (error.refused) {
    return permanent(
      'api_error',
      heading,
      'This server does not know a part of the request; see the docs on Enterprise Server.',
    );
  }
  return transient(heading, raw);
}
