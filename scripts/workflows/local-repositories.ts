import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import type { StandIns } from './stand-ins.js';

/** What `uses:` finds, which act would fetch from github.com: this project, an organization's own workflows, and stand-ins. */
export interface LocalRepositories {
  /** A copy of this project. */
  readonly product: string;
  /** `acme/automation`, where docs/enterprise.md keeps central-agent.yml. */
  readonly automation: string;
  readonly standIns: StandIns;
}

const WORKFLOWS = join('.github', 'workflows');
const CENTRAL = join('docs', 'examples', 'central-agent.yml');

export async function copyAutomation(folder: string): Promise<void> {
  await mkdir(join(folder, WORKFLOWS), { recursive: true });
  await cp(join(packageRoot(), CENTRAL), join(folder, WORKFLOWS, 'central-agent.yml'));
}

/** What a workflow uses, itself or by a workflow that it calls: as `repository@ref=folder`. */
export async function repositoriesUsed(text: string, local: LocalRepositories): Promise<readonly string[]> {
  const called = [
    ...[...text.matchAll(/org\/runner-coord\/(\.github\/workflows\/[\w.-]+)@v1/g)].map(([, path = '']) =>
      join(local.product, path),
    ),
    ...(callsCentral(text) ? [join(local.automation, WORKFLOWS, 'central-agent.yml')] : []),
  ];
  const texts = await Promise.all(called.map((path) => readFile(path, 'utf8')));
  const uses = [text, ...texts].flatMap((one) => [...one.matchAll(/\b(actions\/[\w-]+)@[\w.]+/g)]);
  const { actions } = local.standIns;
  return [
    `org/runner-coord@v1=${local.product}`,
    `acme/automation@v1=${local.automation}`,
    ...new Set(uses.map(([use, name = '']) => `${use}=${actions[name] ?? ''}`)),
  ];
}

/** The examples that a run plays: the workflow itself, and the one that it calls. */
export function examplesPlayed(workflow: { readonly file?: string; readonly text?: string }): readonly string[] {
  if (workflow.file !== undefined) return [workflow.file];
  return callsCentral(workflow.text ?? '') ? [CENTRAL] : [];
}

function callsCentral(text: string): boolean {
  return text.includes('acme/automation/.github/workflows/central-agent.yml@v1');
}
