/** Opaque ids as GraphQL and REST `node_id` give them; ours can be read back without a table. */
const PREFIXES = {
  Repository: 'R',
  Ref: 'REF',
  PullRequest: 'PR',
  Commit: 'C',
  Tree: 'T',
  Blob: 'B',
  User: 'U',
  Run: 'WFR',
} as const;

export type NodeKind = keyof typeof PREFIXES;

export function nodeId(kind: NodeKind, ...parts: readonly (string | number)[]): string {
  return `${PREFIXES[kind]}_${Buffer.from(parts.join('\n')).toString('base64url')}`;
}

export function parseNodeId(id: string): { kind: NodeKind; parts: string[] } | null {
  const [prefix, encoded] = id.split(/_(.*)/s);
  const kind = (Object.keys(PREFIXES) as NodeKind[]).find((candidate) => PREFIXES[candidate] === prefix);
  if (kind === undefined || encoded === undefined) return null;
  return { kind, parts: Buffer.from(encoded, 'base64url').toString('utf8').split('\n') };
}
