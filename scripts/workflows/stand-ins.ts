import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeArtifactActions } from './artifacts.js';

/**
 * What the examples use beside runner-coord, as far as they use it: actions/checkout, the GitHub CLI, an agent to be
 * coordinated, and the actions that keep files (artifacts.ts). They work on the repositories of the local GitHub, so that a push or a merge can be looked for in git.
 */

/** Clones the repository named by `repository` (default: the one of the run) and checks out `ref`, over HTTP. */
const CHECKOUT_MANIFEST = `name: checkout
description: Stands in for actions/checkout.
inputs:
  repository: { description: owner/name, default: '\${{ github.repository }}' }
  ref: { description: branch or commit; here main without one, default: '' }
  fetch-depth: { description: how many commits; 0 is all of them, default: '1' }
  token: { description: what git shows to the server, default: '\${{ github.token }}' }
  persist-credentials: { description: whether later steps have it as well, default: 'true' }
runs: { using: node24, main: index.cjs, post: post.cjs }
`;

/**
 * As version 6 leaves a checkout: one commit deep; on a branch if a branch was named, else on no branch; and the credentials
 * as a header in a file of RUNNER_TEMP, which the configuration of the checkout includes. The runner has no network to get
 * the real one from.
 */
const CHECKOUT = `const { execFileSync } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { GITHUB_SERVER_URL: server, GITHUB_WORKSPACE: cwd, RUNNER_TEMP, INPUT_TOKEN: token } = process.env;
const ref = process.env.INPUT_REF || 'main';
const git = (...args) => execFileSync('git', args, { cwd, stdio: 'inherit' });
const credentials = RUNNER_TEMP + '/git-credentials-' + crypto.randomUUID() + '.config';
const basic = Buffer.from('x-access-token:' + token).toString('base64');
const section = '[http "' + new URL(server).origin + '/"]';
writeFileSync(credentials, section + '\\n\\textraheader = AUTHORIZATION: basic ' + basic + '\\n');
const including = 'includeIf.gitdir:' + cwd + '/.git.path';
const depth = process.env['INPUT_FETCH-DEPTH'];
const depths = depth === '0' ? [] : ['--depth=' + depth];
const isCommit = /^[0-9a-f]{40}$/.test(ref);
const refspec = isCommit ? ref : '+refs/heads/' + ref + ':refs/remotes/origin/' + ref;
git('init', '--quiet', '.');
git('remote', 'add', 'origin', server + '/' + process.env.INPUT_REPOSITORY);
git('config', '--local', including, credentials);
git('fetch', '--quiet', '--no-tags', ...depths, 'origin', refspec);
git('checkout', '--quiet', ...(isCommit ? [ref] : ['-B', ref, 'refs/remotes/origin/' + ref]));
if (process.env['INPUT_PERSIST-CREDENTIALS'] === 'false') git('config', '--local', '--unset', including);
`;

/**
 * The post step comes after those of the steps that followed, so it sees the clone as the job leaves it: which hooks are
 * there, and where git looks for them.
 */
const AFTER_THE_JOB = `const { execFileSync } = require('node:child_process');
const { appendFileSync, existsSync, readdirSync } = require('node:fs');
const { resolve } = require('node:path');
const { GITHUB_RUN_ID, GITHUB_WORKSPACE: cwd, WORKFLOW_TEST } = process.env;
const folder = execFileSync('git', ['rev-parse', '--git-path', 'hooks'], { cwd, encoding: 'utf8' }).trim();
const files = existsSync(resolve(cwd, folder)) ? readdirSync(resolve(cwd, folder)) : [];
const hooks = files.filter((name) => !name.endsWith('.sample'));
appendFileSync(WORKFLOW_TEST + '/left-' + GITHUB_RUN_ID, JSON.stringify({ folder, hooks }) + '\\n');
`;

/** \`gh api PATH --jq .FIELD\` and \`gh pr merge N --squash --match-head-commit SHA\`; anything else is an error. */
const GH = `#!/usr/bin/env node
const { execFileSync } = require('node:child_process');
const [area, first, ...rest] = process.argv.slice(2);
const option = (name) => rest[rest.indexOf(name) + 1];
const get = async (path) => {
  const headers = { authorization: 'Bearer ' + process.env.GH_TOKEN };
  const response = await fetch(process.env.GITHUB_API_URL + '/' + path, { headers });
  if (!response.ok) throw new Error('gh: HTTP ' + response.status + ' for ' + path);
  return response.json();
};
(async () => {
  if (area === 'api' && rest[0] === '--jq' && /^\\.\\w+$/.test(rest[1])) {
    console.log((await get(first))[rest[1].slice(1)]);
  } else if (area === 'pr' && first === 'merge' && rest.includes('--squash')) {
    const pull = await get('repos/' + process.env.GH_REPO + '/pulls/' + rest[0]);
    if (pull.head.sha !== option('--match-head-commit')) throw new Error('gh: the head moved');
    const folder = JSON.parse(process.env.LOCAL_GITHUB_FOLDERS)[process.env.GH_REPO];
    execFileSync('git', ['-C', folder, 'update-ref', 'refs/heads/' + pull.base.ref, pull.head.sha, pull.base.sha]);
  } else {
    throw new Error('gh: not known here: ' + process.argv.slice(2).join(' '));
  }
})().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;

/**
 * The work: leaves a mark, works as long as a file says so, changes a file, and fails if another file says so.
 * Milliseconds, because marks are compared for overlaps.
 */
export const AGENT = `set -eu
mark="$WORKFLOW_TEST/marks/$GITHUB_RUN_ID.$GITHUB_JOB.$$"
echo "start $(date +%s%3N)" > "$mark.part"
printf 'args' >> "$mark.part"; printf ' %q' "$@" >> "$mark.part"; echo >> "$mark.part"
mv "$mark.part" "$mark"
left=2400 # two minutes, should the test be gone
while [ -e "$WORKFLOW_TEST/hold-$GITHUB_RUN_ID" ] && [ $left -gt 0 ]; do sleep 0.05; left=$((left - 1)); done
echo "work of $GITHUB_RUN_ID" >> agent.txt
echo "end $(date +%s%3N)" >> "$mark"
if [ -e "$WORKFLOW_TEST/fail-$GITHUB_RUN_ID" ]; then echo 'The work failed.' >&2; exit 1; fi
`;

export interface StandIns {
  /** By the name of an action of others, the folder of what stands in for it. */
  readonly actions: Readonly<Record<string, string>>;
  /** Goes first in PATH. */
  readonly bin: string;
}

export async function writeStandIns(folder: string): Promise<StandIns> {
  const checkout = join(folder, 'checkout');
  const bin = join(folder, 'bin');
  await write(join(checkout, 'action.yml'), CHECKOUT_MANIFEST);
  await write(join(checkout, 'index.cjs'), CHECKOUT);
  await write(join(checkout, 'post.cjs'), AFTER_THE_JOB);
  await write(join(bin, 'gh'), GH);
  await chmod(join(bin, 'gh'), 0o755);
  const actions = { 'actions/checkout': checkout, ...(await writeArtifactActions(folder)) };
  return { actions, bin };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
