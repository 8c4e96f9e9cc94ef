import { EXIT, exitStatusOf } from '../../core/code-table.js';
import { isOwned, type View } from '../../core/outcome.js';
import type { AssertRequest } from '../../core/request.js';
import { formatDuration, plain } from '../../core/text.js';
import { messageOf } from '../../core/words/message.js';
import { watchOwnership, type WatchEnd } from '../../coordinate/watch.js';
import { openStore, repositoryIdOf } from '../../use-case/open-store.js';
import type { Asked } from '../arguments.js';
import { ask, type Answer, type AskedWith } from '../ask.js';
import { tell } from '../run-command.js';
import { say } from '../say.js';
import { startChild, type ChildEnd } from './child.js';
import { forwardSignals } from './signals.js';

const LOOK_EVERY_MS = 10_000;

/**
 * Runs a program for as long as this run owns the pull request: asserts or claims, starts it, and watches the record. It
 * is ended when ownership is lost, and never started without it.
 */
export async function runExec(asked: Extract<Asked, { kind: 'exec' }>): Promise<number> {
  const { texts, claim, graceMs } = asked;
  const answer = await ask(claim ? 'claim' : 'assert', texts, process.env);
  tell(answer.report);
  const { outcome } = answer.report;
  const view = outcome.kind === 'ok' ? outcome.view : null;
  const token = view?.record?.activeRun?.fencingToken;
  if (answer.asked === null || view === null || token === undefined || !isOwned(outcome, answer.run)) {
    return exitStatusOf(outcome, { command: claim ? 'claim' : 'assert', run: answer.run });
  }
  const [program, ...args] = asked.child;
  const child = startChild(program, args, { env: process.env, graceMs, warn: say.warn });
  const keepSignals = forwardSignals(child);
  try {
    const stop = new AbortController();
    const watching = watch(answer.asked, view, token, asked.lostAfterMs, stop.signal);
    // A child that has ended by itself has done its work, whatever is noticed at the same moment.
    const ended = await Promise.race([child.ended.then((end) => ({ end })), watching.then((loss) => ({ loss }))]);
    if ('end' in ended || ended.loss.kind === 'stopped') {
      const end = 'end' in ended ? ended.end : await child.ended;
      stop.abort();
      await watching;
      if (claim) await release(answer.asked, answer, token);
      return statusOf(end);
    }
    say.info(`error: ${wordsFor(ended.loss, answer.asked)}`);
    say.info(`Ending ${plain(program)} and all it has started: SIGTERM, and SIGKILL after ${formatDuration(graceMs)}.`);
    await child.end(graceMs);
    return EXIT.LOST;
  } finally {
    keepSignals();
  }
}

function watch(
  asked: AskedWith,
  confirmed: View,
  fencingToken: number,
  lostAfterMs: number,
  stop: AbortSignal,
): Promise<WatchEnd> {
  const { request, context, target, wanted, surroundings } = asked;
  const { run } = request;
  const assert: AssertRequest = {
    ...{ command: 'assert', run, reason: null, fencingToken, requireExisting: true, strict: false },
    requireOpen: context.inputs['require-open'],
  };
  const { clock, newId } = surroundings;
  const store = openStore({ target, ...wanted }, surroundings);
  const { stateBranch, timeoutMs } = wanted;
  const repositoryId = repositoryIdOf(target, context.asker);
  return watchOwnership({
    request: assert,
    context: { store, clock, newId, stateBranch, repositoryId, debug: say.debug, warn: say.warn },
    ...{ confirmed, everyMs: LOOK_EVERY_MS, lostAfterMs, timeoutMs, stop },
    onTrouble: say.warn,
  });
}

/** Only what this very command began: what it found belongs to another step. */
async function release({ target, writes }: AskedWith, { report, run }: Answer, token: number): Promise<void> {
  const id = report.outcome.kind === 'ok' ? (report.outcome.view?.record?.activeRun?.id ?? null) : null;
  if (id === null || !writes.includes(id)) return;
  const texts = { repo: target.repo, pr: String(target.pr), 'run-id': run.runId, 'fencing-token': String(token) };
  const answer = await ask('release', texts, process.env);
  tell(answer.report);
}

function wordsFor(loss: Exclude<WatchEnd, { kind: 'stopped' }>, { target, request }: AskedWith): string {
  if (loss.kind === 'unreachable') {
    const { problem, advice } = loss.failure;
    return `Whether this run still owns the pull request has not been known for ${formatDuration(loss.sinceMs)}: ${problem}. ${advice}`;
  }
  const now = loss.outcome.kind === 'error' ? new Date().toISOString() : (loss.outcome.view?.now ?? '');
  const { text, wayOut } = messageOf(loss.outcome, { target, request, now });
  return [text, wayOut].filter((part) => part !== null).join(' ');
}

function statusOf(end: ChildEnd): number {
  if (end.kind === 'not_started') say.info(`error: ${end.problem}`);
  return end.status;
}
