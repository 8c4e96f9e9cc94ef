import { debug } from '@actions/core';
import { systemClock } from '../time/clock.js';
import { announce, log } from './log.js';
import { main } from './main.js';
import { outputsOf, writeOutputs } from './outputs.js';
import { post } from './post.js';
import { reportOf, type Report } from './report.js';
import { isPost, markMain } from './saved-state.js';
import { summaryOf, writeSummary } from './summary.js';

/** One bundle for both steps; the runner starts it once for main and once, by way of src/post.ts, for post. */
export async function runStep(): Promise<void> {
  if (isPost()) return runPost();
  markMain();
  const report = await main().catch(unexpected);
  // Outputs first: `owned` has to be set whatever happens afterwards.
  writeOutputs(outputsOf(report));
  await writeSummary(summaryOf(report), log.warn);
  announce(report);
  if (report.verdict.fails) process.exitCode = 1;
}

async function runPost(): Promise<void> {
  try {
    await post();
  } catch (error) {
    traceForDebugging(error);
    log.warn(`Not released, because of a fault in runner-coord: ${textOf(error)}.`);
  }
}

/** A bug or a fault of the platform: it is told as an error, and the stack goes to the debug log only. */
function unexpected(error: unknown): Report {
  traceForDebugging(error);
  return reportOf({
    outcome: {
      kind: 'error',
      mayHaveWritten: true,
      failure: {
        code: 'api_error',
        problem: `A fault in runner-coord or on this runner: ${textOf(error)}`,
        advice: 'Run again with debug logging, and report it with the log.',
        cause: error,
      },
    },
    onConflict: 'fail',
    now: systemClock.now(),
    serverUrl: 'https://github.com',
  });
}

function traceForDebugging(error: unknown): void {
  debug(error instanceof Error ? (error.stack ?? error.message) : 'not an Error');
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
