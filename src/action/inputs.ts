import { getInput } from '@actions/core';
import * as v from 'valibot';
import { ON_CONFLICT, type OnConflict } from '../core/code-table.js';
import type { Failure } from '../core/outcome.js';
import { COMMANDS, SUPERSEDE_POLICIES } from '../core/request.js';
import { parsePullRequestInput, parseRepositoryName } from '../target/target.js';
import { optional, required } from './input-schema.js';
import {
  readBoolean,
  readBranch,
  readChoice,
  readDuration,
  readLogins,
  readRunId,
  readSecret,
  readToken,
  type Parsed,
  type Worded,
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

const HOUR_MS = 3_600_000;

const field = <T>(name: InputName, parse: (text: string) => Parsed<T> | Worded): v.GenericSchema<string, T> =>
  required(name, parse);
const choice = <T>(name: InputName, parse: (text: string) => Parsed<T> | Worded): v.GenericSchema<string, T | null> =>
  optional(name, parse);
const asGiven = (name: InputName): v.GenericSchema<string, string | null> =>
  optional(name, (text) => ({ ok: true, value: text }));

/** A problem in words that follow the name of the input is put into the form of all others. */
function worded<T>(
  parse: (text: string) => { ok: true; value: T } | Worded,
): (text: string) => Parsed<string> | Worded {
  return (text) => {
    const parsed = parse(text);
    return parsed.ok ? { ok: true, value: text } : parsed;
  };
}

const schemaFor = (serverUrl: string) =>
  v.object({
    command: field('command', readChoice(COMMANDS)),
    /** `owner/name` and the PR number or URL as given; the target resolution reads them. */
    repo: choice('repo', worded(parseRepositoryName)),
    pr: choice(
      'pr',
      worded((text) => parsePullRequestInput(text, serverUrl)),
    ),
    'run-id': choice('run-id', readRunId),
    'target-run-id': choice('target-run-id', readRunId),
    reason: asGiven('reason'),
    'fencing-token': choice('fencing-token', readToken),
    'require-existing': field('require-existing', readBoolean),
    'require-open': choice('require-open', readBoolean),
    'require-active-owner': field('require-active-owner', readBoolean),
    evict: field('evict', readBoolean),
    supersede: field('supersede', readChoice(SUPERSEDE_POLICIES)),
    'stale-after': field('stale-after', readDuration({ leastMs: 1000, mostMs: 365 * 24 * HOUR_MS })),
    'wait-timeout': field('wait-timeout', readDuration({ leastMs: 0, mostMs: 24 * HOUR_MS })),
    'takeover-permission': field('takeover-permission', readChoice(TAKEOVER_PERMISSIONS)),
    'takeover-actors': field('takeover-actors', readLogins),
    'cancel-superseded': field('cancel-superseded', readBoolean),
    'on-conflict': field('on-conflict', readChoice(ON_CONFLICT)),
    'release-on-exit': field('release-on-exit', readBoolean),
    strict: field('strict', readBoolean),
    'state-branch': field('state-branch', readBranch),
    'github-token': required('github-token', readSecret, true),
    timeout: field('timeout', readDuration({ leastMs: 100, mostMs: 6 * HOUR_MS })),
  });

/** All that the user said, checked, under the names of the inputs. `null`: not given. Durations are in milliseconds. */
export type Inputs = Readonly<v.InferOutput<ReturnType<typeof schemaFor>>>;

export type InputsAnswer =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly failure: Failure; readonly onConflict: OnConflict };

/**
 * Reads every input once. All that is wrong is named together, so that nobody mends one input a run.
 *
 * @param serverUrl `GITHUB_SERVER_URL`, which a pull request given as a URL has to belong to.
 */
export function readInputs(serverUrl: string): InputsAnswer {
  const schema = schemaFor(serverUrl);
  const names = Object.keys(schema.entries) as (keyof typeof schema.entries)[];
  const texts = Object.fromEntries(names.map((name) => [name, getInput(name) || INPUT_DEFAULTS[name]]));
  const read = v.safeParse(schema, texts);
  if (read.success) return { ok: true, inputs: read.output };
  const failure: Failure = {
    code: 'invalid_input',
    problem: `The input ${read.issues.map(({ message }) => message).join('; the input ')}`,
    advice: 'Correct it under "with:" of this step.',
  };
  const onConflict = readChoice(ON_CONFLICT)(texts['on-conflict'] ?? '');
  return { ok: false, failure, onConflict: onConflict.ok ? onConflict.value : 'fail' };
}
