import { Patience, type GivingUp } from '../coordinate/patience.js';
import type { Plan } from '../core/migration.js';
import { refuseNames } from '../core/migration-names.js';
import type { Failure } from '../core/outcome.js';
import { stateBranchesOf } from '../core/state-branch.js';
import type { WriteResult } from '../store/state-store.js';
import { fullJitter } from '../time/backoff.js';
import { Deadline } from '../time/deadline.js';
import type { Surroundings } from '../use-case/wanted.js';
import { countRequests, type MigrationContext } from './context.js';
import { findFormer } from './find-former.js';
import { look, makeAll, markAll, recordsFor, type Records } from './round.js';

/** A claim that came first needs no more than a moment. */
const RACE_PAUSE = { baseMs: 400, capMs: 400 };

export interface MigrationWanted {
  readonly repo: string;
  /** The pattern under which the records are; `null`: whichever of the likely ones has some. */
  readonly from: string | null;
  readonly to: string;
  /** Only says what would be done. */
  readonly dryRun: boolean;
  readonly timeoutMs: number;
}

export interface Migrated {
  readonly repo: string;
  readonly from: string;
  readonly branches: readonly { readonly branch: string; readonly records: number; readonly isThere: boolean }[];
  readonly requests: number;
}

export type MigrationAnswer =
  | { readonly ok: true; readonly migrated: Migrated }
  /** `begun`: something may have been written, and until the rest is done nobody can claim. */
  | { readonly ok: false; readonly failure: Failure; readonly begun: boolean };

/** Moves all records to another `state-branch`. May be killed anywhere and run again: the same comes of it. */
export async function migrate(
  { repo: asked, from: named, to, dryRun, timeoutMs }: MigrationWanted,
  { transport, clock, say }: Pick<Surroundings, 'transport' | 'clock' | 'say'>,
): Promise<MigrationAnswer> {
  const deadline = new Deadline(clock, timeoutMs);
  const patience = (): Patience => new Patience({ clock, deadline, debug: say.debug });
  const counted = countRequests(transport);
  let context: MigrationContext = { transport: counted, clock, deadline, patience: patience() };
  let begun = false;
  const refuse = (failure: Failure): MigrationAnswer => ({ ok: false, failure, begun });

  const former = named === null ? await findFormer(context, asked, to) : { ok: true as const, value: named };
  if (!former.ok) return refuse(former.failure);
  const from = former.value;
  const names = refuseNames(from, to);
  if (names !== null) return refuse(names);
  const records: Records = new Map();
  let first: Plan | null = null;
  while (!deadline.expired) {
    const looked = await look(context, { asked, from, to }, records, first === null);
    if (!looked.ok) return refuse(looked.failure);
    const { plan, repo } = looked;
    first ??= plan;
    if (dryRun || (plan.marks.length === 0 && plan.makes.length === 0)) {
      const branches = stateBranchesOf(to).map((branch) => ({
        branch: branch.name,
        records: recordsFor(branch, plan.origins, records).length,
        isThere: first?.makes.every((make) => make.branch.name !== branch.name) !== false,
      }));
      return { ok: true, migrated: { repo, from, branches, requests: counted.requests } };
    }
    begun ||= plan.marks.length < plan.origins.length;
    const results = await (plan.marks.length > 0 ? markAll : makeAll)(context, { repo, from }, plan, records);
    begun ||= results.some(({ kind }) => kind === 'applied' || kind === 'unknown');
    const pauseMs = fullJitter(1, RACE_PAUSE, context.clock.random());
    const givenUp = await afterWrites(results, context.patience, pauseMs);
    if (givenUp !== null) return refuse(givenUp);
    // Whoever gets on has no reason to lose patience.
    if (results.some(({ kind }) => kind === 'applied')) context = { ...context, patience: patience() };
  }
  return refuse(context.patience.deadlineExceeded());
}

/** Whatever came of the writes is read again; the worst of them says how soon, or that it makes no sense. */
async function afterWrites(results: readonly WriteResult[], patience: Patience, pauseMs: number): Promise<GivingUp> {
  for (const result of results) {
    if (result.kind !== 'failed' && result.kind !== 'unknown') continue;
    return patience.afterFailure(result.failure);
  }
  return results.some(({ kind }) => kind === 'lost_race') ? patience.afterLostRace(pauseMs) : null;
}
