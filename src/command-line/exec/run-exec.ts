import { EXIT, exitStatusOf } from '../../core/code-table.js';
import { isOwned, type View } from '../../core/outcome.js';
import type { AssertRequest } from '../../core/request.js';
import { formatDuration, plain } from '../../core/text.js';
import { messageOf } from '../../core/words/message.js';
import { watchOwnership, type WatchEnd } from '../../coordinate/watch.js';
import { openStore, repositoryIdOf } from '../../use-case/open-store.js';
import type { Asked, Texts } from '../asked.js';
import { ask, begunTenureOf, type Answer, type AskedWith } from '../ask.js';
import { Meter } from '../../coordinate/meter.js';
import { keepTenure, type KeepContext, type KeepEnd } from '../../coordinate/keep-tenure.js';
import { targetName } from '../../core/words/owner.js';
import { holdSignals } from '../held-signals.js';
import { releaseBegun } from '../release-begun.js';
import { say } from '../say.js';
import { tell } from '../tell.js';
import { startChild, type Child, type ChildEnd } from './child.js';
import { forwardSignals } from './signals.js';

const LOOK_EVERY_MS = 10_000;

/**
 * Runs a program for as long as this run owns the pull request: asserts or claims, starts it, and watches the record. It
 * is ended when ownership is lost, and never started without it.
 */
export async function runExec(asked: Extract<Asked, { kind: 'exec' }>): Promise<number> {
  const { texts, claim, graceMs } = asked;
  const command = claim ? 'claim' : 'assert';
  const held = claim ? holdSignals() : null;
  const answer = await ask(command, texts, process.env, held?.stop);
  tell(answer.report);
  const owned = tenureOf(answer);
  if (owned === null) {
    held?.letGo();
    return held?.status ?? exitStatusOf(answer.report.outcome, { command, run: answer.run });
  }
  const early = held?.status ?? null;
  if (early !== null) {
    held?.letGo();
    await release(owned, texts);
    return early;
  }
  const [program, ...args] = asked.child;
  let started: Child | null = null;
  // Before it starts, so that no signal finds nobody; node hands one over only after this turn, when there is a child.
  const letSignalsGo = forwardSignals({ pass: (signal) => started?.pass(signal) });
  const child = startChild(program, args, { env: process.env, graceMs, warn: say.warn });
  started = child;
  held?.letGo();
  try {
    return await supervise(child, owned, asked, letSignalsGo);
  } catch (error) {
    // A fault of ours must not leave a program running that nobody watches.
    await child.end(graceMs);
    throw error;
  } finally {
    letSignalsGo();
  }
}

/** Watches until the program has ended by itself or has to be ended; gives the exit status. */
async function supervise(
  child: Child,
  owned: Owned,
  { child: [program], texts, claim, graceMs, lostAfterMs }: Extract<Asked, { kind: 'exec' }>,
  letSignalsGo: () => void,
): Promise<number> {
  const stop = new AbortController();
  let { view } = owned;
  const watching = Promise.race([
    watch(owned, lostAfterMs, stop.signal, (confirmed) => (view = confirmed)),
    keep(owned, graceMs, stop.signal, () => view),
  ]);
  // A child that has ended by itself has done its work, whatever is noticed at the same moment.
  const ended = await Promise.race([child.ended.then((end) => ({ end })), watching.then((loss) => ({ loss }))]);
  if ('end' in ended || ended.loss.kind === 'stopped') {
    const end = 'end' in ended ? ended.end : await child.ended;
    stop.abort();
    if (claim) {
      // What it has left behind must not go on once others may claim.
      await child.end(graceMs);
      letSignalsGo();
      await release(owned, texts);
    }
    return statusOf(end);
  }
  const { loss } = ended;
  stop.abort();
  say.info(`error: ${wordsFor(loss, owned.asked)}`);
  say.info(`Ending ${plain(program)} and all it has started: SIGTERM, and SIGKILL after ${formatDuration(graceMs)}.`);
  await child.end(graceMs);
  letSignalsGo();
  if (claim && isStillThere(loss)) await release(owned, texts);
  return EXIT.LOST;
}

/** What the program is run for. */
interface Owned {
  readonly asked: AskedWith;
  readonly view: View;
  readonly fencingToken: number;
  /** Begun by this very command, and not found: what it found belongs to another step. */
  readonly isBegun: boolean;
}

function tenureOf(answer: Answer): Owned | null {
  const { report, run, asked } = answer;
  const { outcome } = report;
  const view = outcome.kind === 'ok' ? outcome.view : null;
  const active = view?.record?.activeRun ?? null;
  if (asked === null || view === null || active === null || !isOwned(outcome, run)) return null;
  return { asked, view, fencingToken: active.fencingToken, isBegun: begunTenureOf(answer) !== null };
}

/** What ends a program that could have gone on. */
type Loss = Exclude<WatchEnd | KeepEnd, { kind: 'stopped' }>;

/** The tenure may well stand although the program was ended: nobody has taken it. */
function isStillThere(loss: Loss): boolean {
  if (loss.kind !== 'lost') return true;
  return loss.outcome.kind === 'conflict' && loss.outcome.code === 'exit_signal_recorded';
}

/** Renews a tenure that has an end, and tells when it is about to end nevertheless. */
function keep({ asked, fencingToken }: Owned, graceMs: number, stop: AbortSignal, view: () => View): Promise<KeepEnd> {
  const { wanted } = asked;
  return keepTenure(
    { run: asked.request.run, fencingToken, view, graceMs, timeoutMs: wanted.timeoutMs, stop },
    contextOf(asked),
  );
}

function contextOf({ context, target, wanted, surroundings }: AskedWith): KeepContext {
  const { clock, newId, transport } = surroundings;
  const store = openStore({ target, ...wanted }, surroundings);
  const { stateBranch } = wanted;
  const repositoryId = repositoryIdOf(target, context.asker);
  const newMeter = (): Meter => new Meter(clock, transport);
  return { store, clock, newId, stateBranch, repositoryId, newMeter, debug: say.debug, warn: say.warn };
}

function watch(
  { asked, view, fencingToken }: Owned,
  lostAfterMs: number,
  stop: AbortSignal,
  onConfirmed: (view: View) => void,
): Promise<WatchEnd> {
  const { request, context } = asked;
  const { run } = request;
  const assert: AssertRequest = {
    ...{ command: 'assert', run, reason: null, fencingToken, requireExisting: true, strict: false },
    requireOpen: context.inputs['require-open'],
  };
  return watchOwnership({
    request: assert,
    context: contextOf(asked),
    ...{ confirmed: view, everyMs: LOOK_EVERY_MS, lostAfterMs, timeoutMs: asked.wanted.timeoutMs, stop },
    onTrouble: say.warn,
    onConfirmed,
  });
}

async function release({ asked, fencingToken, isBegun }: Owned, texts: Texts): Promise<void> {
  if (isBegun) await releaseBegun(asked, fencingToken, texts);
}

function wordsFor(loss: Loss, { target, request }: AskedWith): string {
  if (loss.kind === 'ends') {
    return `The tenure of ${targetName(target)} ends at ${loss.at}, and it could not be renewed in time.`;
  }
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
