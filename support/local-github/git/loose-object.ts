import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { GitObject, ObjectType } from './objects.js';

/** An object in a file of its own, as git keeps it (`<type> <size>`, a zero, the data; deflated), or null where none is. */
export function readLooseObject(file: string, oid: string): GitObject | null {
  const deflated = contentOf(file);
  if (deflated === null) return null;
  const whole = inflateSync(deflated);
  const end = whole.indexOf(0);
  const [type = ''] = whole.toString('latin1', 0, end).split(' ');
  return { oid, type: type as ObjectType, data: whole.subarray(end + 1) };
}

function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    // By its shape: under jest the errors of the file system are of another realm.
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
}
