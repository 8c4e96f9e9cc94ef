import { parseArgs } from 'node:util';
import type { AnyCommand } from '../core/request.js';
import { plain } from '../core/text.js';
import { INPUTS, optionNames, type InputName } from '../inputs/registry.js';
import type { Asked, Texts } from './asked.js';

type OwnOption = 'json' | 'grace' | 'lost-after' | 'claim' | 'dry-run' | 'force-with-lease' | 'from';
const FLAGS: readonly OwnOption[] = ['json', 'claim', 'dry-run', 'force-with-lease'];
/** Takes a value after an equals sign, and needs none. */
const MAY_HAVE_A_VALUE: readonly OwnOption[] = ['force-with-lease'];

interface ReadOptions {
  readonly kind: 'options';
  readonly texts: Texts;
  /** Options that are no inputs. */
  readonly own: ReadonlyMap<OwnOption, string>;
  readonly words: readonly string[];
}

/** Every input is an option; true-or-false ones need no value, and take one as `--strict=false` only. */
export function readOptions(
  words: readonly string[],
  about: AnyCommand | 'exec' | 'migrate',
  ownOptions: readonly OwnOption[],
): ReadOptions | Extract<Asked, { kind: 'help' | 'usage' }> {
  const usage = (problem: string) => ({ kind: 'usage', problem, about }) as const;
  const names = optionNames();
  const isFlag = (name: InputName | OwnOption): boolean =>
    isOwn(name) ? FLAGS.includes(name) : INPUTS[name].value === null;
  const isOwn = (name: string): name is OwnOption => ownOptions.some((own) => own === name);
  const isInput = (name: string): name is InputName => names.some((input) => input === name);
  const options = Object.fromEntries(
    [...names, ...ownOptions].map((name) => [name, { type: isFlag(name) ? 'boolean' : 'string' } as const]),
  );
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
  const texts: Partial<Record<InputName, string>> = {};
  const own = new Map<OwnOption, string>();
  const others: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'positional') {
      const before = tokens[index - 1];
      const meant =
        before?.kind === 'option' && before.value === undefined && isInput(before.name) ? before.name : null;
      if (meant !== null && /^(?:true|false)$/i.test(token.value)) {
        return usage(`"${token.value}" is not an option: write --${meant}=${token.value}`);
      }
      others.push(token.value);
    }
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (['--help', '-h'].includes(words[token.index] ?? '')) return { kind: 'help', about };
    if (!rawName.startsWith('--') || (!isOwn(name) && !isInput(name))) {
      return usage(`There is no option "${plain(rawName, 40)}"${notHere(name)}`);
    }
    const text = value ?? (isFlag(name) ? 'true' : null);
    if (text === null) return usage(`The option "--${name}" needs a value: --${name} VALUE`);
    if (isOwn(name) ? own.has(name) : texts[name] !== undefined) return usage(`The option "--${name}" is given twice`);
    if (text === '') return usage(`The option "--${name}" is empty: leave it out, or give it a value`);
    if (!isOwn(name)) texts[name] = text;
    else if (MAY_HAVE_A_VALUE.includes(name)) own.set(name, value ?? '');
    else if (isFlag(name) && value !== undefined) return usage(`The option "--${name}" takes no value`);
    else own.set(name, text);
  }
  return { kind: 'options', texts, own, words: others };
}

/** Why somebody may have expected it. */
function notHere(name: string): string {
  if (name === 'github-token')
    return ': the token comes from GH_TOKEN or GITHUB_TOKEN, because arguments can be seen by all';
  return Object.hasOwn(INPUTS, name) ? ': it is an input of the action alone' : '';
}
