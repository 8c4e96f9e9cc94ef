import { getState } from '@actions/core';
import { textOf, traceForDebugging } from './faults.js';
import { log } from './log.js';
import { post } from './post.js';

/** The post step. It never fails the job. */
export async function runPost(): Promise<void> {
  try {
    await post();
  } catch (error) {
    traceForDebugging(error);
    log.warn(`Not released, because of a fault in runner-coord: ${textOf(error)}.`);
  }
  try {
    const workspace = getState('guard');
    if (workspace === '') return;
    const { unguardWorkspace } = await import('./guard-push.js');
    await unguardWorkspace(workspace);
  } catch (error) {
    traceForDebugging(error);
    log.warn(`The push guard was not removed, because of a fault in runner-coord: ${textOf(error)}.`);
  }
}
