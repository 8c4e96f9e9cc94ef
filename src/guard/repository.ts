import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isNewEnough, noRepository, refused, versionOf, type Refusal } from '../git/refusal.js';
import { firstLine } from '../git/run-git.js';
import { absent } from '../git/system-fault.js';
import { askGit, GitFault, insist } from './git.js';

export interface Repository {
  /** Where git is asked. */
  readonly folder: string;
  /** That of a linked worktree or a submodule is its own. */
  readonly gitDir: string;
  /** Shared by all worktrees, as configuration and hooks are. */
  readonly commonDir: string;
  /** Where hooks start: the top of the worktree, or a bare repository. */
  readonly top: string;
  /** The repository's own hooks, which git runs unless `core.hooksPath` is set. */
  readonly hooks: string;
  /** Whether a worktree may have configuration of its own, as one with a sparse checkout has. */
  readonly hasWorktreeConfig: boolean;
}

export type FoundRepository = { readonly kind: 'found'; readonly repository: Repository } | Refusal;

/** As actions/checkout; what is asked here came with 2.18 at the latest. */
const OLDEST: readonly [number, number] = [2, 18];
const INSTALL = 'Install git 2.18 or newer in the job (in its container too), before actions/checkout runs.';

/** Everything is asked of git itself: `.git` may be a folder, a file that names one, or elsewhere altogether. */
export async function findRepository(named: string): Promise<FoundRepository> {
  // Git answers with paths relative to where it runs, which may be behind a link.
  const folder = await absent(realpath(named));
  if (folder === null) return refused(`There is no folder ${named}`, 'Name the folder that actions/checkout filled.');
  const version = await askGit(folder, ['--version']);
  if (version.kind === 'missing') return refused('There is no git on the PATH', INSTALL);
  if (version.status !== 0) return noRepository(folder, version.stderr);
  if (!isNewEnough(versionOf(version.stdout), OLDEST))
    return refused(`${firstLine(version.stdout)} is too old`, INSTALL);
  const answer = await askGit(folder, ['rev-parse', '--absolute-git-dir', '--git-common-dir']);
  if (answer.kind === 'missing') return refused('There is no git on the PATH', INSTALL);
  if (answer.status !== 0) return noRepository(folder, answer.stderr);
  const [gitDir, common, ...more] = answer.stdout.replace(/\r?\n$/, '').split(/\r?\n/);
  if (gitDir === undefined || common === undefined || more.length > 0) {
    throw new GitFault(`git rev-parse gave an answer of another form: ${JSON.stringify(answer.stdout)}`);
  }
  const commonDir = resolve(folder, common);
  return {
    kind: 'found',
    repository: {
      folder,
      gitDir,
      commonDir,
      top: await topOf(folder, gitDir),
      hooks: join(commonDir, 'hooks'),
      hasWorktreeConfig: await hasWorktreeConfig(folder),
    },
  };
}

async function topOf(folder: string, gitDir: string): Promise<string> {
  const answer = await askGit(folder, ['rev-parse', '--show-toplevel']);
  return answer.kind === 'ended' && answer.status === 0 ? answer.stdout.replace(/\r?\n$/, '') : gitDir;
}

async function hasWorktreeConfig(folder: string): Promise<boolean> {
  const { stdout } = await insist(folder, ['config', '--type=bool', '--get', 'extensions.worktreeConfig'], [0, 1]);
  return stdout.trim() === 'true';
}
