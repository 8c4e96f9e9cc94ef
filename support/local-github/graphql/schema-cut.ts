import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql';

/** What clients of the local GitHub ask for. A type that is missing here only costs time. */
const KEPT: ReadonlySet<string> = new Set([
  ...['Query', 'Mutation', 'Node', 'PageInfo', 'RateLimit', 'Actor', 'User', 'Bot', 'RepositoryOwner', 'Organization'],
  ...['Repository', 'Ref', 'RefConnection', 'RefEdge', 'GitObject', 'Blob', 'Tag', 'Tree', 'TreeEntry'],
  ...[
    'Commit',
    'CommitHistoryConnection',
    'CommitEdge',
    'CommitConnection',
    'GitActor',
    'GitSignature',
    'GpgSignature',
  ],
  ...['PullRequest', 'PullRequestConnection', 'PullRequestEdge', 'IssueOrPullRequest'],
  ...['CreateCommitOnBranchPayload', 'CreateRefPayload', 'UpdateRefPayload', 'DeleteRefPayload', 'UpdateRefsPayload'],
]);

const DEFINITION =
  /^(?:(type|interface|input|enum) (\w+)[^\n]*\{\n[^]*?^\}|union (\w+) =[^\n]*(?:\n +\|[^\n]*)*|scalar (\w+)$)/gm;
const BUILT_IN = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);

/**
 * A small part of a schema: to parse and build all of GitHub's takes half a second, in every file of tests anew. It holds
 * no field that the whole does not have, and each with all of its arguments, so a document that is valid for it is valid
 * for the whole.
 */
export function cutSchema(whole: string): DefinitionNode[] {
  const texts = new Map<string, string>();
  const composite = new Set<string>();
  for (const [definition, keyword, braced, union, scalar] of whole.matchAll(DEFINITION)) {
    const name = braced ?? union ?? scalar ?? '';
    texts.set(name, definition);
    if (union !== undefined || keyword === 'type' || keyword === 'interface') composite.add(name);
  }
  const isKept = ({ type }: FieldDefinitionNode): boolean => !composite.has(nameOf(type)) || KEPT.has(nameOf(type));
  const cut = new Map<string, DefinitionNode>();
  const take = (name: string): void => {
    if (cut.has(name) || BUILT_IN.has(name)) return;
    const [definition] = parse(texts.get(name) ?? '', { noLocation: true }).definitions;
    if (definition === undefined) throw new Error(`GitHub's schema has no type ${name}.`);
    const taken = withFields(definition, isKept);
    cut.set(name, taken);
    for (const used of typesUsedBy(taken)) take(used);
  };
  for (const name of KEPT) take(name);
  return [...cut.values()];
}

function withFields(definition: DefinitionNode, isKept: (field: FieldDefinitionNode) => boolean): DefinitionNode {
  const named = (types: readonly NamedTypeNode[] = []): NamedTypeNode[] =>
    types.filter((type) => KEPT.has(nameOf(type)));
  if (definition.kind === Kind.UNION_TYPE_DEFINITION) return { ...definition, types: named(definition.types) };
  if (!hasFields(definition)) return definition;
  return {
    ...definition,
    interfaces: named(definition.interfaces),
    fields: (definition.fields ?? []).filter(isKept),
  };
}

function hasFields(definition: DefinitionNode): definition is InterfaceTypeDefinitionNode | ObjectTypeDefinitionNode {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function typesUsedBy(definition: DefinitionNode): string[] {
  if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) return typesOf(definition.fields);
  if (!hasFields(definition)) return [];
  return (definition.fields ?? []).flatMap((field) => [nameOf(field.type), ...typesOf(field.arguments)]);
}

function typesOf(values: readonly InputValueDefinitionNode[] = []): string[] {
  return values.map(({ type }) => nameOf(type));
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
