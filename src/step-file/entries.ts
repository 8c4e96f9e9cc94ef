import { MOST_ENTRIES, type Entry, type StepFile, type Surroundings } from './schema.js';

/** What one step has to say of its target. */
export interface Note extends Omit<Entry, 'fencingToken'> {
  /** `unchanged`: what an earlier step noted of this run and target stays; the step did not learn more. */
  readonly fencingToken: number | null | 'unchanged';
}

/**
 * `first`: later steps are about this target unless they name another. `kept`: they are about what they were about
 * before; to release one pull request is no reason to turn to it.
 */
export type Order = 'first' | 'kept';

/** The file after a step; `null` for a step that has nothing to say of a target. */
export function noted(
  file: StepFile | null,
  surroundings: Surroundings,
  note: Note | null,
  order: Order = 'first',
): StepFile {
  // A folder that could not be emptied may still hold what an earlier job left.
  const earlier = file !== null && isSameAttempt(file, surroundings) ? file.entries : [];
  return { version: 1, ...only(surroundings), entries: withNote(earlier, note, order).slice(0, MOST_ENTRIES) };
}

/** What is wanted of the entries; `null`, and an `undefined` scope, fit any. A `null` scope is the pull request itself. */
export interface WantedEntry {
  readonly repo: string | null;
  readonly pr: number | null;
  readonly scope: string | null | undefined;
}

/** The last used entry that fits all that is wanted, or `null`. */
export function entryFor({ entries }: StepFile, { repo, pr, scope }: WantedEntry): Entry | null {
  const fits = ({ target }: Entry): boolean =>
    (repo === null || target.repo.toLowerCase() === repo.toLowerCase()) &&
    (pr === null || target.pr === pr) &&
    (scope === undefined || target.scope === scope);
  return entries.find(fits) ?? null;
}

function withNote(entries: readonly Entry[], note: Note | null, order: Order): readonly Entry[] {
  if (note === null) return entries;
  const at = entries.findIndex((entry) => isSameSubject(entry, note));
  const { fencingToken: token } = note;
  const entry = { ...note, fencingToken: token === 'unchanged' ? (entries[at]?.fencingToken ?? null) : token };
  const others = entries.filter((_, index) => index !== at);
  if (order === 'first') return [entry, ...others];
  return at === -1 ? [...entries, entry] : entries.with(at, entry);
}

/** Two runs of one target, or two branches, have tenures of their own. */
function isSameSubject(one: Entry, other: Note): boolean {
  return (
    one.target.repo === other.target.repo &&
    one.target.pr === other.target.pr &&
    one.target.scope === other.target.scope &&
    one.stateBranch === other.stateBranch &&
    one.run.runId === other.run.runId
  );
}

function isSameAttempt(one: Surroundings, other: Surroundings): boolean {
  return (
    one.serverUrl === other.serverUrl &&
    one.repositoryId === other.repositoryId &&
    one.workflowRun?.id === other.workflowRun?.id &&
    one.workflowRun?.attempt === other.workflowRun?.attempt
  );
}

/** A caller may hand over more than what is meant for the file. */
function only(surroundings: Surroundings): Surroundings {
  const { serverUrl, apiUrl, graphqlUrl, repository, repositoryId, actors, workflowRun } = surroundings;
  return { serverUrl, apiUrl, graphqlUrl, repository, repositoryId, actors, workflowRun };
}
