import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import type { Coordinator } from './simulate.js';

/** One change to the source: a piece of text that has to stand there exactly once, and what to put in its place. */
export interface Patch {
  /** Path below `src`. */
  readonly file: string;
  readonly find: string | RegExp;
  readonly put: string;
}

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const ENTRIES = ['coordinate/coordinate.ts', 'coordinate/wait.ts'];

/**
 * Loads a copy of the coordinator, and of all that it imports, with the patches applied to its source. A patch whose
 * text is not found, or not once, is an error: a fault that is not planted proves nothing.
 *
 * @returns the copy; call `remove` when it is loaded and used no more.
 */
export async function loadPatched(patches: readonly Patch[]): Promise<Coordinator & { remove: () => Promise<void> }> {
  const left = new Set(patches);
  const done = new Set<string>();
  const compiled = new Map([['package.json', '{ "type": "module" }\n']]);
  const todo = [...ENTRIES];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (done.has(file)) continue;
    done.add(file);
    let text = await readFile(join(SRC, file), 'utf8');
    for (const patch of patches.filter((candidate) => candidate.file === file)) {
      text = applyPatch(text, patch);
      left.delete(patch);
    }
    const code = await scriptOf(file, text);
    compiled.set(file.replace(/\.ts$/, '.js'), code);
    todo.push(...importsOf(code).map((name) => neighbour(file, name)));
  }
  for (const { file } of left) throw new Error(`${file} is patched, but the coordinator does not import it`);

  const folder = await mkdtemp(join(tmpdir(), 'runner-coord-patched-'));
  await symlink(join(SRC, '../node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [file, code] of compiled) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), code);
  }
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
  const { coordinate } = (await load('coordinate/coordinate.js')) as Pick<Coordinator, 'coordinate'>;
  const { coordinateWithWaiting } = (await load('coordinate/wait.js')) as Pick<Coordinator, 'coordinateWithWaiting'>;
  return { coordinate, coordinateWithWaiting, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** By the text: a copy differs from the one before it in a file or two. */
const scripts = new Map<string, string>();

async function scriptOf(filename: string, text: string): Promise<string> {
  const known = scripts.get(text);
  if (known !== undefined) return known;
  const { code } = await transform(text, {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  scripts.set(text, code);
  return code;
}

export function applyPatch(text: string, { file, find, put }: Patch): string {
  const pieces = text.split(find);
  const [before, after] = pieces;
  if (pieces.length !== 2 || before === undefined || after === undefined) {
    throw new Error(`${file}: ${String(find)} stands there ${String(pieces.length - 1)} times, not once`);
  }
  return `${before}${put}${after}`;
}

/** What a compiled module of ours imports of ours. Beside that, it checks what it reads by one library. */
function importsOf(code: string): string[] {
  const names = [...code.matchAll(/\b(?:from\s*|import\()['"]([^'"]+)['"]/g)].map(([, name = '']) => name);
  return names.filter((name) => {
    if (name.startsWith('.') || name === 'valibot') return name !== 'valibot';
    throw new Error(`the coordinator imports ${name}, which a copy of src cannot find`);
  });
}

function neighbour(file: string, name: string): string {
  return relative(SRC, join(SRC, dirname(file), name)).replace(/\.js$/, '.ts');
}
