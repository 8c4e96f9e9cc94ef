import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../support/local-github/package-root.js';
import { interfacesOf, workflowFiles } from './workflow-lint/files.js';
import { type Linted, runActionlint, runZizmor } from './workflow-lint/linters.js';
import { check } from './workflow-lint/rules.js';

/** `npm run lint:workflows`: our own rules, actionlint and zizmor on `.github` and the examples. */
const root = packageRoot();
const files = await workflowFiles(root);
const interfaces = interfacesOf(await readFile(join(root, 'action.yml'), 'utf8'), files);
const found = [...files].flatMap(([path, text]) =>
  check(text, interfaces).map(({ line, message }) => `${path}:${String(line)}: ${message}`),
);
const results: Linted[] = [
  { name: 'inputs, outputs, permissions and pins', findings: found.join('\n') },
  await runActionlint(root, files),
  await runZizmor(root, files),
];
for (const { name, findings } of results) {
  if (findings === '') console.log(`ok      ${name}: ${String(files.size)} workflows`);
  else {
    console.error(`FAILED  ${name}\n${findings}`);
    process.exitCode = 1;
  }
}
