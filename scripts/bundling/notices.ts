import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, LockedPackage>>;

/** What the sources import; nobody who installs the package needs them, because they are in the bundle. */
const BUNDLED = ['@actions/cache', '@actions/core', '@actions/github', '@actions/http-client', 'undici', 'valibot'];

/**
 * The licence texts of every package that may be in the bundle: those that the sources import, and all that these depend
 * on. The bundler's own list leaves out what is in lazily loaded chunks.
 */
export async function thirdPartyNotices(): Promise<string> {
  const root = packageRoot();
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Packages;
  };
  const shipped = [...withDependencies(lock.packages)].sort();
  const texts = await Promise.all(
    shipped.map(async (path) => {
      const { version, license } = lock.packages[path] ?? {};
      const name = path.replace(/^.*node_modules\//, '');
      return `${name} ${version ?? ''} (${license ?? 'no licence named'})\n\n${await licenceText(join(root, path))}`;
    }),
  );
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Paths of packages in the lock file. */
function withDependencies(packages: Packages): Set<string> {
  const found = new Set<string>();
  const add = (name: string, from: string): void => {
    const path = pathOf(packages, name, from);
    if (found.has(path)) return;
    found.add(path);
    for (const dependency of Object.keys(packages[path]?.dependencies ?? {})) add(dependency, path);
  };
  for (const name of BUNDLED) add(name, '');
  return found;
}

/** As Node looks for it: in the folder of whoever imports it, then outwards. */
function pathOf(packages: Packages, name: string, from: string): string {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[path] !== undefined) return path;
  if (from === '') throw new Error(`package-lock.json does not know ${name}`);
  return pathOf(packages, name, from.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ''));
}

async function licenceText(folder: string): Promise<string> {
  const file = (await readdir(folder)).sort().find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file === undefined) return 'No licence text comes with the package.';
  return (await readFile(join(folder, file), 'utf8')).replace(/\r\n/g, '\n').trim();
}
