import type { Answer, PostWords, SaidInputs } from './history.js';
import type { Ran } from './process.js';
import { digestOf } from './record.js';

/** What a process was asked and what it said, in the words of the checker. */

/** `null` where the process had no time to set its outputs, or is a post step. */
export function answerOf({ outputs, exitCode }: Ran): Answer | null {
  const { owned, status = '', error = '', message = '', result } = outputs;
  const commit = outputs['state-commit'] ?? '';
  const token = outputs['fencing-token'] ?? '';
  if (owned === undefined || result === undefined) return null;
  const { record } = JSON.parse(result) as { record: unknown };
  return {
    exitCode,
    owned: owned === 'true',
    status,
    error,
    message,
    token: token === '' ? null : Number(token),
    commit: commit === '' ? null : commit,
    digest: record === null ? null : digestOf(record),
  };
}

export function postWords(mainStep: string, { stdout, exitCode }: Ran): PostWords {
  return { mainStep, exitCode, warned: /^::warning/m.test(stdout), log: stdout.trim().slice(-300) };
}

export function inputsOf(inputs: Readonly<Record<string, string>>): SaidInputs {
  const token = inputs['fencing-token'] ?? '';
  return {
    token: token === '' ? null : Number(token),
    targetRunId: inputs['target-run-id'] || null,
    requireExisting: inputs['require-existing'] === 'true',
    waits: (inputs['wait-timeout'] ?? '0') !== '0',
    requireActiveOwner: inputs['require-active-owner'] === 'true',
    strict: inputs['strict'] === 'true',
    evict: inputs['evict'] === 'true',
    supersede: inputs['supersede'] ?? '',
    staleAfterMs: secondsIn(inputs['stale-after'] ?? '') * 1000,
    takeoverPermission: inputs['takeover-permission'] ?? '',
    releaseOnExit: inputs['release-on-exit'] === 'true',
  };
}

/** Only the durations that this script and action.yml use. */
function secondsIn(duration: string): number {
  const [, number, unit] = /^(\d+)([sm])$/.exec(duration) ?? [];
  if (number === undefined) throw new Error(`not a duration that the torture knows: ${duration}`);
  return Number(number) * (unit === 'm' ? 60 : 1);
}
