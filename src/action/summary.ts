import { appendFileSync } from 'node:fs';
import { isOwned } from '../core/outcome.js';
import type { Report } from '../report/report.js';
import { inOneLine } from './summary/in-one-line.js';

/**
 * The step summary as Markdown. First the sentence that a person wants: who owns, or who did what to whom. What goes as it
 * should is that one line, and most steps never load more.
 */
export async function summaryOf(report: Report): Promise<string> {
  const line = inOneLine(report);
  if (line !== null) return `${signOf(report)} ${line}\n`;
  const { atLength } = await import('./summary/at-length.js');
  return `### ${signOf(report)} ${atLength(report)
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/**
 * Writes the summary where the runner has one; a summary that cannot be written never changes the outcome. Written at
 * once: the toolkit's own way loads the asynchronous half of the file system for it.
 *
 * takeover.yml wants that of its first look only if it fails, for its page shall begin with what was done.
 */
export async function writeSummary(report: Report, warn: (message: string) => void): Promise<void> {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  const isWanted = report.verdict.fails || process.env['RUNNER_COORD_SUMMARY'] !== 'failures';
  if (!path || !isWanted) return;
  try {
    appendFileSync(path, report.board?.markdown ?? report.sweep?.markdown ?? (await summaryOf(report)));
  } catch (error) {
    warn(`The step summary could not be written: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

function signOf({ outcome, request }: Report): string {
  if (request !== null && isOwned(outcome, request.run)) return '🟢';
  return outcome.kind === 'ok' ? '⚪' : outcome.kind === 'conflict' ? '🟡' : '🔴';
}
