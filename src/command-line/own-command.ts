import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandLine } from '../step-file/shims.js';

/** How this very command line is started again: by the node that runs now, from the folder that this came from. */
export function ownCommandLine(): CommandLine {
  // An installed package is started by a link; a step of the action by an entry beside ours.
  const entry = realpathSync(process.argv[1] ?? '.');
  return { execPath: process.execPath, cli: join(dirname(entry), 'cli.js') };
}
