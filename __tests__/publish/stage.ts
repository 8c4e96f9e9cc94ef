import { withoutProcess, type Execute, type StepOptions } from '../../support/runner.js';
import { WITHOUT_CHANCE } from '../../support/runner/preload.js';
import { isPush } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { STATE_BRANCH } from '../../support/world.js';
import { inJob, type JobStage } from '../command-line/stage.js';
import { GitClient } from '../support/git-client.js';

export const BRANCH = 'refs/heads/pr-17';
export const STATE = `refs/heads/${STATE_BRANCH}`;

export interface PublishStage extends JobStage {
  /** The branch of the pull request, checked out by run 1001, which owns it. */
  readonly checkout: GitClient;
  /** Somebody else's clone of the same branch. */
  readonly other: () => Promise<GitClient>;
  /** Publishes from the checkout. */
  readonly push: (...words: readonly string[]) => ReturnType<JobStage['job']['run']>;
  readonly headOf: (ref: string) => Promise<string | null>;
  /** How often somebody tried to push since the stage began. */
  readonly pushes: () => number;
}

/**
 * A job of run 1001 that owns pull request 17 and has its branch checked out. What publishes is a process of its own; the
 * claim that it owns by, and a takeover, need none.
 *
 * @param execute how steps of the action run
 */
export function onPublishStage(
  play: (stage: PublishStage) => Promise<void>,
  { owner = true, ...options }: { readonly owner?: boolean } & StepOptions = {},
  execute: Execute = withoutProcess,
): Promise<void> {
  return inJob(async (stage) => {
    const { repository, github, job, plant } = stage;
    await plant(recordOf({ owner: null }));
    if (owner) await job.uses({ with: { command: 'claim' }, ...options });
    const clients: GitClient[] = [];
    const clone = async (): Promise<GitClient> => {
      const client = await GitClient.cloneOf(repository, 'token-octocat', '--branch', 'pr-17');
      clients.push(client);
      return client;
    };
    try {
      const checkout = await clone();
      const push: PublishStage['push'] = (...words) =>
        // Every jittered pause takes no time.
        job.run(['runner-coord', 'push', ...words], { cwd: checkout.folder, env: { NODE_OPTIONS: WITHOUT_CHANCE } });
      await play({
        ...{ ...stage, checkout, push },
        other: clone,
        headOf: (ref) => repository.head(ref.replace('refs/heads/', '')),
        pushes: () => github.requests.filter((request) => isPush()(request)).length,
      });
    } finally {
      for (const client of clients) await client.delete();
    }
  }, execute);
}
