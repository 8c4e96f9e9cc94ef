import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';
import { DESCRIPTIONS } from '../../src/inputs/descriptions.js';
import { INPUT_NAMES, INPUTS } from '../../src/inputs/registry.js';

export const MANIFEST = join(packageRoot(), 'action.yml');

/** action.yml with the part `inputs:` as the registry of the inputs has it. */
export async function filledManifest(): Promise<string> {
  const text = await readFile(MANIFEST, 'utf8');
  const parts = /^([\s\S]*?^)inputs:\n[\s\S]*?(^outputs:\n[\s\S]*)$/m.exec(text);
  if (parts === null) throw new Error('action.yml has no inputs before its outputs');
  const inputs = Object.fromEntries(
    INPUT_NAMES.map((name) => [
      name,
      { description: DESCRIPTIONS[name], required: false, default: INPUTS[name].default },
    ]),
  );
  const block = stringify({ inputs }, { lineWidth: 120, singleQuote: true });
  return format(`${parts[1] ?? ''}${block}\n${parts[2] ?? ''}`, {
    ...(await resolveConfig(MANIFEST)),
    parser: 'yaml',
  });
}
