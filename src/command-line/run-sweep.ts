import { CODE_TABLE, EXIT } from '../core/code-table.js';
import { outputsOf } from '../report/outputs.js';
import type { Report } from '../report/report.js';
import { failedSweep, reportOfSweep, sweepRepository } from '../sweep/index.js';
import { systemClock } from '../time/clock.js';
import type { Asked } from './asked.js';
import { findOverview, type Overview } from './overview.js';
import { tell } from './tell.js';

/** `runner-coord sweep`: what was removed in words on stderr, and with --json as the step gives it on stdout. */
export async function runSweep({ texts, json, dryRun }: Extract<Asked, { kind: 'sweep' }>): Promise<number> {
  const found = await findOverview('sweep', texts);
  const now = systemClock.now();
  const report = found.ok
    ? await sweepFor(found.overview, dryRun, now)
    : failedSweep(found.failure, { serverUrl: found.serverUrl, now });
  tell(report);
  if (json) process.stdout.write(`${outputsOf(report).result}\n`);
  const { outcome } = report;
  return outcome.kind === 'error' ? CODE_TABLE.error[outcome.failure.code].exit : EXIT.OWNED;
}

async function sweepFor(overview: Overview, dryRun: boolean, now: string): Promise<Report> {
  const { inputs, asker, repo, token, temporaryFolder, surroundings } = overview;
  const { 'state-branch': stateBranch, timeout: timeoutMs, 'older-than': olderThanMs } = inputs;
  const wanted = { repo, stateBranch, olderThanMs, dryRun, asker, token, temporaryFolder, timeoutMs };
  const { serverUrl } = surroundings;
  return reportOfSweep(await sweepRepository(wanted, surroundings), { serverUrl, stateBranch, now, dryRun });
}
