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
export async function runGit(call: GitCall): Promise<GitAnswer> {
  const { answer } = await runGitForBytes(call);
  return answer;
}

/** The same, for what need not be text. */
export function runGitForBytes({
  folder,
  args,
  timeoutMs,
  input,
  variables,
}: GitCall): Promise<{ readonly answer: GitAnswer; readonly bytes: Buffer }> {
  return new Promise((resolve) => {
    // 0 would mean for ever.
    const timeout = Math.max(1, Math.ceil(timeoutMs));
    const env = variables ?? gitVariables();
    const options = { env, timeout, windowsHide: true, maxBuffer: MOST_OUTPUT, encoding: 'buffer' } as const;
    const child = execFile('git', ['-C', folder, ...args], options, (error, bytes, errors) => {
      const stderr = errors.toString('utf8');
      const end = (answer: GitAnswer): void => resolve({ answer, bytes });
      const ended = (status: number): void => {
        end({ kind: 'ended', status, stdout: bytes.toString('utf8'), stderr });
      };
      if (error === null) return ended(0);
      if (typeof error.code === 'number') return ended(error.code);
      if (error.code === 'ENOENT') return end({ kind: 'missing' });
      const isCutOff = error.killed === true || typeof error.signal === 'string';
      end(isCutOff ? { kind: 'cut_off', stderr } : { kind: 'broken', error });
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
