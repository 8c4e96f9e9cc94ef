import { parseDocument } from 'yaml';

/**
 * A workflow as "Re-run failed jobs" runs it: a job that succeeded is not run again, and those that need it see the outputs
 * of the attempt before. In its place stands a job that asks nobody and has just these outputs.
 */
export function rerunOf(
  workflow: string,
  succeeded: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  const document = parseDocument(workflow);
  for (const [job, outputs] of Object.entries(succeeded)) {
    if (!document.hasIn(['jobs', job])) throw new Error(`The workflow has no job "${job}".`);
    document.setIn(['jobs', job], {
      'runs-on': 'ubuntu-latest',
      // The whole record as JSON is nothing that a recipe hands on.
      outputs: Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== 'result')),
      steps: [{ name: 'As it was', run: 'true' }],
    });
  }
  return document.toString({ lineWidth: 0 });
}

/** The workflow with a step before the one of this name, in which an agent is at work: time for others to do something. */
export function withPauseBefore(workflow: string, step: string): string {
  const at = new RegExp(`^( *)- name: ${step.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm').exec(workflow);
  if (at === null) throw new Error(`The workflow has no step "${step}".`);
  const [, indent = ''] = at;
  const pause = [`- name: Meanwhile`, `  run: bash "$WORKFLOW_TEST/agent.sh" pause`];
  return `${workflow.slice(0, at.index)}${pause.map((line) => `${indent}${line}\n`).join('')}${workflow.slice(at.index)}`;
}
