import { plain } from '../core/text.js';
import { COMMANDS, OVERVIEW_COMMANDS, type OverviewCommand } from '../core/request.js';
import { INPUT_NAMES, optionNames, type InputName } from '../inputs/registry.js';
import { readDuration, readRefspec, readStateBranch } from '../inputs/values.js';
import type { Asked } from './asked.js';
import { readOptions } from './read-options.js';

/** The commands beside those of the action. */
export const OTHER_COMMANDS = ['exec', 'guard', 'migrate'] as const;

const HOUR_MS = 3_600_000;
const GRACE = { default: '10s', read: readDuration({ leastMs: 0, mostMs: HOUR_MS }) };
const LOST_AFTER = { default: '2m', read: readDuration({ leastMs: 1000, mostMs: 24 * HOUR_MS }) };

/** Reads the arguments after `runner-coord`. Nothing is guessed: what is not understood is a problem of usage. */
export function readArguments(words: readonly string[]): Asked {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', about: null };
  if (first === 'help') return { kind: 'help', about: rest[0] ?? null };
  if (first === '--version' || first === '-V') return { kind: 'version' };
  if (first === 'exec') return readExec(rest);
  if (first === 'guard') return readGuard(rest);
  if (first === 'board' || first === 'sweep') return readOverview(first, rest);
  if (first === 'migrate') return readMigrate(rest);
  const command = COMMANDS.find((name) => name === first);
  if (command === undefined) {
    const problem = `There is no command "${plain(first, 40)}"; there are ${[...COMMANDS, ...OVERVIEW_COMMANDS, ...OTHER_COMMANDS].join(', ')}`;
    return { kind: 'usage', problem, about: null };
  }
  const read = readOptions(rest, command, command === 'push' ? ['json', 'dry-run', 'force-with-lease'] : ['json']);
  if (read.kind !== 'options') return read;
  const [word, another] = read.words;
  const surplus = command === 'push' ? another : word;
  if (surplus !== undefined)
    return { kind: 'usage', problem: `"${plain(surplus, 40)}" is not an option`, about: command };
  const asked = { kind: 'command', command, texts: read.texts, json: read.own.has('json') } as const;
  if (command !== 'push') return { ...asked, push: null };
  const refspec = readRefspec(word ?? 'HEAD');
  if (!refspec.ok) return { kind: 'usage', problem: `What is pushed must be ${refspec.allowed}`, about: command };
  const lease = read.own.get('force-with-lease') ?? null;
  return { ...asked, push: { refspec: refspec.value, lease, dryRun: read.own.has('dry-run') } };
}

function readExec(words: readonly string[]): Asked {
  const end = words.indexOf('--');
  const child = end === -1 ? [] : words.slice(end + 1);
  const read = readOptions(end === -1 ? words : words.slice(0, end), 'exec', ['grace', 'lost-after', 'claim']);
  if (read.kind !== 'options') return read;
  const usage = (problem: string): Asked => ({ kind: 'usage', problem, about: 'exec' });
  const [program, ...args] = child;
  if (program === undefined || program === '') {
    return usage('What is to be run comes last, after "--": runner-coord exec -- ./agent.sh');
  }
  const [word] = read.words;
  if (word !== undefined) return usage(`"${plain(word, 40)}" is not an option; what is to be run comes after "--"`);
  const grace = GRACE.read(read.own.get('grace') ?? GRACE.default);
  if (!grace.ok) return usage(`--grace must be ${grace.allowed}`);
  const lostAfter = LOST_AFTER.read(read.own.get('lost-after') ?? LOST_AFTER.default);
  if (!lostAfter.ok) return usage(`--lost-after must be ${lostAfter.allowed}`);
  const claim = read.own.get('claim') === 'true';
  const useless = INPUT_NAMES.find((name) => read.texts[name] !== undefined && !execOptionNames(claim).includes(name));
  if (useless !== undefined) return usage(`exec has no use for "--${useless}"${whereUsed(useless)}`);
  const times = { graceMs: grace.value, lostAfterMs: lostAfter.value };
  return { kind: 'exec', texts: read.texts, child: [program, ...args], ...times, claim };
}

/** What \`exec\` can use: what its claim does, or its assert; without an argument, either. */
export function execOptionNames(claim?: boolean): InputName[] {
  const ofClaim = optionNames('claim');
  // Where nobody owns, nothing is started.
  const ofAssert: InputName[] = optionNames('assert').filter((name) => name !== 'require-existing');
  if (claim !== undefined) return claim ? ofClaim : ofAssert;
  return INPUT_NAMES.filter((name) => ofClaim.includes(name) || ofAssert.includes(name));
}

function whereUsed(name: InputName): string {
  if (execOptionNames(true).includes(name)) return ': it is for a claim, so add --claim';
  return execOptionNames(false).includes(name) ? ' with --claim' : '';
}

function readOverview(kind: OverviewCommand, words: readonly string[]): Asked {
  const read = readOptions(words, kind, kind === 'sweep' ? ['json', 'dry-run'] : ['json']);
  if (read.kind !== 'options') return read;
  const [word] = read.words;
  if (word !== undefined) return { kind: 'usage', problem: `"${plain(word, 40)}" is not an option`, about: kind };
  const asked = { texts: read.texts, json: read.own.has('json') };
  return kind === 'sweep' ? { kind, ...asked, dryRun: read.own.has('dry-run') } : { kind, ...asked };
}

function readMigrate(words: readonly string[]): Asked {
  const read = readOptions(words, 'migrate', ['json', 'from', 'dry-run']);
  if (read.kind !== 'options') return read;
  const usage = (problem: string): Asked => ({ kind: 'usage', problem, about: 'migrate' });
  const [word] = read.words;
  if (word !== undefined) return usage(`"${plain(word, 40)}" is not an option`);
  // Never what a step has left, nor a default: whoever moves all records says where to.
  if (read.texts['state-branch'] === undefined) return usage('Say with --state-branch where the records are moved to');
  const from = read.own.get('from') ?? null;
  const pattern = from === null ? null : readStateBranch(from);
  if (pattern?.ok === false) return usage(`--from must be ${pattern.allowed}`);
  return { kind: 'migrate', texts: read.texts, json: read.own.has('json'), from, dryRun: read.own.has('dry-run') };
}

function readGuard(words: readonly string[]): Asked {
  const [action, ...more] = words;
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help', about: 'guard' };
  if ((action === 'install' || action === 'uninstall') && more.length === 0) return { kind: 'guard', action };
  return {
    kind: 'usage',
    problem: 'It is "runner-coord guard install" or "runner-coord guard uninstall"',
    about: 'guard',
  };
}
