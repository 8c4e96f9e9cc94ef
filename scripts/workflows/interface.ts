import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';

/**
 * What only a push has, which needs a checkout, and what only a board has, whose folder is gone with the job: coordinate.yml
 * does not offer them.
 */
const OF_OTHERS: readonly string[] = ['published-sha', 'published-from', 'board-dir'];

/** The outputs that action.yml declares and coordinate.yml hands on. */
export async function handedOnOutputs(): Promise<readonly string[]> {
  const manifest = parse(await readFile(join(packageRoot(), 'action.yml'), 'utf8')) as { outputs: object };
  return Object.keys(manifest.outputs).filter((name) => !OF_OTHERS.includes(name));
}
