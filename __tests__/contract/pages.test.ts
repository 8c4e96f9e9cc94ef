import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { filledPage, README, REFERENCE } from '../../scripts/docs/pages.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/** What the pages show and where they lead to. */

const root = packageRoot();

async function pages(): Promise<ReadonlyMap<string, string>> {
  const names = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
  for (const name of await readdir(join(root, 'docs'))) if (name.endsWith('.md')) names.push(join('docs', name));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)),
  );
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replace(/ /g, '-'),
  );
}

test.each([
  ['README.md', README],
  ['docs/reference.md', REFERENCE],
])('%s has the tables and the examples that action.yml and docs/examples give', async (_, page) => {
  expect(await readFile(page, 'utf8')).toBe(await filledPage(page));
});

test('links and pictures lead to files that are there, and to headings that they have', async () => {
  const known = await pages();
  const broken: string[] = [];
  for (const [name, text] of known) {
    const links = /(?:\]\(|\bsrc(?:set)?=")(?!https?:)([^)#"]*)(?:#([^)"]+))?/g;
    for (const [link, target = '', anchor] of text.matchAll(links)) {
      const path = target === '' ? name : relative(root, join(root, dirname(name), target));
      const isThere = await access(join(root, path)).then(
        () => true,
        () => false,
      );
      const isHeading = anchor === undefined || anchorsOf(known.get(path) ?? '').includes(anchor);
      if (!isThere || !isHeading) broken.push(`${name}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test('README has a recipe for every example, and takes two minutes', async () => {
  const readme = await readFile(README, 'utf8');
  const examples = await readdir(join(root, 'docs', 'examples'));
  expect(examples.filter((name) => !readme.includes(`](docs/examples/${name})`))).toEqual([]);
  expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});
