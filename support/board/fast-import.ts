import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { MARKER_PATH, writeMarker } from '../../src/core/marker.js';
import { recordPath } from '../../src/core/record.js';
import { stateBranchOf, type StateBranch } from '../../src/core/state-branch.js';
import { writeRecord } from '../../src/core/write-record.js';
import { stateBranchReadme } from '../../src/store/branch-readme.js';
import { commitMessage } from '../../src/store/commit-message.js';
import { gitEnvironment } from '../local-github/git/process.js';
import type { Told } from './story.js';

interface Planted {
  readonly gitDir: string;
  /** As the input `state-branch` says it. */
  readonly pattern: string;
  readonly repoId: number;
}

const AUTHOR = 'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>';
/** Whoever makes a repository for a test waits for it; nobody minds how large it is. */
const FAST = ['-c', 'core.compression=0', '-c', 'fastimport.unpackLimit=0'];

/** Writes commits onto new state branches, while they are told. */
export function importStory(planted: Planted, told: Iterable<Told>): Promise<void> {
  return importStream(planted.gitDir, commitsOf(planted, told));
}

/** Gives a repository what a stream for `git fast-import` says, by one process. */
export async function importStream(gitDir: string, parts: Iterable<string>): Promise<void> {
  const args = [...FAST, '--git-dir', gitDir, 'fast-import', '--quiet', '--depth=0'];
  const child = spawn('git', args, { env: gitEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
  const ended = once(child, 'close');
  child.stdin.on('error', () => undefined); // its exit code tells
  const stream = Readable.from(parts);
  const broken = once(stream, 'error').then(([cause]) => {
    child.kill();
    throw cause;
  });
  stream.pipe(child.stdin);
  const [code] = (await Promise.race([ended, broken])) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}: ${complaint}`);
}

function* commitsOf({ pattern, repoId }: Planted, told: Iterable<Told>): Generator<string> {
  const begun = new Set<string>();
  for (const { at, event, next } of told) {
    const branch = stateBranchOf(pattern, next.target.pr);
    const isFirst = !begun.has(branch.name);
    const { headline, body } = commitMessage(event, next.target, isFirst ? next.history : []);
    const root = isFirst ? rootOf(branch, repoId) : '';
    yield commit(branch.name, at, `${headline}\n\n${body}`) + root + file(recordPath(next.target), writeRecord(next));
    begun.add(branch.name);
  }
}

function rootOf({ name, shard, pattern }: StateBranch, repoId: number): string {
  const marker = writeMarker({ repoId, stateBranch: pattern, shard, tokenFloor: 0, moved: null });
  return file(MARKER_PATH, marker) + file('README.md', stateBranchReadme(name));
}

/** The beginning of a commit on a branch, with its parent where that is not what the branch has got so far. */
export function commit(branch: string, at: Date, message: string, parent: string | null = null): string {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const from = parent === null ? '' : `from ${parent}\n`;
  return `commit refs/heads/${branch}\ncommitter ${AUTHOR} ${seconds} +0000\n${data(message)}${from}`;
}

export function file(path: string, text: string): string {
  return `M 100644 inline ${path}\n${data(text)}`;
}

function data(text: string): string {
  return `data ${String(Buffer.byteLength(text))}\n${text}\n`;
}
