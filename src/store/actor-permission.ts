import * as v from 'valibot';
import type { Deadline } from '../time/deadline.js';
import { ask } from './ask.js';
import { failureOfStatus, type Purpose } from './failures.js';
import type { Advised } from './state-store.js';
import type { Transport } from './transport.js';

/** What `takeover-permission` may ask for. `none` asks nothing, so the question never gets here. */
export type RequiredPermission = 'write' | 'maintain' | 'admin';

/** GitHub's roles from weakest to strongest; a custom role counts as the base permission it is reported with. */
const RANKS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;

/** `permission` folds maintain into write and triage into read; `role_name` tells them apart, or names a custom role. */
const PermissionSchema = v.object({
  permission: v.picklist(['none', 'read', 'write', 'admin']),
  role_name: v.optional(v.string()),
});

export interface PermissionQuestion {
  readonly transport: Transport;
  readonly repo: string;
  /**
   * The logins of whoever started the run and, on a re-run, of whoever started it again: GitHub gives a re-run the
   * privileges of the former. Nobody at all may nothing.
   */
  readonly actors: readonly string[];
  /** Logins that may whatever their permission is. */
  readonly allowed: readonly string[];
  readonly required: RequiredPermission;
  readonly now: string;
}

/** Whether all actors have at least the required permission, or are allowed by name. A check that cannot be made refuses. */
export async function askPermission(
  question: PermissionQuestion,
  deadline: Deadline,
): Promise<Advised<'granted' | 'denied'>> {
  const { actors, allowed } = question;
  if (actors.length === 0) return denied('nobody is named as the actor of this run');
  const isAllowed = (login: string): boolean => allowed.some((name) => name.toLowerCase() === login.toLowerCase());
  const different = actors.filter(
    (login, index) => actors.findIndex((other) => other.toLowerCase() === login.toLowerCase()) === index,
  );
  for (const actor of different) {
    if (isAllowed(actor)) continue;
    const answer = await askOne(question, actor, deadline);
    if (answer.value === 'denied') return answer;
  }
  return { value: 'granted', warning: null };
}

async function askOne(
  { transport, repo, required, now }: PermissionQuestion,
  actor: string,
  deadline: Deadline,
): Promise<Advised<'granted' | 'denied'>> {
  const [owner, name] = repo.split('/');
  const purpose: Purpose = { doing: `asking for the permission of ${actor}`, permission: 'metadata: read', now };
  const answer = await ask(
    transport,
    {
      route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      parameters: { owner, repo: name, username: actor },
      purpose,
    },
    deadline,
  );
  const failure = failureOfStatus(answer, purpose);
  if (answer.kind === 'answer' && answer.status === 404) {
    return denied(
      `GitHub knows no permission of ${actor}. Bots and Apps have none; the input "takeover-actors" lets them by name`,
    );
  }
  if (failure !== null || answer.kind === 'no_answer') return denied(failure?.problem ?? 'no answer');
  const read = v.safeParse(PermissionSchema, answer.body, { abortEarly: true });
  if (!read.success) return denied('GitHub’s answer could not be understood');
  const { permission, role_name: role } = read.output;
  const rank = Math.max(rankOf(permission), role === undefined ? -1 : rankOf(role));
  if (rank >= rankOf(required)) return { value: 'granted', warning: null };
  return {
    value: 'denied',
    warning: `${actor} has the permission "${permission}" on ${repo}, and "takeover-permission" asks for "${required}".`,
  };
}

function rankOf(name: string): number {
  return RANKS.findIndex((rank) => rank === name);
}

function denied(why: string): Advised<'denied'> {
  return { value: 'denied', warning: `The permission to take over could not be checked, so it is refused: ${why}.` };
}
