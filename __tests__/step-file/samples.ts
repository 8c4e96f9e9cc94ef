import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry, Note, Surroundings } from '../../src/step-file/step-file.js';
import { OWNER } from '../core/samples.js';

export const SURROUNDINGS: Surroundings = {
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  graphqlUrl: 'https://api.github.com/graphql',
  repository: 'Acme/Widgets',
  repositoryId: 7,
  actors: ['octocat', 'dependabot[bot]'],
  workflowRun: { id: 1001, attempt: 1 },
};

export const ENTRY: Entry = {
  target: { repo: 'acme/widgets', pr: 17, scope: null },
  stateBranch: 'runner-coord-state',
  run: OWNER,
  takeoverPermission: 'write',
  takeoverActors: ['renovate[bot]'],
  fencingToken: 4,
};

/** The sample, about another target. */
export function entryOf(target: Partial<Entry['target']>, changes: Partial<Entry> = {}): Entry {
  return { ...ENTRY, ...changes, target: { ...ENTRY.target, ...target } };
}

export function unchanged(entry: Entry): Note {
  return { ...entry, fencingToken: 'unchanged' };
}

/** A `RUNNER_TEMP` of the test's own. */
export class TemporaryFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'runner temp-')));

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  in(...names: string[]): string {
    return join(this.path, ...names);
  }
}
