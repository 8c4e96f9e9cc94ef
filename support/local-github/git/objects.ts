import { createHash } from 'node:crypto';

/** The hash that names objects; a repository has one for good. */
export type ObjectFormat = 'sha1' | 'sha256';

const HEX_DIGITS: Record<ObjectFormat, number> = { sha1: 40, sha256: 64 };

/** What `updateRefs` and git itself write for "no such ref", in a repository of SHA-1. */
export const ZERO_OID = zeroOid('sha1');

export function zeroOid(format: ObjectFormat): string {
  return '0'.repeat(HEX_DIGITS[format]);
}

/** Of either hash. */
export function isZeroOid(oid: string): boolean {
  return /^0+$/.test(oid);
}

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface GitObject {
  readonly oid: string;
  readonly type: ObjectType;
  readonly data: Buffer;
}

export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Whole seconds: git keeps no more. */
  readonly at: Date;
}

export interface CommitData {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** The name of an object of either hash. */
export function isOid(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function isDirectory(entry: TreeEntry): boolean {
  return entry.mode === '40000';
}

export function objectId(format: ObjectFormat, type: ObjectType, data: Buffer): string {
  return createHash(format).update(`${type} ${data.length}\0`).update(data).digest('hex');
}

/** Git's date format in GraphQL and REST: no fraction of a second. */
export function isoSeconds(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A tree names its entries by the hash that names the tree. */
export function parseTree({ oid, data }: GitObject): TreeEntry[] {
  const oidBytes = oid.length / 2;
  const entries: TreeEntry[] = [];
  for (let position = 0; position < data.length;) {
    const space = data.indexOf(0x20, position);
    const end = data.indexOf(0, space);
    entries.push({
      mode: data.toString('latin1', position, space),
      name: data.toString('utf8', space + 1, end),
      oid: data.toString('hex', end + 1, end + 1 + oidBytes),
    });
    position = end + 1 + oidBytes;
  }
  return entries;
}

export function serializeTree(entries: readonly TreeEntry[]): Buffer {
  // Git sorts by bytes and compares a folder as if its name ended in a slash; fsck rejects any other order.
  const keyed = entries.map((entry) => ({ entry, key: Buffer.from(entry.name + (isDirectory(entry) ? '/' : '')) }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.oid, 'hex')]),
  );
}

function serializeSignature(signature: Signature): string {
  // A line break or an angle bracket here would forge another header.
  const clean = (text: string): string => text.replace(/[<>\n\0]/g, '').trim();
  return `${clean(signature.name)} <${clean(signature.email)}> ${Math.floor(signature.at.getTime() / 1000)} +0000`;
}

function parseSignature(line: string): Signature {
  const match = /^(.*?) ?<([^>]*)> (\d+)/.exec(line);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', at: new Date(Number(match?.[3] ?? 0) * 1000) };
}

export function serializeCommit(commit: CommitData): Buffer {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${serializeSignature(commit.author)}`,
    `committer ${serializeSignature(commit.committer)}`,
  ];
  return Buffer.from(`${headers.join('\n')}\n\n${commit.message}`);
}

export function parseCommit(data: Buffer): CommitData {
  const text = data.toString('utf8');
  const split = text.indexOf('\n\n');
  const lines = (split < 0 ? text : text.slice(0, split)).split('\n');
  const values = (header: string): string[] =>
    lines.filter((line) => line.startsWith(`${header} `)).map((line) => line.slice(header.length + 1));
  return {
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: split < 0 ? '' : text.slice(split + 2),
  };
}
