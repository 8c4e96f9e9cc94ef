import { tmpdir } from 'node:os';
import { isBegunBy } from '../core/history.js';
import { isOwned, type Failure, type Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { Command, CoordinationRequest } from '../core/request.js';
import type { Run } from '../core/run.js';
import { reservedForSomebodyElse, requestOf } from '../inputs/request-of.js';
import { wantedOf } from '../inputs/wanted-of.js';
import { reportOf, type Report } from '../report/report.js';
import { noteAfter } from '../step-file/note-after.js';
import { noteStep } from '../step-file/step-file.js';
import { createTransport } from '../store/octokit-transport.js';
import { systemClock } from '../time/clock.js';
import { carryOut } from '../use-case/carry-out.js';
import { cleanUp } from '../use-case/clean-up.js';
import { preparePush } from '../use-case/prepare-push.js';
import { repositoryIdOf } from '../use-case/open-store.js';
import type { Memory, Surroundings, Wanted } from '../use-case/wanted.js';
import type { PushOptions, Texts } from './asked.js';
import { say } from './say.js';
import { withPerson } from './person.js';
import { findToken } from './token.js';
import { findContext, type Context } from './who-asks.js';

export interface Answer {
  readonly report: Report;
  readonly run: Run;
  /** What it was asked with and who was asked; `null` where it did not come to that. */
  readonly asked: AskedWith | null;
}

export interface AskedWith {
  readonly request: CoordinationRequest;
  readonly target: Target;
  readonly context: Context;
  readonly surroundings: Surroundings;
  readonly wanted: Wanted;
  /** The ids of what it wrote. */
  readonly writes: readonly string[];
}

const NOBODY: Run = { runId: '', attempt: 1, holder: null };

/**
 * Carries a command out as the action does, and notes for later commands of the job what came of it.
 *
 * @param stop ends a waiting before its time.
 * @param push what a push publishes, from the folder that this is called in.
 */
export async function ask(
  command: Command,
  texts: Texts,
  variables: NodeJS.ProcessEnv,
  stop?: AbortSignal,
  push: PushOptions | null = null,
): Promise<Answer> {
  const now = systemClock.now();
  const fail = (failure: Failure, run = NOBODY, serverUrl = 'https://github.com'): Answer => {
    const outcome: Outcome = { kind: 'error', failure, mayHaveWritten: false };
    return { report: reportOf({ outcome, command, onConflict: 'fail', now, serverUrl }), run, asked: null };
  };
  const found = await findContext(command, texts, variables);
  if (!found.ok) return fail(found.failure);
  const { environment } = found.context;
  const { serverUrl } = environment;
  const token = await findToken(variables, environment);
  if (!token.ok) return fail(token.failure, NOBODY, serverUrl);
  const { apiUrl, graphqlUrl } = environment;
  const transport = await createTransport({ token: token.value, apiUrl, graphqlUrl });
  const named = await withPerson(command, found.context, transport);
  if (!named.ok) return fail(named.failure, NOBODY, serverUrl);
  const { context } = named;
  const { inputs, asker, place, run } = context;
  const reserved = reservedForSomebodyElse(run, asker.actors);
  if (reserved !== null) return fail(reserved, run, serverUrl);

  const temporaryFolder = variables['RUNNER_TEMP'] || tmpdir();
  const source = { folder: process.cwd(), temporaryFolder, token: token.value };
  const prepared = push === null ? null : await preparePush({ ...source, ...push });
  if (prepared?.ok === false) return fail(prepared.failure, run, serverUrl);
  const request = requestOf({ ...inputs, command }, run, environment, prepared?.publication ?? null);
  const surroundings: Surroundings = {
    ...{ transport, clock: systemClock, serverUrl, newId: () => crypto.randomUUID(), say },
    ...(stop === undefined ? {} : { stop }),
  };
  const wanted = wantedOf(inputs, request, asker, place, prepared?.publishing ?? null);
  const writes: string[] = [];
  let founding = false;
  // No step comes after this process that would have to look for what it has begun.
  const memory: Memory = {
    beforeWrite: ({ id }, _target, head) => {
      if (id !== null) writes.push(id);
      founding ||= head === null;
    },
    afterOutcome: () => undefined,
  };
  const { target, outcome, effort } = await carryOut(wanted, surroundings, () => memory);
  if (target !== null && BEGINS.includes(command) && mayHaveWritten(outcome)) {
    await settle({ target, wanted, writes, founding }, surroundings);
  }
  note(context, wanted, target, outcome);
  const answered = outcome.kind === 'error' ? systemClock.now() : (outcome.view?.now ?? systemClock.now());
  const facts = { command, serverUrl, stateBranch: wanted.stateBranch, onConflict: 'fail' } as const;
  const report = reportOf({ ...facts, now: answered, request, target, outcome, effort });
  return { report, run, asked: target === null ? null : { request, target, context, surroundings, wanted, writes } };
}

/** What may begin a tenure, or wait for one. */
export const BEGINS: readonly Command[] = ['claim', 'takeover', 'ensure'];

/** The token of the tenure that this very command began, and did not only find: that one belongs to another. */
export function begunTenureOf({ report: { outcome }, run, asked }: Answer): number | null {
  const record = outcome.kind === 'ok' ? (outcome.view?.record ?? null) : null;
  if (asked === null || record?.activeRun == null || !isOwned(outcome, run)) return null;
  return isBegunBy(record, asked.writes) ? record.activeRun.fencingToken : null;
}

function mayHaveWritten(outcome: Outcome): boolean {
  return outcome.kind !== 'ok' && outcome.mayHaveWritten === true;
}

/** No post step comes after this process: what it may have begun is ended, or kept from landing, before it leaves. */
async function settle(
  { target, wanted, writes, founding }: Pick<AskedWith, 'target' | 'wanted' | 'writes'> & { founding: boolean },
  surroundings: Surroundings,
): Promise<void> {
  const { asker, request, stateBranch, timeoutMs, prStatus } = wanted;
  const leave = { command: 'leave', run: request.run, reason: null, jobOutcome: null, writes, founding } as const;
  const work = { request: leave, asker, target, repositoryId: repositoryIdOf(target, asker), stateBranch, timeoutMs };
  const { outcome: left } = await cleanUp({ ...work, prStatus, known: null, outdatedHeads: [] }, surroundings);
  if (left.kind === 'error') {
    const by = 'Look with "command: status", and release by hand if need be';
    say.warn(
      `A write of this command may still land, and then this run owns without knowing: ${left.failure.problem}. ${by}.`,
    );
  }
}

/** Later commands of the job go on in the tenure that this one has begun. */
function note(
  { stepFolder, environment, asker }: Context,
  wanted: Wanted,
  target: Target | null,
  outcome: Outcome,
): void {
  if (stepFolder === null) return;
  const { note, order } = noteAfter({ ...wanted, target, outcome });
  const written = noteStep(stepFolder, { ...environment, ...asker }, note, order);
  if (written.kind === 'failed') say.warn(`Later commands of this job may not know of it: ${written.problem}.`);
}
