import { COMMANDS, OVERVIEW_COMMANDS, type AnyCommand } from '../core/request.js';
import { DESCRIPTIONS } from '../inputs/descriptions.js';
import { INPUTS, optionNames, type InputName } from '../inputs/registry.js';
import { execOptionNames } from './arguments.js';
import {
  EXEC_OPTIONS,
  EXIT_STATUSES,
  HELP,
  MIGRATE_OPTIONS,
  PUSH_OPTIONS,
  SWEEP_OPTIONS,
  type Topic,
} from './help-texts.js';

/** Help, made from the registry of the inputs and the texts beside this. Loaded only to be shown. */

const WIDTH = 100;

export interface Help {
  readonly text: string;
  /** False where it was asked about something that is not there: then it is the overview. */
  readonly known: boolean;
}

/** @param about a command; `null`: the overview. */
export function helpFor(about: string | null): Help {
  if (about === null) return { text: overview(), known: true };
  const topic = (Object.keys(HELP) as Topic[]).find((name) => name === about);
  return topic === undefined ? { text: overview(), known: false } : { text: page(topic), known: true };
}

function overview(): string {
  const rows = (Object.keys(HELP) as Topic[]).map((name) => `  ${name.padEnd(12)} ${HELP[name].summary}`);
  return lines(
    'runner-coord: exactly one workflow run owns a pull request.',
    '',
    'Usage: runner-coord COMMAND [options]',
    '       runner-coord exec [options] -- PROGRAM [arguments]',
    '',
    'Commands:',
    ...rows,
    '',
    'Exit status:',
    ...EXIT_STATUSES.map(({ status, meaning }) => `  ${String(status).padEnd(5)} ${meaning}`),
    '',
    'Every command has --help. The token comes from GH_TOKEN or GITHUB_TOKEN, outside of Actions also from "gh auth token".',
  );
}

function page(topic: Topic): string {
  const { usage, summary, details, example } = HELP[topic];
  const options = optionsOf(topic).flatMap(({ usage: shown, description }) => [
    `  ${shown}`,
    ...wrapped(description, '      '),
  ]);
  return lines(
    `Usage: runner-coord ${usage}`,
    '',
    ...wrapped(`${summary} ${details}`.trim(), ''),
    '',
    ...(options.length === 0 ? [] : ['Options:', ...options, '']),
    'Example:',
    ...example.split('\n').map((line) => `  ${line}`),
  );
}

export interface OptionHelp {
  readonly usage: string;
  readonly description: string;
}

/** The others of its options mean something else there. */
const MIGRATE_INPUTS: readonly InputName[] = ['repo'];

/** What can be given with a command, in the order of the registry. */
export function optionsOf(topic: Topic): OptionHelp[] {
  if (topic === 'guard') return [];
  const isCommand = (name: Topic): name is AnyCommand =>
    [...COMMANDS, ...OVERVIEW_COMMANDS].some((command) => command === name);
  const names = isCommand(topic) ? optionNames(topic) : topic === 'exec' ? execOptionNames() : MIGRATE_INPUTS;
  const inputs = names.map((name): OptionHelp => {
    const { value, default: otherwise } = INPUTS[name];
    // A flag that is off by default is only ever switched on.
    const flag = otherwise === 'false' ? '' : '[=false]';
    const valued = otherwise === '' ? ` ${value ?? ''}` : ` ${value ?? ''} [${otherwise}]`;
    return { usage: `--${name}${value === null ? flag : valued}`, description: DESCRIPTIONS[name] };
  });
  const json = { usage: '--json', description: 'The answer as JSON on stdout.' };
  const own = topic === 'exec' ? EXEC_OPTIONS : [...(OWN_OPTIONS[topic] ?? []), json];
  return [...own, ...inputs];
}

const OWN_OPTIONS: Readonly<Partial<Record<Topic, readonly OptionHelp[]>>> = {
  push: PUSH_OPTIONS,
  migrate: MIGRATE_OPTIONS,
  sweep: SWEEP_OPTIONS,
};

function wrapped(text: string, indent: string): string[] {
  const done: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      done.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...done, indent + line];
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
