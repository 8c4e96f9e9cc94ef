import { debug, error, info, notice, warning } from '@actions/core';
import type { Effort } from '../core/effort.js';
import { formatDuration, plain } from '../core/text.js';
import type { Report } from '../report/report.js';

const LONGEST_LINE = 8000;

/** What goes to the log is one line each and carries no command to the runner. */
export const log = {
  debug: (message: string): void => debug(plain(message, LONGEST_LINE)),
  info: (message: string): void => info(plain(message, LONGEST_LINE)),
  warn: (message: string): void => warning(plain(message, LONGEST_LINE), { title: 'runner-coord' }),
};

/** Tells the outcome in the log, as an annotation where the code table asks for one. */
export function announce({ message, verdict, effort }: Report): void {
  const text = plain([message.text, message.wayOut].filter((part) => part !== null).join(' '), LONGEST_LINE);
  const properties = { title: plain(verdict.headline) };
  if (verdict.annotation === 'error') error(text, properties);
  else if (verdict.annotation === 'warning') warning(text, properties);
  else if (verdict.annotation === 'notice') notice(text, properties);
  else info(text);
  if (effort !== null) announceEffort(effort);
}

/** `It took 1.9 s (requests: 4, retries: 0, lost races: 1).` */
export function announceEffort({ requests, retries, lostRaces, milliseconds, waitedMilliseconds }: Effort): void {
  const waited = waitedMilliseconds === 0 ? '' : `, and ${formatDuration(waitedMilliseconds)} in line`;
  const counts = `requests: ${String(requests)}, retries: ${String(retries)}, lost races: ${String(lostRaces)}`;
  info(`It took ${(milliseconds / 1000).toFixed(1)} s${waited} (${counts}).`);
}
