import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../local-github/package-root.js';
import type { Phase, StepOptions } from '../runner.js';

interface ActionManifest {
  readonly runs: Readonly<Record<Phase, string>>;
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, object>>;
}

let manifest: ActionManifest | null = null;

export async function actionManifest(): Promise<ActionManifest> {
  manifest ??= parse(await readFile(join(packageRoot(), 'action.yml'), 'utf8')) as ActionManifest;
  return manifest;
}

/** `INPUT_…` for what is under `with:` and, as the runner does it, for the defaults of all other inputs. */
export async function inputVariables(options: StepOptions): Promise<Record<string, string>> {
  const { inputs } = await actionManifest();
  const expressions: Record<string, string> = {
    '${{ github.token }}': options.token ?? 'token-octocat',
    '${{ job.status }}': options.jobStatus ?? 'success',
  };
  const defaults = Object.entries(inputs).map(([name, input]): [string, string] => {
    const text = input.default ?? '';
    return [name, expressions[text] ?? text];
  });
  const given = Object.entries({ ...Object.fromEntries(defaults), ...options.with });
  return Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.replace(/ /g, '_').toUpperCase()}`, value]));
}
