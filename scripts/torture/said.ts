import type { Answer, Rule, Said } from './history.js';

export type { Rule, Said };

const CONFLICTS: readonly string[] = [
  'active_run_exists',
  'ownership_lost',
  'ownership_missing',
  'exit_signal_recorded',
  'stale_runner',
  'takeover_forbidden',
  'pr_closed',
];

export function isConflict({ error }: Answer): boolean {
  return CONFLICTS.includes(error);
}

export function describe({ step, phase, command, runId, attempt, inputs, answer }: Said): string {
  const result = answer === null ? 'no answer' : answer.error || answer.status;
  const commit = answer?.commit == null ? '' : `, state-commit ${answer.commit.slice(0, 12)}`;
  const owned = answer?.owned === true ? ', owned' : '';
  const token = inputs.token === null ? '' : ` with token ${String(inputs.token)}`;
  return `${step} ${phase} ${command}${token} by ${runId} (attempt ${String(attempt)}) → ${result}${owned}${commit}`;
}
