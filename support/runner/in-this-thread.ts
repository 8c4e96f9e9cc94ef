import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { packageRoot } from '../local-github/package-root.js';
import type { Execute } from '../runner.js';
import { actionManifest } from './manifest.js';
import { WITHOUT_CHANCE } from './preload.js';

/**
 * The files of dist/ without a process of their own: the same entry and the same bundle, loaded anew for every step, with
 * an environment, an output and an exit status of its own. A process takes ten times as long, and most scenarios are about
 * what a step decides; what needs a process (signals, other Nodes, preloads, what keeps it alive) is played in one.
 */
export const inThisThread: Execute = async (phase, env) => {
  const { runs } = await actionManifest();
  const written: string[] = [];
  const entry = join(packageRoot(), runs[phase]);
  const own: OwnProcess = {
    ...{ env: { ...env }, exitCode: undefined, argv: [process.execPath, entry] },
    stdout: { write: (text) => written.push(text) > 0 },
  };
  const chance =
    env['NODE_OPTIONS'] === undefined ? Math : (Object.create(Math, { random: { value: () => 0 } }) as Math);
  const running: Promise<unknown>[] = [];
  const load = loader({ process: withOwn(own), Math: chance }, running);
  load(entry);
  for (let index = 0; index < 2; index += 1) await Promise.resolve();
  // The post step loads its bundle a moment later, or not at all.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all(running);
  return { exitCode: own.exitCode ?? 0, signal: null, stdout: written.join(''), stderr: '' };
};

/** Whether nothing that was asked of the step needs a process. */
export function needsNoProcess(env: Readonly<Record<string, string | undefined>>): boolean {
  const preload = env['NODE_OPTIONS'];
  const others = Object.keys(env).filter((name) => name.startsWith('NODE_') && name !== 'NODE_OPTIONS');
  return others.length === 0 && (preload === undefined || preload === WITHOUT_CHANCE);
}

interface OwnProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  exitCode: number | undefined;
  readonly stdout: { readonly write: (text: string) => boolean };
}

/** This process, but for what belongs to a step. */
function withOwn(own: OwnProcess): NodeJS.Process {
  return new Proxy(process, {
    get: (target, name): unknown => Reflect.get(name in own ? own : target, name),
    set: (_, name, value) => Reflect.set(own, name, value),
  });
}

interface Globals {
  readonly process: NodeJS.Process;
  readonly Math: Math;
}

type Wrapper = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  folder: string,
  ownProcess: NodeJS.Process,
  ownMath: Math,
) => void;

/** Compiled once; evaluated anew for every step, so that no step sees what another has left in a module. */
const compiled = new Map<string, Wrapper>();

function wrapperOf(file: string): Wrapper {
  const known = compiled.get(file);
  if (known !== undefined) return known;
  const names = 'exports, require, module, __filename, __dirname, process, Math';
  const script = new Script(`(function (${names}) {${readFileSync(file, 'utf8')}\n})`, { filename: file });
  // The outer realm, as in a process: fetch, timers and errors are node's own, and not those of a test's sandbox.
  const wrapper = script.runInThisContext() as Wrapper;
  compiled.set(file, wrapper);
  return wrapper;
}

function loader(own: Globals, running: Promise<unknown>[]): (file: string) => unknown {
  const modules = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const loaded = modules.get(file);
    if (loaded !== undefined) return loaded.exports;
    const module: { exports: unknown } = { exports: {} };
    modules.set(file, module);
    const require = (name: string): unknown => {
      if (/^(node:)?process$/.test(name)) return own.process;
      return name.startsWith('.') ? load(join(dirname(file), name)) : process.getBuiltinModule(name);
    };
    wrapperOf(file)(module.exports, require, module, file, dirname(file), own.process, own.Math);
    if (isBundle(module.exports)) module.exports = observed(module.exports, running);
    return module.exports;
  };
  return load;
}

type Bundle = Readonly<Record<'runMain' | 'runPost', () => Promise<void>>>;

function isBundle(exports: unknown): exports is Bundle {
  return typeof exports === 'object' && exports !== null && 'runMain' in exports;
}

/** A process ends when nothing is left to do; here somebody has to know what the entry has begun. */
function observed(bundle: Bundle, running: Promise<unknown>[]): Bundle {
  const begin = (name: keyof Bundle) => async (): Promise<void> => {
    const ends = bundle[name]();
    running.push(ends);
    return ends;
  };
  return { runMain: begin('runMain'), runPost: begin('runPost') };
}
