import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isMutation, losesRaceAtUpdate, losesRaceBeforeCheck, ZERO_OID } from '../../support/local-github/index.js';
import { COMMIT, TestClient } from '../../support/local-github/test-client.js';

let client: TestClient;
let knownViolations = 0;

beforeAll(async () => {
  client = await TestClient.start();
});

beforeEach(() => client.nextRepository());

afterEach(() => {
  client.github.faults.clear();
  expect(client.github.violations.slice(knownViolations)).toEqual([]);
  knownViolations = client.github.violations.length;
});

afterAll(() => client.github.close());

describe('createCommitOnBranch', () => {
  it('commits as the token’s owner, signed, with message, addition and deletion', async () => {
    const base = await client.repository.writeFile('main', 'old/gone.txt', 'x');
    const input = client.commitInput(base, 'acme/a.json', '{"a":1}\n');
    Object.assign(input, {
      fileChanges: {
        additions: [{ path: 'acme/a.json', contents: 'eyJhIjoxfQo=' }],
        deletions: [{ path: 'old/gone.txt' }],
      },
    });
    const query = `mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) {
      commit { oid message messageHeadline messageBody author { name email user { login } } signature { isValid state }
        parents(first: 1) { nodes { oid } } tree { entries { name type mode } } }
      ref { name target { oid } } } }`;
    const { at } = await client.graphql(query, { input });
    const commit = at('data.createCommitOnBranch.commit');
    const oid = at('data.createCommitOnBranch.commit.oid');
    expect(commit).toMatchObject({
      oid: await client.head(),
      message: 'Write\n\nBecause.',
      messageHeadline: 'Write',
      messageBody: 'Because.',
      author: { name: 'octocat', user: { login: 'octocat' } },
      signature: { isValid: true, state: 'VALID' },
      parents: { nodes: [{ oid: base }] },
      tree: {
        entries: [
          { name: 'README.md', type: 'blob', mode: 33188 },
          { name: 'acme', type: 'tree', mode: 16384 },
        ],
      },
    });
    expect(at('data.createCommitOnBranch.ref')).toEqual({ name: 'main', target: { oid } });
    expect(await client.repository.readFile('main', 'acme/a.json')).toBe('{"a":1}\n');
    expect(
      execFileSync('git', ['--git-dir', client.repository.gitDir, 'fsck', '--strict', '--no-dangling']).toString(),
    ).toBe('');
  });

  it('takes a branch by its id', async () => {
    const query = `query($o: String!, $n: String!) { repository(owner: $o, name: $n) { ref(qualifiedName: "main") { id } } }`;
    const { at } = await client.graphql(query, { o: 'acme', n: `WIDGETS-${client.number}` });
    const input = { ...client.commitInput(await client.head()), branch: { id: at('data.repository.ref.id') } };
    const { at: doneAt } = await client.graphql(COMMIT, { input });
    expect(doneAt('data.createCommitOnBranch.commit.oid')).toBe(await client.head());
  });

  it('refuses a head that has moved, word for word', async () => {
    const old = await client.head();
    await client.repository.writeFile('main', 'b.txt', 'b');
    const { status, text } = await client.graphql(COMMIT, { input: client.commitInput(old) });
    expect(status).toBe(200);
    expect(text).toBe(
      `{"data":{"createCommitOnBranch":null},"errors":[{"type":"STALE_DATA","path":["createCommitOnBranch"],` +
        `"locations":[{"line":2,"column":3}],"message":"Expected branch to point to \\"${old}\\" but it did not.  Pull and try again."}]}`,
    );
  });

  it('words a race that git itself loses differently', async () => {
    const old = await client.head();
    client.github.faults.next(isMutation('createCommitOnBranch'), losesRaceAtUpdate());
    const { at } = await client.graphql(COMMIT, { input: client.commitInput(old) });
    const now = await client.head();
    expect(now).not.toBe(old);
    expect(at('errors')).toMatchObject([{ message: `Ref refs/heads/main is at ${now} but expected ${old}` }]);
    client.github.faults.next(isMutation('createCommitOnBranch'), losesRaceBeforeCheck());
    const { at: staleAt } = await client.graphql(COMMIT, { input: client.commitInput(now) });
    expect(staleAt('errors[0].type')).toBe('STALE_DATA');
  });

  it('lets exactly one of ten simultaneous writers win', async () => {
    const base = await client.head();
    const barrier = client.github.faults.barrier(10, isMutation('createCommitOnBranch'));
    const writers = Array.from({ length: 10 }, (_, index) =>
      client.graphql(COMMIT, { input: client.commitInput(base, `${index}.json`) }),
    );
    const answered = await Promise.all(writers);
    const winners = answered.filter(({ at }) => at('errors') === undefined);
    expect(winners.map(({ at }) => at('data.createCommitOnBranch.commit.oid'))).toEqual([await client.head()]);
    expect((await client.repository.log('main')).length).toBe(2);
    expect(barrier).toMatchObject({ arrived: 10, timedOut: false });
    const losers = answered.flatMap(({ at }) =>
      at('errors') === undefined ? [] : [at('errors[0].message') as string],
    );
    for (const message of losers) expect(message).toMatch(/^Expected branch to point to|^Ref refs\/heads\/main is at /);
  });

  it('refuses a missing branch, an empty repository, a read-only token and a rule', async () => {
    const input = {
      ...client.commitInput(await client.head()),
      branch: { repositoryNameWithOwner: client.repository.nameWithOwner, branchName: 'nope' },
    };
    expect((await client.graphql(COMMIT, { input })).json).toMatchObject({
      data: { createCommitOnBranch: null },
      errors: [{ type: 'NOT_FOUND' }],
    });
    const empty = await client.github.createRepository(`acme/empty-${client.number}`, { empty: true });
    const onEmpty = {
      ...client.commitInput(ZERO_OID),
      branch: { repositoryNameWithOwner: empty.nameWithOwner, branchName: 'main' },
    };
    expect((await client.graphql(COMMIT, { input: onEmpty })).at('errors')).toHaveLength(1);
    const readOnly = await client.graphql(COMMIT, { input: client.commitInput(await client.head()) }, 'reader');
    expect(readOnly.at('errors')).toMatchObject([
      { type: 'FORBIDDEN', message: 'Resource not accessible by integration' },
    ]);
    client.repository.protectBranch('ma*', 'Changes must be made through a pull request.');
    const ruled = await client.graphql(COMMIT, { input: client.commitInput(await client.head()) });
    expect(ruled.at('errors')).toMatchObject([
      {
        type: 'FORBIDDEN',
        message: 'Repository rule violations found\n\nChanges must be made through a pull request.',
      },
    ]);
  });

  it('is refused by the schema when a field or an input is wrong', async () => {
    const unknownField = await client.graphql('query { repository(owner: "a", name: "b") { nonsense } }');
    expect(unknownField).toMatchObject({
      status: 200,
      json: { errors: [{ message: expect.stringContaining('nonsense') as unknown }] },
    });
    expect(unknownField.at('data')).toBeUndefined();
    const { at } = await client.graphql(COMMIT, { input: { message: { headline: 'x' } } });
    expect((at('errors') as { message: string }[]).map(({ message }) => message).join()).toContain('expectedHeadOid');
  });
});

describe('GraphQL reads', () => {
  const READ = `query Read($owner: String!, $name: String!, $pr: Int!, $branch: String!, $path: String!) {
    repository(owner: $owner, name: $name) {
      isEmpty
      ref(qualifiedName: $branch) { target { oid ... on Commit { file(path: $path) { object { ... on Blob { text isTruncated byteSize } } } } } }
      byExpression: object(expression: "main:README.md") { ... on Blob { text } }
      pullRequest(number: $pr) { number state headRefOid headRefName isCrossRepository author { login } headRepository { nameWithOwner } }
    }
  }`;

  function variables(pr: number, branch = 'refs/heads/main'): object {
    return { owner: 'acme', name: `widgets-${client.number}`, pr, branch, path: 'README.md' };
  }

  it('answers head, blob and pull request at once', async () => {
    const pull = await client.repository.openPullRequest({
      number: 17,
      head: 'feature',
      fork: `fork/widgets-${client.number}`,
    });
    const { at } = await client.graphql(READ, variables(17));
    expect(at('data.repository')).toEqual({
      isEmpty: false,
      ref: {
        target: {
          oid: await client.head(),
          file: { object: { text: `# widgets-${client.number}\n`, isTruncated: false, byteSize: 12 } },
        },
      },
      byExpression: { text: `# widgets-${client.number}\n` },
      pullRequest: {
        number: 17,
        state: 'OPEN',
        headRefOid: pull.headRefOid,
        headRefName: 'feature',
        isCrossRepository: true,
        author: { login: 'fork' },
        headRepository: { nameWithOwner: `fork/widgets-${client.number}` },
      },
    });
    const pushed = await client.repository.pushToPullRequest(17);
    expect((await client.graphql(READ, variables(17))).at('data.repository.pullRequest.headRefOid')).toBe(pushed);
    await client.repository.closePullRequest(17, 'merged');
    expect((await client.graphql(READ, variables(17))).at('data.repository.pullRequest.state')).toBe('MERGED');
  });

  it('answers what is missing as GitHub does', async () => {
    const { at, headers } = await client.graphql(READ, variables(99, 'nope'));
    expect(at('data.repository')).toMatchObject({ ref: null, pullRequest: null });
    expect(at('errors')).toEqual([
      {
        type: 'NOT_FOUND',
        path: ['repository', 'pullRequest'],
        locations: [{ line: 6, column: 7 }],
        message: 'Could not resolve to a PullRequest with the number of 99.',
      },
    ]);
    expect(headers.get('x-github-request-id')).toBeTruthy();
    expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
    const noRepository = await client.graphql('query { repository(owner: "x", name: "y") { id } }');
    expect(noRepository.json).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'x/y'." }],
    });
  });

  it('cuts long texts off and says so', async () => {
    await client.repository.writeFile('main', 'big.json', 'x'.repeat(512_001));
    const { at } = await client.graphql(READ, { ...variables(1), path: 'big.json' });
    const blob = at('data.repository.ref.target.file.object') as { text: string };
    expect({ ...blob, text: blob.text.length }).toEqual({ text: 512_000, isTruncated: true, byteSize: 512_001 });
  });

  it('hides private repositories, contents and pull requests from tokens without the permission', async () => {
    const secret = await client.github.createRepository(`acme/secret-${client.number}`, { private: true });
    await secret.openPullRequest({ number: 3 });
    const query = `query { repository(owner: "acme", name: "secret-${client.number}") { ref(qualifiedName: "main") { name } pullRequest(number: 3) { number } } }`;
    expect((await client.graphql(query)).at('data.repository')).toEqual({
      ref: { name: 'main' },
      pullRequest: { number: 3 },
    });
    const { json } = await client.graphql(query, {}, 'reader');
    expect(json).toMatchObject({
      data: { repository: { ref: { name: 'main' }, pullRequest: null } },
      errors: [{ type: 'FORBIDDEN' }],
    });
    client.github.issueToken('elsewhere', {
      login: 'octocat',
      permissions: { contents: 'write' },
      repositories: ['acme/other'],
    });
    expect((await client.graphql(query, {}, 'elsewhere')).at('errors[0].type')).toBe('NOT_FOUND');
  });

  it('refuses unknown tokens and connections without a size', async () => {
    expect(await client.graphql('query { viewer { login } }', {}, 'stolen')).toMatchObject({
      status: 401,
      json: { message: 'Bad credentials' },
    });
    expect((await client.graphql('query { viewer { login } }', {}, '')).status).toBe(401);
    const query = `query { repository(owner: "acme", name: "widgets-${client.number}") { refs(refPrefix: "refs/heads/") { nodes { name } } } }`;
    expect((await client.graphql(query)).at('errors[0].type')).toBe('MISSING_PAGINATION_BOUNDARIES');
  });
});

describe('GraphQL refs', () => {
  const UPDATE = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

  async function repositoryId(): Promise<string> {
    const { at } = await client.graphql(`query { repository(owner: "acme", name: "widgets-${client.number}") { id } }`);
    return at('data.repository.id') as string;
  }

  it('updates several refs or none, and a lost compare is opaque', async () => {
    const oid = await client.head();
    const repositoryId_ = await repositoryId();
    const create = { name: 'refs/heads/a', beforeOid: ZERO_OID, afterOid: oid };
    expect(
      (await client.graphql(UPDATE, { input: { repositoryId: repositoryId_, refUpdates: [create] } })).at('errors'),
    ).toBeUndefined();
    const both = [{ ...create, name: 'refs/heads/b' }, create];
    const { json, at, status } = await client.graphql(UPDATE, {
      input: { repositoryId: repositoryId_, refUpdates: both },
    });
    expect(status).toBe(200);
    expect(Object.keys(json as object)).toEqual(['errors']);
    expect(Object.keys(at('errors[0]') as object)).toEqual(['message']);
    expect(at('errors[0].message')).toMatch(
      /^Something went wrong while executing your query on .*Please include `[^`]+` when reporting this issue\.$/,
    );
    expect(await client.repository.head('b')).toBeNull();
    const remove = [{ name: 'refs/heads/a', beforeOid: oid, afterOid: ZERO_OID }];
    await client.graphql(UPDATE, { input: { repositoryId: repositoryId_, refUpdates: remove } });
    expect(await client.repository.head('a')).toBeNull();
  });

  it('creates, moves and deletes a ref', async () => {
    const input = { repositoryId: await repositoryId(), name: 'refs/heads/x', oid: await client.head() };
    const create = 'mutation($input: CreateRefInput!) { createRef(input: $input) { ref { id } } }';
    const created = await client.graphql(create, { input });
    const refId = created.at('data.createRef.ref.id') as string;
    expect((await client.graphql(create, { input })).at('errors[0].message')).toBe(
      'A ref named "refs/heads/x" already exists in the repository.',
    );
    const next = await client.repository.writeFile('main', 'n.txt', 'n');
    const move = 'mutation($input: UpdateRefInput!) { updateRef(input: $input) { ref { target { oid } } } }';
    expect((await client.graphql(move, { input: { refId, oid: next } })).at('data.updateRef.ref.target.oid')).toBe(
      next,
    );
    await client.graphql('mutation($input: DeleteRefInput!) { deleteRef(input: $input) { clientMutationId } }', {
      input: { refId },
    });
    expect(await client.repository.head('x')).toBeNull();
  });
});
