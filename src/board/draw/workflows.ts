import type { Board, Party } from '../../core/board/model.js';

/** Workflows by number: their names are foreign, and attributes that a script compares hold no such text. */
export interface Workflows {
  readonly names: readonly string[];
  /** ` 0 3 `: those of these parties, each between blanks. */
  readonly indices: (parties: readonly Party[]) => string;
}

/** How many a filter offers. */
const OFFERED = 200;

export function workflowsOf(board: Board): Workflows {
  const parties = board.rows.flatMap(({ owner, line }) => [...(owner === null ? [] : [owner]), ...line]);
  const all = [...parties, ...board.tenures, ...board.waits].flatMap(({ workflow }) => workflow ?? []);
  const names = [...new Set(all)].sort((one, other) => one.localeCompare(other, 'en')).slice(0, OFFERED);
  const numbers = new Map(names.map((name, index) => [name, index]));
  return {
    names,
    indices: (some) => {
      const found = new Set(some.flatMap(({ workflow }) => numbers.get(workflow ?? '') ?? []));
      return found.size === 0 ? '' : ` ${[...found].join(' ')} `;
    },
  };
}
