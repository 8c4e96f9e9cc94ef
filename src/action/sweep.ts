import { tmpdir } from 'node:os';
import { askerOf, type Environment } from '../environment/environment.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Report } from '../report/report.js';
import { failedSweep, reportOfSweep, sweepRepository } from '../sweep/index.js';
import { overviewRepository, WITHOUT_REPOSITORY } from '../use-case/overview-repository.js';
import type { Surroundings } from '../use-case/wanted.js';

/** A sweep as a step of the action. Loaded by no other command. */
export async function sweep(
  inputs: Inputs,
  { serverUrl, ...environment }: Environment,
  around: Surroundings,
): Promise<Report> {
  const asker = askerOf({ serverUrl, ...environment });
  const { 'state-branch': stateBranch, timeout: timeoutMs, 'older-than': olderThanMs, 'dry-run': dryRun } = inputs;
  const facts = { serverUrl, stateBranch, now: around.clock.now() };
  const repo = overviewRepository(inputs.repo, asker);
  if (repo === null) return failedSweep(WITHOUT_REPOSITORY, facts);
  const temporaryFolder = process.env['RUNNER_TEMP'] || tmpdir();
  const token = inputs['github-token'];
  const wanted = { repo, stateBranch, olderThanMs, dryRun, asker, token, temporaryFolder, timeoutMs };
  return reportOfSweep(await sweepRepository(wanted, around), { ...facts, dryRun });
}
