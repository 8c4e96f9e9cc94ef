import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { packageRoot } from '../support/local-github/package-root.js';
import { thirdPartyNotices } from './notices.js';

const MODULE = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };

/**
 * Bundles src/index.ts with everything it needs, the entry of the post step beside it, and the licences, into a folder. The bundler checks
 * the types of src alone (src/tsconfig.json): a test that does not compile must not keep dist/ from being built.
 */
export async function bundle(folder: string): Promise<void> {
  const root = packageRoot();
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
  await promisify(execFile)(
    process.execPath,
    [ncc, 'build', join(root, 'src', 'index.ts'), '-o', folder, '--no-cache'],
    {
      cwd: root,
    },
  );
  const post = await readFile(join(root, 'src', 'post.ts'), 'utf8');
  await writeFile(join(folder, 'post.js'), ts.transpileModule(post, { compilerOptions: MODULE }).outputText);
  await writeFile(join(folder, 'licenses.txt'), await thirdPartyNotices());
}
