import { quiet, type CommitMessage } from '../store/commit-message.js';

/** What the log says of a move: trailers as of every other commit, but about no pull request and no run. */
export function migrationMessage({
  repo,
  from,
  to,
  commits,
}: {
  readonly repo: string;
  readonly from: string;
  readonly to: string;
  /** Those that have the records. */
  readonly commits: readonly string[];
}): CommitMessage {
  const trailers = [
    'Coord-Event: migrate',
    `Coord-Repository: ${repo}`,
    `Coord-State-Branch: ${quiet(from, 300)}`,
    `Coord-Moved-To: ${quiet(to, 300)}`,
    ...commits.map((commit) => `Coord-From: ${commit}`),
  ];
  return {
    headline: `migrate the records of ${repo} from ${quiet(from, 100)} to ${quiet(to, 100)}`,
    body: ['[skip ci]', '', ...trailers].join('\n'),
  };
}
