import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../context.js';

export type Arguments = Readonly<Record<string, unknown>>;

/** `Source` is what the resolver of the parent field returned. */
export type Resolver<Source> = (
  source: Source,
  args: Arguments,
  context: RequestContext,
  info: GraphQLResolveInfo,
) => unknown;

export type Resolvers<Source> = Readonly<Record<string, Resolver<Source>>>;

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function optionalText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
