import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUT_DEFAULTS } from '../support/input-defaults.js';
import { OUTPUT_NAMES } from '../../src/report/outputs.js';
import { CONFLICT_CODES, ERROR_CODES, OK_STATUSES } from '../../src/core/answer.js';
import { CODE_TABLE } from '../../src/core/code-table.js';
import { COMMANDS } from '../../src/core/request.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/** The code's registries, action.yml and the pages have to say the same. */

interface Manifest {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default: string; readonly required: boolean }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string; readonly 'post-if'?: string };
  readonly branding: { readonly icon: string; readonly color: string };
}

let manifest: Manifest;
let reference: string;
const text = (...path: string[]): Promise<string> => readFile(join(packageRoot(), ...path), 'utf8');

beforeAll(async () => {
  manifest = parse(await text('action.yml')) as Manifest;
  reference = await text('docs', 'reference.md');
});

describe('action.yml', () => {
  test('declares the inputs that the code reads, with the same defaults, in the same order', () => {
    const declared = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default]);
    expect(declared).toEqual(Object.entries(INPUT_DEFAULTS));
  });

  test('declares the outputs that the code writes, in the same order', () => {
    expect(Object.keys(manifest.outputs)).toEqual([...OUTPUT_NAMES]);
  });

  test('describes everything in a sentence, and requires nothing', () => {
    for (const [name, { description, required }] of Object.entries(manifest.inputs)) {
      expect(`${name}: ${description.trim()}`).toMatch(/: [A-Z`].{10,}\.$/s);
      expect(required).toBe(false);
    }
    for (const { description } of Object.values(manifest.outputs)) expect(description.trim()).toMatch(/^[A-Z`].+\.$/s);
  });

  test('names every command, policy and permission that the code knows', () => {
    for (const command of COMMANDS) expect(manifest.inputs['command']?.description).toContain(`\`${command}\``);
  });

  test('runs main and post from the committed bundle, on the declared node', () => {
    expect(manifest.runs).toEqual({ using: 'node24', main: 'dist/index.js', post: 'dist/post.js' });
    expect(manifest.branding).toEqual({ icon: 'lock', color: 'green' });
  });
});

describe('docs/reference.md', () => {
  test('has a row for every command, and tells every status and code', () => {
    for (const command of COMMANDS) expect(reference).toMatch(new RegExp(`^\\| \`${command}\` `, 'm'));
    const untold = OK_STATUSES.filter((status) => !reference.includes(`\`${status}\``));
    expect(untold).toEqual([]);
    for (const code of [...CONFLICT_CODES, ...ERROR_CODES])
      expect(reference).toMatch(new RegExp(`^\\| \`${code}\` `, 'm'));
  });
});

test('the code table has a row for every status and code, and no other', () => {
  expect(Object.keys(CODE_TABLE.ok)).toEqual([...OK_STATUSES]);
  expect(Object.keys(CODE_TABLE.conflict)).toEqual([...CONFLICT_CODES]);
  expect(Object.keys(CODE_TABLE.error)).toEqual([...ERROR_CODES]);
});
