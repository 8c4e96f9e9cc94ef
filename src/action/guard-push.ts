import { dirname } from 'node:path';
import { saveState } from '@actions/core';
import type { Failure } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { Run } from '../core/run.js';
import type { CommandLine } from '../step-file/shims.js';
import { guardVariables, installGuard, removeGuard } from '../guard/index.js';
import { log } from './log.js';

/** What main leaves for the post step: the workspace that is guarded. */
const STATE = 'guard';

/**
 * Installs the push guard in the workspace, before anything is claimed: a step that cannot guard begins nothing. `null`:
 * it is in force.
 */
export async function guardWorkspace(
  variables: NodeJS.ProcessEnv,
  { execPath, cli }: CommandLine,
): Promise<Failure | null> {
  const workspace = variables['GITHUB_WORKSPACE'] ?? '';
  if (workspace === '') {
    const advice = 'Run this in a job, or install the guard where it is needed with "runner-coord guard install".';
    return {
      code: 'invalid_input',
      problem: '"guard-push" needs a workspace, and GITHUB_WORKSPACE is not set',
      advice,
    };
  }
  // Without a checkout git would take a repository above the workspace, which is none of this job's.
  process.env['GIT_CEILING_DIRECTORIES'] = dirname(workspace);
  // Noted before it is done: a job that is cancelled in between still cleans up.
  saveState(STATE, workspace);
  const answer = await installGuard(workspace, [execPath, cli, 'assert'], { env: guardVariables(variables) });
  if (answer.kind === 'refused') {
    return {
      code: 'invalid_input',
      problem: `The push guard cannot be installed: ${answer.problem}`,
      advice: answer.advice,
    };
  }
  log.info(`Every git push from ${workspace} now asks first whether this run owns the pull request.`);
  if (answer.note !== null) log.warn(answer.note);
  return null;
}

/**
 * Once the step knows what it is about, the guard asks about that: a later step may turn to another pull request. What is
 * pushed where is not looked at.
 */
export async function pinGuard(
  variables: NodeJS.ProcessEnv,
  { execPath, cli }: CommandLine,
  { target, run, stateBranch }: { readonly target: Target; readonly run: Run; readonly stateBranch: string },
): Promise<void> {
  const scope = target.scope == null ? [] : [`--scope=${target.scope}`];
  const named = [`--run-id=${run.runId}`, `--state-branch=${stateBranch}`];
  const about = ['--repo', target.repo, '--pr', String(target.pr), ...scope, ...named];
  const answer = await installGuard(variables['GITHUB_WORKSPACE'] ?? '', [execPath, cli, 'assert', ...about], {
    env: guardVariables(variables),
  });
  if (answer.kind === 'refused') log.warn(`The push guard asks about what the job did last: ${answer.problem}.`);
}

/** In the post step. The guard of a workspace that is gone needs no removal. */
export async function unguardWorkspace(workspace: string): Promise<void> {
  process.env['GIT_CEILING_DIRECTORIES'] = dirname(workspace);
  const answer = await removeGuard(workspace);
  if (answer.kind === 'refused') log.warn(`The push guard was not removed: ${answer.problem}. ${answer.advice}`);
  else if (answer.note !== null) log.warn(answer.note);
}
