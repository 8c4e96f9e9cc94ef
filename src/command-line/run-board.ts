import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { boardRepository, failedBoard, showBoard, terminalBoard, WITHOUT_REPOSITORY } from '../board/index.js';
import { CODE_TABLE, EXIT } from '../core/code-table.js';
import type { Failure } from '../core/outcome.js';
import { createTransport } from '../store/octokit-transport.js';
import { systemClock } from '../time/clock.js';
import type { Surroundings } from '../use-case/wanted.js';
import type { Asked } from './arguments.js';
import { say } from './say.js';
import { tell } from './tell.js';
import { findToken } from './token.js';
import { findContext } from './who-asks.js';

/** Narrower than this no table can be read, and wider than this nobody's eyes follow a line. */
const WIDTH = { least: 60, most: 200, otherwise: 120 };

/** `runner-coord board`: the board for a terminal, and the same files that a step writes. */
export async function runBoard({ texts, json }: Extract<Asked, { kind: 'board' }>): Promise<number> {
  const variables = process.env;
  const refuse = (failure: Failure, serverUrl = 'https://github.com'): number => {
    tell(failedBoard(failure, { serverUrl, now: systemClock.now() }));
    return CODE_TABLE.error[failure.code].exit;
  };
  const found = await findContext('board', texts, variables);
  if (!found.ok) return refuse(found.failure);
  const { inputs, environment, asker } = found.context;
  const { serverUrl, apiUrl, graphqlUrl } = environment;
  const token = await findToken(variables, environment);
  if (!token.ok) return refuse(token.failure, serverUrl);
  const repo = boardRepository(inputs.repo, asker);
  if (repo === null) return refuse(WITHOUT_REPOSITORY, serverUrl);
  const transport = await createTransport({ token: token.value, apiUrl, graphqlUrl });
  const surroundings: Surroundings = {
    transport,
    clock: systemClock,
    serverUrl,
    newId: () => crypto.randomUUID(),
    say,
  };
  const temporaryFolder = variables['RUNNER_TEMP'] || tmpdir();
  const folder = resolve(inputs['board-dir'] ?? (await folderOfOwn(variables['RUNNER_TEMP'] ?? '')));
  const { 'state-branch': stateBranch, since: spanMs, timeout: timeoutMs } = inputs;
  const wanted = { repo, stateBranch, spanMs, folder, asker, token: token.value, temporaryFolder, timeoutMs };
  const answer = await showBoard(wanted, surroundings, null);
  if (!answer.ok) return refuse(answer.failure, serverUrl);
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
