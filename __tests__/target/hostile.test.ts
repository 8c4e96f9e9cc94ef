import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { pullRequestOfEvent, READ_EVENTS } from '../../src/target/from-event.js';
import { isObject } from '../../src/target/payload.js';
import { MAX_PULL_REQUEST_NUMBER } from '../../src/target/target.js';
import { allRecorded, facts } from './recorded.js';

const names = fc.constantFrom(...READ_EVENTS, 'schedule', '__proto__', '');
const strange = fc.constantFrom<unknown>(
  ...[null, [], {}, true, 0, -1, 1.5, 1e308, '', '17', 'x'.repeat(100_000), '/'.repeat(100_000), '__proto__'],
);

/** Throws plainly: a matcher for each of some ten thousand answers would take most of the time. */
function sound(name: string, payload: unknown, ref: string | null): void {
  const answer = pullRequestOfEvent(facts(name, payload, { ref, sha: ref, repo: 'octo-org/octo-repo' }));
  const numbers = answer.kind === 'found' ? [answer.pr] : answer.kind === 'several' ? answer.candidates : [];
  const text = JSON.stringify(answer);
  const possible = numbers.every((pr) => Number.isInteger(pr) && pr > 0 && pr <= MAX_PULL_REQUEST_NUMBER);
  if (!possible || text.length > 2000) throw new Error(text.slice(0, 2000));
  if (answer.kind !== 'lookup') return;
  const { heads, commit } = answer.lookup;
  const shas = [...heads.map(({ sha }) => sha), commit?.sha ?? null].filter((sha) => sha !== null);
  const asks = heads.length > 0 || commit !== null;
  // Whatever would end the owner in a filter, or leave it without a branch, makes GitHub list every pull request.
  const asksForOne = heads.every(({ owner, branch }) => /^[\w-]+$/.test(owner) && /^[^\s:]+$/.test(branch));
  if (!asks || !asksForOne || !shas.every((sha) => /^[0-9a-f]{40,64}$/i.test(sha))) throw new Error(text);
}

/** The fields that are read, with anything in them. */
const shaped = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.jsonValue(),
    strange,
    fc.integer(),
    tie('object'),
    fc.array(tie('object'), { maxLength: 3 }),
  ),
  object: fc.dictionary(
    fc.constantFrom(
      ...[
        'pull_request',
        'number',
        'issue',
        'check_run',
        'check_suite',
        'workflow_run',
        'pull_requests',
        'base',
        'repo',
      ],
      ...[
        'id',
        'url',
        'head_sha',
        'head_branch',
        'head_repository',
        'owner',
        'login',
        'merge_group',
        'head_ref',
        'ref',
        'branches',
        'name',
        'commit',
        'deleted',
        'head',
        'full_name',
      ],
      ...['after', 'deployment', 'sha', 'inputs', 'client_payload', 'pr', 'repository', '__proto__', 'constructor'],
    ),
    tie('value'),
  ),
})).object;

test('no payload makes it throw or answer with what is no pull request number', () => {
  const payloads = fc.oneof(fc.jsonValue(), fc.object(), fc.anything(), strange, shaped);
  fc.assert(
    fc.property(names, payloads, fc.option(fc.string()), (name, payload, ref) => sound(name, payload, ref)),
    { numRuns: 3000 },
  );
});

test('a __proto__ in the JSON is a field like any other', () => {
  const payload: unknown = JSON.parse('{"__proto__":{"pull_request":{"number":17}}}');
  expect(pullRequestOfEvent(facts('pull_request', payload))).toMatchObject({ kind: 'none' });
  expect(pullRequestOfEvent(facts('pull_request', Object.create({ pull_request: { number: 17 } })))).toMatchObject({
    kind: 'none',
  });
});

test('recorded payloads with any one value replaced', () => {
  const readable = allRecorded().filter(({ name }) => READ_EVENTS.includes(name));
  for (const { name, payload } of readable) {
    for (const value of [null, [], {}, '17', 1.5, 'x'.repeat(100_000)]) {
      for (const changed of eachChanged(payload, value, 3)) sound(name, changed, null);
    }
  }
});

/** Copies of a JSON value in which one value, at most `depth` levels down, is replaced. */
function* eachChanged(json: unknown, value: unknown, depth: number): Generator {
  yield value;
  if (!isObject(json) || depth === 0) return;
  for (const [name, child] of Object.entries(json)) {
    for (const changed of eachChanged(child, value, depth - 1)) yield { ...json, [name]: changed };
  }
}
