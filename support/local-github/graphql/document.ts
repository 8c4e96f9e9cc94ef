import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { githubSchema, smallSchema } from './schema.js';

export interface ParsedDocument {
  readonly document: DocumentNode | null;
  readonly errors: readonly GraphQLError[];
  /** What the document is to be carried out with. */
  readonly schema: GraphQLSchema;
}

const parsed = new Map<string, ParsedDocument>();

/** Parses and validates against GitHub's schema; clients send few different documents, so each is done once. */
export function parseDocument(source: string): ParsedDocument {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const result = parseAnew(source);
  parsed.set(source, result);
  return result;
}

function parseAnew(source: string): ParsedDocument {
  try {
    const document = parse(source);
    const schema = validate(smallSchema(), document).length === 0 ? smallSchema() : githubSchema();
    return { document, errors: schema === smallSchema() ? [] : validate(schema, document), schema };
  } catch (cause) {
    if (cause instanceof GraphQLError) return { document: null, errors: [cause], schema: smallSchema() };
    throw cause;
  }
}

export function operationOf(document: DocumentNode | null, name: unknown): OperationDefinitionNode | null {
  const operations = (document?.definitions ?? []).filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return operations.find((each) => typeof name !== 'string' || each.name?.value === name) ?? null;
}

/** The names of the fields at the root of an operation, without aliases. */
export function rootFieldsOf(operation: OperationDefinitionNode | null): string[] {
  const selections = operation?.selectionSet.selections ?? [];
  return selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}
