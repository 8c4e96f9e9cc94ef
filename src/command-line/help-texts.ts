import { EXIT } from '../core/code-table.js';
import type { AnyCommand } from '../core/request.js';
import type { OptionHelp } from './help.js';

export type Topic = AnyCommand | 'exec' | 'guard' | 'migrate';

interface HelpText {
  readonly usage: string;
  readonly summary: string;
  readonly details: string;
  readonly example: string;
}

/** What each command is for; docs/cli.md is made from the same. */
export const HELP: Readonly<Record<Topic, HelpText>> = {
  claim: {
    usage: 'claim [options]',
    summary: 'Claims the pull request for this run, or renews its tenure.',
    details: 'Refused while another run owns it, unless that one is gone.',
    example: 'runner-coord claim --wait-timeout 10m',
  },
  takeover: {
    usage: 'takeover [options]',
    summary: 'Takes the pull request over from whoever owns it.',
    details: 'The actor needs the permission; the other run notices at its next assert.',
    example: 'runner-coord takeover --pr 17 --reason "stuck since noon"',
  },
  assert: {
    usage: 'assert [options]',
    summary: 'Says whether this run owns the pull request, right now.',
    details:
      'Carries the fencing token of the tenure that a step of this job has begun, so that a later tenure is not taken for it.',
    example: 'runner-coord assert && gh pr merge --squash',
  },
  push: {
    usage: 'push [SRC[:DST]] [options]',
    summary:
      'Publishes commits on the branch of the pull request, if and only if this run owns it at that very moment.',
    details:
      'Moves the branch and the ownership record in one atomic push. SRC is HEAD unless it is given, DST the branch of the pull ' +
      'request. The commit has to build on what the branch has, or --force-with-lease tells which head it replaces. Nothing in the checkout is changed, and none of its hooks run.',
    example: 'git commit -am "Fix it" && runner-coord push',
  },
  ensure: {
    usage: 'ensure [options]',
    summary: 'Confirms the tenure of this run, or claims where there is none.',
    details: '',
    example: 'runner-coord ensure --wait-timeout 5m',
  },
  release: {
    usage: 'release [options]',
    summary: 'Ends the tenure of this run; with --evict that of another run, which has to be named.',
    details: 'Releasing what nobody owns is no error.',
    example: 'runner-coord release --pr 17 --evict --target-run-id 1001 --reason "its job hangs"',
  },
  'signal-exit': {
    usage: 'signal-exit [options]',
    summary: 'Tells the owner to stop: its next assert is refused.',
    details: '',
    example: 'runner-coord signal-exit --pr 17 --require-active-owner=false --reason "wrong branch"',
  },
  check: {
    usage: 'check [options]',
    summary: 'Says whether the owner is at work: alive, gone, stale or told to exit.',
    details: '',
    example: 'runner-coord check --pr 17 --stale-after 2h --json',
  },
  status: {
    usage: 'status [options]',
    summary: 'Shows who owns the pull request, with the whole record.',
    details: '',
    example: 'runner-coord status --pr 17 --json',
  },
  board: {
    usage: 'board [options]',
    summary:
      'Shows who owns which pull requests of the repository, who waits, what is stuck, and what happened lately.',
    details:
      'Writes board.html and board.json, for people and for programs; the table goes to stderr, and with --json the board to stdout.',
    example: 'runner-coord board --repo acme/widgets --since 24h',
  },
  sweep: {
    usage: 'sweep [options]',
    summary: 'Removes the records of pull requests that were closed long ago, in one commit.',
    details:
      'What somebody owns or waits for stays, and so does everything that is not known for certain. Fencing tokens go on ' +
      'above all that were removed, also where a pull request is opened again.',
    example: 'runner-coord sweep --older-than 180d --dry-run',
  },
  exec: {
    usage: 'exec [options] -- PROGRAM [arguments]',
    summary: 'Runs a program for as long as this run owns the pull request.',
    details:
      'Asserts, starts the program, and watches. When ownership is lost or signalled, or GitHub is out of reach for too long, ' +
      'the program and all it has started get SIGTERM, after the grace SIGKILL, and the exit status is 76; otherwise it is ' +
      'that of the program. The program is in a session of its own: it can read the terminal, but cannot open /dev/tty. ' +
      'Options of a claim need --claim, those of an assert (--fencing-token, --strict) go without it.',
    example: 'runner-coord exec --grace 30s -- ./agent.sh --fix',
  },
  guard: {
    usage: 'guard install|uninstall',
    summary: 'Installs or removes a pre-push hook here that asserts before every push.',
    details:
      'For tools that call git push themselves. A hook that was there goes on to run. "git push --no-verify" goes around it.',
    example: 'runner-coord guard install',
  },
  migrate: {
    usage: 'migrate --state-branch PATTERN [options]',
    summary: 'Moves all records to another state-branch, once in the life of a repository.',
    details:
      'First the branch that has them is marked, so that nothing changes there any more; then the new ones are made from it. ' +
      'Owners, lines and fencing tokens stay as they are. Runs that are at work lose their ownership under the old name: let ' +
      'them end first. It can be run again after any fault. It takes about 55 requests to sixteen shards, and needs contents: write.',
    example: "runner-coord migrate --state-branch 'runner-coord-state-{shard}' --dry-run",
  },
};

export const PUSH_OPTIONS: readonly OptionHelp[] = [
  { usage: '--dry-run', description: 'Only says what would be published, and whether this run may.' },
  {
    usage: '--force-with-lease[=COMMIT]',
    description:
      'Replaces COMMIT, whatever SRC builds on; without one, the head of the branch that was fetched last. Refused where the branch has any other head.',
  },
];

/** How long all of it may take: a limit of GitHub, which asks to wait a minute, is waited out. */
export const MIGRATE_TIMEOUT = '10m';

export const MIGRATE_OPTIONS: readonly OptionHelp[] = [
  {
    usage: '--from PATTERN',
    description:
      'The state-branch that has the records, a name or a pattern with {shard}. Default is whichever of runner-coord-state and the new name, with or without -{shard}, has some.',
  },
  { usage: '--state-branch PATTERN', description: 'Where the records are moved to, a name or a pattern with {shard}.' },
  { usage: '--dry-run', description: 'Only says which records would come to which branch.' },
  {
    usage: `--timeout DURATION [${MIGRATE_TIMEOUT}]`,
    description: 'How long all of it may take. What is not done by then is done by running it again.',
  },
];

export const SWEEP_OPTIONS: readonly OptionHelp[] = [
  { usage: '--dry-run', description: 'Only says what would be removed. A token that may read is enough.' },
];

export const EXEC_OPTIONS: readonly OptionHelp[] = [
  { usage: '--grace DURATION [10s]', description: 'How long the program has to end by itself when ownership is lost.' },
  {
    usage: '--lost-after DURATION [2m]',
    description: 'How long GitHub may be out of reach before that counts as a loss.',
  },
  {
    usage: '--claim',
    description:
      'Claims first, and releases what it has begun when the program has ended. With --wait-timeout it waits for its turn.',
  },
];

export const EXIT_STATUSES = [
  { status: EXIT.OWNED, meaning: 'claim, takeover, ensure, assert, push: this run owns it; others: done' },
  { status: EXIT.USAGE, meaning: 'wrong usage, a wrong option, or the pull request or run could not be found out' },
  {
    status: EXIT.UNAVAILABLE,
    meaning: 'GitHub could not be asked, or not in time: nothing is known, and a push may have landed',
  },
  { status: EXIT.BROKEN, meaning: 'the record or the repository is not as it should be, or a fault in runner-coord' },
  {
    status: EXIT.NOT_OWNED,
    meaning: 'refused: this run does not own it; push: or the branch has moved, or is in a fork',
  },
  { status: EXIT.LOST, meaning: 'exec: ownership was lost, and the program was ended' },
  { status: EXIT.FORBIDDEN, meaning: 'GitHub refused it: the token lacks a permission' },
] as const;
