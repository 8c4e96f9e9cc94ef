import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { renamed, renameRepository, repositoryOf } from '../../scripts/docs/repository.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/** `npm run docs -- --repository owner/name`: the one command that puts another name wherever the present one stands. */

test.each([
  ['uses: one/first@v1', 'uses: two/sec.ond@v1'],
  ['uses: one/first/.github/workflows/coordinate.yml@v1', 'uses: two/sec.ond/.github/workflows/coordinate.yml@v1'],
  ['git+https://github.com/one/first.git', 'git+https://github.com/two/sec.ond.git'],
  ['`one/first`, one/first.', '`two/sec.ond`, two/sec.ond.'],
  ['/one\\/first\\/x/', '/two\\/sec\\.ond\\/x/'],
  ['one/first-other, one/first.io, someone/first, a-one/first', null],
  ['.github/actions/first', null],
])('%s', (text, expected) => {
  expect(renamed(text, 'one/first', 'two/sec.ond')).toBe(expected ?? text);
});

test('after it the old name stands nowhere, and to do it again changes nothing', async () => {
  const root = packageRoot();
  const copy = await mkdtemp(join(tmpdir(), 'renamed-'));
  try {
    for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'package.json'])
      await cp(join(root, file), join(copy, file));
    for (const folder of ['.github', 'docs']) await cp(join(root, folder), join(copy, folder), { recursive: true });
    for (const folder of ['scripts', '__tests__']) await mkdir(join(copy, folder));
    const before = await repositoryOf(copy);
    const other = `other-${before}`;

    const changed = await renameRepository(copy, other);
    expect(changed).toEqual(
      expect.arrayContaining(['README.md', 'package.json', join('docs', 'examples', 'minimal.yml')]),
    );
    expect(await repositoryOf(copy)).toBe(other);
    for (const [path, text] of await textsIn(copy)) {
      expect([path, renamed(text, before, 'x/y')]).toEqual([path, text]);
    }
    expect(await renameRepository(copy, other)).toEqual([]);
    await expect(renameRepository(copy, 'agents')).rejects.toThrow('must be owner/name');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

async function textsIn(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'utf8')]));
}
