import { writeMarker } from '../../src/core/marker.js';
import { recordPath } from '../../src/core/record.js';
import { stateBranchesOf, stateBranchOf } from '../../src/core/state-branch.js';
import type { PlantedBoard } from '../../support/board-world.js';
import { commit, file, importStream } from '../../support/board/fast-import.js';
import type { LocalRepository } from '../../support/local-github/index.js';
import { MARKER_PATH, STATE_BRANCH } from '../../support/world.js';

/** One state branch that became sixteen: each begins with a commit on its head, and has the records of its own. */
export async function migrate(
  { gitDir, id: repoId }: LocalRepository,
  { head, records }: PlantedBoard,
  pattern: string,
  at: Date,
): Promise<void> {
  const moved = { repoId, stateBranch: STATE_BRANCH, shard: null, tokenFloor: 0, moved: { to: pattern, from: head } };
  const stream = [commit(STATE_BRANCH, at, 'Moves', head) + file(MARKER_PATH, writeMarker(moved))];
  for (const { name, shard } of stateBranchesOf(pattern)) {
    const others = records.filter(({ target }) => stateBranchOf(pattern, target.pr).name !== name);
    const gone = others.map(({ target }) => `D ${recordPath(target)}\n`).join('');
    const marker = writeMarker({ repoId, stateBranch: pattern, shard, tokenFloor: 0, moved: null });
    stream.push(commit(name, at, `Moves the records of shard ${shard ?? ''}`, head) + file(MARKER_PATH, marker) + gone);
  }
  await importStream(gitDir, stream);
}
