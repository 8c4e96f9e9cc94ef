import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';
import { filledManifest } from './manifest.js';
import { repositoryOf } from './repository.js';

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

const root = packageRoot();
export const README = join(root, 'README.md');
export const REFERENCE = join(root, 'docs', 'reference.md');

/** The owner in the examples for as long as nobody publishes them. */
const PLACEHOLDER = 'org/';

/**
 * A page with the parts between `<!-- generated:… -->` and `<!-- /generated -->` filled from docs/examples and from
 * action.yml as it is to be, which is not yet what lies on the disk; formatted as the formatter leaves it.
 */
export async function filledPage(page: string): Promise<string> {
  const manifest = parse(await filledManifest()) as Manifest;
  const parts = (await readFile(page, 'utf8')).split(/(<!-- generated:[^>]+ -->\n)[\s\S]*?(<!-- \/generated -->)/);
  if (parts.length === 1) throw new Error(`${page} has no generated part`);
  const done: string[] = [];
  for (const part of parts) {
    done.push(part);
    const what = /^<!-- generated:(\S+)(?: (\S+))? -->\n$/.exec(part);
    if (what !== null) done.push(`\n${await generated(manifest, what[1] ?? '', what[2] ?? '')}\n\n`);
  }
  return format(done.join(''), { ...(await resolveConfig(page)), parser: 'markdown' });
}

async function generated(manifest: Manifest, what: string, name: string): Promise<string> {
  switch (what) {
    case 'inputs': {
      const rows = Object.entries(manifest.inputs).map(([input, { description, default: value }]) => {
        const shown = value === undefined || value === '' ? '' : `\`${value}\``;
        return `| \`${input}\` | ${shown} | ${cell(description)} |`;
      });
      return ['| input | default | what it is |', '| --- | --- | --- |', ...rows].join('\n');
    }
    case 'outputs': {
      const rows = Object.entries(manifest.outputs).map(
        ([output, { description }]) => `| \`${output}\` | ${cell(description)} |`,
      );
      return ['| output | what it is |', '| --- | --- |', ...rows].join('\n');
    }
    case 'repository': {
      const repository = await repositoryOf(root);
      return repository.startsWith(PLACEHOLDER)
        ? `\`${PLACEHOLDER}\` in all examples stands for whoever publishes the action you use: write the owner of that repository instead.`
        : `The examples name \`${repository}\`, which this is published from.`;
    }
    case 'example': {
      const example = await readFile(join(root, 'docs', 'examples', `${name}.yml`), 'utf8');
      return `\`\`\`yaml\n${example.trimEnd()}\n\`\`\``;
    }
    default:
      throw new Error(`nothing generates "${what}"`);
  }
}

function cell(description: string): string {
  return description.trim().replace(/\s+/g, ' ').replace(/\|/g, '\\|');
}
