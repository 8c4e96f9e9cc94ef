import { plantPatches, type Patch } from '../planting.js';

/** Faults of a push that can be planted into the sources; rounds that do not find them prove nothing. */

const STORE = 'publish/publishing-store.ts';
const PUSH = 'publish/push-refs.ts';

export const PLANTED_PUSH_FAULTS = {
  /** The state branch goes where it is told, wherever it is by now. */
  'no-lease-on-state': [
    { file: PUSH, find: 'const leases = moves.map(', put: 'const leases = branch.map(' },
    { file: PUSH, find: '`${to}:${ref}`', put: '`${ref === state.ref ? "+" : ""}${to}:${ref}`' },
  ],
  /** Each ref by itself, as it comes. */
  'without-atomic': [{ file: PUSH, find: "'--atomic',", put: '' }],
  /** First the one, and then the other. */
  'one-after-the-other': [
    {
      file: PUSH,
      find: "const answer = await side.git(deadline, ['push', ...always, ...leases, REMOTE, ...refspecs]);",
      put: `for (const refspec of refspecs.slice(1)) await side.git(deadline, ['push', ...always, ...leases, REMOTE, refspec]);
        const answer = await side.git(deadline, ['push', ...always, ...leases, REMOTE, ...refspecs]);`,
    },
  ],
  /** A lost race is sent again onto what won it, as it was decided before. */
  'replays-the-decision': [
    {
      file: STORE,
      find: 'if (isSent) sent.push(',
      put: `if (result.kind === 'branch_moved') await fetchState(side, stateBranch, deadline);
        const newest = (await side.fetchedHead()) ?? expectedHead;
        if (newest !== expectedHead && newest !== commit) {
          const replayed = await commitRecord(side, change, newest, shown, deadline);
          const onto = { ...change, expectedHead: newest, commit: replayed, stateBranch };
          return (await pushChange(side, onto, deadline)).result;
        }
        if (isSent) sent.push(`,
    },
  ],
  /** Whatever is on the branch gives way. */
  'no-ancestor': [
    {
      file: 'publish/compare.ts',
      find: 'if ((await buildsOn(side, head, commit, deadline)) === true) return',
      put: "if (head !== '') return",
    },
  ],
  /** No answer is as good as a refusal, and nobody looks for what was sent. */
  'unknown-is-refused': [
    {
      file: 'publish/push-answer.ts',
      find: "return unknown('The push ended without an answer', stderr);",
      put: "return { kind: 'refused', failure: permanent('api_error', 'Refused', 'Nothing was pushed.') };",
    },
  ],
} as const satisfies Record<string, readonly Patch[]>;

export type PlantedPushFault = keyof typeof PLANTED_PUSH_FAULTS;

export function isPlantedPushFault(name: string): name is PlantedPushFault {
  return Object.hasOwn(PLANTED_PUSH_FAULTS, name);
}

/** Makes a runnable copy of the sources with the fault in it; the caller removes the folder. */
export function plantPushFault(name: PlantedPushFault): Promise<string> {
  return plantPatches(PLANTED_PUSH_FAULTS[name]);
}
