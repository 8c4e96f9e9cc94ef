import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMain } from '../src/action/run-main.js';
import { runPost } from '../src/action/run-post.js';
import type { LocalGitHub } from './local-github/index.js';
import { runStep, type Execute, type StepOptions, type StepResult } from './runner.js';

/**
 * The same step from the sources, in this very process, so that its coverage counts and a debugger sees it. What users
 * get is dist/; the scenarios run that.
 */
export async function runStepInProcess(github: LocalGitHub, options: StepOptions = {}): Promise<StepResult> {
  // The toolkit remembers the path of the first summary for as long as the process lives.
  const summary = join(tmpdir(), `summary-${String(process.pid)}`);
  await writeFile(summary, '');
  return runStep(github, { ...options, env: { GITHUB_STEP_SUMMARY: summary, ...options.env } }, execute);
}

const execute: Execute = async (phase, env) => {
  const before = { ...process.env };
  const written: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array): boolean => {
    written.push(String(text));
    return true;
  };
  replaceEnvironment(env);
  try {
    await (phase === 'post' ? runPost() : runMain());
    return { exitCode: Number(process.exitCode ?? 0), signal: null, stdout: written.join(''), stderr: '' };
  } finally {
    process.stdout.write = write;
    process.exitCode = 0;
    replaceEnvironment(before);
  }
};

function replaceEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
}
