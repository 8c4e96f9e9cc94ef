import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startJob } from '../support/job.js';
import { startLocalGitHub } from '../support/local-github/index.js';
import { showBoard } from './demo/board.js';
import { startLongStep } from './demo/long-step.js';
import { playStep } from './demo/step.js';
import { bold } from './demo/terminal.js';

/**
 * `npm run demo`: a story on a GitHub of its own, on this machine. Two runs want the same pull request; the real dist/
 * runs in every step. `-- --keep` leaves the repository behind; the page of the board stays in `build/demo` in any case.
 */

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const folder = await mkdtemp(join(tmpdir(), 'runner-coord-demo-'));
const github = await startLocalGitHub({ folder });
const event = { name: 'pull_request', payload: { pull_request: { number: 17 } } };
const runA = { runId: 1001, workflow: 'agent', job: 'fix', actor: 'agent', token: 'token-agent', event };
const runB = { runId: 1002, workflow: 'by hand', job: 'fix', actor: 'maria', token: 'token-maria', event };
const jobA = await startJob(github, runA);
const jobB = await startJob(github, runB);
const jobC = await startJob(github, { ...runA, runId: 1003 });

try {
  const repository = await github.createRepository('acme/widgets');
  await repository.openPullRequest({ number: 17, title: 'Make the widgets round' });
  const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'read' } as const;
  for (const login of ['agent', 'maria']) {
    github.issueToken(`token-${login}`, { login, permissions });
    repository.setCollaborator(login, 'write');
  }
  for (const id of [1001, 1002, 1003]) {
    repository.addRun({ id, status: 'in_progress', conclusion: null, runAttempt: 1 });
  }
  const a = { github, job: jobA, runId: 1001 };
  const b = { github, job: jobB, runId: 1002 };

  await playStep('Run A claims the pull request', { ...a, with: { command: 'claim' } }, 0);
  await playStep('Run B wants it too and is refused', { ...b, with: { command: 'claim' } }, 1);
  const endOfWork = await startLongStep('Run A works: an agent in one long step', a);
  const reason = 'the agent is stuck in a loop';
  await playStep('Maria takes over with run B, and says why', { ...b, with: { command: 'takeover', reason } }, 0);
  await endOfWork('Run A looks, sees it, and ends its agent in the middle of the step', 'run 1002');
  await playStep(
    'A step of run A that runs all the same asserts, and learns that it must not push',
    { ...a, with: { command: 'assert' } },
    1,
  );
  await playStep('Run B is done and releases', { ...b, with: { command: 'release' } }, 0);
  const c = { github, job: jobC, runId: 1003 };
  await playStep('Run C claims, and its runner is lost', { ...c, with: { command: 'claim' } }, 0);
  repository.updateRun(1003, { status: 'completed', conclusion: 'failure' });

  console.log(`\n${bold('The audit trail:')} git log --graph runner-coord-state\n`);
  const format = '%C(auto)%h %s%n%C(dim)%w(0,4,4)%b';
  const log = [
    '--git-dir',
    repository.gitDir,
    'log',
    '--graph',
    `--color=${process.stdout.isTTY ? 'always' : 'never'}`,
  ];
  const { stdout } = await promisify(execFile)('git', [...log, `--format=${format}`, 'runner-coord-state']);
  console.log(stdout.trimEnd());
  await showBoard('Maria looks at the board, which says what is stuck', jobB, '1 owner is over');
  console.log(`\n${String(github.requests.length)} requests in all.`);
  if (values.keep) console.log(`The repository is kept: git --git-dir ${repository.gitDir} log runner-coord-state`);
} finally {
  await Promise.all([jobA, jobB, jobC].map((job) => job.end()));
  await github.close();
  if (!values.keep) await rm(folder, { recursive: true, force: true });
}
