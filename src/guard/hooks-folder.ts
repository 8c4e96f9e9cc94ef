import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from '../git/system-fault.js';
import { copyHook, freeName, hookAuthor, isRun, isSame, isTemporary, isThere, writeHook } from './hook-file.js';
import { KEPT_HOOK } from './hook-text.js';

/** The guard in the repository's own folder of hooks. A hook that was there waits beside it, and comes back on removal. */

/** What a person has to know who looks for work of theirs. */
export type Notes = readonly string[];

export async function installInHooks(hooks: string, text: string): Promise<Notes> {
  const hook = join(hooks, 'pre-push');
  await mkdir(hooks, { recursive: true });
  const notes = await keep(hook, join(hooks, KEPT_HOOK));
  await writeHook(hook, text);
  return notes;
}

/** Whether it runs or not: it is to be there again afterwards. What runs is decided by the guard, each time. */
async function keep(hook: string, kept: string): Promise<Notes> {
  switch (await hookAuthor(hook)) {
    case 'nobody':
    case 'us':
      return [];
    case 'edited':
      return [await putAside(hook)];
    case 'others': {
      const notes: string[] = [];
      // Somebody put a hook in the place of the guard, which had kept another one until then.
      if ((await isThere(kept)) && !(await isSame(hook, kept))) {
        const name = await freeName(`${kept}.older`);
        await rename(kept, name);
        notes.push(`An older pre-push hook was moved to ${name}.`);
      }
      await copyHook(hook, kept);
      return notes;
    }
  }
}

/** A copy of our own hook that somebody has edited. To run it after the guard would be to run a guard of long ago. */
export async function putAside(hook: string): Promise<string> {
  const name = await freeName(`${hook}.edited-by-hand`);
  await copyHook(hook, name);
  return `${hook} had been edited by hand: what it was is in ${name}, and does not run.`;
}

export interface RemovedFromHooks {
  readonly wasThere: boolean;
  /** The hook that runs again. */
  readonly restored: string | null;
  readonly notes: Notes;
}

export async function removeFromHooks(hooks: string): Promise<RemovedFromHooks> {
  const hook = join(hooks, 'pre-push');
  const kept = join(hooks, KEPT_HOOK);
  const author = await hookAuthor(hook);
  const hasKept = await isThere(kept);
  for (const name of (await absent(readdir(hooks))) ?? []) {
    if (name.startsWith('pre-push.') && isTemporary(name)) await rm(join(hooks, name), { force: true });
  }
  if (author === 'others') {
    // An install that died had made its copy, and no more.
    if (hasKept && (await isSame(hook, kept))) {
      await rm(kept);
      return { wasThere: false, restored: null, notes: [] };
    }
    const left = `${hook} is not the guard's and was left as it is; the hook from before the guard is still in ${kept}.`;
    return { wasThere: false, restored: null, notes: hasKept ? [left] : [] };
  }
  if (author === 'nobody' && !hasKept) return { wasThere: false, restored: null, notes: [] };
  const notes = author === 'edited' ? [await putAside(hook)] : [];
  // One step, so that there is no moment without any hook.
  if (hasKept) await rename(kept, hook);
  else await rm(hook, { force: true });
  return { wasThere: true, restored: (await isRun(hook)) ? hook : null, notes };
}
