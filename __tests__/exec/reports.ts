import { spawnSync } from 'node:child_process';
import { closeSync, constants, createReadStream, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Lines as they come; waiting for one that never does ends with what came instead. */
export interface Lines {
  /** The next line that has this in it; those before it are dropped. */
  next(text: string): Promise<string>;
  /** Resolves when the last process that could write has gone or closed it, with the lines that nobody asked for. */
  readonly closed: Promise<readonly string[]>;
}

export function linesOf(stream: Readable): Lines {
  const lines: string[] = [];
  let wake = (): void => undefined;
  let open = true;
  const reader = createInterface({ input: stream });
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  const closed = new Promise<readonly string[]>((resolve) => {
    reader.on('close', () => {
      open = false;
      wake();
      resolve(lines);
    });
  });
  const next = async (text: string): Promise<string> => {
    const passed: string[] = [];
    for (;;) {
      const line = lines.shift();
      if (line?.includes(text)) return line;
      if (line !== undefined) passed.push(line);
      else if (!open) throw new Error(`"${text}" never came, but ${JSON.stringify(passed)}.`);
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { next, closed };
}

/** A named pipe: children of a child write into it, and it ends when the last of them is gone. */
export interface Reports extends Lines {
  readonly path: string;
}

export async function withReports(use: (reports: Reports) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reports-'));
  try {
    const path = join(folder, 'pipe');
    const made = spawnSync('mkfifo', [path], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`mkfifo: ${made.stderr}`);
    await use({ path, ...linesOf(createReadStream(path)) });
  } finally {
    release(join(folder, 'pipe'));
    await rm(folder, { recursive: true, force: true });
  }
}

/** A reader that nobody ever wrote to waits for it, and keeps a thread of Node busy. */
function release(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // ENXIO: nobody reads any more.
  }
}
