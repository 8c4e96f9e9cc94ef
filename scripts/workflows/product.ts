import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';

/**
 * A copy of what a user of `org/runner-coord@v1` gets: the manifests, the bundle and the reusable workflows. act does not
 * know `uses: $/path`, so in this copy, and only here, it says what it means to a caller of v1.
 */
export async function copyProduct(folder: string): Promise<void> {
  const root = packageRoot();
  const workflows = join('.github', 'workflows');
  await mkdir(join(folder, workflows), { recursive: true });
  await cp(join(root, 'action.yml'), join(folder, 'action.yml'));
  for (const part of ['dist', join('.github', 'actions')]) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  for (const name of await readdir(join(root, workflows))) {
    const text = await readFile(join(root, workflows, name), 'utf8');
    await writeFile(join(folder, workflows, name), withoutSelfReference(text));
  }
}

/**
 * `./` means the same in our own end-to-end test, whose checkout is not one of this project here. A bare `$/` is left as it
 * is, and fails as it would on GitHub.
 */
export function withoutSelfReference(workflow: string): string {
  return workflow
    .replace(/(\buses:\s*)\.\/(?=\s|$)/gm, (_, uses: string) => `${uses}org/runner-coord@v1`)
    .replace(
      /(\buses:\s*)[$.]\/(\.github\/(?:actions|workflows)\/\S+)/g,
      (_, uses: string, path: string) => `${uses}org/runner-coord/${path}@v1`,
    );
}
