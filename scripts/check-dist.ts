import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { bundle } from './bundling/bundle.js';
import { packageRoot } from '../support/local-github/package-root.js';

/** `npm run check-dist`: fails unless dist/ is byte for byte what the sources give, with no file too many or too few. */
const dist = join(packageRoot(), 'dist');
const fresh = await mkdtemp(join(tmpdir(), 'dist-'));
try {
  await bundle(fresh);
  const names = [...new Set([...(await filesIn(dist)), ...(await filesIn(fresh))])].sort();
  const differences = [];
  for (const name of names) {
    const [committed, built] = await Promise.all(
      [dist, fresh].map((folder) => readFile(join(folder, name)).catch(() => null)),
    );
    if (committed == null) differences.push(`${name} is missing in dist/`);
    else if (built == null) differences.push(`${name} does not belong in dist/`);
    else if (!committed.equals(built)) differences.push(`${name} differs from a fresh build`);
  }
  for (const difference of differences) console.error(`dist/: ${difference}`);
  if (differences.length > 0) {
    console.error('Run "npm run build" and commit dist/.');
    process.exitCode = 1;
  } else {
    console.log(`dist/ is what the sources give (${names.join(', ')}).`);
  }
} finally {
  await rm(fresh, { recursive: true, force: true });
}

/** Paths in the folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
