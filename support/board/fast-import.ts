import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { MARKER_PATH, writeMarker } from '../../src/core/marker.js';
import { recordPath } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { stateBranchReadme } from '../../src/store/branch-readme.js';
import { commitMessage } from '../../src/store/commit-message.js';
import { gitEnvironment } from '../local-github/git/process.js';
import type { Told } from './story.js';

interface StateBranch {
  readonly gitDir: string;
  readonly name: string;
  readonly repoId: number;
}

const AUTHOR = 'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>';
/** Whoever makes a repository for a test waits for it; nobody minds how large it is. */
const FAST = ['-c', 'core.compression=0', '-c', 'fastimport.unpackLimit=0'];

/** Writes commits onto a new state branch, by one process of git, which is at work while they are told. */
export async function importStory(branch: StateBranch, told: Iterable<Told>): Promise<void> {
  const args = [...FAST, '--git-dir', branch.gitDir, 'fast-import', '--quiet', '--depth=0'];
  const child = spawn('git', args, { env: gitEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
  const ended = once(child, 'close');
  child.stdin.on('error', () => undefined); // its exit code tells
  const stream = Readable.from(commitsOf(branch, told));
  const broken = once(stream, 'error').then(([cause]) => {
    child.kill();
    throw cause;
  });
  stream.pipe(child.stdin);
  const [code] = (await Promise.race([ended, broken])) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}: ${complaint}`);
}

function* commitsOf({ name, repoId }: StateBranch, told: Iterable<Told>): Generator<string> {
  const marker = writeMarker({ repoId, stateBranch: name, shard: null, tokenFloor: 0, moved: null });
  let root = file(MARKER_PATH, marker) + file('README.md', stateBranchReadme(name));
  for (const { at, event, next } of told) {
    const { headline, body } = commitMessage(event, next.target, root === '' ? next.history : []);
    const seconds = String(Math.floor(at.getTime() / 1000));
    yield (
      `commit refs/heads/${name}\ncommitter ${AUTHOR} ${seconds} +0000\n${data(`${headline}\n\n${body}`)}` +
      `${root}${file(recordPath(next.target), writeRecord(next))}`
    );
    root = '';
  }
}

function file(path: string, text: string): string {
  return `M 100644 inline ${path}\n${data(text)}`;
}

function data(text: string): string {
  return `data ${String(Buffer.byteLength(text))}\n${text}\n`;
}
