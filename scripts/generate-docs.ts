import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { packageRoot } from '../__tests__/support/local-github/package-root.js';

/**
 * `npm run docs`: fills the parts of README.md between `<!-- generated:… -->` and `<!-- /generated -->` from action.yml
 * and docs/examples. With `--check` it only fails if they differ.
 */

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

const root = packageRoot();
const manifest = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Manifest;
const file = join(root, 'README.md');
const text = await readFile(file, 'utf8');
// Formatted here, so that the tables agree with what the formatter makes of them.
const fresh = await format(await filled(text), { ...(await resolveConfig(file)), parser: 'markdown' });
if (process.argv.includes('--check')) {
  if (fresh !== text) {
    console.error('README.md is not what action.yml and docs/examples say. Run "npm run docs".');
    process.exitCode = 1;
  } else {
    console.log('README.md agrees with action.yml and docs/examples.');
  }
} else {
  await writeFile(file, fresh);
}

async function filled(markdown: string): Promise<string> {
  const parts = markdown.split(/(<!-- generated:[^>]+ -->\n)[\s\S]*?(<!-- \/generated -->)/);
  if (parts.length === 1) throw new Error('README.md has no generated part');
  const done: string[] = [];
  for (const part of parts) {
    done.push(part);
    const what = /^<!-- generated:(\S+)(?: (\S+))? -->\n$/.exec(part);
    if (what !== null) done.push(`\n${await generated(what[1] ?? '', what[2] ?? '')}\n\n`);
  }
  return done.join('');
}

async function generated(what: string, name: string): Promise<string> {
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
