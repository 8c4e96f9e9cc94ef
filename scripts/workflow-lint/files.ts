import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionInterface, type Interface, type Interfaces, workflowInterface } from './interfaces.js';

const FOLDERS = [join('.github', 'workflows'), join('docs', 'examples')];

/** The workflows of the project and its examples: path below the root → text. */
export async function workflowFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of (await readdir(join(root, folder))).sort()) {
      if (!/\.ya?ml$/.test(name)) continue;
      files.set(join(folder, name), await readFile(join(root, folder, name), 'utf8'));
    }
  }
  return files;
}

/** What action.yml and the reusable workflows among these files offer. */
export function interfacesOf(manifest: string, files: ReadonlyMap<string, string>): Interfaces {
  const workflows = new Map<string, Interface>();
  for (const [path, text] of files) {
    const offered = path.startsWith('.github') ? workflowInterface(text) : null;
    if (offered !== null) workflows.set(path.split(/[\\/]/).at(-1) ?? '', offered);
  }
  return { action: actionInterface(manifest), workflows };
}
