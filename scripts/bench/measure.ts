import { spawn } from 'node:child_process';
import { CERTIFICATE, localTls } from '../../support/tls/local-tls.js';
import { createWorld } from '../../support/world.js';
import { minimalScript } from './minimal.js';
import { setStage, type Stage, type Subject, type Wanted } from './subjects.js';

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
  readonly wanted: readonly Wanted[];
}

export interface Measured {
  readonly conditions: Conditions;
  /** The version of that Node, as it says. */
  readonly version: string;
  readonly bare: number;
  readonly figures: readonly Figure[];
}

const TOKEN = 'token-octocat';

interface Sample {
  readonly requests: number;
  readonly wall: number;
  readonly own: number;
  readonly minimalOwn: number | null;
}

/** Runs everything in turn, round by round, so that a busy moment of the machine meets all alike. */
export async function measure(conditions: Conditions, subjects: readonly Subject[]): Promise<Measured> {
  const { protocol, node, rounds } = conditions;
  process.env['RUNNER_NODE'] = node;
  const world = await createWorld(protocol === 'https' ? { tls: await localTls() } : {});
  const env: Readonly<Record<string, string>> = protocol === 'https' ? { NODE_EXTRA_CA_CERTS: CERTIFICATE } : {};
  const stage = await setStage(world, env);
  const bare: number[] = [];
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]));
  try {
    // The first round fills caches and is forgotten.
    for (let round = 0; round <= rounds; round += 1) {
      // Under the same variables: certificates of one's own cost a start, too.
      const start = await timed(node, '0', env);
      if (round > 0) bare.push(start);
      for (const subject of subjects) {
        const sample = await sampleOf(stage, subject, { node, env });
        if (round > 0) samples.get(subject.name)?.push(sample);
      }
    }
  } finally {
    await stage.end();
    await world.close();
  }
  return { conditions, version: await versionOf(node), bare: median(bare), figures: subjects.map(figure) };

  function figure({ name, wanted = [] }: Subject): Figure {
    const taken = samples.get(name) ?? [];
    const minimal = taken.flatMap(({ minimalOwn }) => (minimalOwn === null ? [] : [minimalOwn]));
    return {
      name,
      requests: median(taken.map(({ requests }) => requests)),
      wall: median(taken.map(({ wall }) => wall)),
      own: median(taken.map(({ own }) => own)),
      minimalOwn: minimal.length === 0 ? null : median(minimal),
      wanted: wanted.filter(({ over }) => over === undefined || over === protocol),
    };
  }
}

async function sampleOf(
  stage: Stage,
  { ready }: Subject,
  { node, env }: { readonly node: string; readonly env: Readonly<Record<string, string>> },
): Promise<Sample> {
  const run = await ready(stage);
  stage.requestsSince();
  const ended = await run();
  if (ended.exitCode !== 0) throw new Error(`the bench failed: ${ended.stdout}${ended.stderr}`);
  const requests = stage.requestsSince();
  const served = tookOf(requests);
  if (requests.length === 0)
    return { requests: 0, wall: ended.milliseconds, own: ended.milliseconds, minimalOwn: null };
  const wall = await timed(node, minimalScript(stage.github.serverUrl, requests, TOKEN), env);
  const minimalOwn = wall - tookOf(stage.requestsSince());
  return { requests: requests.length, wall: ended.milliseconds, own: ended.milliseconds - served, minimalOwn };
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
