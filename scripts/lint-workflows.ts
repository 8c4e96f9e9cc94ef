import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../support/local-github/package-root.js';
import { bareSelfReferences, shownFiles } from './workflow-lint/bare-self-reference.js';
import { interfacesOf, workflowFiles } from './workflow-lint/files.js';
import { type Linted, runActionlint, runZizmor } from './workflow-lint/linters.js';
import { check, type Problem } from './workflow-lint/rules.js';

/** `npm run lint:workflows`: our own rules, actionlint and zizmor on `.github` and the examples. */
const root = packageRoot();
const files = await workflowFiles(root);
const interfaces = interfacesOf(await readFile(join(root, 'action.yml'), 'utf8'), files);
const shown = await shownFiles(root);
const results: Linted[] = [
  ours('inputs, outputs, permissions and pins', files, (text) => check(text, interfaces)),
  ours('no bare "$/"', shown, bareSelfReferences),
  await runActionlint(root, files),
  await runZizmor(root, files),
];
for (const { name, findings } of results) {
  if (findings === '') console.log(`ok      ${name}`);
  else {
    console.error(`FAILED  ${name}\n${findings}`);
    process.exitCode = 1;
  }
}

function ours(name: string, texts: ReadonlyMap<string, string>, rule: (text: string) => readonly Problem[]): Linted {
  const found = [...texts].flatMap(([path, text]) =>
    rule(text).map(({ line, message }) => `${path}:${String(line)}: ${message}`),
  );
  return { name: `${name} (${String(texts.size)} files)`, findings: found.join('\n') };
}
