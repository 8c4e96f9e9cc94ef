import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEventPayload } from '../../src/environment/environment.js';
import { messageOf } from '../../src/core/words/message.js';
import { READ_EVENTS } from '../../src/target/from-event.js';
import type { RepositoryIdentity } from '../../src/target/repository.js';
import { resolveTarget, type CandidatePullRequest, type PullRequestLookups } from '../../src/target/resolve.js';
import { MAX_PULL_REQUEST_NUMBER } from '../../src/target/target.js';
import { NOW, requestOf } from '../store/stage.js';
import { allRecorded } from '../target/recorded.js';
import {
  hostileText,
  hostileValue,
  insist,
  insistPlain,
  insistPrototypesUntouched,
  pathsIn,
  withChange,
} from './arbitraries.js';

/** Payloads of events, and what GitHub answers about them, through the whole of the target's resolution. */

const REPOSITORY = 'octo-org/octo-repo';

afterEach(insistPrototypesUntouched);

const identity: fc.Arbitrary<RepositoryIdentity> = fc.record({
  id: fc.option(fc.integer({ min: 1 })),
  name: fc.oneof(fc.constant(REPOSITORY), hostileText),
});

const candidate: fc.Arbitrary<CandidatePullRequest> = fc.record({
  number: fc.integer({ min: 1, max: 2 ** 31 }),
  state: fc.constantFrom('open', 'closed'),
  headSha: hostileText,
  headRef: hostileText,
  headRepo: fc.option(identity),
  baseRepo: identity,
  merged: fc.boolean(),
  mergeCommitSha: fc.option(hostileText),
});

function lookups(found: readonly CandidatePullRequest[], asked: string[]): PullRequestLookups {
  const answer = (...question: string[]): Promise<CandidatePullRequest[]> => {
    asked.push(...question);
    return Promise.resolve([...found]);
  };
  return { byCommit: answer, byHead: answer };
}

interface Given {
  readonly name: string;
  readonly payload: unknown;
  readonly ref?: string | null;
  readonly prInput?: string | null;
  readonly repoInput?: string | null;
  readonly found?: readonly CandidatePullRequest[];
}

/** Either a target that can be one, or one plain refusal; and GitHub is asked only about what can be. */
async function sound({
  name,
  payload,
  ref = null,
  prInput = null,
  repoInput = null,
  found = [],
}: Given): Promise<boolean> {
  const asked: string[] = [];
  const answer = await resolveTarget(
    {
      ...{ prInput, repoInput, repository: REPOSITORY, serverUrl: 'https://github.com' },
      event: { name, payload, ref, sha: ref },
    },
    lookups(found, asked),
  );
  insist(asked.length === 0 || asked[0] === REPOSITORY, 'asked about another repository', asked);
  if (answer.ok) {
    const { repo, pr } = answer.target;
    insist(/^[a-z0-9_-]{1,39}\/[a-z0-9._-]{1,100}$/.test(repo), 'no repository', repo);
    insist(Number.isInteger(pr) && pr > 0 && pr <= MAX_PULL_REQUEST_NUMBER, 'no pull request', pr);
    insist(prInput !== null || repo === REPOSITORY, 'another repository than the event’s', repo);
  } else {
    insist(['invalid_input', 'target_unresolved'].includes(answer.code), 'an unknown code', answer);
    const failure = { code: answer.code, problem: answer.message, advice: '' };
    const context = { target: null, request: requestOf(), now: NOW };
    insistPlain(messageOf({ kind: 'error', mayHaveWritten: false, failure }, context).text, 4_000);
    insist(answer.message.length > 20, 'silent', answer);
  }
  return answer.ok;
}

describe('payloads', () => {
  const events = fc.oneof(
    fc.constantFrom(...READ_EVENTS),
    fc.constantFrom('schedule', '__proto__', 'constructor'),
    hostileText,
  );

  it('of anything lead to a target that can be one, or to one plain refusal', async () => {
    const property = fc.asyncProperty(
      fc.record({
        name: events,
        payload: fc.oneof(hostileValue, fc.object()),
        ref: fc.option(hostileText),
        found: fc.array(candidate, { maxLength: 30 }),
      }),
      async (given) => {
        await sound(given);
      },
    );
    await fc.assert(property, { numRuns: 1_000 });
  });

  it('as recorded, with up to two places changed', async () => {
    const readable = allRecorded().filter(({ name }) => READ_EVENTS.includes(name));
    const places = readable.map(({ name, payload }) => ({ name, payload, paths: pathsIn(payload) }));
    const change = fc.tuple(fc.nat(), hostileValue);
    const property = fc.asyncProperty(
      fc.constantFrom(...places),
      fc.array(change, { minLength: 1, maxLength: 2 }),
      fc.array(candidate, { maxLength: 3 }),
      async ({ name, payload, paths }, changes, found) => {
        const [first, second] = changes.map(([index, to]) => ({ path: paths[index % paths.length] ?? [], to }));
        const once = first === undefined ? payload : withChange(payload, first.path, first.to);
        await sound({ name, payload: once, found });
        const twice = second === undefined ? payload : withChange(payload, second.path, second.to);
        await sound({ name, payload: twice, found });
      },
    );
    await fc.assert(property, { numRuns: 1_000 });
  });

  it('with any number in the place of the pull request’s', async () => {
    const numbers = [
      0,
      -1,
      1.5,
      2 ** 31,
      2 ** 53,
      Number.MAX_VALUE,
      Infinity,
      NaN,
      '17',
      '17\n',
      [17],
      { number: 17 },
      null,
      true,
    ];
    for (const number of numbers) {
      for (const payload of [
        { pull_request: { number } },
        { issue: { number, pull_request: {} } },
        { inputs: { pr: number } },
      ]) {
        for (const name of ['pull_request', 'issue_comment'])
          insist(!(await sound({ name, payload })), 'accepted', number);
      }
    }
  });

  it('with keys of every object’s prototype give nothing away', async () => {
    for (const text of [
      '{"__proto__":{"pull_request":{"number":17}}}',
      '{"pull_request":{"__proto__":{"number":17}}}',
      '{"constructor":{"prototype":{"pull_request":{"number":17}}}}',
    ]) {
      insist(!(await sound({ name: 'pull_request', payload: JSON.parse(text) as unknown })), 'accepted', text);
    }
  });
});

describe('the inputs "pr" and "repo"', () => {
  it('of any text name a target that can be one, or are refused', async () => {
    const number = fc.oneof(
      hostileText,
      fc.constantFrom('17', '017', '+17', '17.0', '1e1', '0x11', '١٧', '１７', ' 17', '2147483648'),
    );
    const url = hostileText.map((text) => `https://github.com/${text}/pull/17`);
    const repo = fc.oneof(
      hostileText,
      fc.constantFrom('a/b', 'a/..', '../b', 'a/b.git', 'a/b/c', '\u0430/b', 'a/\u212A', 'a\\b', '/', 'a/'),
    );
    const property = fc.asyncProperty(fc.oneof(number, url), fc.option(repo), async (prInput, repoInput) => {
      await sound({ name: 'push', payload: {}, prInput, repoInput });
    });
    await fc.assert(property, { numRuns: 1_000 });
  });

  it.each([
    'https://github.com.evil.test/octo-org/octo-repo/pull/17',
    'https://github.com@evil.test/octo-org/octo-repo/pull/17',
    'https://evil.test/octo-org/octo-repo/pull/17',
    'https://github.com:8443/octo-org/octo-repo/pull/17',
    'https://user:pass@github.com/octo-org/octo-repo/pull/17',
    'https://github.com/octo-org/octo-repo/pull/17e0',
    'https://github.com/octo-org/../evil/pull/17',
    'https://github.com/octo-org%2Focto-repo/x/pull/17',
    'https://g\u0456thub.com/octo-org/octo-repo/pull/17',
    'https://github.com\\octo-org\\octo-repo\\pull\\17',
    'javascript:17',
    'file:///octo-org/octo-repo/pull/17',
  ])('%s is refused', async (prInput) => {
    expect(await sound({ name: 'push', payload: {}, prInput })).toBe(false);
  });
});

describe('the file of the payload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'));

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function read(content: string | Buffer): ReturnType<typeof readEventPayload> {
    const path = join(folder, 'event.json');
    writeFileSync(path, content);
    return readEventPayload(path);
  }

  it('is payload, or a plain problem', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText,
          fc.json(),
          fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
        ),
        (content) => {
          const answer = read(content);
          if (!answer.ok) insistPlain(answer.problem, 300);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('may nest deeply', async () => {
    const nested = read(`{"pull_request":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    if (!nested.ok) throw new Error(nested.problem);
    insist(!(await sound({ name: 'pull_request', payload: nested.payload })), 'accepted', null);
  });

  it.each(['', '\uFEFF{}', '{"a":1', 'undefined', '{"a":1}\0'])('is a problem with %j', (content) => {
    expect(read(content).ok).toBe(false);
  });

  it('that is missing, or a directory, is a problem', () => {
    expect(readEventPayload(join(folder, 'none.json')).ok).toBe(false);
    expect(readEventPayload(tmpdir()).ok).toBe(false);
  });
});
