import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import type { RequestContext } from '../context.js';
import { packageRoot } from '../package-root.js';
import { commitOnBranchMutations } from './mutation-commit.js';
import { refMutations } from './mutation-refs.js';
import { actorResolvers, gitObjectResolvers } from './resolve-objects.js';
import { pullResolvers } from './resolve-pulls.js';
import { queryResolvers } from './resolve-query.js';
import { repositoryResolvers } from './resolve-repository.js';

type AnyResolver = GraphQLFieldResolver<unknown, RequestContext>;

let built: GraphQLSchema | undefined;

/** GitHub's published schema with our resolvers in it; half a second to build, so once per process. */
export function githubSchema(): GraphQLSchema {
  built ??= build();
  return built;
}

function build(): GraphQLSchema {
  const file = join(packageRoot(), 'node_modules/@octokit/graphql-schema/schema.graphql');
  const schema = buildSchema(readFileSync(file, 'utf8'), { noLocation: true, assumeValidSDL: true, assumeValid: true });
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
