import { resolve } from 'node:path';
import { isNewEnough, noRepository, refused, versionOf, type Refusal } from '../git/refusal.js';
import { gitVariables, runGit, type GitAnswer } from '../git/run-git.js';
import { readEntries, type Entry } from '../git/configuration.js';

/** The user's repository: what is to be published comes from there, and nothing in it is changed. */
export interface Checkout {
  readonly folder: string;
  /** Where a repository beside it may be made. */
  readonly temporaryFolder: string;
  readonly version: readonly [number, number];
  /** Where its objects are, shared by all worktrees. */
  readonly objects: string;
  /** The file that names the commits beyond which it has no history; it need not be there. */
  readonly shallow: string;
  readonly objectFormat: 'sha1' | 'sha256';
  /** Its configuration, in the order in which git reads it. */
  readonly entries: readonly Entry[];
  readonly commit: string;
  readonly lease: Lease;
}

/** Which head the user expects, whatever the commit builds on. */
export type Lease =
  | { readonly kind: 'none' }
  | { readonly kind: 'commit'; readonly commit: string }
  /** The head that the checkout knows of from its last fetch. */
  | { readonly kind: 'tracking' };

export interface Source {
  readonly folder: string;
  readonly temporaryFolder: string;
  /** What git calls the commit, for example `HEAD`. */
  readonly revision: string;
  /** `null`: none; `''`: the head that was fetched last; else a commit. */
  readonly lease: string | null;
}

/** The first that sends nothing where an atomic push over HTTP cannot land as a whole. */
const OLDEST: readonly [number, number] = [2, 23];
const INSTALL = 'Install git 2.23 or newer in the job, in its container too.';
const PATIENCE_MS = 20_000;

/** Looks at the repository that something is to be published from, and asks nobody else. */
export async function openCheckout(
  source: Source,
): Promise<{ readonly kind: 'opened'; readonly checkout: Checkout } | Refusal> {
  const { folder, temporaryFolder, revision } = source;
  const variables = gitVariables();
  const ask = (...args: readonly string[]): Promise<GitAnswer> =>
    runGit({ folder, args, timeoutMs: PATIENCE_MS, variables });
  const [version, paths, configured, commit, lease] = await Promise.all([
    ask('--version'),
    ask('rev-parse', '--git-path', 'objects', '--git-path', 'shallow'),
    ask('config', '--null', '--list'),
    ask(...commitOf(revision)),
    source.lease === null || source.lease === '' ? null : ask(...commitOf(source.lease)),
  ]);
  if (version.kind === 'missing') return refused('There is no git on the PATH', INSTALL);
  if (version.kind !== 'ended' || version.status !== 0) return notWorking(folder, version);
  const number = versionOf(version.stdout);
  if (!isNewEnough(number, OLDEST)) return refused(`${version.stdout.trim()} is too old to publish with`, INSTALL);
  if (paths.kind !== 'ended' || paths.status !== 0) return notWorking(folder, paths);
  if (configured.kind !== 'ended' || configured.status !== 0) return notWorking(folder, configured);
  const [objects, shallow] = paths.stdout.replace(/\r?\n$/, '').split(/\r?\n/);
  if (objects === undefined || shallow === undefined) return notWorking(folder, paths);
  const oid = oidIn(commit);
  if (oid === null) {
    const advice = 'Name a commit, a branch or a tag of this repository; without one it is HEAD.';
    return refused(`There is no commit "${revision}" in ${folder}`, advice);
  }
  const leased = source.lease === null || source.lease === '' ? null : (oidIn(lease) ?? fullOid(source.lease));
  if (source.lease !== null && source.lease !== '' && leased === null) {
    const advice = 'Give --force-with-lease the full id of the commit that the branch has now, or one that is fetched.';
    return refused(`There is no commit "${source.lease}" in ${folder} to be the lease`, advice);
  }
  return {
    kind: 'opened',
    checkout: {
      ...{ folder, temporaryFolder, version: number, entries: readEntries(configured.stdout), commit: oid },
      objects: resolve(folder, objects),
      shallow: resolve(folder, shallow),
      objectFormat: oid.length === 64 ? 'sha256' : 'sha1',
      lease:
        leased !== null ? { kind: 'commit', commit: leased } : { kind: source.lease === null ? 'none' : 'tracking' },
    },
  };
}

/** What begins like an option would be taken for one; git allows no such name. */
function commitOf(revision: string): readonly string[] {
  return ['rev-parse', '--verify', '--quiet', revision.startsWith('-') ? '' : `${revision}^{commit}`];
}

function oidIn(answer: GitAnswer | null): string | null {
  return answer?.kind === 'ended' && answer.status === 0 ? fullOid(answer.stdout.trim()) : null;
}

function fullOid(text: string): string | null {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : null;
}

function notWorking(folder: string, answer: GitAnswer): Refusal {
  if (answer.kind === 'ended') return noRepository(folder, answer.stderr);
  const why = answer.kind === 'broken' ? answer.error.message : 'it was ended before it gave an answer';
  return refused(`Git does not work in ${folder}: ${why}`, 'Run `git status` there.');
}
