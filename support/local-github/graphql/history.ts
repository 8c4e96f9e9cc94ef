import { isOid } from '../git/objects.js';
import type { Repository } from '../state/repository.js';
import { type Connection, pageSize } from './connection.js';
import { NotImplemented, refusal } from './errors.js';
import { type Arguments, optionalText } from './resolvers.js';
import { commitByOid, type CommitSource } from './sources.js';

type History = Omit<Connection<CommitSource | null>, 'totalCount'> & {
  /** Counted for those who ask, because it goes through all of the history. */
  readonly totalCount: () => Promise<number>;
};

/** What of GitHub's arguments nobody has asked for yet; an answer that ignored them would be a wrong one. */
const UNKNOWN = ['last', 'before', 'author'] as const;

/** `Commit.history`, newest first. Git walks no further than to the end of the page, so the first one costs little. */
export async function historyOf({ repository, oid }: CommitSource, args: Arguments): Promise<History> {
  for (const name of UNKNOWN) {
    if (args[name] !== undefined && args[name] !== null) {
      throw new NotImplemented(`The local GitHub has no \`${name}\` of Commit.history.`);
    }
  }
  const { size } = pageSize('history', args);
  const start = positionBehind(oid, optionalText(args.after));
  const filter = filterOf(oid, args);
  const found = await repository.store.revList(`--skip=${start}`, `--max-count=${size + 1}`, ...filter);
  const nodes = await commitsOf(repository, found.slice(0, size));
  const cursors = nodes.map((_node, index) => `${oid} ${start + index}`);
  return {
    totalCount: async () => (await repository.store.revList(...filter)).length,
    nodes,
    edges: nodes.map((node, index) => ({ cursor: cursors[index] ?? '', node })),
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: start > 0,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
  };
}

function filterOf(oid: string, args: Arguments): string[] {
  const [since, until, path] = [optionalText(args.since), optionalText(args.until), optionalText(args.path)];
  return [
    ...(since === null ? [] : [`--since=${since}`]),
    ...(until === null ? [] : [`--until=${until}`]),
    oid,
    ...(path === null ? [] : ['--', path]),
  ];
}

/** A cursor is the commit that was asked for and how many are before: `<oid> 99` closes the first page of 100. */
function positionBehind(oid: string, cursor: string | null): number {
  if (cursor === null) return 0;
  const [start = '', offset = ''] = cursor.split(' ');
  if (!isOid(start) || !/^\d+$/.test(offset)) {
    throw refusal('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  // Nobody knows what GitHub makes of it, so nothing may rely on it: whoever reads on asks for the commit, not for the branch.
  if (start !== oid) throw new NotImplemented(`The cursor ${cursor} is of another commit than ${oid}.`);
  return Number(offset) + 1;
}

function commitsOf(repository: Repository, oids: readonly string[]): Promise<(CommitSource | null)[]> {
  return Promise.all(oids.map((oid) => commitByOid(repository, oid)));
}
