import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failedBoard, reportOfBoard, showBoard } from '../board/index.js';
import { askerOf, type Environment } from '../environment/environment.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Report } from '../report/report.js';
import { overviewRepository, WITHOUT_REPOSITORY } from '../use-case/overview-repository.js';
import type { Surroundings } from '../use-case/wanted.js';
import { cacheOfActions } from '../board/cache.js';

/** The time to tell what came of it, where the process would not end by itself. */
const TELLING_MS = 3_000;

/** The board as a step of the action: files for artifacts and Pages, and the step summary. Loaded by no other command. */
export async function board(inputs: Inputs, environment: Environment, around: Surroundings): Promise<Report> {
  const asker = askerOf(environment);
  const { 'state-branch': stateBranch, since: spanMs, timeout: timeoutMs, 'board-dir': given } = inputs;
  const { serverUrl } = environment;
  const temporaryFolder = process.env['RUNNER_TEMP'] || tmpdir();
  const folder = resolve(process.env['GITHUB_WORKSPACE'] || '.', given ?? join(temporaryFolder, 'runner-coord-board'));
  const facts = { serverUrl, stateBranch, now: around.clock.now() };
  const repo = overviewRepository(inputs.repo, asker);
  if (repo === null) return failedBoard(WITHOUT_REPOSITORY, facts);
  const wanted = {
    repo,
    stateBranch,
    spanMs,
    folder,
    asker,
    token: inputs['github-token'],
    temporaryFolder,
    timeoutMs,
  };
  const cache = cacheOfActions({ serverUrl, repo, stateBranch, temporaryFolder, timeoutMs, debug: around.say.debug });
  const answer = await showBoard(wanted, around, cache);
  if (cache?.hangs() === true) setTimeout(() => process.exit(), TELLING_MS).unref();
  return reportOfBoard(answer, { ...facts, folder });
}
