import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Patience } from '../coordinate/patience.js';
import { composeBoard } from '../core/board/compose.js';
import type { Board } from '../core/board/model.js';
import type { Failure } from '../core/outcome.js';
import { systemFault } from '../git/system-fault.js';
import type { Asker, Surroundings } from '../use-case/wanted.js';
import { Deadline } from '../time/deadline.js';
import { pageBoard } from './draw/index.js';
import { gather, type Wanted } from './gather.js';
import type { BoardCache } from './kept.js';

export interface BoardWanted extends Wanted {
  /** Where `board.html` and `board.json` are put. */
  readonly folder: string;
  readonly asker: Asker;
  readonly token: string;
  readonly temporaryFolder: string;
  readonly timeoutMs: number;
}

export type BoardAnswer =
  { readonly ok: true; readonly board: Board } | { readonly ok: false; readonly failure: Failure };

/** From what is wanted of a repository to its board, and the files that show it. Nothing is written to the repository. */
export async function showBoard(
  { folder, asker, token, temporaryFolder, timeoutMs, ...wanted }: BoardWanted,
  { transport, clock, serverUrl, say }: Surroundings,
  cache: BoardCache | null,
): Promise<BoardAnswer> {
  const deadline = new Deadline(clock, timeoutMs);
  const patience = new Patience({ clock, deadline, debug: say.debug });
  const context = { transport, clock, deadline, patience, serverUrl, token, temporaryFolder, asker, say };
  const gathered = await gather(context, wanted, cache);
  if (!gathered.ok) return gathered;
  const board = composeBoard(gathered.value);
  if (!board.isComplete) {
    say.warn('The log of the span is longer than what was read of it; install git here, or ask for less with "since".');
  }
  try {
    await makeFolder(folder);
    await writeFile(join(folder, 'board.json'), `${JSON.stringify(board, null, 2)}\n`);
    await writeFile(join(folder, 'board.html'), pageBoard(board));
  } catch (error) {
    const fault = systemFault(error);
    if (fault === null) throw error;
    const problem = `The board cannot be written to ${folder}: ${fault}`;
    return { ok: false, failure: { code: 'invalid_input', problem, advice: 'Set "board-dir" to another folder.' } };
  }
  return { ok: true, board };
}

/** Node's own way to make the folders above as well never ends where nothing can be made, as below /proc. */
async function makeFolder(folder: string): Promise<void> {
  const make = async (): Promise<string | null> => {
    try {
      await mkdir(folder);
      return null;
    } catch (error) {
      const [code = ''] = /^E[A-Z]+/.exec(systemFault(error) ?? '') ?? [];
      if (code === 'EEXIST' || (code === 'ENOENT' && dirname(folder) !== folder)) return code;
      throw error;
    }
  };
  if ((await make()) !== 'ENOENT') return;
  await makeFolder(dirname(folder));
  await mkdir(folder);
}
