import type { OwnershipRecord } from '../core/record.js';
import { systemFault } from '../git/system-fault.js';
import { permanent, transient } from '../store/failures.js';
import type {
  Compared,
  ReadResult,
  Snapshot,
  StoreFailure,
  WatchableStore,
  WriteResult,
} from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';
import type { Checkout } from './checkout.js';
import { buildsOn, compareBranch, failed, fetchState } from './compare.js';
import { pushChange } from './push-refs.js';
import { commitRecord } from './record-commit.js';
import { SideFault, SideRepository, type Server } from './side-repository.js';

export interface PublishingOptions {
  /** Reads, and answers everything that is not about git. */
  readonly store: WatchableStore;
  readonly stateBranch: string;
  readonly checkout: Checkout;
  readonly serverUrl: string;
  readonly token: string;
  /** Which changes are pushed: those that publish, as they have to be, or all of them. */
  readonly pushes?: 'publications' | 'everything';
}

/** A store with a second way to write, which can move the branch of the pull request in the same transaction. */
export interface PublishingStore extends WatchableStore {
  /** Removes what it has made beside the checkout. */
  close(): Promise<void>;
}

interface SentPush {
  readonly id: string;
  readonly commit: string;
  readonly parent: string;
}

/** The state branch of a repository on GitHub, read through its API and written by git. */
export function createPublishingStore(options: PublishingOptions): PublishingStore {
  const { store, stateBranch, checkout, serverUrl, token, pushes = 'publications' } = options;
  const server: Server = { repo: store.target.repo, serverUrl, token };
  const sent: SentPush[] = [];
  let shown: OwnershipRecord | null = null;
  let opening: Promise<SideRepository> | null = null;
  const open = (deadline: Deadline): Promise<SideRepository> =>
    (opening ??= SideRepository.create(checkout, server, deadline));

  return {
    ...store,
    async read(deadline): Promise<ReadResult> {
      const read = await store.read(deadline);
      if (read.kind === 'failed') return read;
      const { reading } = read.snapshot;
      shown = reading.kind === 'record' ? reading.record : null;
      if (sent.length === 0) return read;
      const look = async (): Promise<ReadResult> =>
        withLogged(read.snapshot, sent, await open(deadline), stateBranch, deadline);
      return orFault(look, (failure) => ({ kind: 'failed', failure }));
    },
    compare: (what, deadline): Promise<Compared> =>
      orFault(
        async () => compareBranch(await open(deadline), stateBranch, what, deadline),
        (failure) => ({ kind: 'failed', failure }),
      ),
    write(change, deadline): Promise<WriteResult> {
      const { expectedHead, event } = change;
      const isPushed = pushes === 'everything' || event.type === 'publish';
      if (expectedHead === null || !isPushed) return store.write(change, deadline);
      const push = async (): Promise<WriteResult> => {
        const side = await open(deadline);
        if ((await side.fetchedHead()) !== expectedHead) {
          const answer = await fetchState(side, stateBranch, deadline);
          if (answer !== null) return failed(answer, 'fetching the state branch');
        }
        if ((await side.fetchedHead()) !== expectedHead) return { kind: 'lost_race' };
        const commit = await commitRecord(side, change, expectedHead, shown, deadline);
        const { result, isSent } = await pushChange(side, { ...change, expectedHead, commit, stateBranch }, deadline);
        if (isSent) sent.push({ id: event.id ?? '', commit, parent: expectedHead });
        return result;
      };
      return orFault(push, (failure) => ({ kind: 'failed', failure }));
    },
    async close(): Promise<void> {
      const side = await opening?.catch(() => null);
      await side?.remove();
    },
  };
}

/**
 * The reading, and which of the pushes of this request the log of the branch shows: the record forgets publications first, and
 * what landed has landed, whatever came after it.
 */
async function withLogged(
  snapshot: Snapshot,
  sent: readonly SentPush[],
  side: SideRepository,
  stateBranch: string,
  deadline: Deadline,
): Promise<ReadResult> {
  const { head, reading } = snapshot;
  const history = reading.kind === 'record' ? reading.record.history : [];
  const shown = sent.filter(({ id, commit }) => commit === head || history.some((event) => event.id === id));
  const hidden = sent.filter((push) => push.parent !== head && !shown.includes(push));
  const seen = shown.map(({ id }) => id);
  if (head === null || hidden.length === 0) return { kind: 'read', snapshot: { ...snapshot, logged: seen } };
  const doing = 'looking for the push in the log of the state branch';
  const answer = await fetchState(side, stateBranch, deadline);
  if (answer !== null) return failed(answer, doing);
  for (const { id, commit } of hidden) {
    const isThere = await buildsOn(side, commit, head, deadline);
    if (isThere === null)
      return { kind: 'failed', failure: transient(`Git does not show the head yet while ${doing}`) };
    if (isThere) seen.push(id);
  }
  return { kind: 'read', snapshot: { ...snapshot, logged: seen } };
}

/** What git cannot do in a folder of our own is a fault of this machine, and no reason to fall over. */
async function orFault<T>(work: () => Promise<T>, otherwise: (failure: StoreFailure) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = error instanceof SideFault ? error.message : systemFault(error);
    if (fault === null) throw error;
    const advice = 'Nothing more was pushed. Look at the git of this machine and at the free space of RUNNER_TEMP.';
    return otherwise(permanent('api_error', `Git could not prepare the push: ${fault}`, advice, error));
  }
}
