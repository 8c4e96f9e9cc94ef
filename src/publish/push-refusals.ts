import type { ErrorCode } from '../core/answer.js';
import { plain } from '../core/text.js';

import { permanent } from '../store/failures.js';
import type { StoreFailure } from '../store/state-store.js';
import { remoteWords, shortOf, tellingLine, withoutPasswords } from './git-words.js';

/** The refusals that no waiting mends, by the words of git and of GitHub, and what to do about each. */
interface Row {
  readonly said: RegExp;
  readonly code: ErrorCode;
  readonly problem: string;
  readonly advice: string;
}

const ROWS: readonly Row[] = [
  {
    said: /does not support --atomic push/,
    code: 'api_error',
    problem: 'The server does not know atomic pushes, without which a run that was replaced could still land',
    advice: 'Nothing was pushed. Update the server, or push by hand after an assert, which is advisory only.',
  },
  {
    said: /without `?workflows?`? (?:permission|scope)/i,
    code: 'permission_denied',
    problem: 'The commits change workflow files, which this token may not',
    advice:
      'GITHUB_TOKEN can never have the permission "workflows": give actions/checkout the "token" of a GitHub App or person that ' +
      'has it, or leave .github/workflows alone.',
  },
  {
    said: /must have verified signatures/i,
    code: 'permission_denied',
    problem: 'A rule asks for signed commits',
    advice:
      'Sign the commits before they are published. The record’s commit is made here and unsigned: exclude the state branch ' +
      'from the rule.',
  },
  {
    said: /Push cannot contain secrets/i,
    code: 'permission_denied',
    problem: 'The commits hold a secret',
    advice:
      'Take it out of every commit that is to be published, and revoke it: it has left the place where it was kept.',
  },
  {
    said: /GH013:|repository rule violations?/i,
    code: 'permission_denied',
    problem: 'A ruleset of the repository refuses the push',
    advice: 'Exclude the branch from the ruleset, or let the app or person whose token it is bypass the rule.',
  },
  {
    said: /GH006:|protected branch/i,
    code: 'permission_denied',
    problem: 'Branch protection refuses the push',
    advice: 'Let the app or person whose token it is push to the branch, or protect other branches only.',
  },
  {
    said: /GH008:|unknown Git LFS objects/i,
    code: 'permission_denied',
    problem: 'The commits name files of Git LFS that the server does not have',
    advice: 'Run `git lfs push origin HEAD` first: this push runs no hooks, so Git LFS uploads nothing by itself.',
  },
  {
    said: /GH001:|exceeds GitHub’?'?s file size limit/i,
    code: 'permission_denied',
    problem: 'The commits hold a file that is too large',
    advice: 'Take it out of the commits, or track it with Git LFS.',
  },
  {
    said: /GH007:|private email address/i,
    code: 'permission_denied',
    problem: 'The commits would publish a private email address',
    advice: 'Commit with the noreply address that the settings of the account show.',
  },
  {
    said: /shallow update not allowed/,
    code: 'api_error',
    problem: 'The checkout is too shallow: the server lacks what the commits build on',
    advice:
      'Fetch more of the history (actions/checkout with "fetch-depth: 0", or git fetch --unshallow), then push again.',
  },
  {
    said: /Authentication failed|could not read (?:Username|Password)|Invalid username or token|error: 401|Permission denied \(publickey|Host key verification failed/i,
    code: 'permission_denied',
    problem: 'Git has no credentials that the server takes',
    advice:
      'Let actions/checkout keep its credentials (the default), or give this step a token (GH_TOKEN) with "contents: write".',
  },
  {
    said: /Permission to \S+ denied|Write access to repository not granted|error: 403/i,
    code: 'permission_denied',
    problem: 'Git’s credentials may not do that',
    advice:
      'Add "permissions: { contents: write }" to the job, and run actions/checkout in it with that token. On a pull request from a ' +
      'fork the token is read-only whatever the workflow says.',
  },
  {
    said: /Repository not found|error: 404|repository '[^']*' not found/i,
    code: 'permission_denied',
    problem: 'The server shows no such repository to git’s credentials',
    advice: 'Check that the token may see the repository: "permissions: { contents: write }".',
  },
  {
    said: /SSL certificate problem|certificate verification failed|unable to get local issuer/i,
    code: 'api_error',
    problem: 'Git does not trust the server’s certificate',
    advice: 'Set http.sslCAInfo, or GIT_SSL_CAINFO, to the certificate of its authority.',
  },
  {
    said: /is not a git command|unable to find remote helper|transport '[^']*' not allowed/i,
    code: 'api_error',
    problem: 'The git of this machine cannot reach that address',
    advice: 'Install git with its HTTP helper (in a container: git and libcurl), or check protocol.*.allow.',
  },
  {
    said: /Could not resolve host/i,
    code: 'api_error',
    problem: 'The name of the server does not resolve',
    advice: 'Check the address of the remote (git remote -v), and DNS on this machine.',
  },
];

/**
 * `null`: it is none of these.
 *
 * @param reason what git told of the ref itself; GitHub says there alone which workflow file it is.
 */
export function refusalOf(stderr: string, ref: string | null, reason = ''): StoreFailure | null {
  const row = ROWS.find(({ said }) => said.test(`${stderr}\n${reason}`));
  if (row === undefined) return null;
  const where = ref === null ? '' : ` (${shortOf(ref)})`;
  const line = row.said.test(stderr) ? tellingLine(stderr) : reason;
  const words =
    (row.said.test(stderr) && remoteWords(stderr)) ||
    (line === '' ? '' : `; git says: ${plain(withoutPasswords(line), 200)}`);
  return permanent(row.code, `${row.problem}${where}${words}`, row.advice);
}
