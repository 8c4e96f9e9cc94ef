import type { InputName } from './registry.js';

/** What each input is, in a sentence or two of Markdown, for action.yml, the docs and the help. Loaded by nothing else. */
export const DESCRIPTIONS: Readonly<Record<InputName, string>> = {
  command:
    'What to do. One of `claim`, `takeover`, `assert`, `push`, `ensure`, `release`, `signal-exit`, `check`, `status`, or for the whole repository `board` and `sweep`.',
  repo: 'The repository of the pull request as `owner/name`. Default is the repository of the event, on a command line outside of Actions that of the checkout.',
  pr: 'The pull request, as a number or as its URL. Default is the pull request of the event, on a command line outside of Actions that of the branch that is checked out.',
  scope:
    'What is owned beside others on the same pull request, such as `preview` or `deploy`. Up to 40 of `a-z`, `0-9` and `-`, no hyphen first. Each scope has an owner, fencing tokens and a queue of its own. Default is the pull request itself.',
  'run-id':
    'Who claims, as printable text of at most 200 characters. Default is `PI_SUBAGENT_RUN_ID` from the environment, else the id of the workflow run, so that all jobs of a run are one owner, on a command line outside of Actions `person:<login>` of the token. Jobs of a matrix that want an owner each pass their own.',
  'target-run-id':
    'For `signal-exit`, `release` with `evict` and `check`, the run that is meant. If it is not the owner, the answer is `ownership_lost`.',
  reason: 'Why, as free text. Up to 500 characters are kept in the record. Give one with every takeover.',
  'fencing-token':
    'For `assert`, `push`, `ensure`, `release` and `signal-exit`, the tenure that is meant, as the output of the claim gave it.',
  'require-existing':
    'For `assert`. With `false`, having no owner at all is no conflict, but `owned` is `false` all the same.',
  'require-open':
    'Whether the pull request has to be open. Default is `true` where a tenure would begin, else `false`. A teardown claims a closed one with `false`.',
  'require-active-owner':
    'For `signal-exit`. With `false`, a run that is not the owner may signal the owner, if its actor may take over.',
  evict:
    'For `release`. With `true`, ends the tenure of another run, named by `fencing-token` or `target-run-id`, if the pull request is closed or the actor may take over.',
  supersede:
    'When a plain claim may replace another owner. `never`; `dead` if GitHub says that its run is over, or it was told to exit; `stale` also if it was not renewed for `stale-after`.',
  'stale-after': 'The age from which an owner counts as stale, as a duration such as `30m`, `2h` or `PT30M`.',
  'wait-timeout':
    'How long `claim` and `ensure` stand in line for a pull request that another run owns, as a duration. `0` does not wait.',
  detached:
    'With `true`, the tenure that begins does not end with its workflow run, but by a release, a takeover or its own end. Outside of Actions every tenure is like that.',
  'expires-after':
    'After how long a tenure ends by itself, as a duration from `1s` to `30d`. It counts from the claim, or from the renewal that gives it. Default is `8h` with `detached`, `1h` outside of Actions, else never.',
  'takeover-permission':
    'What the actor needs on the repository to take over, evict or signal another run. One of `write`, `maintain`, `admin`, `none`.',
  'takeover-actors':
    'Logins, separated by commas or blanks, that may take over, evict and signal whatever their permission. For bots and Apps, which have no role that GitHub could be asked for.',
  'cancel-superseded':
    'With `true`, asks GitHub to cancel the workflow run that was replaced, if it is one of this repository. Needs `actions` permission `write`.',
  'pr-status':
    'With `true`, a commit status `runner-coord` on the head of the pull request shows who owns it: `pending` while somebody does, `success` when it is free. Needs `statuses` permission `write`; whatever goes wrong with it is a warning.',
  'on-conflict':
    'What a refusal does to the step. `fail`, or `continue` so that other jobs can be gated on the output `owned`.',
  'release-on-exit':
    'With `true`, the post step releases the tenure that this very step began, however the job ends. What the step only found belongs to another step and stays.',
  ref: 'For `push`. What is published: a commit, branch or tag of the checkout, and after a colon perhaps the branch of the pull request, such as `HEAD:topic`.',
  'working-directory': 'For `push`. The folder of the checkout, relative to the workspace. Default is the workspace.',
  strict: 'For `assert`. With `true`, confirms by a commit instead of a read, which no stale answer can fool.',
  'guard-push':
    'With `true`, a `pre-push` hook in the workspace asserts before every `git push` of the job, whoever calls it, and refuses it where this run does not own. Needs a checkout before this step; the post step removes it.',
  'board-dir':
    'For `board`. The folder for `board.html` and `board.json`. Default is `runner-coord-board` in the folder for temporary files of the runner; outside of Actions a new one in that of the system, which only its user can read.',
  since: 'For `board`. How far back it counts and draws, as a duration such as `12h` or `7d`.',
  'older-than':
    'For `sweep`. For how long a pull request has to be closed before its records are removed, as a duration such as `90d` or `720h`.',
  'dry-run': 'For `sweep` and `push`. With `true`, only says what would be done.',
  'state-branch': 'The branch that keeps the records. Never the default branch or the branch of a pull request.',
  'github-token': 'The token for GitHub. Needs `contents` permission `write` to claim and `read` to assert.',
  timeout: 'How long the whole step may take, waiting apart, as a duration.',
  'job-status': 'Filled in by the runner, which tells the post step how the job ended. Leave it alone.',
};
