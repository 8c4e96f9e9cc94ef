import { execFile } from 'node:child_process';

export type GitAnswer =
  | { readonly kind: 'ended'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' }
  /** It had to be ended, or somebody else ended it. */
  | { readonly kind: 'cut_off'; readonly stderr: string }
  /** It could not be started, or said more than anybody reads. */
  | { readonly kind: 'broken'; readonly error: Error };

export interface GitCall {
  readonly folder: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** What git is told on its standard input. */
  readonly input?: string;
  /** What it is run with; see `gitVariables`. */
  readonly variables?: NodeJS.ProcessEnv;
}

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs git in a folder, whatever repository the environment names, to its end. */
export function runGit({ folder, args, timeoutMs, input, variables }: GitCall): Promise<GitAnswer> {
  return new Promise((resolve) => {
    // 0 would mean for ever.
    const timeout = Math.max(1, Math.ceil(timeoutMs));
    const options = { env: variables ?? gitVariables(), timeout, windowsHide: true, maxBuffer: MOST_OUTPUT };
    const child = execFile('git', ['-C', folder, ...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ kind: 'ended', status: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ kind: 'ended', status: error.code, stdout, stderr });
      if (error.code === 'ENOENT') return resolve({ kind: 'missing' });
      const isCutOff = error.killed === true || typeof error.signal === 'string';
      resolve(isCutOff ? { kind: 'cut_off', stderr } : { kind: 'broken', error });
    });
    // Git may end before it has read everything.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** What a hook, an alias or an outer git has set for its own repository. */
const NAMES_A_REPOSITORY: readonly string[] = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_SHALLOW_FILE',
  'GIT_NAMESPACE',
];

/** The folder says which repository is meant, and the inputs of a step are no business of git's. How git is configured, by the environment too, is left as it is. */
export function gitVariables(variables: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(variables).filter(
    ([name]) => !NAMES_A_REPOSITORY.includes(name) && !/^INPUT_/.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** The first line that says something. */
export function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
