import { join } from 'node:path';
import { GitFault } from './git.js';
import { systemFault } from '../git/system-fault.js';
import { isRun } from './hook-file.js';
import { guardHook, KEPT_HOOK } from './hook-text.js';
import { removeForwarding, writeForwarding } from './forwarding.js';
import { installInHooks, type Notes, removeFromHooks } from './hooks-folder.js';
import { folderAt, foreignHooks, levels, ownFolder, point, resolveHooks, unpoint } from './hooks-path.js';
import { refused, type Refusal } from '../git/refusal.js';
import { findRepository, type Repository } from './repository.js';
import { isAbsolutePath } from './shell-words.js';

/**
 * A `pre-push` hook that lets a push go on only if a command says so. It holds back tools that push without asking: whoever
 * wants to can go around it (`git push --no-verify`), and so does, unwittingly, who sets `core.hooksPath` after it
 * (an `npm ci` that sets up husky for the first time), or pushes from another clone.
 *
 * Where git runs the repository's own hooks, it stands there, before the hook that was there. Where `core.hooksPath` names
 * another folder, that is not ours to write into: it may be tracked, so that the hook would be committed, or be shared
 * with other repositories. Then that setting gets a folder of our own, whose hooks run those of the original one.
 */

export type GuardAnswer =
  | {
      readonly kind: 'installed' | 'removed' | 'not_there';
      readonly gitDir: string;
      /** The guard's file: where it is, was, or would be. */
      readonly hook: string;
      /** `installed`: the hook that runs after the guard; `removed`: the one that runs again instead of it. */
      readonly kept: string | null;
      /** Sentences for the log: work of others that was found in the way, and where it is now. */
      readonly note: string | null;
    }
  | Refusal;

export interface GuardExtras {
  /** Variables for the command, which everyone can read in the hook: no secrets. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Installs the guard, or brings it up to date: one that a job left which died is replaced. It can be interrupted anywhere:
 * what was there before or the guard is in force, and doing it again completes it.
 *
 * @param command the program, by its absolute path, and its arguments; each absolute path in it must be there when the hook
 *   runs, else the push is refused and the way to remove the guard told. Status 0 lets a push go on.
 */
export async function installGuard(
  folder: string,
  command: readonly string[],
  { env = {} }: GuardExtras = {},
): Promise<GuardAnswer> {
  const [program] = command;
  if (program === undefined || !isAbsolutePath(program)) {
    throw new Error(`The guard needs a program by its absolute path, not ${JSON.stringify(program ?? null)}.`);
  }
  return await inRepository(folder, async (repository) => {
    const original = await foreignHooks(repository);
    if (original !== null) return installAside(repository, original, command, env);
    const { gitDir, hooks } = repository;
    const notes = await installInHooks(hooks, guardHook({ command, env, next: { kind: 'beside' } }));
    // Only now: until here one of ours in force there may be what refuses.
    const left = await removeAside(repository);
    const kept = join(hooks, KEPT_HOOK);
    return {
      kind: 'installed',
      gitDir,
      hook: join(hooks, 'pre-push'),
      kept: (await isRun(kept)) ? kept : null,
      note: sentences([...notes, ...left.notes]),
    };
  });
}

async function installAside(
  repository: Repository,
  original: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<GuardAnswer> {
  const { gitDir, hooks } = repository;
  const resolved = resolveHooks(repository, original);
  const own = await ownFolder(repository);
  const guard = guardHook({ command, env, next: { kind: 'in', folder: original, level: own.level } });
  const notes = await writeForwarding({ folder: own.path, original, resolved, guard });
  if (!(await point(repository, own))) {
    await removeAside(repository);
    return refused(
      `Something stronger than the configuration of the repository sets core.hooksPath to ${original}`,
      'See `git config --show-origin --get-all core.hooksPath`: a GIT_CONFIG_… variable of the job, or an included file.',
    );
  }
  // A guard of an earlier job may stand in the repository's own hooks, to which core.hooksPath may lead.
  const earlier = await removeFromHooks(hooks);
  const next = join(resolved, 'pre-push');
  return {
    kind: 'installed',
    gitDir,
    hook: join(own.path, 'pre-push'),
    kept: (await isRun(next)) ? next : null,
    note: sentences([...notes, ...earlier.notes]),
  };
}

/** Takes the guard away, wherever it is, and puts back what was there. What others wrote meanwhile is left, and told. */
export function removeGuard(folder: string): Promise<GuardAnswer> {
  return inRepository(folder, async (repository) => {
    const { gitDir, hooks } = repository;
    const aside = await removeAside(repository);
    const beside = await removeFromHooks(hooks);
    const now = join(resolveHooks(repository, (await foreignHooks(repository)) ?? hooks), 'pre-push');
    const wasThere = aside.hook !== null || beside.wasThere;
    return {
      kind: wasThere ? 'removed' : 'not_there',
      gitDir,
      hook: aside.hook ?? join(hooks, 'pre-push'),
      kept: wasThere && (await isRun(now)) ? now : null,
      note: sentences([...aside.notes, ...beside.notes]),
    };
  });
}

/** The setting first: a folder that is named and empty would leave a repository without any hooks. */
async function removeAside(repository: Repository): Promise<{ readonly hook: string | null; readonly notes: Notes }> {
  let hook: string | null = null;
  const notes: string[] = [];
  for (const level of levels(repository)) {
    const folder = folderAt(repository, level);
    const wasSet = await unpoint(repository, level);
    const files = await removeForwarding(folder);
    if (wasSet || files.wasThere) hook ??= join(folder, 'pre-push');
    notes.push(...files.notes);
  }
  return { hook, notes };
}

async function inRepository(
  folder: string,
  work: (repository: Repository) => Promise<GuardAnswer>,
): Promise<GuardAnswer> {
  try {
    const answer = await findRepository(folder);
    return answer.kind === 'found' ? await work(answer.repository) : answer;
  } catch (error) {
    // What the disk or git cannot do is for the person who runs the job; all else is a fault of this program.
    const fault = error instanceof GitFault ? error.message : systemFault(error);
    if (fault === null) throw error;
    return refused(`The push guard in ${folder} failed: ${fault}`, ADVICE);
  }
}

const ADVICE =
  'Look whether this user may write to the .git folder (an earlier job may have run as root), whether another git ' +
  'process is at work there, and whether the disk is full; then run this again.';

function sentences(notes: Notes): string | null {
  return notes.length === 0 ? null : notes.join(' ');
}
