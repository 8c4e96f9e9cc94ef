import { createHash } from 'node:crypto';
import { NAME, outside } from './outside.js';

/** Stands in, inside of a sandbox, for a file that was loaded outside. */
function codeFor(path) {
  const file = `globalThis[Symbol.for(${JSON.stringify(NAME)})].get(${JSON.stringify(path)})`;
  if (!path.endsWith('.ts')) return `module.exports = ${file};`;
  return `export const { ${Object.keys(outside.get(path)).join(', ')} } = ${file};`;
}

export default {
  process: (_, path) => ({ code: codeFor(path) }),
  getCacheKey: (_, path) => createHash('sha256').update(codeFor(path)).digest('hex'),
};
