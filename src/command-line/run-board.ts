import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failedBoard, showBoard, terminalBoard } from '../board/index.js';
import { CODE_TABLE, EXIT } from '../core/code-table.js';
import type { Failure } from '../core/outcome.js';
import { systemClock } from '../time/clock.js';
import type { Asked } from './asked.js';
import { findOverview } from './overview.js';
import { say } from './say.js';
import { tell } from './tell.js';

/** Narrower than this no table can be read, and wider than this nobody's eyes follow a line. */
const WIDTH = { least: 60, most: 200, otherwise: 120 };

/** `runner-coord board`: the board for a terminal, and the same files that a step writes. */
export async function runBoard({ texts, json }: Extract<Asked, { kind: 'board' }>): Promise<number> {
  const refuse = (failure: Failure, serverUrl: string): number => {
    tell(failedBoard(failure, { serverUrl, now: systemClock.now() }));
    return CODE_TABLE.error[failure.code].exit;
  };
  const found = await findOverview('board', texts);
  if (!found.ok) return refuse(found.failure, found.serverUrl);
  const { inputs, asker, repo, token, temporaryFolder, surroundings } = found.overview;
  const folder = resolve(inputs['board-dir'] ?? (await folderOfOwn(process.env['RUNNER_TEMP'] ?? '')));
  const { 'state-branch': stateBranch, since: spanMs, timeout: timeoutMs } = inputs;
  const wanted = { repo, stateBranch, spanMs, folder, asker, token, temporaryFolder, timeoutMs };
  const answer = await showBoard(wanted, surroundings, null);
  if (!answer.ok) return refuse(answer.failure, surroundings.serverUrl);
  const { board } = answer;
  const columns = process.stderr.columns ?? WIDTH.otherwise;
  process.stderr.write(terminalBoard(board, Math.min(WIDTH.most, Math.max(WIDTH.least, columns))));
  say.info(`The page is ${join(folder, 'board.html')}.`);
  if (json) process.stdout.write(`${JSON.stringify(board)}\n`);
  return EXIT.OWNED;
}

/** The runner's folder is the job's alone; elsewhere others use the machine as well, who need not see the titles. */
async function folderOfOwn(runnerTemp: string): Promise<string> {
  return runnerTemp === '' ? mkdtemp(join(tmpdir(), 'runner-coord-board-')) : join(runnerTemp, 'runner-coord-board');
}
