import { RECORDS_FOLDER, type Marker } from '../core/marker.js';
import { movedFailure } from '../core/moved-branch.js';
import { recordPath } from '../core/record.js';
import { stateBranchOf, type StateBranch } from '../core/state-branch.js';
import { judgeBranch } from '../store/branch-marker.js';
import { failed } from './asking.js';
import type { Commit, FolderEntry } from './branch-query.js';
import { pageOf, type LogPage } from './pages.js';
import type { Told } from './told.js';

/** One state branch, as an answer shows it. */

export interface RecordEntry {
  readonly pr: number;
  readonly scope: string | null;
  /** The object that holds its text; `null`: what lies there is no file, such as a submodule, or too large for a record. */
  readonly blob: string | null;
  /** In bytes. */
  readonly size: number;
}

export interface BranchReading {
  readonly branch: string;
  /** `null`: there is no such branch yet, and so nobody owns anything there. */
  readonly head: string | null;
  /** `null` where there is no branch. */
  readonly marker: Marker | null;
  /** Of the marker; 0 where there is no branch. */
  readonly tokenFloor: number;
  readonly records: readonly RecordEntry[];
  readonly page: LogPage;
}

/** A record of ours is far shorter, and of what is longer the API shows a part. */
const LONGEST_TEXT = 512_000;

/** @param commit where it stands; `null`: it is not there. */
export function branchIn(commit: Commit | null, branch: StateBranch, repoId: number): Told<BranchReading> {
  const { name, pattern } = branch;
  if (commit === null) {
    return {
      kind: 'told',
      value: { branch: name, head: null, marker: null, tokenFloor: 0, records: [], page: { entries: [], next: null } },
    };
  }
  const { oid: head, marker: file, history } = commit;
  const text = file?.object?.isTruncated === true ? null : (file?.object?.text ?? null);
  const files = { marker: file === null ? ('absent' as const) : { text }, hasRecords: commit.records !== null };
  const judged = judgeBranch(files, { repoId }, branch);
  if (judged.kind === 'failed') return failed(judged.failure);
  if (judged.moved !== null) return failed({ ...movedFailure(name, judged.moved.to), retry: { kind: 'never' } });
  const records = (commit.records?.object?.entries ?? [])
    .flatMap(({ name: folder, object }) => (object?.entries ?? []).flatMap((entry) => recordIn(folder, entry)))
    // Nobody looks for it in another shard than its own.
    .filter(({ pr }) => stateBranchOf(pattern, pr).name === name);
  const { marker, tokenFloor } = judged;
  return { kind: 'told', value: { branch: name, head, marker, tokenFloor, records, page: pageOf(history) } };
}

/** What lies elsewhere, or is called otherwise, is no record. */
function recordIn(folder: string, { name: file, oid, type, size }: FolderEntry): readonly RecordEntry[] {
  const [, number, scope = null] = /^([1-9]\d{0,15})(?:\.([a-z0-9][a-z0-9-]{0,39}))?\.json$/.exec(file) ?? [];
  const pr = Number(number);
  if (number === undefined || !Number.isSafeInteger(pr)) return [];
  const isThere = recordPath({ repo: '', pr, scope }) === `${RECORDS_FOLDER}/${folder}/${file}`;
  return isThere ? [{ pr, scope, blob: type === 'blob' && size <= LONGEST_TEXT ? oid : null, size }] : [];
}
