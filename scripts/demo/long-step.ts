import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../../support/job.js';
import { dim } from './terminal.js';
import { heading, verdict, type Place } from './step.js';

/** Works until somebody ends it. */
const AGENT = `#!/bin/sh
trap 'echo "agent: I was told to stop, and stop"; exit 0' TERM
echo 'agent: at work'
while :; do sleep 1 & wait; done
`;

/** With this --lost-after it looks every five seconds instead of every ten, which is enough for an audience. */
const WORDS = ['runner-coord', 'exec', '--grace', '5s', '--lost-after', '10s', '--', './agent.sh'];
const LOST = 76;

/**
 * Starts an agent under `runner-coord exec` in a `run:` step. The function that it resolves to waits for the end of that
 * step, which has to be a loss to the taker named, and shows it.
 */
export async function startLongStep(
  title: string,
  { job, runId }: Omit<Place, 'github'>,
): Promise<(title: string, taker: string) => Promise<void>> {
  await writeFile(join(job.workspace, 'agent.sh'), AGENT, { mode: 0o755 });
  const started = performance.now();
  let said = '';
  let isAtWork = (): void => undefined;
  const atWork = new Promise<void>((resolve) => (isAtWork = resolve));
  const ended = job.run(WORDS, {
    onStart: ({ stdout, stderr }) => {
      for (const stream of [stdout, stderr]) {
        stream?.on('data', (text: string) => {
          said += text;
          if (said.includes('agent: at work')) isAtWork();
        });
      }
    },
  });
  await Promise.race([atWork, ended.then((end) => Promise.reject(failure(end)))]);
  console.log(heading(title));
  console.log(dim(`$ ${WORDS.join(' ')}   (workflow run ${String(runId)})`));
  console.log('The agent is at work, and the step goes on.');
  return async (endTitle, taker) => {
    const end = await ended;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(heading(endTitle));
    console.log(`${verdict(end.status)} with status ${String(end.status)} after ${seconds} s\n`);
    console.log(said.trimEnd().replace(/^/gm, '  │ '));
    if (end.status !== LOST || !end.stderr.includes(taker)) throw failure(end);
  };
}

function failure({ status, stdout, stderr }: RunResult): Error {
  return new Error(`exit status ${String(status)}: ${stdout}${stderr}`);
}
