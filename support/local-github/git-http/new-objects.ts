import { join } from 'node:path';
import { tryGit } from '../git/process.js';

export interface NewFile {
  readonly path: string;
  readonly bytes: number;
}

/** What a push brings that no ref had before it. */
export class NewObjects {
  constructor(
    private readonly gitDir: string,
    private readonly oid: string,
    /** Where git keeps what is new until `pre-receive` has let it in; null afterwards. */
    private readonly quarantine: string | null = null,
  ) {}

  /** Oids, newest first. */
  async commits(): Promise<string[]> {
    return lines(await this.#git('rev-list', this.oid, '--not', '--all'));
  }

  /** Files below a folder that the new commits add, change or remove; a merge only counts for what none of its parents has. */
  async changedFiles(folder: string): Promise<string[]> {
    const names = ['log', '--format=', '--name-only', '--no-renames', '-c', this.oid, '--not', '--all', '--', folder];
    return [...new Set(lines(await this.#git(...names)))].sort();
  }

  /** New files of more than so many bytes. */
  async filesAbove(bytes: number): Promise<NewFile[]> {
    const objects = await this.#git('rev-list', '--objects', this.oid, '--not', '--all');
    const format = '--batch-check=%(objecttype) %(objectsize) %(rest)';
    return lines(await this.#gitWith(objects, 'cat-file', format)).flatMap((line) => {
      const [, size, path] = /^blob (\d+) (.+)$/.exec(line) ?? [];
      return path === undefined || Number(size) <= bytes ? [] : [{ path, bytes: Number(size) }];
    });
  }

  #git(...args: string[]): Promise<string> {
    return this.#gitWith('', ...args);
  }

  async #gitWith(input: string, ...args: string[]): Promise<string> {
    const { quarantine, gitDir } = this;
    const objects = { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(gitDir, 'objects') };
    const environment = quarantine === null ? {} : { ...objects, GIT_OBJECT_DIRECTORY: quarantine };
    return (await tryGit(['--git-dir', gitDir, ...args], input, environment)).stdout;
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
