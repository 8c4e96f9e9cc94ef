import * as v from 'valibot';

import type { EventAnswer } from './answer.js';
import { sameRepository, type RepositoryIdentity } from './repository.js';
import { CommitSha, parseRepositoryName, PullRequestNumber } from './target.js';
import { shown } from './text.js';

/** A value of a payload: not there (missing or null), as GitHub sends it, or something GitHub never sends. */
export type Reading<T> = { kind: 'absent' } | { kind: 'value'; value: T } | { kind: 'invalid'; problem: string };

/**
 * The value at a dotted path, or undefined. Only an object's own fields count: a payload is parsed JSON, in which
 * `__proto__` and `constructor` are names like any other.
 */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A JSON object, neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null is what GitHub sends for "none"; undefined is a field that is missing. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Reads a pull request number. A string of digits is invalid: where GitHub sends a number, it is not GitHub's. */
export function readNumber(value: unknown, where: string): Reading<number> {
  return read(PullRequestNumber, value, where, 'a positive integer');
}

/** Reads a commit id. */
export function readSha(value: unknown, where: string): Reading<string> {
  return read(CommitSha, value, where, 'a commit id');
}

/** Reads a value by its schema; `what` names what was expected. */
export function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown, where: string, what: string): Reading<T> {
  if (isAbsent(value)) return { kind: 'absent' };
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { kind: 'value', value: parsed.output };
  return { kind: 'invalid', problem: `${where} should be ${what}, but is ${shown(value)}` };
}

/**
 * Whether a pull request in a payload belongs to this repository. The lists of checks and workflow runs also hold pull
 * requests of other repositories of the network (a fork's own, for one) whose numbers mean nothing here. One that does
 * not say where it belongs is taken to belong here.
 */
export function belongsHere(pullRequest: unknown, payload: unknown, repo: string): boolean {
  return mayBe(valueAt(pullRequest, 'base.repo'), hereOf(payload, repo));
}

/** Whether the repository in a list's entry, which has an id and an API URL, may be this one: it is if it says nothing. */
export function mayBe(entry: unknown, repository: RepositoryIdentity): boolean {
  const named = identityOf(entry);
  const knowsBoth = named.id !== null && repository.id !== null;
  if (knowsBoth || !isAbsent(valueAt(entry, 'full_name'))) return sameRepository(named, repository);
  const url = valueAt(entry, 'url');
  if (isAbsent(url) || repository.name === null) return true;
  return typeof url === 'string' && url.toLowerCase().endsWith(`/repos/${repository.name}`);
}

/** The repository of the run. Its id is in every payload. */
export function hereOf(payload: unknown, repo: string): RepositoryIdentity {
  return { id: identityOf(valueAt(payload, 'repository')).id, name: repo.toLowerCase() };
}

/** What an object of the API says of its repository. */
export function identityOf(repository: unknown): RepositoryIdentity {
  const id = valueAt(repository, 'id');
  const fullName = valueAt(repository, 'full_name');
  const name = typeof fullName === 'string' ? parseRepositoryName(fullName) : null;
  return { id: typeof id === 'number' ? id : null, name: name?.ok === true ? name.value : null };
}

/** One distinct number is found, several are several, none is null. The source is where the first one stood. */
export function answerOf(readings: readonly { pr: number; source: string }[], looked: string[]): EventAnswer | null {
  const [first] = readings;
  if (first === undefined) return null;
  const candidates = [...new Set(readings.map((reading) => reading.pr))].sort((a, b) => a - b);
  return candidates.length === 1 ? { kind: 'found', ...first } : { kind: 'several', candidates, looked };
}
