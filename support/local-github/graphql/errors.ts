import { GraphQLError } from 'graphql';

/** A refusal as GitHub words it; `type` is absent where GitHub sends none. */
export function refusal(type: string | null, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: type === null ? {} : { githubType: type } });
}

export const NOT_ACCESSIBLE = 'Resource not accessible by integration';

export function notAccessible(): GraphQLError {
  return refusal('FORBIDDEN', NOT_ACCESSIBLE);
}

/** GitHub gives up on the whole document: no data, no type, no path. */
export class OpaqueFailure extends Error {}

/** Something that this stand-in lacks; never GitHub's own answer. */
export class NotImplemented extends Error {}
