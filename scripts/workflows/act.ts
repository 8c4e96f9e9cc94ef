import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../support/local-github/package-root.js';

/** The workflow runner that the tests use; what they know of its log and its oddities is true of this version. */
export const ACT_VERSION = '0.2.87';

const run = promisify(execFile);

/** Where tools that the project installs for itself go. Never committed. */
export const TOOLS = join(packageRoot(), 'build', 'tools', 'bin');

/** The path of act in the right version, installed if need be; `null` where neither act nor Go is there. */
export async function findAct(log: (line: string) => void): Promise<string | null> {
  const own = process.env['ACT'];
  if (own !== undefined && own !== '') {
    if (await isRightVersion(own)) return own;
    throw new Error(`ACT names "${own}", which is not act ${ACT_VERSION}.`);
  }
  const goPath = await answerOf('go', ['env', 'GOPATH']);
  const candidates = [join(TOOLS, 'act'), 'act', ...(goPath === null ? [] : [join(goPath, 'bin', 'act')])];
  for (const candidate of candidates) if (await isRightVersion(candidate)) return candidate;
  if (goPath === null) return null;
  log(`Installing act ${ACT_VERSION} …`);
  await goInstall(`github.com/nektos/act@v${ACT_VERSION}`);
  return join(TOOLS, 'act');
}

/** `go install` into our own folder. */
export async function goInstall(module: string): Promise<void> {
  await run('go', ['install', module], { env: { ...process.env, GOBIN: TOOLS } });
}

/** What a program prints, trimmed, or `null` where it is not there or fails. */
export async function answerOf(program: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await run(program, args)).stdout.trim();
  } catch {
    return null;
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function isRightVersion(act: string): Promise<boolean> {
  return (await answerOf(act, ['--version'])) === `act version ${ACT_VERSION}`;
}
