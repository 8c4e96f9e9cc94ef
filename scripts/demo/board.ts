import { join } from 'node:path';
import type { Job } from '../../support/job.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { heading } from './step.js';
import { dim } from './terminal.js';

/** It stays when the demo is over. */
const FOLDER = join(packageRoot(), 'build', 'demo');

/** Shows the board in a `run:` step, which says where its page lies. */
export async function showBoard(title: string, job: Job, expected: string): Promise<void> {
  const words = ['runner-coord', 'board', '--since', '1h', '--board-dir', FOLDER];
  const { status, stdout, stderr } = await job.run(words);
  console.log(heading(title));
  console.log(dim('$ runner-coord board --since 1h'));
  console.log(`\n${stderr.trimEnd()}`);
  if (status !== 0 || !stderr.includes(expected)) throw new Error(`exit status ${String(status)}: ${stdout}${stderr}`);
}
