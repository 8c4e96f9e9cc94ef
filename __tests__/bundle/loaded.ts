import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** What a process had loaded when it ended. */
export interface Loaded {
  /** Built-in modules of Node, by name. */
  readonly builtins: readonly string[];
  /** Files of dist/. */
  readonly files: readonly string[];
}

const HOOK = `
process.on('exit', () => {
  const { writeFileSync } = require('node:fs');
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice(13));
  writeFileSync(process.env.LOADED, JSON.stringify({ builtins, files: Object.keys(require.cache) }));
});
`;

type Variables = Readonly<Record<string, string>>;

/** Runs a step, or a command, with a hook before it that tells in the end what was loaded. */
export async function loadedBy<Result>(
  run: (env: Variables) => Promise<Result>,
): Promise<{ readonly step: Result; readonly loaded: Loaded }> {
  const folder = await mkdtemp(join(tmpdir(), 'loaded-'));
  try {
    const hook = join(folder, 'hook.cjs');
    const told = join(folder, 'loaded.json');
    await writeFile(hook, HOOK);
    const step = await run({ NODE_OPTIONS: `--require=${hook}`, LOADED: told });
    const { builtins, files } = JSON.parse(await readFile(told, 'utf8')) as Loaded;
    const ours = files.filter((file) => file !== hook).map((file) => basename(file));
    return { step, loaded: { builtins, files: ours.sort() } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** The named functions of dist/ that were called: a module whose text is loaded is not thereby evaluated. */
export async function calledBy(run: (env: Variables) => Promise<unknown>): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'called-'));
  try {
    await run({ NODE_V8_COVERAGE: folder });
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    const scripts = texts.flatMap((text) => (JSON.parse(text) as Coverage).result);
    const functions = scripts.filter(({ url }) => url.includes('/dist/')).flatMap((script) => script.functions);
    const called = functions.filter(({ ranges: [whole] }) => whole !== undefined && whole.count > 0);
    return new Set(called.map(({ functionName }) => functionName));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
