import { createHash } from 'node:crypto';
import { NAME, outside } from './outside.js';

/** What is exported, but is no name: the second is a package of CommonJS as a whole, from Node 23 on. */
const NO_BINDINGS = ['default', 'module.exports'];

/** Stands in, inside of a sandbox, for a file that was loaded outside. */
function codeFor(path, { supportsStaticESM }) {
  if (!outside.has(path))
    throw new Error(`${path} is to come from outside of the sandbox, but outside.js did not load it`);
  const file = `globalThis[Symbol.for(${JSON.stringify(NAME)})].get(${JSON.stringify(path)})`;
  if (!supportsStaticESM) return `module.exports = ${file}.default;`;
  const names = Object.keys(outside.get(path));
  const named = `export const { ${names.filter((name) => !NO_BINDINGS.includes(name)).join(', ')} } = ${file};`;
  return names.includes('default') ? `${named}\nexport default ${file}.default;` : named;
}

export default {
  process: (_, path, options) => ({ code: codeFor(path, options) }),
  getCacheKey: (_, path, options) => createHash('sha256').update(codeFor(path, options)).digest('hex'),
};
