import { runHere, type Said } from '../command-line/here.js';
import { onStage, type Stage } from '../support/scenario.js';
import { markerOf, MARKER_PATH, recordPath } from '../../support/world.js';

/** What the tests of migrations share: a repository with records, the command, and what lies on its branches. */

export const OLD = 'runner-coord-state';
export const NEW = 'runner-coord-state-{shard}';

export interface MigrationStage extends Stage {
  /** `runner-coord`, on a machine without a runner and in a folder that is no checkout, from the sources. */
  readonly cli: (words: readonly string[], token?: string) => Promise<Said>;
  /** `migrate` to the sixteen, unless told otherwise. */
  readonly migrate: (...words: readonly string[]) => Promise<Said>;
  /** All files of a branch but its README, `null` where there is no such branch. */
  readonly files: (branch: string) => Promise<Readonly<Record<string, string>> | null>;
  /** Puts a text on any branch in the place of a record, with the marker of a pattern. */
  readonly put: (branch: string, marker: Readonly<Record<string, unknown>>, prs: readonly number[]) => Promise<void>;
}

export function onMigrationStage(play: (stage: MigrationStage) => Promise<void>): Promise<void> {
  return onStage(async (stage) => {
    const { github, repository } = stage;
    const addresses = {
      GITHUB_SERVER_URL: github.serverUrl,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
    };
    const cli = (words: readonly string[], token = 'token-octocat'): Promise<Said> =>
      runHere(words, { PATH: process.env['PATH'] ?? '', GIT_DIR: '/nonexistent', GH_TOKEN: token, ...addresses });
    await play({
      ...stage,
      cli,
      migrate: (...words) =>
        cli([
          'migrate',
          '--repo',
          'acme/widgets',
          ...(words.includes('--state-branch') ? [] : ['--state-branch', NEW]),
          ...words,
        ]),
      async files(branch) {
        if ((await repository.head(branch)) === null) return null;
        const paths = (await repository.pathsOn(branch)).filter((path) => path !== 'README.md');
        const texts = await Promise.all(paths.map((path) => repository.readFile(branch, path)));
        return Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? '']));
      },
      async put(branch, marker, prs) {
        await repository.writeFile(branch, MARKER_PATH, markerOf(marker));
        for (const pr of prs) await repository.writeFile(branch, recordPath(pr), `record of ${String(pr)}\n`);
      },
    });
  });
}

/** The sixteen of a pattern. */
export function shardsOf(pattern: string): string[] {
  return Array.from({ length: 16 }, (_, index) => pattern.replace('{shard}', String(index).padStart(2, '0')));
}
