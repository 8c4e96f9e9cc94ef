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
  /** The login of whoever triggered the run; `null` is nobody, who may nothing. */
  readonly actor: string | null;
  readonly required: RequiredPermission;
  readonly now: string;
}

/** Whether the actor has at least the required permission on the repository. A check that cannot be made refuses. */
export async function askPermission(
  { transport, repo, actor, required, now }: PermissionQuestion,
  deadline: Deadline,
): Promise<Advised<'granted' | 'denied'>> {
  if (actor === null) return denied('nobody is named as the actor of this run');
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
  if (failure !== null || answer.kind === 'no_answer') return denied(failure?.problem ?? 'no answer');
  const read = v.safeParse(PermissionSchema, answer.body, { abortEarly: true });
  if (!read.success) return denied('GitHub’s answer could not be understood');
  const { permission, role_name: role } = read.output;
  const rank = Math.max(rankOf(permission), role === undefined ? -1 : rankOf(role));
  return rank >= rankOf(required) ? { value: 'granted', warning: null } : { value: 'denied', warning: null };
}

function rankOf(name: string): number {
  return RANKS.findIndex((rank) => rank === name);
}

function denied(why: string): Advised<'denied'> {
  return { value: 'denied', warning: `The permission to take over could not be checked, so it is refused: ${why}.` };
}
