import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startJob, type Job } from '../../support/job.js';
import { recordOf } from '../../support/records.js';
import { createWorld } from '../../support/world.js';

/** What a publish costs beside a plain `git push` to the same server, and beside an assert with a push behind it. */
export interface PublishFigure {
  readonly name: string;
  /** Medians. */
  readonly milliseconds: number;
  readonly requests: number;
}

const WAYS: readonly (readonly [string, string])[] = [
  ['git push', 'git push --quiet origin HEAD:pr-17'],
  ['runner-coord assert && git push', 'runner-coord assert && git push --quiet origin HEAD:pr-17'],
  ['runner-coord push', 'runner-coord push'],
];

/** Each way in turn, round by round; the first round fills caches and is forgotten. */
export async function measurePublish(rounds: number): Promise<readonly PublishFigure[]> {
  const world = await createWorld();
  const job = await startJob(world.github);
  const folder = await mkdtemp(join(tmpdir(), 'bench-publish-'));
  const samples = new Map<string, { readonly milliseconds: number; readonly requests: number }[]>();
  try {
    await world.plant(recordOf());
    await job.uses({ with: { command: 'assert' } });
    await checkOut(world.repository.cloneUrl, folder);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, command] of WAYS) {
        const sample = await sampleOf(job, folder, command, world.requestsSince);
        if (round > 0) samples.set(name, [...(samples.get(name) ?? []), sample]);
      }
    }
  } finally {
    await job.end();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
  return WAYS.map(([name]) => {
    const taken = samples.get(name) ?? [];
    const of = (pick: (sample: { milliseconds: number; requests: number }) => number): number =>
      taken.map(pick).sort((one, other) => one - other)[Math.floor(taken.length / 2)] ?? NaN;
    return { name, milliseconds: of(({ milliseconds }) => milliseconds), requests: of(({ requests }) => requests) };
  });
}

/** As actions/checkout leaves it: the header with the token in the repository's configuration. */
async function checkOut(url: string, folder: string): Promise<void> {
  const header = `AUTHORIZATION: basic ${Buffer.from('x-access-token:token-octocat').toString('base64')}`;
  await git(folder, 'clone', '--quiet', '--branch', 'pr-17', url, '.');
  await git(folder, 'config', `http.${new URL(url).origin}/.extraheader`, header);
}

async function sampleOf(
  job: Job,
  folder: string,
  command: string,
  requestsSince: () => readonly unknown[],
): Promise<{ readonly milliseconds: number; readonly requests: number }> {
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  await git(folder, ...identity, 'commit', '--quiet', '--allow-empty', '--message', 'one more');
  requestsSince();
  const started = performance.now();
  const { status, stderr } = await job.run(['sh', '-c', command], { cwd: folder });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`the bench failed: ${stderr}`);
  return { milliseconds, requests: requestsSince().length };
}

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)('git', ['-C', folder, ...args]);
}

export function publishTable(figures: readonly PublishFigure[]): string {
  const plain = figures[0]?.milliseconds ?? NaN;
  const rows = figures.map(({ name, milliseconds, requests }) => [
    ...[name, String(requests), milliseconds.toFixed(0), `${(milliseconds / plain).toFixed(2)}x`],
  ]);
  const head = ['publishing one commit, over plain HTTP', 'requests', 'wall, ms', 'beside git push'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
