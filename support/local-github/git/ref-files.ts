import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/**
 * The refs of a bare repository, read as git keeps them: one file each, replaced as a whole, and those that were packed
 * in one file more. A process for every look would cost more than the rest of a request, and so would promises for files
 * of forty bytes.
 */
export function readRefs(gitDir: string): Map<string, string> {
  // A loose ref is newer than a packed one of the same name.
  const all = [...readPacked(gitDir), ...readLoose(gitDir, 'refs')].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new Map(all);
}

function readLoose(gitDir: string, folder: string): [string, string][] {
  const entries: Dirent[] = orNothing(() => readdirSync(join(gitDir, folder), { withFileTypes: true })) ?? [];
  return entries.flatMap((entry): [string, string][] => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return readLoose(gitDir, name);
    if (name.endsWith('.lock')) return [];
    const text = orNothing(() => readFileSync(join(gitDir, name), 'utf8'));
    const [oid] = /^[0-9a-f]{40,64}/.exec(text ?? '') ?? [];
    return oid === undefined ? [] : [[name, oid]];
  });
}

function readPacked(gitDir: string): [string, string][] {
  const text = orNothing(() => readFileSync(join(gitDir, 'packed-refs'), 'utf8'));
  return [...(text ?? '').matchAll(/^([0-9a-f]{40,64}) (refs\/\S+)$/gm)].map(([, oid = '', name = '']) => [name, oid]);
}

/** A ref, or a folder of refs, may go away between two looks. */
function orNothing<T>(read: () => T): T | null {
  try {
    return read();
  } catch (cause) {
    // By its shape: under jest the errors of the file system are of another realm.
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw cause;
  }
}
