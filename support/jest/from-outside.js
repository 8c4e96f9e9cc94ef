import { createHash } from 'node:crypto';
import { NAME, outside } from './outside.js';

/** Stands in, inside of a sandbox, for a file that was loaded outside. */
function codeFor(path, { supportsStaticESM }) {
  const file = `globalThis[Symbol.for(${JSON.stringify(NAME)})].get(${JSON.stringify(path)})`;
  if (!supportsStaticESM) return `module.exports = ${file}.default;`;
  const names = Object.keys(outside.get(path));
  const named = `export const { ${names.filter((name) => name !== 'default').join(', ')} } = ${file};`;
  return names.includes('default') ? `${named}\nexport default ${file}.default;` : named;
}

export default {
  process: (_, path, options) => ({ code: codeFor(path, options) }),
  getCacheKey: (_, path, options) => createHash('sha256').update(codeFor(path, options)).digest('hex'),
};
