import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { filledReadme, README } from './docs/readme.js';
import { freshSubAction, SUB_ACTION } from './docs/sub-action.js';
import { packageRoot } from '../support/local-github/package-root.js';

/**
 * `npm run docs`: fills the generated parts of README.md from action.yml and docs/examples, and copies action.yml to
 * where our reusable workflows can name it. With `--check` it only fails if one of them differs.
 */
const generated = [
  [README, await filledReadme()],
  [SUB_ACTION, await freshSubAction()],
] as const;

for (const [path, fresh] of generated) {
  const name = relative(packageRoot(), path);
  if (!process.argv.includes('--check')) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fresh);
  } else if (fresh === (await textOf(path))) {
    console.log(`${name} agrees with what it is made from.`);
  } else {
    console.error(`${name} is not what action.yml and docs/examples say. Run "npm run docs".`);
    process.exitCode = 1;
  }
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
