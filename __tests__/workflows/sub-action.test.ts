import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { freshSubAction, SUB_ACTION, subActionOf } from '../../scripts/docs/sub-action.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/** The copy of action.yml under a path, which the reusable workflows name. */

interface Manifest {
  readonly runs: Readonly<Record<string, string>>;
}

const manifest = readFileSync(join(packageRoot(), 'action.yml'), 'utf8');
const copy = readFileSync(SUB_ACTION, 'utf8');

test('is what action.yml gives', async () => {
  expect(copy).toBe(await freshSubAction());
});

test('is action.yml but for what it runs', () => {
  const { runs: ours, ...rest } = parse(copy) as Manifest;
  const { runs: original, ...others } = parse(manifest) as Manifest;
  expect(rest).toEqual(others);
  const { using, ...programs } = original;
  expect(ours).toEqual({
    using,
    ...Object.fromEntries(Object.entries(programs).map(([stage, path]) => [stage, `../../../${path}`])),
  });
});

test('runs the programs of the root', () => {
  const { main = '', post = '' } = (parse(copy) as Manifest).runs;
  for (const program of [main, post]) {
    const path = join(dirname(SUB_ACTION), program);
    expect(path.startsWith(join(packageRoot(), 'dist'))).toBe(true);
    expect(existsSync(path)).toBe(true);
  }
});

test('a description that speaks of dist/ is left alone, and a manifest without programs is an error', () => {
  const text = "description: |\n  main: dist/a\nruns:\n  using: node24\n  pre: dist/a.js\n  pre-if: 'true'\n";
  expect(subActionOf(text)).toContain('  main: dist/a\n');
  expect(subActionOf(text)).toContain('  pre: ../../../dist/a.js\n');
  expect(() => subActionOf('name: x\n')).toThrow('runs:');
});
