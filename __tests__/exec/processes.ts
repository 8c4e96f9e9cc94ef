import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** `T` stopped, `Z` over but not waited for, anything else runs. */
  readonly state: string;
  readonly line: string;
}

/** Every process of this machine, zombies left out: those are over. */
export function processes(): readonly ProcessRow[] {
  const columns = ['pid=', 'ppid=', 'stat=', 'args='].flatMap((column) => ['-o', column]);
  const { stdout } = spawnSync('ps', ['-A', '-ww', ...columns], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line))
    .flatMap((found) => {
      if (found === null) return [];
      const [, pid = '', parent = '', state = '', line = ''] = found;
      return state === 'Z' ? [] : [{ pid: Number(pid), parent: Number(parent), state, line }];
    });
}

export function stateOf(pid: number): string {
  return processes().find((row) => row.pid === pid)?.state ?? 'gone';
}

/** Nobody is told of what becomes of a process that is not its child. */
export async function untilState(pid: number, matches: RegExp): Promise<void> {
  const deadline = performance.now() + 8_000;
  for (;;) {
    const state = stateOf(pid);
    if (matches.test(state)) return;
    if (performance.now() > deadline) throw new Error(`Process ${String(pid)} is still "${state}".`);
    await sleep(20);
  }
}
