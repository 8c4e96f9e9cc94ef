import { spawn } from 'node:child_process';

export interface GitOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the machine's or the caller's git set-up may reach the repositories of a test. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(inherited), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
}

/** Runs git to its end; a non-zero exit is an outcome, not an exception. */
export function tryGit(
  args: readonly string[],
  input = '',
  environment: Readonly<Record<string, string>> = {},
): Promise<GitOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { env: { ...gitEnvironment(), ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined); // git may exit before it has read everything; its exit code tells
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
    child.stdin.end(input);
  });
}

/** Runs git and insists on success. */
export async function git(args: readonly string[], input = ''): Promise<string> {
  const outcome = await tryGit(args, input);
  if (outcome.code !== 0) throw new Error(`git ${args.join(' ')} exited with ${outcome.code}: ${outcome.stderr}`);
  return outcome.stdout;
}
