import { getInput } from '@actions/core';
import { ON_CONFLICT, type OnConflict } from '../core/code-table.js';
import type { Failure } from '../core/outcome.js';
import { COMMANDS, SUPERSEDE_POLICIES, type Command, type SupersedePolicy } from '../core/request.js';
import { plain } from '../core/text.js';
import { parsePullRequestInput, parseRepositoryName } from '../target/target.js';
import {
  readBoolean,
  readBranch,
  readChoice,
  readDuration,
  readRunId,
  readSecret,
  readToken,
  type Parsed,
} from './input-values.js';

/** Every input of the action with its default; a contract test holds this against action.yml. */
export const INPUT_DEFAULTS = {
  command: 'claim',
  repo: '',
  pr: '',
  'run-id': '',
  'target-run-id': '',
  reason: '',
  'fencing-token': '',
  'require-existing': 'true',
  'require-open': '',
  'require-active-owner': 'true',
  evict: 'false',
  supersede: 'dead',
  'stale-after': '30m',
  'wait-timeout': '0',
  'takeover-permission': 'write',
  'takeover-actors': '',
  'cancel-superseded': 'false',
  'on-conflict': 'fail',
  'release-on-exit': 'false',
  strict: 'false',
  'state-branch': 'runner-coord-state',
  'github-token': '${{ github.token }}',
  timeout: '60s',
  'job-status': '${{ job.status }}',
} as const;

export type InputName = keyof typeof INPUT_DEFAULTS;

export const TAKEOVER_PERMISSIONS = ['write', 'maintain', 'admin', 'none'] as const;
export type TakeoverPermissionInput = (typeof TAKEOVER_PERMISSIONS)[number];

/** All that the user said, checked. `null`: not given. Durations are in milliseconds. */
export interface Inputs {
  readonly command: Command;
  /** `owner/name` and the PR number or URL as given; the target resolution reads them. */
  readonly repo: string | null;
  readonly pr: string | null;
  readonly runId: string | null;
  readonly targetRunId: string | null;
  readonly reason: string | null;
  readonly fencingToken: number | null;
  readonly requireExisting: boolean;
  readonly requireActiveOwner: boolean;
  readonly evict: boolean;
  readonly supersede: SupersedePolicy;
  readonly staleAfterMs: number;
  readonly waitTimeoutMs: number;
  readonly takeoverPermission: TakeoverPermissionInput;
  readonly cancelSuperseded: boolean;
  readonly onConflict: OnConflict;
  readonly releaseOnExit: boolean;
  readonly strict: boolean;
  readonly stateBranch: string;
  readonly token: string;
  readonly timeoutMs: number;
}

export type InputsAnswer =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly failure: Failure; readonly onConflict: OnConflict };

const HOUR_MS = 3_600_000;
const NOTHING = { ok: true, value: null } as const;

/**
 * Reads every input once. All that is wrong is named together, so that nobody mends one input a run.
 *
 * @param serverUrl `GITHUB_SERVER_URL`, which a pull request given as a URL has to belong to.
 */
export function readInputs(serverUrl: string): InputsAnswer {
  const problems: string[] = [];
  const read = <T>(name: InputName, parse: (text: string) => Parsed<T>, secret = false): T | null => {
    const text = getInput(name) || INPUT_DEFAULTS[name];
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    problems.push(`"${name}" must be ${parsed.allowed}${secret ? '' : `, but is "${plain(text, 80)}"`}`);
    return null;
  };
  const optional = <T>(name: InputName, parse: (text: string) => Parsed<T>): T | null =>
    read<T | null>(name, (text) => (text === '' ? NOTHING : parse(text)));
  const asGiven = (name: InputName): string | null => getInput(name) || null;
  const boolean = (name: InputName): boolean | null => read(name, readBoolean);

  const given = {
    command: read('command', readChoice(COMMANDS)),
    fencingToken: optional('fencing-token', readToken),
    runId: optional('run-id', readRunId),
    targetRunId: optional('target-run-id', readRunId),
    requireExisting: boolean('require-existing'),
    requireActiveOwner: boolean('require-active-owner'),
    evict: boolean('evict'),
    supersede: read('supersede', readChoice(SUPERSEDE_POLICIES)),
    staleAfterMs: read('stale-after', readDuration({ leastMs: 1000, mostMs: 365 * 24 * HOUR_MS })),
    waitTimeoutMs: read('wait-timeout', readDuration({ leastMs: 0, mostMs: 24 * HOUR_MS })),
    takeoverPermission: read('takeover-permission', readChoice(TAKEOVER_PERMISSIONS)),
    cancelSuperseded: boolean('cancel-superseded'),
    onConflict: read('on-conflict', readChoice(ON_CONFLICT)),
    releaseOnExit: boolean('release-on-exit'),
    strict: boolean('strict'),
    stateBranch: read('state-branch', readBranch),
    token: read('github-token', readSecret, true),
    timeoutMs: read('timeout', readDuration({ leastMs: 100, mostMs: 6 * HOUR_MS })),
  };
  const rest = { repo: asGiven('repo'), pr: asGiven('pr'), reason: asGiven('reason') };
  const repository = rest.repo === null ? null : parseRepositoryName(rest.repo);
  if (repository?.ok === false) problems.push(`"repo" ${repository.problem}`);
  const pullRequest = rest.pr === null ? null : parsePullRequestInput(rest.pr, serverUrl);
  if (pullRequest?.ok === false) problems.push(`"pr" ${pullRequest.problem}`);

  if (problems.length === 0) {
    // Every value was read, or there would be a problem; the types cannot know that.
    return { ok: true, inputs: { ...given, ...rest } as Inputs };
  }
  const failure: Failure = {
    code: 'invalid_input',
    problem: `The input ${problems.join('; the input ')}`,
    advice: 'Correct it under "with:" of this step.',
  };
  return { ok: false, failure, onConflict: given.onConflict ?? 'fail' };
}
