import { plantPatches, type Patch } from '../planting.js';

/**
 * Faults that can be planted into the sources of the action: a torture that does not find them proves nothing. What runs
 * is the sources, each file by itself, because nobody could find a place in the bundle again.
 */

const FRESH_HEAD = `async function plantedHead(transport: Transport, stateBranch: string, change: Change, deadline: Deadline) {
  const [owner, name] = change.next.target.repo.split('/');
  const query = 'query($owner: String!, $name: String!, $ref: String!) { repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { target { oid } } } }';
  const answer: any = await transport.graphql(query, { owner, name, ref: 'refs/heads/' + stateBranch }, deadline);
  return answer.body?.data?.repository?.ref?.target?.oid;
}
`;

export const PLANTED = {
  /** Writes onto whatever the head is, not onto the head that the decision was made from. */
  'skip-expected-head': [
    {
      file: 'store/commit-change.ts',
      find: 'export async function commitChange(',
      put: `${FRESH_HEAD}export async function commitChange(`,
    },
    {
      file: 'store/commit-change.ts',
      find: 'const on = { repo: target.repo, branch: stateBranch, expectedHead: change.expectedHead };',
      put: `const fresh = await plantedHead(transport, stateBranch, change, deadline);
        const on = { repo: target.repo, branch: stateBranch, expectedHead: fresh ?? change.expectedHead };`,
    },
  ],
  /** After a lost race, the same decision is sent again for the new head. */
  'replay-stale-decision': [
    {
      file: 'coordinate/coordinate.ts',
      find: "if (taken.kind === 'applied') return { commit: taken.commit };",
      put: `if (written.kind === 'lost_race') {
          const again = await store.read(deadline);
          if (again.kind === 'read') {
            const head = again.snapshot.head;
            return this.#send({ next, event } as any, what, { ...snapshot, head }, { deadline, patience });
          }
        }
        if (taken.kind === 'applied') return { commit: taken.commit };`,
    },
  ],
  /** No answer counts as a good one. */
  'unknown-is-success': [
    {
      file: 'coordinate/coordinate.ts',
      find: "if (taken.kind === 'applied') return { commit: taken.commit };",
      put: `if (written.kind === 'unknown' && snapshot.head !== null) return { commit: snapshot.head };
        if (taken.kind === 'applied') return { commit: taken.commit };`,
    },
  ],
  /** Every reading is believed, also one from before what was seen already. */
  'trust-stale-read': [
    {
      file: 'coordinate/seen.ts',
      find: 'const { head } = snapshot;\nif (seen.outdated',
      put: "const { head } = snapshot;\nif (head !== '') return { kind: 'current', seen };\nif (seen.outdated",
    },
  ],
  /** A release ends whatever tenure the run has, also one it does not mean. */
  'release-without-token': [
    { file: 'core/commands/release.ts', find: 'if (meansTenure(request, active)) return true;', put: 'return true;' },
  ],
  /** One run id is one owner, whatever the attempts. */
  'attempts-are-one': [
    {
      file: 'core/run.ts',
      find: "return run.attempt > active.attempt ? 'mine_later_attempt' : 'mine_earlier_attempt';",
      put: "return 'mine';",
    },
  ],
  /** The post step releases what its step holds, begun by it or not. */
  'release-what-was-found': [
    { file: 'action/remember.ts', find: 'if (this.#writes.length === 0) return;', put: '' },
    { file: 'action/remember.ts', find: ' && isBegunBy(view.record, this.#writes);', put: ';' },
    {
      file: 'core/commands/release.ts',
      find: 'return begunBy !== null && renewedBy !== null && !writes.includes(renewedBy);',
      put: 'return false;',
    },
  ],
  /** Whatever ends a tenure leaves the target free, and those in line with nothing. */
  'forgets-the-line': [
    {
      file: 'core/succession.ts',
      find: 'const next = nextInLine(record.queue, facts);',
      put: "const next: Next = { kind: 'nobody' };",
    },
  ],
  /** Who came last is served first. */
  'serves-the-last': [
    {
      file: 'core/queue.ts',
      find: 'for (const [index, place] of queue.entries()) {',
      put: 'for (const [index, place] of [...queue.entries()].reverse()) {',
    },
  ],
  /** An assert confirms the owner in whatever tenure. */
  'assert-without-token': [
    {
      file: 'core/commands/assert.ts',
      find: "if (!meansTenure(request, owned?.active ?? null)) return conflict('ownership_lost');",
      put: '',
    },
  ],
  /** Any good answer to the creation of the ref counts, whichever commit it names. */
  'ref-created-by-status': [
    {
      file: 'store/branch-ref.ts',
      find: 'if (body?.success === true && body.output.object.sha === commit)',
      put: "if (answer.kind === 'answer')",
    },
  ],
  /** Finding nothing of a write counts as proof that it will not come. */
  'leave-nothing-behind': [
    {
      file: 'coordinate/sent.ts',
      find: 'return sent.filter(',
      put: 'return [].filter(',
    },
    {
      file: 'core/commands/leave.ts',
      find: "return landed ? ok('release_noop')",
      put: "return landed || record !== null || record === null ? ok('release_noop')",
    },
  ],
  /** The old name of a repository is as good as the new one. */
  'old-name-owns': [
    { file: 'coordinate/take-reading.ts', find: 'if (target.repo !== store.target.repo && ', put: 'if (false && ' },
  ],
  /** The time is the runner's. */
  'clock-of-the-runner': [
    {
      file: 'coordinate/facts.ts',
      find: 'now: serverNow(time, clock.monotonic()),\nwriteId',
      put: 'now: clock.now(),\nwriteId',
    },
  ],
} as const satisfies Record<string, readonly Patch[]>;

export type PlantedFault = keyof typeof PLANTED;

export function isPlantedFault(name: string): name is PlantedFault {
  return Object.hasOwn(PLANTED, name);
}

/** Makes a runnable copy of the sources with the fault in it; the caller removes the folder. */
export function plantFault(name: PlantedFault): Promise<string> {
  return plantPatches(PLANTED[name]);
}
