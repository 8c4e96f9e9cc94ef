import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minify } from '@swc/core';
import ts from 'typescript';
import { packageRoot } from '../../support/local-github/package-root.js';
import { thirdPartyNotices } from './notices.js';

/** The entries that action.yml and package.json name, and their sources. Each is a few lines that load the bundle. */
const ENTRIES = { 'index.js': 'main.ts', 'post.js': 'post.ts', 'cli.js': 'cli.ts' } as const;

/** What the bundle leaves out, and what throws in its place. Each is loaded by a toolkit that never gets to use it. */
const STAND_INS = {
  undici: 'undici',
  '@actions/http-client': 'http-client',
  '@actions/http-client/lib/auth': 'http-client',
  '@actions/exec': 'exec',
  '@octokit/plugin-rest-endpoint-methods': 'octokit-plugins',
  '@octokit/plugin-paginate-rest': 'octokit-plugins',
} as const;

/**
 * Bundles the steps with everything they need into a folder, the entries beside them, and the licences. CommonJS, because
 * an ES module that imports `node:http` loads all that Node exports there, its own undici included.
 */
export async function bundle(folder: string): Promise<void> {
  const root = packageRoot();
  const workshop = join(root, 'build', 'workshop');
  await rm(workshop, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await furnish(root, workshop);
  const out = join(workshop, 'out');
  await runNcc(root, workshop, join('src', 'bundle.ts'), out);
  for (const name of (await readdir(out)).filter((file) => file.endsWith('.js'))) {
    const { code } = await minify(withoutSummary(await readFile(join(out, name), 'utf8')), MINIFYING);
    await writeFile(join(folder, name === 'index.js' ? 'bundle.js' : name), compiledAtOnce(name, code));
  }
  for (const [entry, file] of Object.entries(ENTRIES)) {
    const text = await readFile(join(root, 'src', file), 'utf8');
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: false },
    });
    await writeFile(join(folder, entry), outputText);
  }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' }, null, 2)}\n`);
  await bundleCache(root, join(root, 'build', 'workshop-of-cache'), join(folder, CACHE));
  await writeFile(join(folder, 'licenses.txt'), await thirdPartyNotices());
}

/** The folder of what only a board with a cache loads; `src/board/actions-cache` is the same in the sources. */
const CACHE = 'actions-cache';

/** The toolkit's cache needs what the bundle leaves out, and breaks where it is made CommonJS: it is an ES module of its own. */
async function bundleCache(root: string, workshop: string, folder: string): Promise<void> {
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(workshop, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(workshop, 'index.js'), `export { restoreCache, saveCache } from '@actions/cache';\n`);
  const out = join(workshop, 'out');
  await runNcc(root, workshop, 'index.js', out);
  const { code } = await minify(await readFile(join(out, 'index.js'), 'utf8'), { ...MINIFYING, module: true });
  await writeFile(join(folder, 'index.js'), code);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ type: 'module' }, null, 2)}\n`);
}

async function runNcc(root: string, cwd: string, source: string, out: string): Promise<void> {
  const ncc = join(root, 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
  await promisify(execFile)(process.execPath, [ncc, 'build', source, '-o', out, '--no-cache'], { cwd });
}

/**
 * Puts the function of each module in brackets: V8 takes that as a promise that it is called, and compiles it at once
 * instead of skimming it first and compiling it when it is called. Nearly every module of the bundle is, in every start.
 */
function compiledAtOnce(name: string, code: string): string {
  const source = ts.createSourceFile(name, code, ts.ScriptTarget.ES2023, false, ts.ScriptKind.JS);
  const brackets: { readonly at: number; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isNumericLiteral(node.name) && ts.isArrowFunction(node.initializer)) {
      brackets.push({ at: node.initializer.getStart(source), text: '(' }, { at: node.initializer.end, text: ')' });
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return brackets.reduceRight((text, { at, text: bracket }) => text.slice(0, at) + bracket + text.slice(at), code);
}

/**
 * The summary of `@actions/core` takes what writes files out of `fs.promises` as soon as it is loaded, which loads that: a
 * millisecond and a half of every start, for what no step uses.
 */
function withoutSummary(code: string): string {
  const [before, after, ...more] = code.split(/const \{ access, appendFile, writeFile \} = [\w.]+promises;/);
  if (after === undefined) return code;
  if (more.length > 0) throw new Error('the summary of @actions/core is in the bundle twice');
  return `${before ?? ''}const access = () => { throw new Error('The summary of @actions/core is not part of this bundle'); }, appendFile = access, writeFile = access;${after}`;
}

/**
 * Functions and classes keep their names, so that a stack in a report says something. All other names become short: V8 reads
 * every character in every start, and the names that the bundler makes for imports are a quarter of them.
 * ASCII alone, because one character beyond makes the text of the whole bundle twice as large in memory.
 */
const MINIFYING = {
  compress: { passes: 2, keep_fnames: true, keep_classnames: true },
  mangle: { keep_fnames: true, keep_classnames: true },
  module: false,
  ecma: 2020,
  format: { comments: false, beautify: false, ascii_only: true },
} as const;

/**
 * A folder in which the bundler sees the sources as CommonJS and the stand-ins as the packages. It checks the types of src
 * alone: a test that does not compile must not keep dist/ from being built.
 */
async function furnish(root: string, workshop: string): Promise<void> {
  await cp(join(root, 'src'), join(workshop, 'src'), { recursive: true });
  await cp(join(root, 'scripts', 'bundling', 'stand-ins'), join(workshop, 'src', 'stand-ins'), { recursive: true });
  const paths = Object.fromEntries(
    Object.entries(STAND_INS).map(([name, file]) => [name, [`./src/stand-ins/${file}.ts`]]),
  );
  const tsconfig = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { module: 'ESNext', moduleResolution: 'Bundler', noEmit: false, paths },
    include: ['src'],
  };
  await writeFile(join(workshop, 'tsconfig.json'), JSON.stringify(tsconfig));
  await writeFile(join(workshop, 'package.json'), JSON.stringify({ type: 'commonjs' }));
}
