import * as v from 'valibot';
import { storableName } from '../core/printable.js';
import type { Failure } from '../core/outcome.js';
import type { Command } from '../core/request.js';
import { readGraphqlAnswer } from '../store/graphql-answer.js';
import type { Transport } from '../store/transport.js';
import { systemClock } from '../time/clock.js';
import { Deadline } from '../time/deadline.js';
import type { Context } from './who-asks.js';

const ViewerSchema = v.object({ viewer: v.object({ login: v.string() }) });

/** What is written down with its actor, or may need that actor's permission. */
const NAMES_ITS_ACTOR: readonly Command[] = ['claim', 'takeover', 'ensure', 'push', 'release', 'signal-exit'];

export type NamedAnswer =
  { readonly ok: true; readonly context: Context } | { readonly ok: false; readonly failure: Failure };

/**
 * Outside of Actions nobody tells who is at work but the token: it is the actor, and where no run id was given the owner
 * is that person.
 */
export async function withPerson(command: Command, context: Context, transport: Transport): Promise<NamedAnswer> {
  const { environment, asker, run, inputs } = context;
  const isNameless = run.runId === '' && command !== 'check' && command !== 'status';
  if (environment.insideActions || !(isNameless || NAMES_ITS_ACTOR.includes(command))) return { ok: true, context };
  const deadline = new Deadline(systemClock, inputs.timeout);
  const answer = await transport.graphql('query RunnerCoordViewer { viewer { login } }', {}, deadline);
  const purpose = { doing: 'asking whose token this is', permission: 'read access', now: systemClock.now() };
  const read = readGraphqlAnswer(answer, purpose);
  if (read.kind === 'failed') return { ok: false, failure: read.failure };
  const viewer = v.safeParse(ViewerSchema, read.data, { abortEarly: true });
  const login = viewer.success ? storableName(viewer.output.viewer.login) : null;
  if (login === null) {
    const problem = 'GitHub does not say whose token this is';
    return { ok: false, failure: { code: 'api_error', problem, advice: 'Use the token of a person or of an App.' } };
  }
  const blank = { repo: null, repoId: null, workflowRunId: null, workflow: null, job: null, url: null };
  return {
    ok: true,
    context: {
      ...context,
      asker: { ...asker, actors: [login] },
      run: {
        ...run,
        runId: run.runId === '' ? `person:${login}` : run.runId,
        holder: run.holder ?? { ...blank, actor: login },
      },
    },
  };
}
