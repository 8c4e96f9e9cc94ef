import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file in which the runner takes what a step saves, and what the post step is given of it. */
export class StateFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'state-'));
  readonly #before = process.env['GITHUB_STATE'];

  constructor() {
    writeFileSync(this.#path, '');
    process.env['GITHUB_STATE'] = this.#path;
  }

  /** Every text that was saved, the newest last, under whatever name. */
  get saved(): readonly string[] {
    const text = readFileSync(this.#path, 'utf8');
    return [...text.matchAll(/^coordination<<(\S+)\n([\s\S]*?)\n\1$/gm)].map(([, , value = '']) => value);
  }

  /** Hands the newest on, as the runner does. */
  handOver(text: string | undefined = this.saved.at(-1)): void {
    process.env['STATE_coordination'] = text ?? '';
  }

  remove(): void {
    Reflect.deleteProperty(process.env, 'STATE_coordination');
    if (this.#before === undefined) Reflect.deleteProperty(process.env, 'GITHUB_STATE');
    else process.env['GITHUB_STATE'] = this.#before;
    rmSync(this.#folder, { recursive: true });
  }

  get #path(): string {
    return join(this.#folder, 'state');
  }
}
