import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { cliPage, CLI_PAGE } from './docs/cli.js';
import { filledManifest, MANIFEST } from './docs/manifest.js';
import { filledReadme, README } from './docs/readme.js';
import { freshSubAction, SUB_ACTION } from './docs/sub-action.js';
import { packageRoot } from '../support/local-github/package-root.js';

/**
 * `npm run docs`: fills the generated parts of action.yml and README.md from the registry of the inputs and docs/examples,
 * makes docs/cli.md from the help, and copies action.yml to where our reusable workflows can name it. With `--check` it
 * only fails if one of them differs.
 */
const generated = [
  [MANIFEST, filledManifest],
  [README, filledReadme],
  [SUB_ACTION, freshSubAction],
  [CLI_PAGE, cliPage],
] as const;

for (const [path, fill] of generated) {
  const name = relative(packageRoot(), path);
  const fresh = await fill();
  if (!process.argv.includes('--check')) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fresh);
  } else if (fresh === (await textOf(path))) {
    console.log(`${name} agrees with what it is made from.`);
  } else {
    console.error(`${name} is not what its sources say. Run "npm run docs".`);
    process.exitCode = 1;
  }
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
