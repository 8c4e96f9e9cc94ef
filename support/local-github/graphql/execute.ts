import { defaultFieldResolver, execute, type GraphQLError, type GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../context.js';
import type { Answer } from '../faults/plan.js';
import { isoSeconds } from '../git/objects.js';
import { operationOf, parseDocument } from './document.js';
import { NotImplemented, OpaqueFailure } from './errors.js';

interface GraphQLBody {
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** Answers a GraphQL request as GitHub does: HTTP 200 even for documents that its schema refuses. */
export async function answerGraphQL(context: RequestContext, body: unknown): Promise<Answer> {
  const { query, variables, operationName }: GraphQLBody = typeof body === 'object' && body !== null ? body : {};
  if (typeof query !== 'string') {
    return ok({ errors: [{ message: 'A query attribute must be specified and must be a string.' }] });
  }
  const { document, errors, schema } = parseDocument(query);
  if (document === null || errors.length > 0) return ok({ errors: errors.map(formatError) });
  if (operationOf(document, operationName) === null) return ok({ errors: [{ message: 'No operation was found.' }] });
  const result = await execute({
    schema,
    document,
    variableValues: typeof variables === 'object' ? (variables as Record<string, unknown> | null) : {},
    operationName: typeof operationName === 'string' ? operationName : null,
    contextValue: context,
    fieldResolver: ownFieldOrViolation,
  });
  const failures = result.errors ?? [];
  const ours = failures.filter(isOurFault);
  if (ours.length > 0) {
    const text = ours.map((error) => `${error.path?.join('.') ?? ''}: ${error.message}`).join('; ');
    context.world.violations.push(`GraphQL ${text}`);
    return { status: 500, headers: {}, body: { message: `The local GitHub failed: ${text}` } };
  }
  if (failures.some((error) => error.originalError instanceof OpaqueFailure)) return opaque(context);
  if (failures.length === 0) return ok({ data: result.data });
  return ok({ ...(result.data === undefined ? {} : { data: result.data }), errors: failures.map(formatError) });
}

function ok(body: unknown): Answer {
  return { status: 200, headers: {}, body };
}

function opaque({ world, requestId }: RequestContext): Answer {
  const at = isoSeconds(world.now());
  const message = `Something went wrong while executing your query on ${at}. Please include \`${requestId}\` when reporting this issue.`;
  return ok({ errors: [{ message }] });
}

/** Key by key in GitHub's order. */
function formatError(error: GraphQLError): Record<string, unknown> {
  const type = error.extensions.githubType;
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    message: error.message,
  };
}

/** Refusals are GraphQLErrors that we made; anything else that a resolver throws is a bug of this stand-in. */
function isOurFault({ originalError }: GraphQLError): boolean {
  if (originalError === undefined || originalError instanceof OpaqueFailure) return false;
  return !('extensions' in originalError);
}

/** A field without a resolver must be in what its parent returned: never a silent null for what we do not know. */
const ownFieldOrViolation: GraphQLFieldResolver<unknown, RequestContext> = (source, args, context, info) => {
  if (typeof source === 'object' && source !== null && info.fieldName in source) {
    return defaultFieldResolver(source, args, context, info);
  }
  throw new NotImplemented(`The local GitHub has no resolver for ${info.parentType.name}.${info.fieldName}.`);
};
