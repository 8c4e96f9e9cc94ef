import { describe, expect, test } from '@jest/globals';
import { readPush, type PushAnswer } from '../../src/publish/push-answer.js';
import { refusalOf } from '../../src/publish/push-refusals.js';

/** What git and GitHub say of a push, word by word, and what a person is told of it. */

const STATE = 'refs/heads/runner-coord-state';
const BRANCH = 'refs/heads/pr-17';
const OID = '1'.repeat(40);

interface Said {
  /** `null`: it moved; else what stands in brackets. */
  readonly state?: string | null;
  readonly branch?: string | null;
  readonly stderr?: string;
  readonly status?: number;
  /** `[rejected]`, by git itself; else the server. */
  readonly byGit?: boolean;
}

function push({ state = null, branch = null, stderr = '', byGit = false, ...said }: Said): PushAnswer {
  const line = (ref: string, reason: string | null): string =>
    reason === null
      ? ` \t${OID}:${ref}\t1111111..2222222`
      : `!\t${OID}:${ref}\t[${byGit ? 'rejected' : 'remote rejected'}] (${reason})`;
  const stdout = `To https://github.com/acme/widgets.git\n${line(STATE, state)}\n${line(BRANCH, branch)}\nDone\n`;
  return answer({ stdout, stderr, status: said.status ?? (state === null && branch === null ? 0 : 1) });
}

function answer({ stdout = '', stderr = '', status = 128 }): PushAnswer {
  return readPush({ kind: 'ended', status, stdout, stderr }, [STATE, BRANCH]);
}

const FAILED = "error: failed to push some refs to 'https://github.com/acme/widgets.git'\n";
const remote = (...lines: readonly string[]): string => lines.map((line) => `remote: ${line}\n`).join('');

describe('a push that landed', () => {
  test('is one that git tells of each ref', () => {
    expect(push({})).toEqual({ kind: 'landed' });
    expect(push({ stderr: remote('', 'Create a pull request for x by visiting:') })).toEqual({ kind: 'landed' });
  });

  test('and not one that ended well and told of one ref alone', () => {
    const stdout = `To x\n \t${OID}:${STATE}\t1..2\nDone\n`;
    expect(answer({ stdout, status: 0 })).toMatchObject({ kind: 'unknown' });
    expect(answer({ stdout: '', status: 0 })).toMatchObject({ kind: 'unknown' });
  });
});

describe('a push that lost a race', () => {
  const LOCK = "error: cannot lock ref 'refs/heads/pr-17': is at 2222222 but expected 1111111";
  test.each<[string, Said, boolean]>([
    ['git’s own lease', { state: 'atomic push failed', branch: 'stale info', byGit: true, stderr: FAILED }, false],
    ['the other lease', { state: 'stale info', branch: 'atomic push failed', byGit: true, stderr: FAILED }, false],
    ['both leases', { state: 'stale info', branch: 'stale info', byGit: true, stderr: FAILED }, false],
    [
      'the transaction of git’s server',
      { state: 'atomic transaction failed', branch: 'atomic transaction failed', stderr: `${remote(LOCK)}${FAILED}` },
      true,
    ],
    ['GitHub’s bare word', { state: 'failed', branch: 'failed', stderr: FAILED }, true],
    ['one bare word', { state: 'atomic push failure', branch: 'failed', stderr: FAILED }, true],
    ['objects that went', { state: 'missing necessary objects', branch: 'missing necessary objects' }, true],
    ['a compare', { state: 'incorrect old value provided', branch: 'atomic push failure' }, true],
    ['a ref that is there', { state: 'atomic push failure', branch: 'reference already exists' }, true],
    ['a lock', { state: 'atomic push failure', branch: `cannot lock ref '${BRANCH}': File exists.` }, true],
    ['what is ahead', { state: 'atomic push failed', branch: 'fetch first', byGit: true, stderr: FAILED }, true],
    ['what is beside', { state: 'non-fast-forward', branch: 'atomic push failed', byGit: true }, true],
  ])('%s', (_name, said, isSent) => {
    expect(push(said)).toEqual({ kind: 'raced', isSent });
  });

  test('is no refusal because of what a branch is called', () => {
    const stderr = remote(
      "error: cannot lock ref 'refs/heads/gh006-protected-branch': is at 2222222 but expected 1111111",
      "error: cannot lock ref 'refs/heads/GH013': is at 2222222 but expected 1111111",
    );
    const lost = { state: 'atomic transaction failed', branch: 'atomic transaction failed', stderr };
    expect(push(lost)).toEqual({ kind: 'raced', isSent: true });
  });
});

describe('nobody can say what became of a push', () => {
  const CUT = 'fatal: the remote end hung up unexpectedly\n';
  test.each<[string, PushAnswer, string]>([
    [
      'GitHub does not know',
      push({ state: 'failure', branch: 'failure', stderr: `${remote('fatal error in commit_refs')}${FAILED}` }),
      'GitHub could not say what became of the push',
    ],
    [
      'GitHub does not know, in other words',
      push({ state: 'failed', branch: 'failed', stderr: `${remote('fatal error in commit_refs')}${FAILED}` }),
      'GitHub could not say',
    ],
    [
      'a ref is not told of',
      push({ state: 'remote failed to report status', branch: 'remote failed to report status' }),
      'GitHub could not say',
    ],
    ['the line went dead', answer({ stderr: `send-pack: unexpected disconnect\n${CUT}` }), 'unexpected disconnect'],
    [
      'a gateway answers',
      answer({
        status: 1,
        stderr: `error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\n${CUT}`,
      }),
      'HTTP 502',
    ],
    [
      'too much at once',
      answer({ stderr: 'error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429\n' }),
      '429',
    ],
    ['an empty answer', answer({ stderr: 'error: RPC failed; curl 52 Empty reply from server\n' }), 'curl 52'],
    ['nothing at all', answer({ stderr: '' }), 'The push ended without an answer'],
    ['it moved, and then git failed', push({ status: 1, stderr: 'error: update_ref failed\n' }), 'without an answer'],
    [
      'it took too long',
      readPush({ kind: 'cut_off', stderr: `${remote('hello')}POST git-receive-pack (300 bytes)\n` }, [STATE, BRANCH]),
      'The push took longer than it may (POST git-receive-pack (300 bytes))',
    ],
  ])('%s', (_name, read, says) => {
    expect(read).toMatchObject({ kind: 'unknown', failure: { problem: expect.stringContaining(says) } });
    expect(read.kind === 'unknown' && read.failure.retry.kind).toBe('backoff');
  });
});

describe('a refusal', () => {
  const rules = (ref: string, ...lines: readonly string[]): string =>
    remote(
      `error: GH013: Repository rule violations found for ${ref}.`,
      `Review all repository rules at https://github.com/acme/widgets/rules?ref=${encodeURIComponent(ref)}`,
      '',
      ...lines,
    );
  const RULE = 'push declined due to repository rule violations';

  test.each<[string, Said, string, readonly string[]]>([
    [
      'GH001, a large file',
      {
        state: 'pre-receive hook declined',
        branch: 'pre-receive hook declined',
        stderr: remote(
          `error: Trace: ${'0'.repeat(64)}`,
          'error: See https://gh.io/lfs for more information.',
          "error: File big.bin is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB",
          'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.',
        ),
      },
      'permission_denied',
      ['too large', 'big.bin', 'Git LFS'],
    ],
    [
      'GH006, a protected branch',
      {
        state: 'atomic push failure',
        branch: 'protected branch hook declined',
        stderr: remote(
          `error: GH006: Protected branch update failed for ${BRANCH}.`,
          'error: Required status check "ci" is expected.',
        ),
      },
      'permission_denied',
      ['Branch protection', '"pr-17"', 'Required status check "ci" is expected', 'Let the app or person'],
    ],
    [
      'GH007, an address',
      {
        state: 'atomic push failure',
        branch: 'push declined due to email privacy restrictions',
        stderr: remote('error: GH007: Your push would publish a private email address.'),
      },
      'permission_denied',
      ['private email address', 'noreply'],
    ],
    [
      'GH008, files that were not uploaded',
      {
        state: 'pre-receive hook declined',
        branch: 'pre-receive hook declined',
        stderr: remote(
          `error: GH008: Your push referenced at least 1 unknown Git LFS object:`,
          `    ${'0'.repeat(64)}`,
        ),
      },
      'permission_denied',
      ['files of Git LFS', 'git lfs push origin HEAD'],
    ],
    [
      'GH013, a ruleset for the branch',
      { state: 'atomic push failure', branch: RULE, stderr: rules(BRANCH, '- Cannot update this protected ref.') },
      'permission_denied',
      ['A ruleset', '("pr-17")', 'Cannot update this protected ref', 'Exclude the branch'],
    ],
    [
      'GH013, a ruleset for the state branch',
      {
        state: RULE,
        branch: 'atomic push failure',
        stderr: rules(STATE, '- Changes must be made through a pull request.'),
      },
      'permission_denied',
      ['A ruleset', '("runner-coord-state")'],
    ],
    [
      'GH013, unsigned commits',
      {
        state: RULE,
        branch: 'atomic push failure',
        stderr: rules(STATE, '- Commits must have verified signatures.', '  Found 1 violation:', '', `  ${OID}`),
      },
      'permission_denied',
      ['asks for signed commits', '("runner-coord-state")', 'exclude the state branch'],
    ],
    [
      'GH013, a secret',
      {
        state: 'atomic push failure',
        branch: RULE,
        stderr: rules(BRANCH, '- GITHUB PUSH PROTECTION', '  - Push cannot contain secrets', '  —— Some Token ——'),
      },
      'permission_denied',
      ['hold a secret', 'revoke it'],
    ],
    ...['a GitHub App', 'an OAuth App', 'a Personal Access Token'].map(
      (whom): [string, Said, string, readonly string[]] => [
        `workflow files, by ${whom}`,
        {
          state: 'atomic push failure',
          branch: `refusing to allow ${whom} to create or update workflow \`.github/workflows/ci.yml\` without \`${
            whom === 'a GitHub App' ? 'workflows` permission' : 'workflow` scope'
          }`,
        },
        'permission_denied',
        ['change workflow files', '.github/workflows/ci.yml', 'GITHUB_TOKEN can never'],
      ],
    ),
    [
      'what nobody has seen before',
      { state: 'atomic push failure', branch: 'the moon is full', stderr: remote('come back tomorrow') },
      'api_error',
      [
        'The push of "pr-17" was refused: the moon is full; it says: come back tomorrow',
        'Look at what the server says',
      ],
    ],
    [
      'a hidden ref',
      { state: 'deny updating a hidden ref', branch: 'atomic push failure' },
      'api_error',
      ['"runner-coord-state" was refused: deny updating a hidden ref'],
    ],
    [
      'a hook of a server of one’s own',
      {
        state: 'atomic push failure',
        branch: 'pre-receive hook declined',
        stderr: remote('No ticket in the message.'),
      },
      'api_error',
      ['pre-receive hook declined; it says: No ticket in the message.'],
    ],
    [
      'too little history',
      { state: 'atomic push failure', branch: 'shallow update not allowed' },
      'api_error',
      ['too shallow', 'fetch-depth: 0'],
    ],
  ])('%s', (_name, said, code, says) => {
    const read = push({ ...said, stderr: `${said.stderr ?? ''}${FAILED}` });
    expect(read).toMatchObject({ kind: 'refused', failure: { code, retry: { kind: 'never' } } });
    const { problem, advice } = read.kind === 'refused' ? read.failure : { problem: '', advice: '' };
    for (const words of says) expect(`${problem}. ${advice}`).toContain(words);
  });

  test.each<[string, string, string, readonly string[]]>([
    [
      'no atomic pushes',
      'fatal: the receiving end does not support --atomic push\n',
      'api_error',
      ['does not know atomic pushes', 'Nothing was pushed'],
    ],
    [
      'a token that may only read',
      `${remote('Permission to acme/widgets.git denied to github-actions[bot].')}fatal: unable to access 'https://github.com/acme/widgets.git/': The requested URL returned error: 403\n`,
      'permission_denied',
      ['may not do that', 'permissions: { contents: write }', 'github-actions[bot]'],
    ],
    [
      'a token that was not given contents',
      `${remote('Write access to repository not granted.')}fatal: unable to access 'https://github.com/acme/widgets/': The requested URL returned error: 403\n`,
      'permission_denied',
      ['may not do that'],
    ],
    [
      'no credentials',
      "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n",
      'permission_denied',
      ['no credentials that the server takes', 'GH_TOKEN'],
    ],
    [
      'a wrong password',
      `${remote('Invalid username or token. Password authentication is not supported for Git operations.')}fatal: Authentication failed for 'https://github.com/acme/widgets.git/'\n`,
      'permission_denied',
      ['no credentials that the server takes'],
    ],
    [
      'a key that nobody knows',
      'git@github.com: Permission denied (publickey).\r\nfatal: Could not read from remote repository.\n',
      'permission_denied',
      ['no credentials that the server takes'],
    ],
    [
      'a host that nobody knows',
      'Host key verification failed.\r\nfatal: Could not read from remote repository.\n',
      'permission_denied',
      ['no credentials that the server takes'],
    ],
    [
      'a repository that is not shown',
      `${remote('Repository not found.')}fatal: repository 'https://github.com/acme/widgets.git/' not found\n`,
      'permission_denied',
      ['no such repository'],
    ],
    [
      'a certificate',
      "fatal: unable to access 'https://ghes.test/acme/widgets.git/': SSL certificate problem: unable to get local issuer certificate\n",
      'api_error',
      ['certificate', 'http.sslCAInfo'],
    ],
    [
      'a name',
      "fatal: unable to access 'https://ghes.test/acme/widgets.git/': Could not resolve host: ghes.test\n",
      'api_error',
      ['does not resolve'],
    ],
  ])('before anything is pushed: %s', (_name, stderr, code, says) => {
    const read = answer({ stderr });
    expect(read).toMatchObject({ kind: 'refused', failure: { code, retry: { kind: 'never' } } });
    const { problem, advice } = read.kind === 'refused' ? read.failure : { problem: '', advice: '' };
    for (const words of says) expect(`${problem}. ${advice}`).toContain(words);
  });

  test('of a git that is gone, or cannot be started', () => {
    const refs = [STATE, BRANCH];
    expect(readPush({ kind: 'missing' }, refs)).toMatchObject({ kind: 'refused', failure: { code: 'api_error' } });
    const broken = readPush({ kind: 'broken', error: new Error('spawn E2BIG') }, refs);
    expect(broken).toMatchObject({ kind: 'refused', failure: { problem: 'Git cannot be run: spawn E2BIG' } });
  });
});

test('no password is shown, whatever it is made of', () => {
  const said = (address: string): string =>
    JSON.stringify([
      refusalOf(`fatal: unable to access '${address}': The requested URL returned error: 403\n`, null),
      answer({ stderr: `fatal: unable to access '${address}': it is dark\n` }),
    ]);
  for (const secret of ['s3cret', 'x:s3cret', 'x:p@s3cret', 'x:s3cret@p', 'x:p%40s3cret']) {
    const shown = said(`https://${secret}@github.com/acme/widgets.git/`);
    expect(shown).toContain('//github.com/acme');
    expect(shown).not.toContain('s3cret');
  }
});
