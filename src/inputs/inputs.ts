import * as v from 'valibot';
import { ON_CONFLICT } from '../core/code-table.js';
import { LONGEST_TERM_MS } from '../core/record.js';
import { COMMANDS, OVERVIEW_COMMANDS, SUPERSEDE_POLICIES, type Command } from '../core/request.js';
import { parsePullRequestInput, parseRepositoryName } from '../target/target.js';
import { INPUTS } from './registry.js';
import { optional, required } from './schema.js';
import {
  readBoolean,
  readChoice,
  readDuration,
  readFolder,
  readLogins,
  readRefspec,
  readRunId,
  readScope,
  readSecret,
  readStateBranch,
  readToken,
  type Parsed,
  type Worded,
} from './values.js';

export const TAKEOVER_PERMISSIONS = ['write', 'maintain', 'admin', 'none'] as const;
export type TakeoverPermissionInput = (typeof TAKEOVER_PERMISSIONS)[number];

const HOUR_MS = 3_600_000;

/** Free text, taken as it is. */
const asGiven = optional((text) => ({ ok: true, value: text }));

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
    command: required(readChoice([...COMMANDS, ...OVERVIEW_COMMANDS])),
    /** `owner/name` and the PR number or URL as given; the target resolution reads them. */
    repo: optional(worded(parseRepositoryName)),
    pr: optional(worded((text) => parsePullRequestInput(text, serverUrl))),
    scope: optional(readScope),
    'run-id': optional(readRunId),
    'target-run-id': optional(readRunId),
    reason: asGiven,
    'fencing-token': optional(readToken),
    'require-existing': required(readBoolean),
    'require-open': optional(readBoolean),
    'require-active-owner': required(readBoolean),
    evict: required(readBoolean),
    supersede: required(readChoice(SUPERSEDE_POLICIES)),
    'stale-after': required(readDuration({ leastMs: 1000, mostMs: 365 * 24 * HOUR_MS })),
    'wait-timeout': required(readDuration({ leastMs: 0, mostMs: 24 * HOUR_MS })),
    detached: required(readBoolean),
    'expires-after': optional(readDuration({ leastMs: 1000, mostMs: LONGEST_TERM_MS })),
    'takeover-permission': required(readChoice(TAKEOVER_PERMISSIONS)),
    'takeover-actors': required(readLogins),
    'cancel-superseded': required(readBoolean),
    'pr-status': required(readBoolean),
    'on-conflict': required(readChoice(ON_CONFLICT)),
    'release-on-exit': required(readBoolean),
    strict: required(readBoolean),
    'guard-push': required(readBoolean),
    ref: required(readRefspec),
    'working-directory': asGiven,
    'board-dir': optional(readFolder),
    since: required(readDuration({ leastMs: 60_000, mostMs: 400 * 24 * HOUR_MS })),
    'older-than': required(readDuration({ leastMs: 0, mostMs: 10 * 365 * 24 * HOUR_MS })),
    'dry-run': required(readBoolean),
    'state-branch': required(readStateBranch),
    'github-token': required(readSecret, true),
    timeout: required(readDuration({ leastMs: 100, mostMs: 6 * HOUR_MS })),
  });

/** All that the user said, checked, under the names of the inputs. `null`: not given. Durations are in milliseconds. */
export type Inputs = Readonly<v.InferOutput<ReturnType<typeof schemaFor>>>;

/** Those of a command about one pull request. */
export type CoordinationInputs = Inputs & { readonly command: Command };

export type InputsAnswer =
  { readonly ok: true; readonly inputs: Inputs } | { readonly ok: false; readonly wrong: readonly WrongInput[] };

export interface WrongInput {
  readonly name: string;
  /** In words that follow the name. */
  readonly problem: string;
}

/**
 * Reads every input once. All that is wrong is named together, so that nobody mends one input a run.
 *
 * @param texts what was given, by name; an empty text counts as not given.
 * @param serverUrl `GITHUB_SERVER_URL`, which a pull request given as a URL has to belong to.
 */
export function parseInputs(texts: Readonly<Record<string, string>>, serverUrl: string): InputsAnswer {
  const schema = schemaFor(serverUrl);
  const names = Object.keys(schema.entries) as (keyof typeof schema.entries)[];
  const all = Object.fromEntries(names.map((name) => [name, texts[name] || INPUTS[name].default]));
  const read = v.safeParse(schema, all);
  if (read.success) return { ok: true, inputs: read.output };
  const wrong = read.issues.map(({ path, message }) => ({ name: String(path?.[0].key), problem: message }));
  return { ok: false, wrong };
}
