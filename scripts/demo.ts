import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startLocalGitHub } from '../support/local-github/index.js';
import { runStep, type StepOptions, type StepResult } from '../support/runner.js';
import { bold, dim, green, red, renderMarkdown } from './demo/terminal.js';

/**
 * `npm run demo`: a story on a GitHub of its own, on this machine. Two runs want the same pull request; the real dist/
 * runs in every step. `-- --keep` leaves the repository behind.
 */

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const folder = await mkdtemp(join(tmpdir(), 'runner-coord-demo-'));
const github = await startLocalGitHub({ folder });
const shownOutputs = ['owned', 'status', 'error', 'owner-run-id', 'previous-run-id', 'fencing-token', 'state-commit'];

try {
  const repository = await github.createRepository('acme/widgets');
  await repository.openPullRequest({ number: 17, title: 'Make the widgets round' });
  const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'read' } as const;
  for (const login of ['agent', 'maria']) {
    github.issueToken(`token-${login}`, { login, permissions });
    repository.setCollaborator(login, 'write');
  }
  const runA = { runId: 1001, workflow: 'agent', job: 'fix', actor: 'agent', token: 'token-agent' };
  const runB = { runId: 1002, workflow: 'by hand', job: 'fix', actor: 'maria', token: 'token-maria' };
  for (const id of [1001, 1002]) {
    repository.addRun({ id, status: 'in_progress', conclusion: null, runAttempt: 1 });
  }

  await play('Run A claims the pull request', { ...runA, with: { command: 'claim' } }, 0);
  await play('Run B wants it too and is refused', { ...runB, with: { command: 'claim' } }, 1);
  const reason = 'the agent is stuck in a loop';
  await play('Maria takes over with run B, and says why', { ...runB, with: { command: 'takeover', reason } }, 0);
  await play(
    'Run A asserts before its next push, and learns that it must stop',
    { ...runA, with: { command: 'assert' } },
    1,
  );
  await play('Run B is done and releases', { ...runB, with: { command: 'release' } }, 0);

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
  console.log(`\n${String(github.requests.length)} requests in all.`);
  if (values.keep) console.log(`The repository is kept: git --git-dir ${repository.gitDir} log runner-coord-state`);
} finally {
  await github.close();
  if (!values.keep) await rm(folder, { recursive: true, force: true });
}

async function play(title: string, options: StepOptions, expected: number): Promise<void> {
  const before = github.requests.length;
  const event = { name: 'pull_request', payload: { pull_request: { number: 17 } } };
  const step = await runStep(github, { event, ...options });
  console.log(`\n${bold(`── ${title} `.padEnd(100, '─'))}`);
  console.log(dim(`$ node dist/index.js   (${describeInputs(options)}, workflow run ${String(options.runId)})`));
  console.log(
    `${verdict(step)}, requests: ${String(github.requests.length - before)}, ${step.milliseconds.toFixed(0)} ms\n`,
  );
  for (const name of shownOutputs) console.log(`  ${name.padEnd(16)} ${step.outputs[name] || dim('(empty)')}`);
  console.log(`\n${renderMarkdown(step.summary).replace(/^/gm, '  │ ')}`);
  // The demo is a test as well: a story that goes otherwise must not look fine.
  if (step.exitCode !== expected) throw new Error(`exit status ${String(step.exitCode)}: ${step.stdout}${step.stderr}`);
}

function verdict({ exitCode }: StepResult): string {
  return exitCode === 0 ? green('The step passes') : red('The step fails');
}

function describeInputs({ with: inputs = {} }: StepOptions): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
