import * as v from 'valibot';

const ForkPayload = v.object({
  pull_request: v.object({
    head: v.object({ repo: v.nullable(v.object({ full_name: v.string() })) }),
    base: v.object({ repo: v.object({ full_name: v.string() }) }),
  }),
});

/**
 * Whether the event is a `pull_request*` one whose head lies in another repository. GitHub gives such runs a read-only
 * token, unless the event is `pull_request_target`. A head repository that is gone was a fork.
 */
export function isForkPullRequest(payload: unknown): boolean {
  const read = v.safeParse(ForkPayload, payload);
  if (!read.success) return false;
  const { head, base } = read.output.pull_request;
  return head.repo?.full_name.toLowerCase() !== base.repo.full_name.toLowerCase();
}
