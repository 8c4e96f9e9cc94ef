import { COMMANDS, type AnyCommand, type Command } from '../core/request.js';
import { DEFAULT_STATE_BRANCH } from '../core/state-branch.js';

/**
 * Everything that a user can set, once: an input of the action is an option of the command line under the same name.
 * action.yml, the tables of the docs and the help are made from this and from the descriptions beside it.
 */
interface Row {
  /** `''`: none. */
  readonly default: string;
  /** What a value looks like in a usage line; `null`: true or false. */
  readonly value: string | null;
  /** The commands that use it. `step`: an input of the action alone, which a command line has no use for. */
  readonly usedBy: readonly AnyCommand[] | 'all' | 'step';
}

const BEGINNING: readonly Command[] = ['claim', 'takeover', 'ensure'];
const CLAIMING: readonly Command[] = ['claim', 'ensure'];
/** What may end another run's tenure, or signal it. */
const AGAINST_OTHERS: readonly Command[] = ['takeover', 'release', 'signal-exit'];

export const INPUTS = {
  command: { default: 'claim', value: 'COMMAND', usedBy: 'step' },
  repo: { default: '', value: 'OWNER/NAME', usedBy: 'all' },
  pr: { default: '', value: 'NUMBER|URL', usedBy: COMMANDS },
  scope: { default: '', value: 'SCOPE', usedBy: COMMANDS },
  'run-id': {
    default: '',
    value: 'ID',
    usedBy: ['claim', 'takeover', 'assert', 'push', 'ensure', 'release', 'signal-exit'],
  },
  'target-run-id': { default: '', value: 'ID', usedBy: ['release', 'signal-exit', 'check'] },
  reason: { default: '', value: 'TEXT', usedBy: ['claim', 'takeover', 'push', 'ensure', 'release', 'signal-exit'] },
  'fencing-token': { default: '', value: 'TOKEN', usedBy: ['assert', 'push', 'ensure', 'release', 'signal-exit'] },
  'require-existing': { default: 'true', value: null, usedBy: ['assert'] },
  'require-open': { default: '', value: null, usedBy: [...BEGINNING, 'assert', 'push'] },
  'require-active-owner': { default: 'true', value: null, usedBy: ['signal-exit'] },
  evict: { default: 'false', value: null, usedBy: ['release'] },
  supersede: { default: 'dead', value: 'never|dead|stale', usedBy: CLAIMING },
  'stale-after': { default: '30m', value: 'DURATION', usedBy: [...CLAIMING, 'check'] },
  'wait-timeout': { default: '0', value: 'DURATION', usedBy: CLAIMING },
  detached: { default: 'false', value: null, usedBy: BEGINNING },
  'expires-after': { default: '', value: 'DURATION', usedBy: BEGINNING },
  'takeover-permission': { default: 'write', value: 'write|maintain|admin|none', usedBy: AGAINST_OTHERS },
  'takeover-actors': { default: '', value: 'LOGINS', usedBy: AGAINST_OTHERS },
  'cancel-superseded': { default: 'false', value: null, usedBy: BEGINNING },
  'pr-status': { default: 'false', value: null, usedBy: [...BEGINNING, 'push', 'release'] },
  'on-conflict': { default: 'fail', value: 'fail|continue', usedBy: 'step' },
  'release-on-exit': { default: 'false', value: null, usedBy: 'step' },
  ref: { default: 'HEAD', value: 'SRC[:DST]', usedBy: 'step' },
  'working-directory': { default: '', value: 'FOLDER', usedBy: 'step' },
  strict: { default: 'false', value: null, usedBy: ['assert'] },
  'guard-push': { default: 'false', value: null, usedBy: 'step' },
  'board-dir': { default: '', value: 'FOLDER', usedBy: ['board'] },
  since: { default: '7d', value: 'DURATION', usedBy: ['board'] },
  'older-than': { default: '90d', value: 'DURATION', usedBy: ['sweep'] },
  // On a command line it is an option of those two commands: whoever gives it to another one shall not go on unaware.
  'dry-run': { default: 'false', value: null, usedBy: 'step' },
  'state-branch': { default: DEFAULT_STATE_BRANCH, value: 'BRANCH', usedBy: 'all' },
  'github-token': { default: '${{ github.token }}', value: 'TOKEN', usedBy: 'step' },
  timeout: { default: '60s', value: 'DURATION', usedBy: 'all' },
  'job-status': { default: '${{ job.status }}', value: 'STATUS', usedBy: 'step' },
} as const satisfies Readonly<Record<string, Row>>;

export type InputName = keyof typeof INPUTS;

export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];

/** The options of one command, or of all of them. */
export function optionNames(command: AnyCommand | null = null): InputName[] {
  const rows: Readonly<Record<InputName, Row>> = INPUTS;
  return INPUT_NAMES.filter((name) => {
    const { usedBy } = rows[name];
    if (usedBy === 'step') return false;
    return usedBy === 'all' || command === null || usedBy.includes(command);
  });
}
