import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { parseRepositoryName } from '../../src/target/target.js';

/**
 * Where this is published from stands in every example, as whoever copies one needs it to. It is said once, by `repository`
 * in package.json; `npm run docs -- --repository owner/name` puts another name there and everywhere else.
 */

const SHOWN_FOLDERS = ['.github', 'docs', 'scripts', '__tests__'];
const SHOWN_FILES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
const SHOWN_ENDS: ReadonlySet<string> = new Set(['.md', '.yml', '.ts']);
/** What GitHub sent once stays as it was sent. */
const RECORDED = `${join('__tests__', 'fixtures')}${sep}`;
const OWNERS = join('.github', 'CODEOWNERS');

/** `owner/name`, out of package.json. */
export async function repositoryOf(root: string): Promise<string> {
  const { repository } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    repository?: { url?: string };
  };
  const [, name] = /^git\+https:\/\/[^/]+\/([^/]+\/[^/]+)\.git$/.exec(repository?.url ?? '') ?? [];
  if (name === undefined)
    throw new Error('package.json has no "repository" of the form git+https://host/owner/name.git');
  return name;
}

/**
 * Puts `to` wherever the present name stands, and leaves each file as the formatter would.
 *
 * @returns the paths of what has changed; none if it was the name already
 */
export async function renameRepository(root: string, to: string): Promise<readonly string[]> {
  const parsed = parseRepositoryName(to);
  if (!parsed.ok) throw new Error(`The name ${parsed.problem}.`);
  const from = await repositoryOf(root);
  const changed: string[] = [];
  // package.json says what the present name is, so it comes last: after a failure in between this can be run again.
  for (const path of [...(await shownFiles(root)), 'package.json']) {
    const text = await readFile(join(root, path), 'utf8');
    const fresh = path === OWNERS ? renamedTeams(text, from, to) : renamed(text, from, to);
    if (fresh === text) continue;
    await writeFile(join(root, path), await formatted(join(root, path), fresh));
    changed.push(path);
  }
  return changed;
}

/** Also where a regular expression has it, with a backslash before each slash and dot. */
export function renamed(text: string, from: string, to: string): string {
  const spellings = [[from, to] as const, [escaped(from), escaped(to)] as const];
  return spellings.reduce((done, [before, after]) => {
    const whole = new RegExp(`(?<![\\w.@-])${escaped(before)}(?![\\w-]|\\.(?!git\\b)\\w)`, 'g');
    return done.replace(whole, () => after);
  }, text);
}

/** Teams are named by their organization alone. */
function renamedTeams(text: string, from: string, to: string): string {
  return text.replaceAll(`@${ownerOf(from)}/`, () => `@${ownerOf(to)}/`);
}

function ownerOf(repository: string): string {
  return repository.replace(/\/.*$/, '');
}

function escaped(text: string): string {
  return text.replace(/[\\/.]/g, '\\$&');
}

async function shownFiles(root: string): Promise<readonly string[]> {
  const found = [...SHOWN_FILES];
  for (const folder of SHOWN_FOLDERS) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name));
      const isShown = SHOWN_ENDS.has(extname(entry.name)) || path === OWNERS;
      if (entry.isFile() && isShown && !path.startsWith(RECORDED)) found.push(path);
    }
  }
  return found;
}

async function formatted(path: string, text: string): Promise<string> {
  const { inferredParser } = await getFileInfo(path);
  if (inferredParser === null) return text;
  return format(text, { ...(await resolveConfig(path)), parser: inferredParser });
}
