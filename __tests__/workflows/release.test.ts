import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { packageRoot } from '../../support/local-github/package-root.js';

/** What a release has to be, as far as a file can show it. */

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

const text = (...path: string[]): Promise<string> => readFile(join(packageRoot(), ...path), 'utf8');
const { jobs } = parse(await text('.github', 'workflows', 'release.yml')) as { jobs: Record<string, Job> };
const scriptsOf = (job: Job | undefined): string => (job?.steps ?? []).map(({ run = '' }) => run).join('\n');

test('what comes from npm runs where nothing can be written, and without its install scripts', () => {
  const building = Object.entries(jobs).filter(([, job]) =>
    /\bnpm (?:ci|install|run|exec)\b|\bnpx\b/.test(scriptsOf(job)),
  );
  expect(building.map(([id]) => id)).toEqual(['build']);
  expect(jobs['build']?.permissions).toEqual({ contents: 'read' });
  expect(scriptsOf(jobs['build'])).toContain('npm ci --ignore-scripts');
});

test('only the job of the environment may sign and publish, and it attests before it does', () => {
  const writing = Object.entries(jobs).filter(([, { permissions }]) => Object.values(permissions).includes('write'));
  expect(writing.map(([id, { environment, needs }]) => [id, environment, needs])).toEqual([
    ['publish', 'release', 'build'],
  ]);
  const order = (jobs['publish']?.steps ?? []).map(({ uses = '', run = '' }) => `${uses}\n${run}`);
  const first = (what: string): number => order.findIndex((step) => step.includes(what));
  const steps = ['sha256sum --check', 'actions/attest@', 'gh release create', 'npm publish', 'git/refs/tags/'].map(
    first,
  );
  expect(steps).not.toContain(-1);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

test('the changelog has a section for the version, and what is to come stays above it', async () => {
  const { version } = JSON.parse(await text('package.json')) as { version: string };
  const [first, ...others] = [...(await text('CHANGELOG.md')).matchAll(/^## \[(.+?)\]/gm)].map(([, name]) => name);
  expect(first).toBe('Unreleased');
  expect(others).toContain(version);
});
