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

/** The variables that add the entries, behind those that the environment has already. */
export function variablesOf(
  entries: readonly Entry[],
  [major, minor]: readonly [number, number],
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  if (major < NUMBERED[0] || (major === NUMBERED[0] && minor < NUMBERED[1])) {
    // How git itself hands them to the programs that it starts.
    const quoted = entries.map(({ key, value }) => `'${`${key}=${value}`.replace(/['!]/g, (sign) => `'\\${sign}'`)}'`);
    const before = environment['GIT_CONFIG_PARAMETERS'];
    return { GIT_CONFIG_PARAMETERS: [...(before === undefined ? [] : [before]), ...quoted].join(' ') };
  }
  const there = Number(environment['GIT_CONFIG_COUNT'] ?? '0');
  const first = Number.isSafeInteger(there) && there > 0 ? there : 0;
  const numbered: Record<string, string> = {};
  for (const [index, { key, value }] of entries.entries()) {
    numbered[`GIT_CONFIG_KEY_${String(first + index)}`] = key;
    numbered[`GIT_CONFIG_VALUE_${String(first + index)}`] = value;
  }
  return { ...numbered, GIT_CONFIG_COUNT: String(first + entries.length) };
}
