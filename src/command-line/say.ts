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
  process.stderr.write(`runner-coord: ${plain(inOptions(message), LONGEST_LINE)}\n`);
}

/** What is advised in the words of a workflow, as somebody types it here. */
function inOptions(message: string): string {
  return message
    .replace(/"command: ([a-z-]+)"/g, '"runner-coord $1"')
    .replace(/"(supersede|evict|require-active-owner|require-existing|require-open): ([a-z]+)"/g, '"--$1=$2"');
}
