import { publishedBy, refOf } from '../core/publication.js';
import type { Change, StoreFailure, WriteResult } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';
import { listHeads } from './heads.js';
import { readPush } from './push-answer.js';
import { REMOTE, type SideRepository } from './side-repository.js';

/** The push: what is sent, and what may be said of it afterwards. */

export interface Push extends Change {
  readonly expectedHead: string;
  readonly commit: string;
  readonly stateBranch: string;
}

/** One push, whose refs move together, each from where it was seen, or not at all. */
export async function pushChange(
  side: SideRepository,
  { event, expectedHead, commit, stateBranch }: Push,
  deadline: Deadline,
): Promise<{ readonly result: WriteResult; readonly isSent: boolean }> {
  const published = publishedBy(event);
  const state = { ref: refOf(stateBranch), from: expectedHead, to: commit };
  const branch =
    published === null ? [] : [{ ref: refOf(published.branch), from: published.head ?? '', to: published.commit }];
  const moves = [state, ...branch];
  const leases = moves.map(({ ref, from }) => `--force-with-lease=${ref}:${from}`);
  const always = [
    '--atomic',
    '--porcelain',
    '--no-verify',
    '--no-signed',
    '--no-follow-tags',
    '--recurse-submodules=no',
  ];
  const refspecs = moves.map(({ ref, to }) => `${to}:${ref}`);
  const answer = await side.git(deadline, ['push', ...always, ...leases, REMOTE, ...refspecs]);
  const read = readPush(
    answer,
    moves.map(({ ref }) => ref),
  );
  const isSent = read.kind !== 'raced' || read.isSent;
  switch (read.kind) {
    case 'landed':
      // An address that may be another repository's proves nothing: the target itself has to show it.
      return { isSent, result: side.remote.isCertain ? { kind: 'applied', commit } : unknown(elsewhere(event)) };
    case 'raced':
      return { isSent, result: published === null ? { kind: 'lost_race' } : { kind: 'branch_moved' } };
    case 'refused': {
      // What was sent may have been sent twice, and a notice may sound like a refusal: where the head has moved, only a
      // reading tells by whom.
      const listed = await listHeads(side, [state.ref], deadline);
      const hasMoved = listed.kind === 'failed' || listed.heads.get(state.ref) !== expectedHead;
      return { isSent, result: hasMoved ? unknown(again(read.failure)) : { kind: 'failed', failure: read.failure } };
    }
    case 'unknown':
      return { isSent, result: unknown(read.failure) };
  }
}

function again(failure: StoreFailure): StoreFailure {
  return { ...failure, retry: { kind: 'backoff' } };
}

function unknown(failure: StoreFailure): WriteResult {
  return { kind: 'unknown', failure };
}

function elsewhere({ id }: Change['event']): StoreFailure {
  return {
    code: 'api_error',
    problem: `The push ${id ?? ''} went through, but the repository does not show it: the remote may be another one`,
    advice: 'Look at `git remote -v`: the remote has to be the repository of the pull request.',
    retry: { kind: 'backoff' },
  };
}
