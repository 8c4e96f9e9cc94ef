import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../__tests__/support/local-github/package-root.js';
import { thirdPartyNotices } from './notices.js';

/**
 * Bundles src/index.ts with everything it needs, and the licences of what is in it, into a folder. The bundler checks
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
  await writeFile(join(folder, 'licenses.txt'), await thirdPartyNotices());
}
