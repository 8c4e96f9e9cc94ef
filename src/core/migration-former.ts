import type { Seen } from './migration.js';
import { migrateCommand } from './migration-names.js';
import type { Failure } from './outcome.js';
import { plain } from './text.js';

export type Former =
  { readonly kind: 'chosen'; readonly from: string } | { readonly kind: 'refused'; readonly failure: Failure };

/** Which of the likely patterns has the records. What is not ours, or cannot be read, is none that anybody meant. */
export function chooseFormer(to: string, seen: readonly Seen[]): Former {
  const ours = seen.flatMap(({ branch, found }) =>
    found.kind === 'ours' ? [{ pattern: branch.pattern, movedTo: found.marker.moved?.to ?? null }] : [],
  );
  const likely = ours.filter(({ movedTo }) => movedTo === null || movedTo === to);
  const [from, ...more] = new Set(likely.map(({ pattern }) => pattern));
  if (from !== undefined && more.length === 0) return { kind: 'chosen', from };
  if (from !== undefined) {
    const names = [from, ...more].map((name) => `"${plain(name)}"`).join(' and ');
    return refused(`There are records under ${names}`, 'Say with --from which are to be moved.');
  }
  const movedTo = ours[0]?.movedTo ?? null;
  if (movedTo !== null) {
    const problem = `The records of this repository have moved to "${plain(movedTo)}"`;
    return refused(problem, `Move them from there: ${migrateCommand(movedTo, to)}.`);
  }
  const tried = [...new Set(seen.map(({ branch }) => `"${branch.pattern}"`))].join(', ');
  const advice =
    'Say with --from what the workflows have used so far. If none has claimed yet, there is nothing to move.';
  return refused(`The repository has no records under the names that are likely (${tried})`, advice);
}

function refused(problem: string, advice: string): Former {
  return { kind: 'refused', failure: { code: 'invalid_input', problem, advice } };
}
