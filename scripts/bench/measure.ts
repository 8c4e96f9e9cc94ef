import { spawn } from 'node:child_process';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { CERTIFICATE, localTls } from '../../support/tls/local-tls.js';
import { createWorld, STATE_BRANCH, type World } from '../../support/world.js';
import { minimalScript } from './minimal.js';

export interface Conditions {
  readonly protocol: 'http' | 'https';
  /** The Node that everything runs on. */
  readonly node: string;
  readonly rounds: number;
}

/** Medians in milliseconds. */
export interface Figure {
  readonly name: string;
  readonly requests: number;
  /** From start to exit. */
  readonly wall: number;
  /** Less what the server took. */
  readonly own: number;
  /** The same for the minimal script; `null` where there is nothing to send. */
  readonly minimalOwn: number | null;
}

export interface Measured {
  readonly conditions: Conditions;
  /** The version of that Node, as it says. */
  readonly version: string;
  readonly bare: number;
  readonly figures: readonly Figure[];
}

const TOKEN = 'token-octocat';

interface Subject {
  readonly name: string;
  /** Puts the branch into the state that the step starts from, and gives the step. */
  readonly ready: (world: World) => Promise<() => Promise<StepResult>>;
}

const owned = (world: World): Promise<unknown> => world.plant(recordOf());
const free = (world: World): Promise<unknown> => world.plant(recordOf({ owner: null }));

const SUBJECTS: readonly Subject[] = [
  { name: 'assert', ready: async (world) => (await owned(world), () => world.step('assert')) },
  { name: 'claim', ready: async (world) => (await free(world), () => world.step('claim')) },
  {
    name: 'first claim',
    ready: async (world) => {
      if ((await world.repository.head(STATE_BRANCH)) !== null) await world.repository.deleteBranch(STATE_BRANCH);
      return () => world.step('claim');
    },
  },
  {
    name: 'post, nothing to do',
    ready: async (world) => {
      await owned(world);
      const assert = await world.step('assert');
      return () => assert.post();
    },
  },
  {
    name: 'post, releases',
    ready: async (world) => {
      await free(world);
      const claim = await world.step('claim', { with: { 'release-on-exit': 'true' } });
      return () => claim.post();
    },
  },
];

interface Sample {
  readonly requests: number;
  readonly wall: number;
  readonly own: number;
  readonly minimalOwn: number | null;
}

/** Runs everything in turn, round by round, so that a busy moment of the machine meets all alike. */
export async function measure(conditions: Conditions): Promise<Measured> {
  const { protocol, node, rounds } = conditions;
  process.env['RUNNER_NODE'] = node;
  const world = await createWorld(protocol === 'https' ? { tls: await localTls() } : {});
  const env: Readonly<Record<string, string>> = protocol === 'https' ? { NODE_EXTRA_CA_CERTS: CERTIFICATE } : {};
  const trusting: World = {
    ...world,
    step: (command, options = {}) => world.step(command, { ...options, env: { ...env, ...options.env } }),
  };
  world.repository.addRun({ id: 1001, status: 'in_progress', conclusion: null, runAttempt: 1 });
  const bare: number[] = [];
  const samples = new Map<string, Sample[]>(SUBJECTS.map(({ name }) => [name, []]));
  try {
    // The first round fills caches and is forgotten.
    for (let round = 0; round <= rounds; round += 1) {
      const start = await timed(node, '0', {});
      if (round > 0) bare.push(start);
      for (const subject of SUBJECTS) {
        const sample = await sampleOf(trusting, subject, { node, env });
        if (round > 0) samples.get(subject.name)?.push(sample);
      }
    }
  } finally {
    await world.close();
  }
  return { conditions, version: await versionOf(node), bare: median(bare), figures: SUBJECTS.map(figure) };

  function figure({ name }: Subject): Figure {
    const taken = samples.get(name) ?? [];
    const minimal = taken.flatMap(({ minimalOwn }) => (minimalOwn === null ? [] : [minimalOwn]));
    return {
      name,
      requests: median(taken.map(({ requests }) => requests)),
      wall: median(taken.map(({ wall }) => wall)),
      own: median(taken.map(({ own }) => own)),
      minimalOwn: minimal.length === 0 ? null : median(minimal),
    };
  }
}

async function sampleOf(
  world: World,
  { ready }: Subject,
  { node, env }: { readonly node: string; readonly env: Readonly<Record<string, string>> },
): Promise<Sample> {
  const run = await ready(world);
  world.requestsSince();
  const step = await run();
  if (step.exitCode !== 0) throw new Error(`a step of the bench failed: ${step.stdout}${step.stderr}`);
  const requests = world.requestsSince();
  const served = tookOf(requests);
  if (requests.length === 0) return { requests: 0, wall: step.milliseconds, own: step.milliseconds, minimalOwn: null };
  const wall = await timed(node, minimalScript(world.github.serverUrl, requests, TOKEN), env);
  const minimalOwn = wall - tookOf(world.requestsSince());
  return { requests: requests.length, wall: step.milliseconds, own: step.milliseconds - served, minimalOwn };
}

function tookOf(requests: readonly { readonly took: number | null }[]): number {
  return requests.reduce((sum, { took }) => sum + (took ?? 0), 0);
}

/** From start to exit of `node -e script`, in milliseconds. */
function timed(node: string, script: string, env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(node, ['-e', script], { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' });
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.stdout.resume();
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(performance.now() - started) : reject(new Error(`the minimal script failed: ${stderr}`)),
    );
  });
}

function versionOf(node: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--version'], { stdio: 'pipe' });
    let text = '';
    child.stdout.on('data', (part) => (text += String(part)));
    child.on('error', reject);
    child.on('close', () => resolve(text.trim()));
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
