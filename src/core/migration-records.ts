import { RECORDS_FOLDER } from './marker.js';
import { stateBranchOf, type StateBranch } from './state-branch.js';

/** What lies in the tree of a commit, as git names it. */
export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'commit';
  readonly sha: string;
}

/** Whatever lies in the place of a record counts as one, be it broken: it moves byte for byte. */
const PLACE = /^([^/]+)\/(\d+)\/([1-9]\d{0,15})(?:\.[a-z0-9][a-z0-9-]{0,39})?\.json(?:\/|$)/;

/** The records of a branch; what else lies there is no concern of ours. */
export function recordFiles(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter(({ path }) => numberOf(path) !== null);
}

/** Those of an old branch that belong on a new one. Of a pull request that has another shard there are none to be read. */
export function filesFor(next: StateBranch, old: StateBranch, files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter(({ path }) => {
    const pr = numberOf(path);
    return pr !== null && [next, old].every(({ name, pattern }) => stateBranchOf(pattern, pr).name === name);
  });
}

/** Whether a pull request can have its record on both. */
export function mayShareRecords({ shard: one }: StateBranch, { shard: other }: StateBranch): boolean {
  return one === null || other === null || one === other;
}

function numberOf(path: string): number | null {
  const [, root, folder, digits] = PLACE.exec(path) ?? [];
  const pr = Number(digits);
  const isThere = root === RECORDS_FOLDER && Number.isSafeInteger(pr) && folder === String(Math.floor(pr / 1000));
  return isThere ? pr : null;
}
