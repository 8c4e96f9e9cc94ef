import { MARKER_PATH, writeMarker } from '../core/marker.js';
import type { Make, Mark } from '../core/migration.js';
import type { TreeFile } from '../core/migration-records.js';
import { stateBranchReadme } from '../store/branch-readme.js';
import { commitFiles } from '../store/commit-change.js';
import { createRef } from '../store/branch-ref.js';
import { makeCommit, type TreeItem } from '../store/make-commit.js';
import type { WriteResult } from '../store/state-store.js';
import { purposeOf, type MigrationContext } from './context.js';
import { forwardRef } from './forward-ref.js';
import { migrationMessage } from './migration-message.js';

/**
 * The two writes of a migration. Either is made on top of what was read or not at all, and what came of it is told by
 * reading again, so that an unknown outcome needs no care of its own.
 */

/**
 * Says on an old branch that its records have moved, by one commit that removes them: whoever watches a record looks at
 * its text alone, and would not notice otherwise.
 *
 * @param records all that lie there.
 */
export async function markBranch(
  context: MigrationContext,
  repo: string,
  { branch, head, marker }: Mark,
  records: readonly TreeFile[],
): Promise<WriteResult> {
  const { transport, deadline } = context;
  const message = migrationMessage({
    repo,
    from: branch.name,
    to: marker.moved?.to ?? '',
    commits: head === null ? [] : [head],
  });
  const purpose = purposeOf(context, `marking the branch "${branch.name}" as moved`);
  if (head !== null) {
    const additions = [{ path: MARKER_PATH, text: writeMarker(marker) }];
    const deletions = records.map(({ path }) => ({ path }));
    const on = { repo, branch: branch.name, expectedHead: head };
    return commitFiles(transport, on, { message, additions, deletions }, purpose, deadline);
  }
  const commit = { tree: ownFiles(branch.name, writeMarker(marker)), message: asText(message), parents: [] };
  const made = await makeCommit(transport, repo, commit, purpose, deadline);
  return typeof made === 'string'
    ? createRef(transport, repo, { stateBranch: branch.name, commit: made }, purpose, deadline)
    : made;
}

/** Makes a new branch of the very objects of the old ones; its log goes on where theirs ends. */
export async function makeBranch(
  context: MigrationContext,
  repo: string,
  { branch, marker, over }: Make,
  from: string,
  records: readonly TreeFile[],
): Promise<WriteResult> {
  const { transport, deadline } = context;
  const purpose = purposeOf(context, `making the branch "${branch.name}"`);
  const commits = marker.madeFrom ?? [];
  const message = migrationMessage({ repo, from, to: branch.name, commits });
  const tree = [...ownFiles(branch.name, writeMarker(marker)), ...records];
  const parents = over === null ? commits : [...commits, over];
  const commit = await makeCommit(transport, repo, { tree, message: asText(message), parents }, purpose, deadline);
  if (typeof commit !== 'string') return commit;
  const move = over === null ? createRef : forwardRef;
  return move(transport, repo, { stateBranch: branch.name, commit }, purpose, deadline);
}

function ownFiles(branch: string, marker: string): readonly TreeItem[] {
  return [
    { path: MARKER_PATH, mode: '100644', type: 'blob', content: marker },
    { path: 'README.md', mode: '100644', type: 'blob', content: stateBranchReadme(branch) },
  ];
}

function asText({ headline, body }: { readonly headline: string; readonly body: string }): string {
  return `${headline}\n\n${body}`;
}
