import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What stands in for the actions that keep files of a job: what they were given lies in the folder of the scenario, by name,
 * and nothing is sent anywhere.
 */

const UPLOAD_MANIFEST = `name: upload
description: Stands in for actions/upload-artifact.
inputs:
  name: { description: of the artifact, required: true }
  path: { description: a folder, required: true }
  retention-days: { description: for how long, default: '0' }
  if-no-files-found: { description: what then, default: warn }
outputs:
  artifact-url: { description: where it is }
runs: { using: node24, main: index.cjs }
`;

const UPLOAD = `const { appendFileSync, cpSync, existsSync } = require('node:fs');
const { GITHUB_OUTPUT, GITHUB_RUN_ID, GITHUB_SERVER_URL, WORKFLOW_TEST, INPUT_NAME, INPUT_PATH } = process.env;
const to = WORKFLOW_TEST + '/artifacts/' + GITHUB_RUN_ID + '/' + (INPUT_NAME || 'github-pages');
if (existsSync(to)) throw new Error('There is an artifact of that name already.');
cpSync(INPUT_PATH, to, { recursive: true });
appendFileSync(GITHUB_OUTPUT, 'artifact-url=' + GITHUB_SERVER_URL + '/artifacts/' + GITHUB_RUN_ID + '\\n');
`;

const PAGES_MANIFEST = `name: upload pages
description: Stands in for actions/upload-pages-artifact, which has one name for all.
inputs:
  path: { description: a folder, required: true }
runs: { using: node24, main: index.cjs }
`;

const DEPLOY_MANIFEST = `name: deploy pages
description: Stands in for actions/deploy-pages.
outputs:
  page_url: { description: where the site is }
runs: { using: node24, main: index.cjs }
`;

const DEPLOY = `const { appendFileSync, existsSync } = require('node:fs');
const { GITHUB_OUTPUT, GITHUB_RUN_ID, WORKFLOW_TEST } = process.env;
const site = WORKFLOW_TEST + '/artifacts/' + GITHUB_RUN_ID + '/github-pages/index.html';
if (!existsSync(site)) throw new Error('There is no site to publish.');
appendFileSync(GITHUB_OUTPUT, 'page_url=https://acme.example/widgets/\\n');
`;

const ACTIONS: Readonly<Record<string, readonly [manifest: string, program: string]>> = {
  'actions/upload-artifact': [UPLOAD_MANIFEST, UPLOAD],
  'actions/upload-pages-artifact': [PAGES_MANIFEST, UPLOAD],
  'actions/deploy-pages': [DEPLOY_MANIFEST, DEPLOY],
};

/** By the names of the actions, the folders of what stands in for them. */
export async function writeArtifactActions(folder: string): Promise<Readonly<Record<string, string>>> {
  const folders: Record<string, string> = {};
  for (const [name, [manifest, program]] of Object.entries(ACTIONS)) {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'action.yml'), manifest);
    await writeFile(join(own, 'index.cjs'), program);
    folders[name] = own;
  }
  return folders;
}

/** A file of an artifact that a run has kept. */
export function artifactFile(folder: string, runId: number, name: string, file: string): Promise<string> {
  return readFile(join(folder, 'artifacts', String(runId), name, file), 'utf8');
}
