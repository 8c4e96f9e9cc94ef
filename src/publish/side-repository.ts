import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from '../git/system-fault.js';
import { firstLine, gitVariables, runGit, type GitAnswer } from '../git/run-git.js';
import type { Deadline } from '../time/deadline.js';
import type { Checkout } from './checkout.js';
import { lastValue, ownEntries, readEntries, variablesOf, type Entry } from '../git/configuration.js';
import { credentialsFor } from '../git/credentials.js';
import { chooseRemote, remoteNames, targetUrl, type Address, type Remote } from './remote.js';

/** How the side repository calls the target. */
export const REMOTE = 'runner-coord';
/** Where it keeps the head of the state branch. */
export const STATE_REF = 'refs/coord/state';

export interface Server {
  /** `owner/name`, in lower case. */
  readonly repo: string;
  readonly serverUrl: string;
  readonly token: string;
}

/**
 * A bare repository beside the checkout that borrows its objects, so that fetching, committing and pushing leave the
 * checkout and its configuration as they are. It runs no hooks and knows no other refs.
 */
export class SideRepository {
  readonly #variables: NodeJS.ProcessEnv;

  private constructor(
    readonly folder: string,
    readonly remote: Remote,
    readonly checkout: Checkout,
    variables: NodeJS.ProcessEnv,
  ) {
    this.#variables = variables;
  }

  static async create(checkout: Checkout, server: Server, deadline: Deadline): Promise<SideRepository> {
    const parent = await mkdtemp(join(checkout.temporaryFolder, 'runner-coord-publish-'));
    const folder = join(parent, 'side.git');
    try {
      // The hash that a user wants for new repositories is not that of this one.
      const base = { ...gitVariables(), ...QUIET, GIT_DIR: folder, GIT_DEFAULT_HASH: checkout.objectFormat };
      // Older versions know only one format, and not the option.
      const format = checkout.objectFormat === 'sha1' ? [] : [`--object-format=${checkout.objectFormat}`];
      await mkdir(join(parent, 'no-hooks'));
      const init = ['init', '--quiet', '--bare', '--template=', ...format, folder];
      said(await runGit({ folder: parent, args: init, timeoutMs: deadline.remainingMs, variables: base }), 'init');
      await mkdir(join(folder, 'objects', 'info'), { recursive: true });
      await writeFile(join(folder, 'objects', 'info', 'alternates'), `${checkout.objects}\n`);
      await absent(copyFile(checkout.shallow, join(folder, 'shallow')));
      const list = await runGit({
        ...{ folder, variables: base },
        args: ['config', '--null', '--list'],
        timeoutMs: deadline.remainingMs,
      });
      const own = ownEntries(checkout.entries, readEntries(said(list, 'config --list')));
      const remote = await remoteOf(checkout, server, deadline);
      const fixed = fixedEntries(join(parent, 'no-hooks'), remote, checkout.entries);
      const variablesWith = (...more: readonly Entry[]): NodeJS.ProcessEnv =>
        variablesOf({ own, fixed: [...fixed, ...more] }, checkout.version, process.env);
      const without = { ...base, ...sshOf(checkout.entries), ...variablesWith() };
      const ask = (input: string, ...args: readonly string[]): Promise<string | null> =>
        asked({ folder, args, input, timeoutMs: deadline.remainingMs, variables: without });
      const credentials = await credentialsFor(remote.url, server, {
        header: (url) => ask('', 'config', '--get-urlmatch', 'http.extraheader', url),
        fill: (description) => ask(description, 'credential', 'fill'),
      });
      return new SideRepository(folder, remote, checkout, { ...without, ...variablesWith(...credentials) });
    } catch (error) {
      await rm(parent, { recursive: true, force: true });
      throw error;
    }
  }

  /** @param variables what this one call needs beside the usual ones. */
  git(deadline: Deadline, args: readonly string[], input = '', variables: NodeJS.ProcessEnv = {}): Promise<GitAnswer> {
    const { folder } = this;
    const all = { ...this.#variables, ...variables };
    return runGit({ folder, args, input, timeoutMs: deadline.remainingMs, variables: all });
  }

  /** The head of the state branch that was fetched last. */
  async fetchedHead(): Promise<string | null> {
    const text = await absent(readFile(join(this.folder, ...STATE_REF.split('/')), 'utf8'));
    return text?.trim() ?? null;
  }

  async isShallow(): Promise<boolean> {
    return ((await absent(readFile(this.checkout.shallow, 'utf8'))) ?? '').trim() !== '';
  }

  async remove(): Promise<void> {
    await rm(join(this.folder, '..'), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A git that could not do in an empty folder what it does everywhere: for a person to look at. */
export class SideFault extends Error {
  override readonly name = 'SideFault';
}

/** Never a prompt; and refs are files, whatever the user prefers, because they are read as such. */
const QUIET: NodeJS.ProcessEnv = {
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  SSH_ASKPASS: '',
  GIT_DEFAULT_REF_FORMAT: 'files',
};

/** SSH asks at the terminal for what it lacks, unless it is told not to. */
function sshOf(entries: readonly Entry[]): NodeJS.ProcessEnv {
  const isSet = process.env['GIT_SSH_COMMAND'] ?? process.env['GIT_SSH'] ?? lastValue(entries, 'core.sshcommand');
  return isSet === null ? { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' } : {};
}

/** What the user has set for pushes of their own must not change this one. */
function fixedEntries(noHooks: string, { url, name }: Remote, entries: readonly Entry[]): readonly Entry[] {
  const of = (key: string): Entry[] => {
    const value = name === null ? null : lastValue(entries, `remote.${name}.${key}`);
    return value === null ? [] : [{ key: `remote.${REMOTE}.${key}`, value }];
  };
  const isPartial = entries.some(({ key, value }) => /^remote\..*\.promisor$/s.test(key) && value === 'true');
  return [
    { key: `remote.${REMOTE}.url`, value: url },
    // It is rewritten already, and once is enough.
    ...['insteadof', 'pushinsteadof'].map((name) => ({ key: `url.${url}.${name}`, value: url })),
    ...[...of('proxy'), ...of('proxyauthmethod'), ...of('uploadpack'), ...of('receivepack')],
    // What a partial clone lacks is fetched here, if it is needed at all.
    ...(isPartial ? [{ key: `remote.${REMOTE}.promisor`, value: 'true' }] : []),
    { key: 'core.hookspath', value: noHooks },
    { key: 'core.fsmonitor', value: 'false' },
    { key: 'gc.auto', value: '0' },
    { key: 'maintenance.auto', value: 'false' },
    { key: 'fetch.recursesubmodules', value: 'false' },
    { key: 'fetch.writecommitgraph', value: 'false' },
    { key: 'push.negotiate', value: 'false' },
    { key: 'push.followtags', value: 'false' },
    { key: 'push.gpgsign', value: 'false' },
    { key: 'push.pushoption', value: '' },
    { key: 'push.recursesubmodules', value: 'no' },
  ];
}

/** Where to push to, by what git makes of the addresses in the checkout. */
async function remoteOf({ folder, entries }: Checkout, server: Server, deadline: Deadline): Promise<Remote> {
  const ask = (...args: readonly string[]): Promise<string | null> =>
    asked({ folder, args, input: '', timeoutMs: deadline.remainingMs, variables: gitVariables() });
  const named = remoteNames(entries).map(async (name): Promise<readonly Address[]> => {
    const urls = await ask('remote', 'get-url', '--push', '--all', '--', name);
    return (urls?.split('\n') ?? []).map((url) => ({ name, url }));
  });
  const given = targetUrl(server);
  const [rewritten, ...addresses] = await Promise.all([ask('ls-remote', '--get-url', given), ...named]);
  return chooseRemote(entries, [...addresses.flat(), { name: null, url: rewritten ?? given }], server);
}

async function asked(call: Parameters<typeof runGit>[0]): Promise<string | null> {
  const answer = await runGit(call);
  return answer.kind === 'ended' && answer.status === 0 ? answer.stdout.trim() : null;
}

/** What git says to something that cannot fail for a reason of the user's. */
export function said(answer: GitAnswer, what: string): string {
  if (answer.kind === 'ended' && answer.status === 0) return answer.stdout;
  if (answer.kind === 'broken') throw new SideFault(`git ${what}: ${answer.error.message}`, { cause: answer.error });
  if (answer.kind === 'missing') throw new SideFault(`git ${what}: git is gone from the PATH`);
  throw new SideFault(`git ${what}: ${firstLine(answer.stderr) || 'it was ended before it gave an answer'}`);
}
