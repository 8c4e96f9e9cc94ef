import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 1024 * 1024 * 1024;

/**
 * Puts the temporary files of all tests into memory, where the system has room for them and lets programs run from there:
 * the tests make many thousands of folders, and on some disks that took a third of their time. Whoever names a `TMPDIR`
 * gets that.
 */
export default function setUp({ rootDir }: { readonly rootDir: string }): void {
  // What is loaded outside of the sandboxes comes from build/.
  execFileSync(process.execPath, ['scripts/compile.js'], { cwd: rootDir });
  if (process.env['TMPDIR'] !== undefined || !hasRoom()) return;
  const folder = mkdtempSync(join(IN_MEMORY, 'tests-'));
  // As /tmp itself: some tests run a program as another user.
  chmodSync(folder, 0o755);
  if (mayExecuteIn(folder)) process.env['TMPDIR'] = process.env['TESTS_IN_MEMORY'] = folder;
  else rmSync(folder, { recursive: true });
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** On a file system without programs nobody may execute a file, whatever its mode. */
function mayExecuteIn(folder: string): boolean {
  const file = join(folder, 'program');
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
