import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { packageRoot } from '../support/local-github/package-root.js';
import { thirdPartyNotices } from './notices.js';

const MODULE = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };

/** The entries that action.yml names, and their sources. Each is a few lines that import the bundle. */
const ENTRIES = { 'index.js': 'main.ts', 'post.js': 'post.ts' } as const;

/**
 * Bundles src/bundle.ts with everything it needs, the entries beside it, and the licences, into a folder. The bundler
 * checks the types of src alone (src/tsconfig.json): a test that does not compile must not keep dist/ from being built.
 */
export async function bundle(folder: string): Promise<void> {
  const root = packageRoot();
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
  const source = join(root, 'src', 'bundle.ts');
  await promisify(execFile)(process.execPath, [ncc, 'build', source, '-o', folder, '--no-cache'], { cwd: root });
  await rename(join(folder, 'index.js'), join(folder, 'bundle.js'));
  for (const [entry, file] of Object.entries(ENTRIES)) {
    const text = await readFile(join(root, 'src', file), 'utf8');
    await writeFile(join(folder, entry), ts.transpileModule(text, { compilerOptions: MODULE }).outputText);
  }
  await writeFile(join(folder, 'licenses.txt'), await thirdPartyNotices());
}
