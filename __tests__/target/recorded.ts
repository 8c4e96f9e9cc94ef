import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { EventFacts } from '../../src/target/from-event.js';
import { isObject, valueAt } from '../../src/target/payload.js';

interface RecordedEvent {
  name: string;
  examples: unknown[];
}

const recordedEvents = createRequire(import.meta.url)('@octokit/webhooks-examples') as RecordedEvent[];

/** All payloads of an event in @octokit/webhooks-examples; at least one, or the test is out of date. */
export function recorded(name: string): unknown[] {
  const examples = recordedEvents.find((event) => event.name === name)?.examples ?? [];
  if (examples.length === 0) throw new Error(`no recorded payload of ${name}`);
  return examples;
}

/** Every recorded payload with the name of its event. */
export function allRecorded(): { name: string; payload: unknown }[] {
  return recordedEvents.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));
}

/** A payload written by hand, from __tests__/fixtures/events. */
export function handmade(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/events/${file}.json`, import.meta.url), 'utf8'));
}

/** The facts of a run in the repository that the payload names. */
export function facts(name: string, payload: unknown, rest: Partial<EventFacts> = {}): EventFacts {
  const fullName = valueAt(payload, 'repository.full_name');
  const repo = typeof fullName === 'string' ? fullName : 'octo-org/octo-repo';
  return { name, payload, ref: null, sha: null, repo, serverUrl: 'https://github.com', ...rest };
}

/** A copy of a payload with one value replaced, or removed when the value is undefined. */
export function withValue(payload: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(payload);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.length === 0 ? copy : valueAt(copy, names.join('.'));
  if (!isObject(parent)) throw new Error(`no object at ${names.join('.')}`);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
