import { debug } from '@actions/core';

/** What is told of a bug or of a fault of the platform: its stack goes to the debug log only. */
export function traceForDebugging(error: unknown): void {
  debug(error instanceof Error ? (error.stack ?? error.message) : 'not an Error');
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
