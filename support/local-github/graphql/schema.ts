import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import type { RequestContext } from '../context.js';
import { packageRoot } from '../package-root.js';
import { commitOnBranchMutations } from './mutation-commit.js';
import { refMutations } from './mutation-refs.js';
import { actorResolvers, gitObjectResolvers } from './resolve-objects.js';
import { pullResolvers } from './resolve-pulls.js';
import { queryResolvers } from './resolve-query.js';
import { repositoryResolvers } from './resolve-repository.js';
import { cutSchema } from './schema-cut.js';

type AnyResolver = GraphQLFieldResolver<unknown, RequestContext>;

let whole: GraphQLSchema | undefined;
let small: GraphQLSchema | undefined;

/** GitHub's published schema with our resolvers in it; half a second to build, so only where it is needed, and once. */
export function githubSchema(): GraphQLSchema {
  whole ??= build(parse(published(), { noLocation: true }));
  return whole;
}

/** The part that nearly all documents need. What is valid for it is valid for the whole, and answered alike. */
export function smallSchema(): GraphQLSchema {
  small ??= build({ kind: Kind.DOCUMENT, definitions: cutSchema(published()) });
  return small;
}

function published(): string {
  return readFileSync(join(packageRoot(), 'node_modules/@octokit/graphql-schema/schema.graphql'), 'utf8');
}

function build(definitions: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(definitions, { assumeValidSDL: true, assumeValid: true });
  const all: Record<string, object> = {
    Query: queryResolvers,
    Mutation: { ...commitOnBranchMutations, ...refMutations },
    ...repositoryResolvers,
    ...gitObjectResolvers,
    ...pullResolvers,
    ...actorResolvers,
  };
  for (const [typeName, resolvers] of Object.entries(all)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`GitHub's schema has no object type ${typeName}.`);
    for (const [fieldName, resolver] of Object.entries(resolvers)) {
      const field = type.getFields()[fieldName];
      if (field === undefined) throw new Error(`GitHub's schema has no field ${typeName}.${fieldName}.`);
      field.resolve = resolver as AnyResolver;
    }
  }
  return schema;
}
