import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERROR_CODES } from '../../src/core/answer.js';
import { writeMarker } from '../../src/core/marker.js';
import type { Failure } from '../../src/core/outcome.js';
import { readRecord } from '../../src/core/read-record.js';
import { COMMANDS } from '../../src/core/request.js';
import { messageOf } from '../../src/core/words/message.js';
import { writeRecord } from '../../src/core/write-record.js';
import { createGithubStore } from '../../src/store/github-store.js';
import { createLookups, LookupError } from '../../src/store/pull-request-lookups.js';
import type { StateStore, StoreFailure } from '../../src/store/state-store.js';
import type { HttpAnswer, Transport } from '../../src/store/transport.js';
import { Deadline } from '../../src/time/deadline.js';
import { startHostileServer, says, type Behaviour, type HostileServer } from '../store/hostile-server.js';
import {
  BRANCH,
  changeOf,
  coordinated,
  NOW,
  openStore,
  ownerOf,
  recordOf,
  requestOf,
  shown,
  TARGET,
  VirtualClock,
  WRITER,
} from '../store/stage.js';
import {
  changedFrom,
  hostileText,
  hostileValue,
  insist,
  insistPlain,
  insistPrototypesUntouched,
} from './arbitraries.js';

/** Answers of GitHub, or of somebody between, that are not what they should be. */

const OID = 'c0ffee'.padEnd(40, '0');
const DATE = new Date(NOW).toUTCString();
const CODES: readonly string[] = ERROR_CODES;

afterEach(insistPrototypesUntouched);

/** Gives every question the same answer. */
function answering(answer: HttpAnswer): Transport {
  return { graphql: () => Promise.resolve(answer), rest: () => Promise.resolve(answer) };
}

function storeOver(answer: HttpAnswer): StateStore {
  return createGithubStore({
    transport: answering(answer),
    target: TARGET,
    stateBranch: BRANCH,
    clock: new VirtualClock(),
    serverUrl: 'https://github.test',
    actors: ['octocat'],
    allowedActors: [],
    ownWorkflowRun: null,
    requiredPermission: 'maintain',
  });
}

const deadline = (): Deadline => new Deadline(new VirtualClock(), 60_000);

/** From just now, unless its headers say otherwise. */
function answer(body: unknown, status = 200, headers: Record<string, string> = { date: DATE }): HttpAnswer {
  return { kind: 'answer', status, headers, body };
}

/** One clear error in plain words, with a code that is known and advice on what to do. */
function insistClear(failure: StoreFailure | Failure): void {
  insist(CODES.includes(failure.code), 'an unknown code', failure);
  const outcome = { kind: 'error', mayHaveWritten: false, failure } as const;
  const { text, wayOut } = messageOf(outcome, { target: TARGET, request: requestOf(), now: NOW });
  insistPlain(text, 4_000);
  insistPlain(wayOut ?? '', 4_000);
  insist(text !== '' && wayOut !== '', 'silent', failure);
}

/** Headers that servers set, and what they could have in them. */
const headers = fc.dictionary(
  fc.constantFrom(
    ...['retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'date', 'age', 'location', '__proto__'],
  ),
  fc.oneof(
    hostileText,
    fc.constantFrom('0', '-1', '7', '1e400', '999999999', '9'.repeat(400), 'NaN', 'Infinity'),
    fc.constantFrom('Fri, 12 Sep 275760 00:00:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', '-271821-04-20T00:00:00.000Z'),
  ),
  { noNullPrototype: true },
);
const status = fc.oneof(
  fc.constantFrom(200, 201, 301, 401, 403, 404, 409, 422, 429, 500, 502),
  fc.integer({ min: 200, max: 599 }),
);
const errors = fc.array(
  fc.record(
    {
      type: fc.oneof(
        fc.constantFrom('FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'STALE_DATA', '__proto__'),
        hostileValue,
      ),
      message: fc.oneof(hostileText, hostileValue),
      path: fc.oneof(fc.constantFrom(['repository', 'pullRequest'], ['repository']), hostileValue),
      extensions: hostileValue,
    },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);

const MARKER = writeMarker({ repoId: 7, stateBranch: BRANCH, shard: null, tokenFloor: 0, moved: null });
const READ = {
  data: {
    repository: {
      databaseId: 7,
      nameWithOwner: 'Acme/Widgets',
      defaultBranchRef: { name: 'main' },
      ref: {
        target: {
          oid: OID,
          committedDate: '2026-11-22T08:10:00Z',
          message: 'claim',
          marker: { object: { text: MARKER, isTruncated: false } },
          records: { type: 'tree' },
          record: { object: { text: writeRecord(recordOf()), isTruncated: false } },
        },
      },
      former0: null,
      pullRequest: {
        state: 'OPEN',
        headRefOid: OID,
        headRefName: 'topic',
        baseRefName: 'main',
        isCrossRepository: false,
        headRepository: { nameWithOwner: 'acme/widgets' },
      },
    },
  },
};

const anyAnswer = fc
  .tuple(
    fc.oneof(
      hostileValue,
      fc.record({ message: hostileText }),
      fc.record({ errors }),
      fc.record({ data: hostileValue, errors }),
    ),
    status,
    headers,
  )
  .map(([body, code, more]) => answer(body, code, more));

describe('a reading', () => {
  it('of a changed answer is a failure, or shows what the answer says', async () => {
    const kinds = new Set<string>();
    const property = fc.asyncProperty(changedFrom(READ), async (body) => {
      const result = await storeOver(answer(body)).read(deadline());
      kinds.add(result.kind);
      if (result.kind === 'failed') return insistClear(result.failure);
      const { head, reading, pullRequest, target, tokenFloor } = result.snapshot;
      const { repository } = (body as typeof READ).data;
      insist(head === null || /^[0-9a-f]{40,64}$/.test(head), 'no oid', head);
      insist(pullRequest?.state === repository.pullRequest.state.toLowerCase(), 'another state', pullRequest);
      insist(
        target.repo === repository.nameWithOwner.toLowerCase() && target.repoId === repository.databaseId,
        'another target',
        target,
      );
      const { ref } = repository as { ref: typeof repository.ref | null };
      // Without a branch there is no marker, and without a marker of this very repository and branch nothing is read.
      const marker = ref === null ? null : (JSON.parse(ref.target.marker.object.text) as { tokenFloor: number });
      insist(tokenFloor === (marker?.tokenFloor ?? 0), 'another floor', tokenFloor);
      if (marker !== null) expect(marker).toMatchObject({ layout: 1, repoId: target.repoId, stateBranch: BRANCH });
      const absent = ref === null || (ref.target as { record: unknown }).record === null;
      insist((reading.kind === 'absent') === absent, 'absent only where the answer says so', body);
      if (reading.kind === 'record')
        expect(reading).toEqual(readRecord(repository.ref.target.record.object.text, target));
    });
    await fc.assert(property, { numRuns: 1_000 });
    expect(kinds.size).toBe(2);
  });

  it('of any answer is one clear failure', async () => {
    const property = fc.asyncProperty(anyAnswer, async (given) => {
      const result = await storeOver(given).read(deadline());
      if (result.kind === 'read') throw new Error('it was read');
      insistClear(result.failure);
    });
    await fc.assert(property, { numRuns: 1_000 });
  });
});

describe('a write', () => {
  const WRITTEN = { data: { createCommitOnBranch: { commit: { oid: OID } } } };

  it('counts as applied only with the id of its commit', async () => {
    const property = fc.asyncProperty(
      fc.oneof(
        changedFrom(WRITTEN).map((body) => answer(body)),
        anyAnswer,
      ),
      async (given) => {
        const result = await storeOver(given).write(changeOf(OID), deadline());
        if (result.kind === 'applied') {
          const { data } = (given as { body: typeof WRITTEN }).body;
          insist(
            data.createCommitOnBranch.commit.oid === result.commit && /^[0-9a-f]{40,64}$/.test(result.commit),
            'applied',
            given,
          );
        } else if (result.kind !== 'lost_race') {
          // Only git tells of the branch of a pull request.
          insist(result.kind !== 'branch_moved', 'no branch', given);
          if (result.kind !== 'branch_moved') insistClear(result.failure);
        }
      },
    );
    await fc.assert(property, { numRuns: 1_000 });
  });

  it('of a first use counts as applied only where every answer was one', async () => {
    const property = fc.asyncProperty(
      fc.oneof(
        changedFrom({ sha: OID, object: { sha: OID } }).map((body) => answer(body, 201)),
        anyAnswer,
      ),
      async (given) => {
        const result = await storeOver(given).write(changeOf(null), deadline());
        if (result.kind === 'applied') {
          // The ref has to be at our commit: a success that does not say so is settled by reading.
          const { body } = given as { body: { sha: string; object: { sha: string } } };
          const ours = body.sha === result.commit && body.object.sha === result.commit;
          insist(ours && /^[0-9a-f]{40,64}$/.test(result.commit), 'applied', given);
        } else if (result.kind !== 'lost_race') {
          // Only git tells of the branch of a pull request.
          insist(result.kind !== 'branch_moved', 'no branch', given);
          if (result.kind !== 'branch_moved') insistClear(result.failure);
        }
      },
    );
    await fc.assert(property, { numRuns: 800 });
  });
});

describe('a question', () => {
  const RUN = { status: 'in_progress', run_attempt: 1 };
  const PERMISSION = { permission: 'write', role_name: 'write' };
  const changed = (body: unknown): fc.Arbitrary<HttpAnswer> =>
    fc.oneof(
      fc.tuple(changedFrom(body), fc.constantFrom(200, 202)).map(([to, code]) => answer(to, code)),
      anyAnswer,
    );

  // An answer about an attempt before the recorded one is from the past, and a later one at work keeps the run alive.
  it('about liveness says dead only of a run whose newest attempt is completed', async () => {
    const property = fc.asyncProperty(changed(RUN), async (given) => {
      const { value, warning } = await storeOver(given).ownerLiveness(ownerOf(), TARGET, deadline());
      const body = (given as { body: Partial<typeof RUN> | null }).body;
      const over = body?.status === 'completed' && typeof body.run_attempt === 'number' && body.run_attempt >= 1;
      insist(value !== 'dead' || over, 'dead', given);
      insist(value !== 'unknown' || warning !== null, 'silent', given);
    });
    await fc.assert(property, { numRuns: 800 });
  });

  it('about permission is granted only to whom the answer gives it', async () => {
    const property = fc.asyncProperty(changed(PERMISSION), async (given) => {
      const { value } = await storeOver(given).takeoverPermission(TARGET, deadline());
      const body = (given as { body: Partial<typeof PERMISSION> | null }).body;
      const said = [body?.permission, body?.role_name];
      insist(value === 'denied' || said.some((name) => name === 'maintain' || name === 'admin'), 'granted', given);
    });
    await fc.assert(property, { numRuns: 800 });
  });

  it('to cancel never throws', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (given) => {
        await storeOver(given).cancelRun(ownerOf(), TARGET, deadline());
      }),
      { numRuns: 400 },
    );
  });

  it('about pull requests ends with candidates that are some, or one clear failure', async () => {
    const entry = {
      number: 17,
      state: 'open',
      merged_at: null,
      merge_commit_sha: OID,
      head: { sha: OID, ref: 'topic', repo: { id: 7, full_name: 'acme/widgets' } },
      base: { repo: { id: 7, full_name: 'acme/widgets' } },
    };
    const property = fc.asyncProperty(changed([entry, { ...entry, number: 18 }]), async (given) => {
      const clock = new VirtualClock();
      const asks = createLookups(answering(given), clock, new Deadline(clock, 60_000));
      try {
        const found = [
          ...(await asks.byCommit(TARGET.repo, OID)),
          ...(await asks.byHead(TARGET.repo, 'acme', 'topic')),
        ];
        for (const { number, headSha } of found) {
          insist(Number.isSafeInteger(number) && number > 0 && typeof headSha === 'string', 'a candidate', given);
        }
      } catch (error) {
        if (!(error instanceof LookupError)) throw error;
        insistClear(error.failure);
      }
    });
    await fc.assert(property, { numRuns: 800 });
  });
});

describe('a whole step against a server that is no GitHub', () => {
  let server: HostileServer;

  afterEach(() => server.close());

  /** Whatever is answered: one clear error that names no token; no more than a few requests, none that writes. */
  async function refuses(behave: Behaviour, command: (typeof COMMANDS)[number] = 'claim'): Promise<Failure> {
    server = await startHostileServer(behave);
    const request = requestOf({ command, evict: true, strict: true, supersede: 'stale' });
    const { outcome, warnings } = await coordinated(request, (clock) => openStore(server, { clock }));
    if (outcome.kind !== 'error') throw new Error(outcome.kind);
    insistClear(outcome.failure);
    expect(shown([outcome, warnings])).not.toContain(WRITER);
    expect(outcome.mayHaveWritten).toBe(false);
    expect(server.requests.length).toBeLessThan(10);
    expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set(['/api/graphql']));
    return outcome.failure;
  }

  const json = { 'content-type': 'application/json' };
  const rows: [string, Behaviour][] = [
    ['HTML', says(200, { 'content-type': 'text/html' }, '<h1>Log in to the hotel network</h1>')],
    ['HTML that calls itself JSON', says(200, json, '<h1>Welcome</h1>')],
    ['JSON that calls itself HTML', says(200, { 'content-type': 'text/html' }, JSON.stringify(READ))],
    ['no type at all', says(200, {}, JSON.stringify(READ))],
    ['an empty type', says(200, { 'content-type': '' }, JSON.stringify(READ))],
    ['a malformed type', says(200, { 'content-type': '/;charset==' }, JSON.stringify(READ))],
    ['nothing', says(200, json, '')],
    ['null', says(200, json, 'null')],
    ['a list', says(200, json, '[]')],
    ['no content', says(204, {}, '')],
    ['half of the answer', says(200, json, JSON.stringify(READ).slice(0, -40))],
    ['an answer with a NUL', says(200, json, `${JSON.stringify(READ)}\0`)],
    ['nesting', says(200, json, '{"data":'.repeat(100_000) + '1' + '}'.repeat(100_000))],
    ['many small things', says(200, json, `{"data":null,"errors":[${'{},'.repeat(200_000)}{}]}`)],
    ['__proto__', says(200, json, '{"__proto__":{"data":{"polluted":true}},"errors":[{"__proto__":{"message":"x"}}]}')],
    ['its own error as JSON', says(500, json, '{"message":{"toString":1},"errors":[12345678901234567890]}')],
    ['a redirect to another host', says(302, { location: 'http://evil.test/' }, '')],
    ['a redirect to itself', says(307, { location: '/api/graphql' }, '')],
    ['a redirect to nowhere', says(308, { location: 'http://[' }, '')],
    ['an unknown status', says(599, json, '{}')],
    ['60 MB', says(200, json, Buffer.alloc(60 * 1024 * 1024, ' '))],
    [
      'a reset in the middle',
      (_request, response) => {
        response.writeHead(200, { ...json, 'content-length': '1000' });
        response.write('{"data":', () => response.socket?.resetAndDestroy());
      },
    ],
    [
      'an early end of chunks',
      (_request, response) => {
        response.socket?.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"da',
        );
      },
    ],
    ['what is no HTTP', (_request, response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'two lengths',
      (_request, response) => {
        response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\n{}{}{}');
      },
    ],
  ];
  it.each(rows)('that says %s', async (_name, behave) => {
    const started = process.cpuUsage();
    await refuses(behave);
    const { user, system } = process.cpuUsage(started);
    expect(user + system).toBeLessThan(15_000_000);
  });

  it.each(COMMANDS)('fails %s with one clear error', async (command) => {
    await refuses(says(200, json, '{"data":{"repository":{}}}'), command);
  });

  it('quotes its messages harmlessly', async () => {
    const message = '::error::\u001b[31m<b>pwned</b>\n##[error]\u202e';
    const failure = await refuses(says(403, json, JSON.stringify({ message })));
    expect(failure).toMatchObject({ code: 'permission_denied' });
    expect(failure.problem).toContain('<b>pwned</b>');
  });
});
