import { firstLine, runGit, type GitAnswer as Answer } from '../git/run-git.js';

/** Every question here takes git some milliseconds; on a sick network disk it may never answer. */
const PATIENCE_MS = 60_000;

/** Git, or the disk below it, could not do what it does everywhere else: for a person to look at. */
export class GitFault extends Error {
  override readonly name = 'GitFault';
}

export type GitAnswer = Extract<Answer, { kind: 'ended' | 'missing' }>;

/** Runs git in a folder to its end; a git that does not get there is a fault. */
export async function askGit(folder: string, args: readonly string[]): Promise<GitAnswer> {
  const answer = await runGit({ folder, args, timeoutMs: PATIENCE_MS });
  if (answer.kind === 'ended' || answer.kind === 'missing') return answer;
  const isBroken = answer.kind === 'broken';
  const why = isBroken ? answer.error.message : `gave no answer in ${String(PATIENCE_MS / 1000)} s`;
  throw new GitFault(`git ${args.join(' ')}: ${why}`, isBroken ? { cause: answer.error } : {});
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
