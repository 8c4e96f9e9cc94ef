import { createHash } from 'node:crypto';
import type { RefSnapshot } from '../git/refs.js';
import type { ClosedHow, OpenPullRequestOptions, PullRequest } from '../types.js';
import type { Repository } from './repository.js';

/** A pull request as stored. Head and base are looked up in the refs while it is open, and kept when it closes. */
export interface PullRecord {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly draft: boolean;
  readonly headRepository: Repository;
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly createdAt: Date;
  state: 'open' | 'closed' | 'merged';
  lastHead: string;
  lastBase: string;
  closedAt: Date | null;
  mergeCommit: string | null;
  /** The commits a merge brought to the base, the merge commit included. */
  mergedCommits: readonly string[];
}

/** The pull requests of one repository. */
export class PullBook {
  readonly #pulls = new Map<number, PullRecord>();

  constructor(private readonly repository: Repository) {}

  get(number: number): PullRecord | null {
    return this.#pulls.get(number) ?? null;
  }

  /** Oldest first. */
  all(): PullRecord[] {
    return [...this.#pulls.values()].sort((a, b) => a.number - b.number);
  }

  async open(options: OpenPullRequestOptions): Promise<PullRecord> {
    const { repository } = this;
    const number = options.number ?? Math.max(0, ...this.#pulls.keys()) + 1;
    if (this.#pulls.has(number)) throw new Error(`Pull request ${number} exists already.`);
    const headRefName = options.head ?? `pr-${number}`;
    const baseRefName = options.base ?? repository.defaultBranch;
    const base = await repository.head(baseRefName);
    if (base === null) throw new Error(`The base branch ${baseRefName} does not exist.`);
    const headRepository = options.fork === undefined ? repository : await repository.forkAs(options.fork);
    if ((await headRepository.head(headRefName)) === null) {
      const start = (await headRepository.head(headRepository.defaultBranch)) ?? base;
      await headRepository.createBranch(headRefName, start);
      await headRepository.writeFile(
        headRefName,
        `changes/${headRefName}.txt`,
        `${number}\n`,
        `Work on ${headRefName}`,
      );
    }
    const pull: PullRecord = {
      id: repository.world.nextPullId(),
      number,
      title: options.title ?? `Pull request ${number}`,
      author: options.author ?? headRepository.owner,
      draft: options.draft ?? false,
      headRepository,
      headRefName,
      baseRefName,
      createdAt: repository.world.now(),
      state: 'open',
      lastHead: (await headRepository.head(headRefName)) ?? '',
      lastBase: base,
      closedAt: null,
      mergeCommit: null,
      mergedCommits: [],
    };
    this.#pulls.set(number, pull);
    await this.publishHead(pull);
    return pull;
  }

  /** Many more with the head and base of another one, at once: each by itself takes a process of git. */
  async openLike(like: number, numbers: readonly number[], closedAt: Date | null): Promise<void> {
    const { repository } = this;
    const first = this.#require(like);
    for (const number of numbers) {
      if (this.#pulls.has(number)) throw new Error(`Pull request ${number} exists already.`);
      const state = closedAt === null ? 'open' : 'closed';
      const own = {
        id: repository.world.nextPullId(),
        number,
        title: `Pull request ${number}`,
        state,
        closedAt,
      } as const;
      this.#pulls.set(number, { ...first, ...own });
    }
    const heads = numbers.map((number) => ({ name: `refs/pull/${number}/head`, newOid: first.lastHead }));
    await repository.store.refs.change(heads);
  }

  async push(number: number): Promise<string> {
    const pull = this.#require(number);
    const path = `changes/${pull.headRefName}.txt`;
    const before = (await pull.headRepository.readFile(pull.headRefName, path)) ?? '';
    const oid = await pull.headRepository.writeFile(
      pull.headRefName,
      path,
      `${before}more\n`,
      `More on ${pull.headRefName}`,
    );
    await this.publishHead(pull);
    return oid;
  }

  async close(number: number, how: ClosedHow): Promise<void> {
    const pull = this.#require(number);
    const { repository } = this;
    if (pull.state !== 'open') throw new Error(`Pull request ${number} is ${pull.state} already.`);
    await this.publishHead(pull);
    Object.assign(pull, await presentTips(repository, pull));
    if (how !== 'closed') {
      const message = `Merge pull request #${number}`;
      pull.mergeCommit = await repository.mergeInto(pull.baseRefName, pull.lastHead, message, how === 'squashed');
      pull.mergedCommits = await repository.store.revList(pull.mergeCommit, `^${pull.lastBase}`);
    }
    pull.state = how === 'squashed' ? 'merged' : how;
    pull.closedAt = repository.world.now();
  }

  /** Only what was not merged can be opened again. */
  async reopen(number: number): Promise<void> {
    const pull = this.#require(number);
    if (pull.state !== 'closed') throw new Error(`Pull request ${number} is ${pull.state}.`);
    pull.state = 'open';
    pull.closedAt = null;
    await this.publishHead(pull);
  }

  /** The branch of a head repository moved: so do the heads of its open pull requests. */
  async follow(headRepository: Repository, branch: string): Promise<void> {
    for (const pull of this.#pulls.values()) {
      const concerned = pull.headRepository === headRepository && pull.headRefName === branch;
      if (concerned && pull.state === 'open') await this.publishHead(pull);
    }
  }

  /** Brings a fork's commits over and moves refs/pull/<n>/head, as GitHub does after a push. */
  async publishHead(pull: PullRecord): Promise<void> {
    const { store } = this.repository;
    if (pull.headRepository.isDeleted) return;
    const head = await pull.headRepository.head(pull.headRefName);
    if (head === null) return;
    const target = `refs/pull/${pull.number}/head`;
    if (pull.headRepository === this.repository) await store.refs.change([{ name: target, newOid: head }]);
    else await store.fetch(pull.headRepository.store, `+refs/heads/${pull.headRefName}:${target}`);
  }

  #require(number: number): PullRecord {
    const pull = this.get(number);
    if (pull === null) throw new Error(`There is no pull request ${number} in ${this.repository.nameWithOwner}.`);
    return pull;
  }
}

/** Gives the refs to read from: those of now, or older ones where a fault says so. */
export type RefReader = (repository: Repository) => Promise<RefSnapshot>;

/** Head and base of a pull request as the given refs show them. */
export async function pullTips(
  repository: Repository,
  pull: PullRecord,
  readRefs: RefReader,
): Promise<{ head: string; base: string }> {
  if (pull.state !== 'open') return { head: pull.lastHead, base: pull.lastBase };
  const headRefs = pull.headRepository.isDeleted ? null : await readRefs(pull.headRepository);
  const head = headRefs?.get(`refs/heads/${pull.headRefName}`) ?? pull.lastHead;
  const base = (await readRefs(repository)).get(`refs/heads/${pull.baseRefName}`) ?? pull.lastBase;
  pull.lastHead = head; // a branch that is deleted later leaves its last commit as the head
  return { head, base };
}

async function presentTips(repository: Repository, pull: PullRecord): Promise<{ lastHead: string; lastBase: string }> {
  const { head, base } = await pullTips(repository, pull, (wanted) => wanted.store.refs.list());
  return { lastHead: head, lastBase: base };
}

/**
 * `merge_commit_sha`: the commit that brought it to the base. Before that, and for what was closed unmerged, GitHub
 * shows the test merge, which is on no branch; so the field alone says nothing about merging.
 */
export function mergeCommitSha(pull: PullRecord, head: string, base: string): string {
  const { format } = pull.headRepository.store;
  return pull.mergeCommit ?? createHash(format).update(`test merge of ${head} into ${base}`).digest('hex');
}

export async function publicPull(repository: Repository, pull: PullRecord): Promise<PullRequest> {
  const { head, base } = await pullTips(repository, pull, (wanted) => wanted.store.refs.list());
  return {
    number: pull.number,
    title: pull.title,
    state: pull.state,
    url: `${repository.url}/pull/${pull.number}`,
    headRepository: pull.headRepository.nameWithOwner,
    headRefName: pull.headRefName,
    headRefOid: head,
    baseRefName: pull.baseRefName,
    baseRefOid: base,
  };
}
