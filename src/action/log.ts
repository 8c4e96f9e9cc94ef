import { debug, error, info, notice, warning } from '@actions/core';
import { plain } from '../core/text.js';
import type { Report } from '../report/report.js';

const LONGEST_LINE = 8000;

/** What goes to the log is one line each and carries no command to the runner. */
export const log = {
  debug: (message: string): void => debug(plain(message, LONGEST_LINE)),
  info: (message: string): void => info(plain(message, LONGEST_LINE)),
  warn: (message: string): void => warning(plain(message, LONGEST_LINE), { title: 'runner-coord' }),
};

/** Tells the outcome in the log, as an annotation where the code table asks for one. */
export function announce({ message, verdict }: Report): void {
  const text = plain([message.text, message.wayOut].filter((part) => part !== null).join(' '), LONGEST_LINE);
  const properties = { title: plain(verdict.headline) };
  if (verdict.annotation === 'error') error(text, properties);
  else if (verdict.annotation === 'warning') warning(text, properties);
  else if (verdict.annotation === 'notice') notice(text, properties);
  else info(text);
}
