import * as v from 'valibot';

import type { EventAnswer } from './answer.js';
import { CommitSha, PullRequestNumber } from './target.js';
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
  const baseId = valueAt(pullRequest, 'base.repo.id');
  const hereId = valueAt(payload, 'repository.id');
  if (typeof baseId === 'number' && typeof hereId === 'number') return baseId === hereId;
  const fullName = valueAt(pullRequest, 'base.repo.full_name');
  if (typeof fullName === 'string') return fullName.toLowerCase() === repo.toLowerCase();
  const url = valueAt(pullRequest, 'base.repo.url');
  if (isAbsent(url)) return true;
  return typeof url === 'string' && url.toLowerCase().endsWith(`/repos/${repo.toLowerCase()}`);
}

/** One distinct number is found, several are several, none is null. The source is where the first one stood. */
export function answerOf(readings: readonly { pr: number; source: string }[], looked: string[]): EventAnswer | null {
  const [first] = readings;
  if (first === undefined) return null;
  const candidates = [...new Set(readings.map((reading) => reading.pr))].sort((a, b) => a - b);
  return candidates.length === 1 ? { kind: 'found', ...first } : { kind: 'several', candidates, looked };
}
