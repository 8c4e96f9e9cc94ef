import { readFile, writeFile } from 'node:fs/promises';
import { filledReadme, README } from './docs/readme.js';

/** `npm run docs`: fills the generated parts of README.md. With `--check` it only fails if they differ. */
const fresh = await filledReadme();
if (!process.argv.includes('--check')) {
  await writeFile(README, fresh);
} else if (fresh === (await readFile(README, 'utf8'))) {
  console.log('README.md agrees with action.yml and docs/examples.');
} else {
  console.error('README.md is not what action.yml and docs/examples say. Run "npm run docs".');
  process.exitCode = 1;
}
