import { exitStatusOf } from '../core/code-table.js';
import { outputsOf } from '../report/outputs.js';
import type { Asked } from './asked.js';
import { ask, BEGINS, begunTenureOf } from './ask.js';
import { holdSignals } from './held-signals.js';
import { releaseBegun } from './release-begun.js';
import { tell } from './tell.js';

/** Every command of the action: asks once, tells what came of it, and gives the exit status. */
export async function runCommand({ command, texts, json, push }: Extract<Asked, { kind: 'command' }>): Promise<number> {
  // A push that is under way is waited for: git goes on with it in any case, and somebody has to say what came of it.
  const held = BEGINS.includes(command) || command === 'push' ? holdSignals() : null;
  const answer = await ask(command, texts, process.env, held?.stop, push);
  const { report, asked, run } = answer;
  tell(report);
  if (json) process.stdout.write(`${outputsOf(report).result}\n`);
  const status = exitStatusOf(report.outcome, { command, run });
  if (held === null) return status;
  // Whoever has ended this command does not go on with what it has begun.
  const begun = held.status === null ? null : begunTenureOf(answer);
  if (asked !== null && begun !== null) await releaseBegun(asked, begun, texts);
  // Its timer would keep this process alive.
  held.letGo();
  return held.status ?? status;
}
