import { isOwned, type View } from '../outcome.js';
import type { Published } from '../publication.js';
import type { CoordinationRequest } from '../request.js';
import { plain } from '../text.js';

/** What became of a commit that was to be published. */

/** @param ownedBy a sentence on who owns by now. */
export function publishedText(
  view: View | null,
  request: CoordinationRequest | null,
  doing: string,
  ownedBy: string,
): string {
  const published = view?.published ?? null;
  if (view === null || published === null || request === null) return `${doing} its commits.`;
  const { commit, branch, head } = published;
  const landed = `${doing} ${short(commit)} on the branch ${named(branch)} (before: ${short(head)}).`;
  const isStillOwned = isOwned({ kind: 'ok', status: 'published', view }, request.run);
  return isStillOwned ? landed : `${landed} It owned the pull request then, and does not any more: ${ownedBy}`;
}

/** Why a push that was not refused has moved nothing. */
export function unpublishedText(view: View | null, request: CoordinationRequest | null): string {
  const published = view?.published ?? null;
  if (request?.command !== 'push' || published === null) return '';
  const { commit, branch, head } = published;
  if (head === commit) return ` There is nothing to publish: ${named(branch)} is at ${short(commit)} already.`;
  return ` It would publish ${short(commit)} on the branch ${named(branch)} (now: ${short(head)}).`;
}

export function movedText({ published }: View, name: string): string {
  if (published === null) return `The branch of ${name} is not where it was expected.`;
  const { commit, branch, head, relation } = published;
  if (head === null) return `The branch ${named(branch)} of ${name} is gone, and is not made anew.`;
  if (relation === 'behind') {
    return `The branch ${named(branch)} of ${name} has ${short(commit)} already, and has gone on to ${short(head)}.`;
  }
  if (relation === 'moved') {
    return `The branch ${named(branch)} of ${name} has moved to ${short(head)} while ${short(commit)} was on its way.`;
  }
  return `The branch ${named(branch)} of ${name} is at ${short(head)}, which ${short(commit)} neither builds on nor is known to replace.`;
}

export function afterMove(published: Published | null): string {
  if (published === null) return advice('the branch', '');
  const { branch, head, relation, isShallow } = published;
  if (head === null) return 'Restore the branch on the page of the pull request, then push again.';
  if (relation === 'behind') return 'There is nothing left to publish. Fetch the branch to go on from there.';
  const shallow =
    'This checkout is shallow: check out the branch itself (actions/checkout with "ref") or more of its history. ';
  return `${isShallow ? shallow : ''}${advice(named(branch), `=${head}`)}`;
}

function advice(branch: string, lease: string): string {
  return (
    `Fetch ${branch}, rebase on it or merge it, then push again; to replace what is there, ` +
    `"runner-coord push --force-with-lease${lease}".`
  );
}

function named(branch: string): string {
  return `"${plain(branch, 200)}"`;
}

function short(oid: string | null): string {
  return oid === null ? 'nothing' : oid.slice(0, 12);
}
