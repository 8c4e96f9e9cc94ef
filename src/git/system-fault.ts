/** What the file system answers instead of what was asked for. */

/** `null` where there is no such file; any other failure is thrown. */
export async function absent<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** What a system call said that failed, as `EACCES: permission denied, open '/x'`; `null` for any other error. */
export function systemFault(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('message' in error)) return null;
  return String(error.message);
}

function isAbsent(error: unknown): boolean {
  return /^(?:ENOENT|ENOTDIR): /.test(systemFault(error) ?? '');
}
