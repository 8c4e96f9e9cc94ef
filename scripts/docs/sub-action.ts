import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { filledManifest } from './manifest.js';

/**
 * The action under a path, for our reusable workflows: `uses: $/` with an empty path is not documented, and the parser of
 * the runner refuses it. So there is a copy of action.yml in a folder, whose programs are those of the root.
 */
export const SUB_ACTION = join(packageRoot(), '.github', 'actions', 'runner-coord', 'action.yml');

const HEADER = `# Generated from the action.yml at the root by "npm run docs"; do not edit. It is the same action under a path, because
# our reusable workflows name it by "uses: $/path", and an empty path may not start.
`;

/** From action.yml as it is to be, which is not yet what lies on the disk. */
export async function freshSubAction(): Promise<string> {
  return subActionOf(await filledManifest());
}

export function subActionOf(manifest: string): string {
  const [before = '', runs] = manifest.split(/^(?=runs:$)/m);
  if (runs === undefined) throw new Error('action.yml has no "runs:"');
  const moved = runs.replace(/^( +(?:pre|main|post): )(?=dist\/)/gm, '$1../../../');
  return `${HEADER}${before}${moved}`;
}
