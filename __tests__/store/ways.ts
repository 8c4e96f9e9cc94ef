import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from '@jest/globals';
import { createPublishingStore, openCheckout } from '../../src/publish/index.js';
import { isMutation, isPush, type Match } from '../../support/local-github/index.js';
import { scratchFolder } from '../../support/local-github/scratch-folder.js';
import type { StateStore, WatchableStore } from '../../src/store/state-store.js';
import { BRANCH, WRITER, type StoreChoice, type StoreStage } from './stage.js';

/** A way in which a change gets to the server. What is expected of one is expected of the other. */
export interface Way {
  readonly open: (stage: StoreStage, choice?: StoreChoice) => Promise<StateStore>;
  /** The request by which the change is made. */
  readonly isSent: Match;
}

export const BY_API: Way = { open: (stage, choice) => stage.store(choice), isSent: isMutation() };

/** By `git push`, from an empty repository: every change goes that way here, not only publications. */
export function byGit(): Way {
  const folders: string[] = [];
  const stores: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const store of stores) await store.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  return {
    isSent: isPush(),
    async open(stage, choice = {}) {
      const folder = await mkdtemp(join(scratchFolder('ways-'), 'x-'));
      folders.push(folder);
      const git = (...args: readonly string[]) => promisify(execFile)('git', ['-C', folder, ...args]);
      await git('init', '--quiet');
      const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
      await git(...identity, 'commit', '--quiet', '--allow-empty', '--message', 'one');
      const source = { folder, temporaryFolder: folder, revision: 'HEAD', lease: null };
      const opened = await openCheckout(source);
      if (opened.kind === 'refused') throw new Error(opened.problem);
      const { serverUrl } = stage.github;
      const store = (await stage.store({ ...choice, serverUrl })) as WatchableStore;
      const { stateBranch = BRANCH, token = WRITER } = choice;
      const { checkout } = opened;
      const pushing = createPublishingStore({
        ...{ store, stateBranch, checkout, serverUrl, token },
        pushes: 'everything',
      });
      stores.push(pushing);
      return pushing;
    },
  };
}
