import { spawn } from 'node:child_process';
import type { BranchCommit } from './history.js';

/** When a commit became the head, as far as it can be told. */
export type Moments = ReadonlyMap<string, { readonly from: number; readonly to: number }>;

/** Every commit of the branch, oldest first, as git itself tells it. */
export async function readBranch(gitDir: string, branch: string, moments: Moments): Promise<BranchCommit[]> {
  const format = '--format=%x01%H%x02%B%x03';
  const options = ['--first-parent', '--reverse', '--root', '--raw', '-r', '--no-abbrev', '--no-renames', format];
  const log = (await git(gitDir, ['log', ...options, `refs/heads/${branch}`])).toString('utf8');
  const entries = log.split('\x01').slice(1).map(parseEntry);
  const blobs = await readBlobs(gitDir, [
    ...new Set(entries.flatMap(({ files }) => files.flatMap(({ blob }) => blob ?? []))),
  ]);
  return entries.map(({ oid, message, files }) => ({
    oid,
    message,
    changes: files.map(({ path, blob }) => ({ path, text: blob === null ? null : (blobs.get(blob) ?? null) })),
    // A commit that nobody was seen to make could have come at any time; the caller reports it.
    ...(moments.get(oid) ?? { from: -Infinity, to: Infinity }),
  }));
}

interface Entry {
  readonly oid: string;
  readonly message: string;
  readonly files: readonly { readonly path: string; readonly blob: string | null }[];
}

function parseEntry(text: string): Entry {
  const [head = '', raw = ''] = text.split('\x03');
  const [oid = '', message = ''] = head.split('\x02');
  const files = [...raw.matchAll(/^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) \w\t(.+)$/gm)].map(
    ([, mode, blob = '', path = '']) => ({
      path,
      blob: mode === '000000' ? null : blob,
    }),
  );
  return { oid, message, files };
}

async function readBlobs(gitDir: string, oids: readonly string[]): Promise<Map<string, string>> {
  const output = await git(gitDir, ['cat-file', '--batch'], oids.map((oid) => `${oid}\n`).join(''));
  const blobs = new Map<string, string>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at);
    const [oid = '', , size = ''] = output.toString('utf8', at, end).split(' ');
    blobs.set(oid, output.toString('utf8', end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

function git(gitDir: string, args: readonly string[], input = ''): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--git-dir', gitDir, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`git ${args[0] ?? ''} ended with ${String(code)}`));
    });
    // A git that ended early says why by its exit status.
    child.stdin.on('error', () => undefined).end(input);
  });
}
