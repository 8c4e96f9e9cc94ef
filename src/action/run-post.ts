import { textOf, traceForDebugging } from './faults.js';
import { log } from './log.js';
import { unguardWorkspace } from './guard-push.js';
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
    await unguardWorkspace();
  } catch (error) {
    traceForDebugging(error);
    log.warn(`The push guard was not removed, because of a fault in runner-coord: ${textOf(error)}.`);
  }
}
