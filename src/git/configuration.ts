import { isNewEnough } from './refusal.js';

/**
 * How git is configured in the checkout, for a repository beside it: what the machine and the user have set it reads by
 * itself, and what only the checkout has (credentials that actions/checkout left, addresses, proxies) it is given by
 * variables of the environment, which nobody else can read and which leave nothing behind.
 */

export interface Entry {
  /** As git tells it: section and name in lower case. */
  readonly key: string;
  readonly value: string;
}

/** The answer of `git config --null --list`. A name without a value is a true one. */
export function readEntries(list: string): readonly Entry[] {
  return list.split('\0').flatMap((text) => {
    if (text === '') return [];
    const end = text.indexOf('\n');
    return [end === -1 ? { key: text, value: 'true' } : { key: text.slice(0, end), value: text.slice(end + 1) }];
  });
}

export function lastValue(entries: readonly Entry[], key: string): string | null {
  return entries.findLast((entry) => entry.key === key)?.value ?? null;
}

/** What decides how a server is reached, and by whose credentials. */
const REACHES = /^(?:http|credential|url|protocol|ssh|gcm)\.|^core\.(?:sshcommand|askpass|gitproxy)$/;

/** What the checkout alone has set, in its order; given twice, a header would be sent twice. */
export function ownEntries(checkout: readonly Entry[], everywhere: readonly Entry[]): readonly Entry[] {
  const known = new Map<string, number>();
  for (const entry of everywhere) known.set(nameOf(entry), (known.get(nameOf(entry)) ?? 0) + 1);
  return checkout.filter((entry) => {
    if (!REACHES.test(entry.key)) return false;
    const left = known.get(nameOf(entry)) ?? 0;
    known.set(nameOf(entry), left - 1);
    return left <= 0;
  });
}

function nameOf({ key, value }: Entry): string {
  return `${key}\n${value}`;
}

/** Git 2.31 was the first to read entries from numbered variables. */
const NUMBERED: readonly [number, number] = [2, 31];

/**
 * The variables that add entries to those of the environment: what the checkout has goes before them, as git reads it in
 * the checkout (an empty header takes back those before it), and what is fixed comes last.
 */
export function variablesOf(
  { own, fixed }: { readonly own: readonly Entry[]; readonly fixed: readonly Entry[] },
  version: readonly [number, number],
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const given = environment['GIT_CONFIG_PARAMETERS'] ?? '';
  const parameters = (...texts: readonly string[]): NodeJS.ProcessEnv => ({
    GIT_CONFIG_PARAMETERS: texts.filter((text) => text !== '').join(' '),
  });
  if (!isNewEnough(version, NUMBERED)) {
    const quotedOf = ({ key, value }: Entry): string => quoted(`${key}=${value}`);
    return parameters(...own.map(quotedOf), given, ...fixed.map(quotedOf));
  }
  const numbered: Record<string, string> = {};
  const all = [...own, ...numberedIn(environment)];
  for (const [index, { key, value }] of all.entries()) {
    numbered[`GIT_CONFIG_KEY_${String(index)}`] = key;
    numbered[`GIT_CONFIG_VALUE_${String(index)}`] = value;
  }
  const last = fixed.map(({ key, value }) => `${quoted(key)}=${quoted(value)}`);
  return { ...numbered, GIT_CONFIG_COUNT: String(all.length), ...parameters(given, ...last) };
}

function numberedIn(environment: NodeJS.ProcessEnv): readonly Entry[] {
  const count = Number(environment['GIT_CONFIG_COUNT'] ?? '0');
  const length = Number.isSafeInteger(count) && count > 0 ? count : 0;
  return Array.from({ length }, (_, index) => ({
    key: environment[`GIT_CONFIG_KEY_${String(index)}`] ?? '',
    value: environment[`GIT_CONFIG_VALUE_${String(index)}`] ?? '',
  }));
}

/** How git itself hands its configuration to the programs that it starts. */
function quoted(text: string): string {
  return `'${text.replace(/['!]/g, (sign) => `'\\${sign}'`)}'`;
}
