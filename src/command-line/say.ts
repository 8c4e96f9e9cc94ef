import { plain } from '../core/text.js';

const LONGEST_LINE = 8000;

/** Words for people go to stderr, one line each, so that stdout stays an answer that a script can read. */
export const say = {
  info: (message: string): void => print(message),
  warn: (message: string): void => print(`warning: ${message}`),
  debug: (message: string): void => {
    if (process.env['RUNNER_DEBUG'] === '1') print(`debug: ${message}`);
  },
};

function print(message: string): void {
  process.stderr.write(`runner-coord: ${plain(message, LONGEST_LINE)}\n`);
}
