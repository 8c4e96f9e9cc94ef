import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { cliPage, CLI_PAGE } from './docs/cli.js';
import { filledManifest, MANIFEST } from './docs/manifest.js';
import { filledPage, README, REFERENCE } from './docs/pages.js';
import { renameRepository } from './docs/repository.js';
import { freshSubAction, SUB_ACTION } from './docs/sub-action.js';
import { packageRoot } from '../support/local-github/package-root.js';

/**
 * `npm run docs`: fills the generated parts of action.yml, README.md and docs/reference.md from the registry of the inputs and docs/examples,
 * makes docs/cli.md from the help, and copies action.yml to where our reusable workflows can name it. With `--check` it
 * only fails if one of them differs. With `--repository owner/name` it first puts that name wherever the present one stands.
 */
const { values: asked } = parseArgs({ options: { check: { type: 'boolean' }, repository: { type: 'string' } } });

if (asked.repository !== undefined) {
  const changed = await renameRepository(packageRoot(), asked.repository);
  console.log([`${String(changed.length)} files name ${asked.repository} now.`, ...changed].join('\n  '));
}

const generated = [
  [MANIFEST, filledManifest],
  [README, () => filledPage(README)],
  [REFERENCE, () => filledPage(REFERENCE)],
  [SUB_ACTION, freshSubAction],
  [CLI_PAGE, cliPage],
] as const;

for (const [path, fill] of generated) {
  const name = relative(packageRoot(), path);
  const fresh = await fill();
  if (asked.check !== true) {
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
