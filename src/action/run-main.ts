import { systemClock } from '../time/clock.js';
import { textOf, traceForDebugging } from './faults.js';
import { announce, log } from './log.js';
import { main } from './main.js';
import { outputsOf } from '../report/outputs.js';
import { writeOutputs } from './write-outputs.js';
import { reportOf, type Report } from '../report/report.js';
import { writeSummary } from './summary.js';

/** The main step. It has an entry of its own and reads no saved state: nothing in the environment makes it act as post. */
export async function runMain(): Promise<void> {
  const report = await main().catch(unexpected);
  // Outputs first: `owned` has to be set whatever happens afterwards.
  writeOutputs(outputsOf(report));
  await writeSummary(report, log.warn);
  announce(report);
  if (report.verdict.fails) process.exitCode = 1;
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
