import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The refs of a bare repository, read as git keeps them: one file each, replaced as a whole, and those that were packed
 * in one file more. A process for every look would cost more than the rest of a request.
 */
export async function readRefs(gitDir: string): Promise<Map<string, string>> {
  const packed = await readPacked(gitDir);
  const loose = await readLoose(gitDir, 'refs');
  // A loose ref is newer than a packed one of the same name.
  const all = [...packed, ...loose].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new Map(all);
}

async function readLoose(gitDir: string, folder: string): Promise<[string, string][]> {
  const entries = await readdir(join(gitDir, folder), { withFileTypes: true }).catch(ifThere);
  const found = await Promise.all(
    (entries ?? []).map(async (entry): Promise<[string, string][]> => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return readLoose(gitDir, name);
      if (name.endsWith('.lock')) return [];
      const text = await readFile(join(gitDir, name), 'utf8').catch(ifThere);
      const [oid] = /^[0-9a-f]{40,64}/.exec(text ?? '') ?? [];
      return oid === undefined ? [] : [[name, oid]];
    }),
  );
  return found.flat();
}

async function readPacked(gitDir: string): Promise<[string, string][]> {
  const text = await readFile(join(gitDir, 'packed-refs'), 'utf8').catch(ifThere);
  return [...(text ?? '').matchAll(/^([0-9a-f]{40,64}) (refs\/\S+)$/gm)].map(([, oid = '', name = '']) => [name, oid]);
}

/** A ref, or a folder of refs, may go away between two looks. */
function ifThere(cause: unknown): null {
  // By its shape: under jest the errors of the file system are of another realm.
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw cause;
}
