import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import type { Problem } from './rules.js';

/**
 * `uses: $/` needs a path behind it. With an empty one it is documented nowhere, and the parser of the runner refuses it,
 * so that a workflow that has it never starts. Nor may the docs show what nobody could run.
 */
const BARE = /\buses:\s*['"]?\$\/(?![\w.-])/;

export function bareSelfReferences(text: string): Problem[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      BARE.test(line)
        ? [{ line: index + 1, message: '"uses: $/" has no path; the action is "$/.github/actions/runner-coord"' }]
        : [],
    );
}

/** Everything that shows workflows, as path below the root → text. */
export async function shownFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['README.md', await readFile(join(root, 'README.md'), 'utf8')]]);
  for (const folder of ['.github', 'docs']) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !SHOWN.has(extname(entry.name))) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(root, path), await readFile(path, 'utf8'));
    }
  }
  return files;
}

const SHOWN: ReadonlySet<string> = new Set(['.md', '.yml', '.yaml']);
