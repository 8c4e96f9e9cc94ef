import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ActRun, Stage } from './stage.js';

/**
 * An agent for one long step. It commits and publishes in rounds, each when a file allows it, until a file says that it is
 * enough; what it commits last it leaves to a later step. It publishes as it is told to, or pushes by git if a file says so. It takes no notice of a push that is refused, it fetches and
 * does not look, and it works in a process below the one that was started: agents do, and that makes them hard to stop.
 */
const LONG_AGENT = `#!/usr/bin/env bash
set -u
tell() { echo "$*" >> "$WORKFLOW_TEST/said-$GITHUB_RUN_ID"; }
commit() { echo "$1" >> agent.txt; git commit --quiet --all --message "$1"; }
allowed() { [ -e "$WORKFLOW_TEST/$1" ]; }
publish() { if allowed by-git; then git push --quiet; else runner-coord push; fi; }
work() {
  local round=1 left=2400 # two minutes, should the test be gone
  until allowed enough; do
    if allowed "round-$round"; then
      commit "Round $round"
      if publish; then tell "pushed $round"; else tell "refused $round"; fi
      round=$((round + 1))
    fi
    left=$((left - 1))
    [ $left -gt 0 ] || exit 1
    sleep 0.05
  done
  git fetch --quiet
  commit 'The rest'
}
if [ -x .git/hooks/pre-push ]; then tell guarded; fi
work &
tell "processes $$ $!"
wait $!
`;

const run = promisify(execFile);

/** Puts the agent into the branch of the pull request, where it can be executed. */
export function bringLongAgent(stage: Stage): Promise<void> {
  return bringExecutable(stage, 'pr-17', LONG_AGENT);
}

/** Puts an `agent.sh` that can be executed into a branch. */
export async function bringExecutable({ repository, folder }: Stage, branch: string, text: string): Promise<void> {
  const clone = await mkdtemp(join(folder, 'clone-'));
  const git = (...args: string[]): Promise<unknown> => run('git', args, { cwd: clone });
  await git('clone', '--quiet', '--branch', branch, repository.gitDir, '.');
  await writeFile(join(clone, 'agent.sh'), text, { mode: 0o755 });
  await git('add', '--chmod=+x', 'agent.sh');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'An agent');
  await git('push', '--quiet');
  await rm(clone, { recursive: true });
}

/** Lets the agents of the stage call `git push` themselves, as tools do that know nothing of runner-coord. */
export function pushByGit({ folder }: Stage): Promise<void> {
  return writeFile(join(folder, 'by-git'), '');
}

/** Lets the agents of the stage do these rounds. */
export async function allowRounds({ folder }: Stage, ...rounds: number[]): Promise<void> {
  for (const round of rounds) await writeFile(join(folder, `round-${String(round)}`), '');
}

/** Lets the agents of the stage end by themselves. */
export function enough({ folder }: Stage): Promise<void> {
  return writeFile(join(folder, 'enough'), '');
}

/** What the agent of a run has told, line by line. */
export async function said({ folder }: Stage, runId: number): Promise<readonly string[]> {
  const text = await readFile(join(folder, `said-${String(runId)}`), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** Waits until the agent of a run has told such a line, for as long as the run is not over. */
export async function untilSaid(stage: Stage, run: ActRun, line: RegExp): Promise<void> {
  await stage.until(`the agent says ${String(line)}`, async () => {
    const isOver = run.exitCode !== null;
    if ((await said(stage, run.runId)).some((told) => line.test(told))) return true;
    if (isOver) throw new Error(`The run ended before its agent said ${String(line)}.`);
    return null;
  });
}

/** The agent's processes that still run. One that is over and that nobody has waited for does not. */
export async function agentProcesses(stage: Stage, runId: number): Promise<readonly number[]> {
  const told = (await said(stage, runId)).find((line) => line.startsWith('processes '));
  if (told === undefined) throw new Error('The agent did not say which processes it has.');
  const [, ...pids] = told.split(' ').map(Number);
  return pids.filter(runs);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !/\) [ZX] /.test(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
