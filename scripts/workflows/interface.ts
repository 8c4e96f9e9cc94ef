import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';

/** The outputs that action.yml declares. */
export async function outputNames(): Promise<readonly string[]> {
  const manifest = parse(await readFile(join(packageRoot(), 'action.yml'), 'utf8')) as { outputs: object };
  return Object.keys(manifest.outputs);
}
