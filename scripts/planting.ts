import { cp, mkdir, mkdtemp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../support/local-github/package-root.js';

/** Faults that are planted into the sources: a search that does not find them proves nothing. */
export interface Patch {
  /** Below src/. */
  readonly file: string;
  /** Text that occurs exactly once, however it is indented. */
  readonly find: string;
  readonly put: string;
}

/** Makes a runnable copy of the sources with the patches in it; the caller removes the folder. */
export async function plantPatches(patches: readonly Patch[]): Promise<string> {
  const root = packageRoot();
  await mkdir(join(root, 'build'), { recursive: true });
  // Below the project, where its packages are found.
  const folder = await mkdtemp(join(root, 'build', 'planted-'));
  await cp(join(root, 'src'), folder, { recursive: true });
  for (const patch of patches) await plant(folder, patch);
  const files = await readdir(folder, { recursive: true });
  await Promise.all(files.filter((file) => file.endsWith('.ts')).map((file) => compile(join(folder, file))));
  await rename(join(folder, 'main.js'), join(folder, 'index.js'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}

async function plant(folder: string, { file, find, put }: Patch): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const pattern = new RegExp(find.split('\n').map(escaped).join('\\n\\s*'), 'g');
  const places = [...text.matchAll(pattern)].length;
  if (places !== 1) throw new Error(`"${find}" occurs ${String(places)} times in src/${file}, not once`);
  await writeFile(
    path,
    text.replace(pattern, () => put),
  );
}

async function compile(path: string): Promise<void> {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(await readFile(path, 'utf8'), { compilerOptions });
  await writeFile(path.replace(/\.ts$/, '.js'), outputText);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
