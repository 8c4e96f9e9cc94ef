import * as v from 'valibot';
import { isPrintable, isStorableRepository, isStorableUrl, NAME_LIMIT, RUN_ID_LIMIT } from '../core/printable.js';
import { HIGHEST_TOKEN, type Holder } from '../core/record.js';
import type { Run } from '../core/run.js';
import { TAKEOVER_PERMISSIONS, type TakeoverPermissionInput } from '../inputs/inputs.js';
import { readBranch, readScope } from '../inputs/values.js';

/**
 * What the steps of a job leave for its later steps. Unknown fields are refused: whatever is not named here, a token
 * above all, can neither be written nor be taken for something.
 */
export interface StepFile extends Surroundings {
  readonly version: 1;
  /** The last used first. */
  readonly entries: readonly Entry[];
}

/** Where the job is at work; the same for all of its steps. `null` is not known. */
export interface Surroundings {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** The repository that the job works in, `owner/name`. */
  readonly repository: string | null;
  readonly repositoryId: number | null;
  readonly actors: readonly string[];
  readonly workflowRun: { readonly id: number; readonly attempt: number } | null;
}

/** One target that the job acts on, and the run that it acts for. */
export interface Entry {
  /** By the name that the step used; a rename is noticed where GitHub is asked. */
  readonly target: { readonly repo: string; readonly pr: number; readonly scope: string | null };
  readonly stateBranch: string;
  readonly run: Run;
  readonly takeoverPermission: TakeoverPermissionInput;
  readonly takeoverActors: readonly string[];
  /** Of the tenure that this job holds; `null`: it holds none, as far as its steps know. */
  readonly fencingToken: number | null;
}

/** More than a matrix of pull requests in one job will ever be; the file stays small whatever happens. */
export const MOST_ENTRIES = 50;

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(NAME_LIMIT), v.check(isPrintable, 'must be printable text'));
const repository = v.pipe(v.string(), v.check(isStorableRepository, 'must be owner/name'));
const url = v.pipe(v.string(), v.check(isStorableUrl, 'must be an http(s) address'));

/** An address may carry a password, and this file no secret. */
const address = v.pipe(url, v.check(isWithoutLogin, 'must be an address without a login or password'));

const holder: v.GenericSchema<unknown, Holder> = v.strictObject({
  repo: v.nullable(repository),
  repoId: v.nullable(positive),
  workflowRunId: v.nullable(positive),
  workflow: v.nullable(name),
  job: v.nullable(name),
  actor: v.nullable(name),
  url: v.nullable(address),
});

const EntrySchema: v.GenericSchema<unknown, Entry> = v.strictObject({
  target: v.strictObject({
    repo: repository,
    pr: positive,
    scope: v.nullable(
      v.pipe(
        v.string(),
        v.check((text) => readScope(text).ok, 'must be a scope'),
      ),
    ),
  }),
  stateBranch: v.pipe(
    v.string(),
    v.check((text) => readBranch(text).ok, 'must be a branch name'),
  ),
  run: v.strictObject({
    runId: v.pipe(v.string(), v.nonEmpty(), v.maxLength(RUN_ID_LIMIT), v.check(isPrintable, 'must be printable text')),
    attempt: positive,
    holder: v.nullable(holder),
  }),
  takeoverPermission: v.picklist(TAKEOVER_PERMISSIONS),
  takeoverActors: v.array(name),
  fencingToken: v.nullable(v.pipe(positive, v.maxValue(HIGHEST_TOKEN))),
});

export const StepFileSchema: v.GenericSchema<unknown, StepFile> = v.strictObject({
  version: v.literal(1),
  serverUrl: address,
  apiUrl: address,
  graphqlUrl: address,
  repository: v.nullable(repository),
  repositoryId: v.nullable(positive),
  actors: v.array(name),
  workflowRun: v.nullable(v.strictObject({ id: positive, attempt: positive })),
  entries: v.pipe(v.array(EntrySchema), v.maxLength(MOST_ENTRIES)),
});

function isWithoutLogin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
