import type { Job } from '../../support/job.js';
import type { LocalGitHub } from '../../support/local-github/index.js';
import { bold, dim, green, red, renderMarkdown } from './terminal.js';

/** Where a scene of the demo plays. */
export interface Place {
  readonly github: LocalGitHub;
  readonly job: Job;
  readonly runId: number;
}

const SHOWN = ['owned', 'status', 'error', 'owner-run-id', 'previous-run-id', 'fencing-token', 'state-commit'];

/** Plays a step of the action and shows what came of it. */
export async function playStep(
  title: string,
  { github, job, runId, with: inputs }: Place & { readonly with: Readonly<Record<string, string>> },
  expected: number,
): Promise<void> {
  const before = github.requests.length;
  const step = await job.uses({ with: inputs });
  const shownInputs = Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
  console.log(heading(title));
  console.log(dim(`$ node dist/index.js   (${shownInputs.join(', ')}, workflow run ${String(runId)})`));
  const asked = String(github.requests.length - before);
  console.log(`${verdict(step.exitCode)}, requests: ${asked}, ${step.milliseconds.toFixed(0)} ms\n`);
  for (const name of SHOWN) console.log(`  ${name.padEnd(16)} ${step.outputs[name] || dim('(empty)')}`);
  console.log(`\n${renderMarkdown(step.summary).replace(/^/gm, '  │ ')}`);
  // The demo is a test as well: a story that goes otherwise must not look fine.
  if (step.exitCode !== expected) throw new Error(`exit status ${String(step.exitCode)}: ${step.stdout}${step.stderr}`);
}

export function heading(title: string): string {
  return `\n${bold(`── ${title} `.padEnd(100, '─'))}`;
}

export function verdict(status: number | null): string {
  return status === 0 ? green('The step passes') : red('The step fails');
}
