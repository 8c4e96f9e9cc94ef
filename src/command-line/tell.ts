import type { Report } from '../report/report.js';
import { say } from './say.js';

/** Says what came of a command, and after a refusal or an error what to do next. */
export function tell({ message, outcome }: Report): void {
  const text = [message.text, message.wayOut].filter((part) => part !== null).join(' ');
  if (outcome.kind === 'ok') say.info(text);
  else say.info(`error: ${text}`);
}
