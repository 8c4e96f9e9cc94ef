import { afterEach, describe, expect, it } from '@jest/globals';
import { GitClient } from './git-client.js';
import { withClient } from './with-client.js';

/** What is read of a whole repository at once: its log, all records, many pull requests, all runs. */

const ready = withClient();
const clones: GitClient[] = [];

afterEach(() => Promise.all(clones.splice(0).map((clone) => clone.delete())));

/** Asks for fields of the test's repository. */
async function ask(fields: string): Promise<{ at: (path: string) => unknown; errors: unknown }> {
  const { at } = await ready().graphql(`query { repository(owner: "acme", name: "widgets-${ready().number}") {
    ${fields} } }`);
  return { at: (path) => at(`data.repository.${path}`), errors: at('errors') };
}

/** Commits of a minute each, newest first. */
async function fiveCommits(): Promise<string[]> {
  const { repository, github } = ready();
  const oids: string[] = [];
  for (let minute = 0; minute < 5; minute += 1) {
    github.clock.freeze(new Date(Date.UTC(2026, 10, 1, 12, minute)));
    oids.unshift(await repository.writeFile('log', `pulls/${minute % 2}/${minute}.json`, `{"n":${minute}}\n`, `Write`));
  }
  return oids;
}

describe('Commit.history', () => {
  const history = (from: string, args: string): string =>
    `${from} { ... on Commit { history(${args}) { pageInfo { hasNextPage endCursor } nodes { oid message committedDate } } } }`;

  it('goes on behind a cursor of commit and offset, newest first', async () => {
    const oids = await fiveCommits();
    const [head = ''] = oids;
    const first = await ask(`ref(qualifiedName: "refs/heads/log") { ${history('target', 'first: 2')} }`);
    expect(first.at('ref.target.history')).toEqual({
      pageInfo: { hasNextPage: true, endCursor: `${head} 1` },
      nodes: [
        { oid: oids[0], message: 'Write', committedDate: '2026-11-01T12:04:00Z' },
        { oid: oids[1], message: 'Write', committedDate: '2026-11-01T12:03:00Z' },
      ],
    });
    await ready().repository.writeFile('log', 'later', ''); // the branch goes on; the commit stays what it is
    const rest = await ask(history(`object(oid: "${head}")`, `first: 100, after: "${head} 1"`));
    expect(rest.at('object.history.pageInfo')).toEqual({ hasNextPage: false, endCursor: `${head} 4` });
    expect(rest.at('object.history.nodes')).toMatchObject(oids.slice(2).map((oid) => ({ oid })));
    const since = await ask(history(`object(oid: "${head}")`, 'first: 100, since: "2026-11-01T12:03:00Z"'));
    expect(since.at('object.history.nodes')).toMatchObject(oids.slice(0, 2).map((oid) => ({ oid })));
  });

  it('insists on a page of at most 100, and on a cursor', async () => {
    const head = await ready().head();
    const refused = async (args: string): Promise<unknown> =>
      (await ask(history(`object(oid: "${head}")`, args))).errors;
    expect(await refused('first: 101')).toMatchObject([{ type: 'EXCESSIVE_PAGINATION' }]);
    expect(await refused('since: "2026-11-01T12:03:00Z"')).toMatchObject([{ type: 'MISSING_PAGINATION_BOUNDARIES' }]);
    expect(await refused('first: 1, after: "nonsense"')).toMatchObject([{ type: 'INVALID_CURSOR_ARGUMENTS' }]);
  });
});

describe('objects and pull requests', () => {
  it('a folder is read with all texts below it, and an object by its id', async () => {
    const [head = ''] = await fiveCommits();
    const entries = 'entries { name type oid object { ... on Blob { text isTruncated byteSize }';
    const below = `${entries} ... on Tree { ${entries} } } } } }`;
    const tree = await ask(
      `object(oid: "${head}") { ... on Commit { file(path: "pulls") { object { ... on Tree { ${below} } } } } }
       refs(refPrefix: "refs/heads/", query: "lo", first: 100) { nodes { name target { oid } } }
       none: object(oid: "${'1'.repeat(40)}") { oid }`,
    );
    expect(tree.at('object.file.object.entries')).toMatchObject([
      { name: '0', object: { entries: [{ name: '0.json' }, { name: '2.json' }, { name: '4.json' }] } },
      { name: '1', object: { entries: [{ name: '1.json' }, { name: '3.json' }] } },
    ]);
    const last = tree.at('object.file.object.entries[1].object.entries[1]') as { oid: string };
    expect(last).toMatchObject({ type: 'blob', object: { text: '{"n":3}\n', isTruncated: false, byteSize: 8 } });
    expect(tree.at('refs.nodes')).toEqual([{ name: 'log', target: { oid: head } }]);
    expect(tree.at('none')).toBeNull();
    expect((await ask(`object(oid: "${last.oid}") { ... on Blob { text } }`)).at('object.text')).toBe('{"n":3}\n');
  });

  it('pull requests are asked for by aliases, and those that are not there are told beside the others', async () => {
    const { url } = await ready().repository.openPullRequest({ number: 17, title: 'Mend <b>it</b>' });
    const pull = (number: number): string => `p${number}: pullRequest(number: ${number}) { number title state url }`;
    const { at, errors } = await ask(`${pull(17)} ${pull(18)}`);
    expect(at('p17')).toEqual({ number: 17, title: 'Mend <b>it</b>', state: 'OPEN', url });
    expect(at('p18')).toBeNull();
    const message = 'Could not resolve to a PullRequest with the number of 18.';
    expect(errors).toMatchObject([{ type: 'NOT_FOUND', path: ['repository', 'p18'], message }]);
  });
});

describe('the list of runs', () => {
  it('is newest first, a page at a time, by status or conclusion', async () => {
    const { repository } = ready();
    const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 12, minute));
    const running = { status: 'in_progress', conclusion: null, runAttempt: 1, name: 'deploy' };
    repository.addRun({ ...running, id: 7, createdAt: at(2) });
    repository.addRun({ ...running, id: 8, createdAt: at(1) });
    repository.addRun({ ...running, id: 9, createdAt: at(1), status: 'completed', conclusion: 'failure' });
    const list = async (query: string): Promise<unknown[]> => {
      const { at: part, headers } = await ready().rest('GET', `/actions/runs?${query}`);
      const ids = (part('workflow_runs') as { id: number }[]).map(({ id }) => id);
      return [part('total_count'), ids, headers.get('link')?.includes('page=2') ?? false];
    };
    expect(await list('per_page=100')).toEqual([3, [7, 9, 8], false]);
    expect(await list('per_page=2&page=2')).toEqual([3, [8], false]);
    expect(await list('status=in_progress&per_page=1')).toEqual([2, [7], true]);
    expect(await list('status=failure')).toEqual([1, [9], false]);
    expect((await ready().rest('GET', '/actions/runs', undefined, 'reader')).status).toBe(403);
  });
});

describe('git', () => {
  it('fetches a commit by its id, of the log alone or of the newest state alone', async () => {
    const [head = ''] = await fiveCommits();
    const { repository } = ready();
    await repository.writeFile('log', 'later', '');
    const log = await GitClient.clone(repository.cloneUrl, 'writer', '--depth=1', '--no-checkout');
    clones.push(log);
    const fetchInto = async (folder: string, ...options: string[]): Promise<(...args: string[]) => Promise<string>> => {
      await log.git('init', '--quiet', '--bare', folder);
      await log.git('-C', folder, 'fetch', '--quiet', '--no-tags', ...options, repository.cloneUrl, head);
      return (...args) => log.git('-C', folder, ...args);
    };
    const commits = await fetchInto('log.git', '--filter=tree:0');
    expect((await commits('log', '--format=%s', head)).split('\n')).toHaveLength(5);
    expect((await commits('rev-list', '--objects', '--all', '--missing=print', head)).split('\n')).toHaveLength(10);
    const state = await fetchInto('state.git', '--depth=1');
    expect(await state('rev-list', '--count', head)).toBe('1');
    expect(await state('show', `${head}:pulls/1/3.json`)).toBe('{"n":3}');
  });
});
