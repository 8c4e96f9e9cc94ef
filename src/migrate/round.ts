import { planMigration, type MigrationReading, type Origin, type Plan } from '../core/migration.js';
import { commonBeginning, refuseClash } from '../core/migration-names.js';
import { filesFor, type TreeFile } from '../core/migration-records.js';
import type { Failure } from '../core/outcome.js';
import { stateBranchesOf, type StateBranch } from '../core/state-branch.js';
import type { WriteResult } from '../store/state-store.js';
import type { MigrationContext } from './context.js';
import { readBranches } from './read-branches.js';
import { readBranchNames, readRecordFiles } from './read-files.js';
import { makeBranch, markBranch } from './write-branches.js';

/** One round of a migration: a look at all branches, and the writes that it asks for. */

/** So many branches are made at a time: GitHub asks not to send many writes at once. */
const AT_A_TIME = 4;

/** The records of commits. */
export type Records = Map<string, readonly TreeFile[]>;

type Looked =
  { readonly ok: true; readonly plan: Plan; readonly repo: string } | { readonly ok: false; readonly failure: Failure };

/** Reads where all branches stand and what is to be done. Whatever keeps it from being done is found before it is begun. */
export async function look(
  context: MigrationContext,
  { asked, from, to }: { readonly asked: string; readonly from: string; readonly to: string },
  records: Records,
  isFirst: boolean,
): Promise<Looked> {
  const [old, next] = [stateBranchesOf(from), stateBranchesOf(to)];
  const read = await readBranches(context, asked, [...old, ...next]);
  if (!read.ok) return read;
  const { repo, found, ...told } = read.value;
  const seen = [...old, ...next].flatMap((branch, index) => {
    const there = found[index];
    return there === undefined ? [] : [{ branch, found: there }];
  });
  const reading: MigrationReading = { ...told, old: seen.slice(0, old.length), next: seen.slice(old.length) };
  const plan = planMigration(from, to, reading);
  if (plan.kind === 'refused') return { ok: false, failure: plan.failure };
  if (isFirst && plan.makes.length > 0) {
    const names = await readBranchNames(context, repo, commonBeginning(to));
    if (!names.ok) return names;
    const clash = refuseClash(
      names.value,
      plan.makes.map(({ branch }) => branch),
    );
    if (clash !== null) return { ok: false, failure: clash };
  }
  for (const { commit } of plan.origins) {
    if (commit === null || records.has(commit)) continue;
    const files = await readRecordFiles(context, repo, commit);
    if (!files.ok) return files;
    records.set(commit, files.value);
  }
  return { ok: true, plan, repo };
}

type Names = { readonly repo: string; readonly from: string };

/** One after the other: of two who move to different places the first mark decides, and nobody is stuck halfway. */
export async function markAll(
  context: MigrationContext,
  { repo }: Names,
  { marks }: Plan,
  records: Records,
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  for (const mark of marks) {
    const result = await markBranch(context, repo, mark, records.get(mark.head ?? '') ?? []);
    results.push(result);
    if (result.kind !== 'applied') break;
  }
  return results;
}

export async function makeAll(
  context: MigrationContext,
  { repo, from }: Names,
  { makes }: Plan,
  records: Records,
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  for (let begin = 0; begin < makes.length; begin += AT_A_TIME) {
    const some = makes.slice(begin, begin + AT_A_TIME).map((make) => {
      return makeBranch(context, repo, make, from, recordsFor(make.branch, make.origins, records));
    });
    results.push(...(await Promise.all(some)));
    if (results.some(({ kind }) => kind !== 'applied')) break;
  }
  return results;
}

export function recordsFor(branch: StateBranch, origins: readonly Origin[], records: Records): readonly TreeFile[] {
  return origins.flatMap((origin) => filesFor(branch, origin.branch, records.get(origin.commit ?? '') ?? []));
}
