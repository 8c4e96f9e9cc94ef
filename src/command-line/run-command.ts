import { exitStatusOf } from '../core/code-table.js';
import { outputsOf } from '../report/outputs.js';
import type { Report } from '../report/report.js';
import type { Asked } from './arguments.js';
import { ask } from './ask.js';
import { say } from './say.js';

/** Every command of the action: asks once, tells what came of it, and gives the exit status. */
export async function runCommand({ command, texts, json }: Extract<Asked, { kind: 'command' }>): Promise<number> {
  const answer = await ask(command, texts, process.env);
  const report = answer.report;
  tell(report);
  if (json) process.stdout.write(`${outputsOf(report).result}\n`);
  return exitStatusOf(report.outcome, { command, run: answer.run });
}

export function tell({ message, outcome }: Report): void {
  const text = [message.text, message.wayOut].filter((part) => part !== null).join(' ');
  if (outcome.kind === 'ok') say.info(text);
  else say.info(`error: ${text}`);
}
