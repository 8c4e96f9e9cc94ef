import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/**
 * The licence texts of every package that may be in the bundle: all that package-lock.json does not mark as needed for
 * development only. The bundler's own list leaves out what is in lazily loaded chunks.
 */
export async function thirdPartyNotices(): Promise<string> {
  const root = packageRoot();
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const shipped = Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const texts = await Promise.all(
    shipped.map(async ([path, { version, license }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      return `${name} ${version ?? ''} (${license ?? 'no licence named'})\n\n${await licenceText(join(root, path))}`;
    }),
  );
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

async function licenceText(folder: string): Promise<string> {
  const file = (await readdir(folder)).sort().find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file === undefined) return 'No licence text comes with the package.';
  return (await readFile(join(folder, file), 'utf8')).replace(/\r\n/g, '\n').trim();
}
