import { createHash } from 'node:crypto';
import { commandLine, isAbsolutePath, quote, shellPath } from './shell-words.js';

/** The hooks that are written, and how they are known again. Nothing secret may be in them: everyone can read a hook. */

export const KEPT_HOOK = 'pre-push.before-runner-coord';
/** The folder that `core.hooksPath` names while a repository is guarded whose hooks are elsewhere. */
export const OWN_FOLDER = 'runner-coord-hooks';
/** An extended regular expression for `git config`: ours, also where the checkout has moved since. */
export const OWN_FOLDER_PATTERN = `/${OWN_FOLDER}$`;

export interface GuardHook {
  /** Every absolute path in it has to be there when the hook runs. */
  readonly command: readonly string[];
  /** For the command alone; the hook that comes after it does not see them. */
  readonly env: Readonly<Record<string, string>>;
  /** The hook that was there: beside the guard, or in the folder that `core.hooksPath` named. */
  readonly next: { readonly kind: 'beside' } | { readonly kind: 'in'; readonly folder: string; readonly level: Level };
}

/** Where in the configuration of a repository a value stands. */
export type Level = 'local' | 'worktree';

export function guardHook({ command, env, next }: GuardHook): string {
  const needed = command.filter(isAbsolutePath);
  const variables = Object.entries(env).map(([name, value]) => `${variable(name)}=${quote(value)} `);
  return signed(`# A push goes on only if the command below says that this run owns the pull request.
# \`git push --no-verify\` goes around it, as around every hook: the guard is for tools that push without asking, not
# against somebody who wants to get past it.

case $0 in
  */*) here=\${0%/*} ;;
  *) here=. ;;
esac
next=${next.kind === 'beside' ? `$here/${KEPT_HOOK}` : quote(hookIn(next.folder, 'pre-push'))}

# The job that wrote this may be over, and its temporary folder gone.
stale() {
  printf 'runner-coord: the push was refused by the guard of a job that is probably over: %s.\\n' "$1" >&2
  ${say('runner-coord: to go on, install the guard again, or remove it from this repository by (on Windows in Git Bash)')}
${next.kind === 'beside' ? REMOVE_BESIDE : `  ${say(removeFolder(next.level))}`}
  exit 1
}
for file in ${commandLine(needed)}; do
  [ -e "$file" ] || stale "$file is gone"
done

# What git says about the refs to be pushed comes on stdin, and is for the next hook. Stdout may be read by a program.
${variables.join('')}${commandLine(command)} </dev/null >&2
status=$?
case $status in
  0) ;;
  126 | 127) stale "its command could not be started (status $status)" ;;
  *)
    printf 'runner-coord: the push was refused by the guard, whose check ended with status %s (see above). Nothing was sent.\\n' "$status" >&2
    exit 1
    ;;
esac

if [ -f "$next" ] && [ -x "$next" ]; then exec "$next" "$@"; fi
`);
}

/** `git` itself is asked where the hooks are, so that these work in every folder of the repository. */
const HOOKS = '$(git rev-parse --git-path hooks)';
const REMOVE_BESIDE = `  if [ -e "$next" ]; then
    ${say(`  mv "${HOOKS}/${KEPT_HOOK}" "${HOOKS}/pre-push"`)}
  else
    ${say(`  rm "${HOOKS}/pre-push"`)}
  fi`;

function removeFolder(level: Level): string {
  return `  git config --${level} --unset-all core.hooksPath '${OWN_FOLDER_PATTERN}'`;
}

/** To stderr, as it stands. */
function say(line: string): string {
  return `printf '%s\\n' ${quote(line)} >&2`;
}

/** A hook that runs the one of its name in another folder, with all that git gave it. */
export function forwarder(folder: string, name: string): string {
  return signed(`# While the push is guarded, core.hooksPath names this folder. The hook of the folder that it named before runs from here.
hook=${quote(hookIn(folder, name))}
if [ -f "$hook" ] && [ -x "$hook" ]; then exec "$hook" "$@"; fi
`);
}

/** The hook as git would name it: some find out from `$0` what they are. A relative folder is relative to where hooks run. */
function hookIn(folder: string, name: string): string {
  return `${shellPath(folder).replace(/\/+$/, '')}/${name}`;
}

function variable(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new Error(`${JSON.stringify(name)} is no name of a variable in sh.`);
  return name;
}

const SIGNATURE = /^#!\/bin\/sh\n# Written by runner-coord, sha256 ([0-9a-f]{64})\. [^\n]*\n/;

function signed(body: string): string {
  return `#!/bin/sh\n# Written by runner-coord, sha256 ${sha256(body)}. An edited hook is put aside and no longer run.\n${body}`;
}

/** `edited`: written by us, of whatever version, and changed since: it holds somebody's work. */
export function authorOf(text: string): 'us' | 'edited' | 'others' {
  const [head, checksum] = SIGNATURE.exec(text) ?? [];
  if (head !== undefined) return sha256(text.slice(head.length)) === checksum ? 'us' : 'edited';
  return text.includes('# Written by runner-coord, sha256 ') ? 'edited' : 'others';
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
