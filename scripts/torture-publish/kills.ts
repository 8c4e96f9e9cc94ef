import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../torture/chance.js';
import { descendantsOf, kill } from './processes.js';
import type { Killed } from './story.js';

/** What is killed, and when: so long after the start, or so long after its first push has reached the server. */
export interface KillPlan {
  readonly what: Killed;
  readonly at: 'some time' | 'its push';
  readonly afterMs: number;
  /** Which of several gits, from 0 to 1. */
  readonly which: number;
}

const LOOK_MS = 10;

export function chooseKill(chance: Chance, command: string): KillPlan | null {
  if (!chance.happens(command === 'push' ? 0.3 : 0.1)) return null;
  const what = chance.weighted<Killed>([
    [3, 'git'],
    [2, 'process'],
    [2, 'process and git'],
  ]);
  if (command !== 'push') return { what: 'process', at: 'some time', afterMs: chance.between(100, 900), which: 0 };
  const which = chance.next();
  return chance.happens(0.5)
    ? { what, at: 'its push', afterMs: chance.happens(0.4) ? 0 : chance.between(1, 60), which }
    : { what, at: 'some time', afterMs: chance.between(150, 1_500), which };
}

/** Carries one plan out on one command. */
export class Killer {
  killed: Killed | null = null;
  readonly #ended = new AbortController();
  #pushed = false;
  #wake: () => void = () => undefined;

  constructor(private readonly plan: KillPlan | null) {}

  /** A push of this command has reached the server. */
  pushed(): void {
    this.#pushed = true;
    this.#wake();
  }

  started(child: ChildProcess): void {
    if (this.plan !== null) void this.#carryOut(this.plan, child).catch(() => undefined);
  }

  ended(): void {
    this.#ended.abort();
    this.#wake();
  }

  async #carryOut({ what, at, afterMs, which }: KillPlan, child: ChildProcess): Promise<void> {
    if (at === 'its push' && !this.#pushed) await new Promise<void>((resolve) => (this.#wake = resolve));
    const { signal } = this.#ended;
    if (afterMs > 0) await sleep(afterMs, undefined, { signal });
    const { pid } = child;
    if (pid === undefined) return;
    if (what === 'git') return this.#killOneGit(pid, which);
    const below = what === 'process' ? [] : await descendantsOf(pid);
    if (signal.aborted || !child.kill('SIGKILL')) return;
    this.killed = what;
    for (const other of below) kill(other);
  }

  /** The deepest first or last, as it comes: git itself, or one of those that it has started. */
  async #killOneGit(pid: number, which: number): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const gits = await descendantsOf(pid);
      const chosen = gits[Math.floor(which * gits.length)];
      if (chosen !== undefined && !signal.aborted && kill(chosen)) {
        this.killed = 'git';
        return;
      }
      await sleep(LOOK_MS, undefined, { signal });
    }
  }
}
