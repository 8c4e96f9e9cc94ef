import { execFile } from 'node:child_process';

/** Every question here takes git some milliseconds; on a sick network disk it may never answer. */
const PATIENCE_MS = 60_000;

/** Git, or the disk below it, could not do what it does everywhere else: for a person to look at. */
export class GitFault extends Error {
  override readonly name = 'GitFault';
}

export type GitAnswer =
  | { readonly kind: 'ended'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' };

/** Runs git in a folder, whatever repository the environment names, to its end. */
export function askGit(folder: string, args: readonly string[]): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const options = { env: environment(), timeout: PATIENCE_MS, windowsHide: true };
    execFile('git', ['-C', folder, ...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ kind: 'ended', status: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ kind: 'ended', status: error.code, stdout, stderr });
      if (error.code === 'ENOENT') return resolve({ kind: 'missing' });
      const why = error.killed === true ? `gave no answer in ${String(PATIENCE_MS / 1000)} s` : error.message;
      reject(new GitFault(`git ${args.join(' ')}: ${why}`, { cause: error }));
    });
  });
}

/** For questions that a repository is known to answer, with one of `statuses`; anything else is a fault. */
export async function insist(
  folder: string,
  args: readonly string[],
  statuses: readonly number[] = [0],
): Promise<{ readonly status: number; readonly stdout: string }> {
  const answer = await askGit(folder, args);
  if (answer.kind === 'missing') throw new GitFault(`git ${args.join(' ')}: git is gone from the PATH`);
  if (statuses.includes(answer.status)) return answer;
  throw new GitFault(`git ${args.join(' ')}: ${firstLine(answer.stderr) || `exit status ${String(answer.status)}`}`);
}

export function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}

const NAMES_A_REPOSITORY: readonly string[] = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
];

/** The folder says which repository is meant. How git is configured, by the environment too, is left as it is. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !NAMES_A_REPOSITORY.includes(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
