import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Jest gives every file of tests a sandbox, and reads, compiles and warms up anew whatever is imported there. For the local
 * GitHub, its schemas and the parsers behind it that took longer than the tests of most files. None of them is what is
 * tested, so a worker loads them once, outside of all sandboxes, and every sandbox gets them as they are.
 *
 * What imports from `src` stays inside: coverage counts there, and a test and its support have to mean the same classes.
 */
export const OUTSIDE =
  '/(?<!__tests__/)support/(?:(?:local-github|local-cache|runner|tls)/.+|records|runner|world)\\.ts$';
export const PACKAGES = ['graphql', 'yaml', 'ajv', 'fast-check'];

/** The name of the global by which a sandbox finds them. */
export const NAME = 'jest: loaded outside of the sandbox';

const root = join(import.meta.dirname, '../..');

/** By the path of the file that a sandbox would have loaded. */
export const outside = new Map();

let loaded;

/** Built by `npm run compile`, which is part of setting up. */
export function loadOutside() {
  loaded ??= load();
  return loaded;
}

async function load() {
  for (const name of PACKAGES) outside.set(fileURLToPath(import.meta.resolve(name)), await import(name));
  const files = readdirSync(join(root, 'support'), { recursive: true })
    .map((name) => join(root, 'support', name))
    .filter((file) => new RegExp(OUTSIDE).test(file.replaceAll('\\', '/')) && !isProgram(file));
  const built = (file) => join(root, 'build', file.slice(root.length)).replace(/\.ts$/, '.js');
  await Promise.all(files.map(async (file) => outside.set(file, await import(pathToFileURL(built(file)).href))));
}

/** What runs as soon as it is imported. */
function isProgram(file) {
  return file.endsWith(join('local-github', 'main.ts'));
}
