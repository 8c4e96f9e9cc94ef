import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../support/local-github/package-root.js';

/** Faults of a push that can be planted into the sources; rounds that do not find them prove nothing. */

interface Patch {
  /** Below src/. */
  readonly file: string;
  /** Text that occurs exactly once. */
  readonly find: string;
  readonly put: string;
}

const STORE = 'publish/publishing-store.ts';

export const PLANTED_PUSH_FAULTS = {
  /** The state branch goes where it is told, wherever it is by now. */
  'no-lease-on-state': [
    { file: STORE, find: 'const leases = moves.map(', put: 'const leases = branch.map(' },
    { file: STORE, find: '`${to}:${ref}`', put: '`${ref === state.ref ? "+" : ""}${to}:${ref}`' },
  ],
  /** Each ref by itself, as it comes. */
  'without-atomic': [{ file: STORE, find: "'--atomic',", put: '' }],
  /** First the one, and then the other. */
  'one-after-the-other': [
    {
      file: STORE,
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
export async function plantPushFault(name: PlantedPushFault): Promise<string> {
  const root = packageRoot();
  await mkdir(join(root, 'build'), { recursive: true });
  // Below the project, where its packages are found.
  const folder = await mkdtemp(join(root, 'build', 'planted-'));
  await cp(join(root, 'src'), folder, { recursive: true });
  for (const { file, find, put } of PLANTED_PUSH_FAULTS[name]) {
    const text = await readFile(join(folder, file), 'utf8');
    const parts = text.split(find);
    if (parts.length !== 2)
      throw new Error(`"${find}" occurs ${String(parts.length - 1)} times in src/${file}, not once`);
    await writeFile(join(folder, file), parts.join(put));
  }
  const files = await readdir(folder, { recursive: true });
  await Promise.all(files.filter((file) => file.endsWith('.ts')).map((file) => compile(join(folder, file))));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}

async function compile(path: string): Promise<void> {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(await readFile(path, 'utf8'), { compilerOptions });
  await writeFile(path.replace(/\.ts$/, '.js'), outputText);
}
