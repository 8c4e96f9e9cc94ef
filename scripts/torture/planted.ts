import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Faults that can be planted into a copy of the built action: a torture that does not find them proves nothing. */

interface Patch {
  /** Text of the build that occurs exactly once, spaces at the beginning of lines apart. */
  readonly find: string;
  readonly put: string;
}

const FRESH_HEAD = `async function plantedHead(transport, target, stateBranch, deadline, otherwise) {
  const [owner, name] = target.repo.split('/');
  const query = 'query($owner: String!, $name: String!, $ref: String!) { repository(owner: $owner, name: $name) { ref(qualifiedName: $ref) { target { oid } } } }';
  const answer = await transport.graphql(query, { owner, name, ref: 'refs/heads/' + stateBranch }, deadline);
  return answer.body?.data?.repository?.ref?.target?.oid ?? otherwise;
}
`;

export const PLANTED = {
  /** Writes onto whatever the head is, not onto the head that the decision was made from. */
  'skip-expected-head': [
    { find: 'async function commitChange(', put: `${FRESH_HEAD}async function commitChange(` },
    {
      find: 'expectedHeadOid: change.expectedHead,',
      put: 'expectedHeadOid: await plantedHead(transport, target, stateBranch, deadline, change.expectedHead),',
    },
  ],
  /** After a lost race, the same decision is sent again for the new head. */
  'replay-stale-decision': [
    {
      find: "case 'lost_race':\nthis.#outdated.add(snapshot.head);",
      put: `case 'lost_race':
        this.#outdated.add(snapshot.head);
        {
          const again = await store.read(deadline);
          if (again.kind === 'read') {
            return this.#write({ next, event, answer }, owner, { ...snapshot, head: again.snapshot.head });
          }
        }`,
    },
  ],
  /** No answer counts as a good one. */
  'unknown-is-success': [
    {
      find: "case 'unknown':\nthis.#unsettled =",
      put: `case 'unknown':
        return { ...answer, view: { ...viewOf(next, snapshot.head, snapshot), previousHead: snapshot.head, replaced } };
        this.#unsettled =`,
    },
  ],
  /** A release ends whatever tenure the run has, also one it does not mean. */
  'release-without-token': [
    {
      find: "return answer_ok('release_noop');\nif (!meansTenure(request, active))",
      put: "return answer_ok('release_noop');\nif (false)",
    },
  ],
  /** Every reading is believed, also one from before what was seen already. */
  'trust-stale-read': [{ find: 'if (this.#outdated.has(head))\nreturn true;', put: 'return false;' }],
} as const satisfies Record<string, readonly Patch[]>;

export type PlantedFault = keyof typeof PLANTED;

export function isPlantedFault(name: string): name is PlantedFault {
  return Object.hasOwn(PLANTED, name);
}

/** Copies the built action into a temporary folder, with the fault in it; the caller removes the folder. */
export async function plantFault(name: PlantedFault, dist: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'torture-planted-'));
  await cp(dist, folder, { recursive: true });
  const file = join(folder, 'index.js');
  let text = await readFile(file, 'utf8');
  for (const { find, put } of PLANTED[name]) {
    const pattern = new RegExp(find.split('\n').map(escaped).join('\\n\\s*'), 'g');
    const places = [...text.matchAll(pattern)].length;
    if (places !== 1) throw new Error(`"${find}" occurs ${String(places)} times in ${file}, not once`);
    text = text.replace(pattern, () => put);
  }
  await writeFile(file, text);
  return folder;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
