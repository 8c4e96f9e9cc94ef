import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';

/**
 * `npm run compile`: makes build/ what the scripts run from. No types are looked at (`npm run typecheck` does that), so that
 * it takes a second and not ten; what is newer than its source is left as it is.
 */
const FOLDERS = ['src', 'support', 'scripts'];

const options = {
  configFile: false,
  swcrc: false,
  sourceMaps: false,
  module: { type: 'es6' },
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
};

for (const folder of FOLDERS) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(sources.map(compile));
  await removeStrangers(folder, new Set(sources.map(builtFrom)));
}

async function compile(source) {
  const built = builtFrom(source);
  const [before, after] = await Promise.all([stat(source), stat(built).catch(() => null)]);
  if (after !== null && after.mtimeMs > before.mtimeMs) return;
  const { code } = await transformFile(source, options);
  await mkdir(dirname(built), { recursive: true });
  await writeFile(built, code);
}

function builtFrom(source) {
  return join('build', source.replace(/\.ts$/, '.js'));
}

/** What has no source any more would still be found by whoever imports it. */
async function removeStrangers(folder, known) {
  const entries = await readdir(join('build', folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(files.filter((file) => !known.has(file)).map((file) => rm(file)));
}
