import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * What the examples use beside runner-coord, as far as they use it: actions/checkout, the GitHub CLI, and an agent to be
 * coordinated. They work on the repositories of the local GitHub, so that a push or a merge can be looked for in git.
 */

/** Clones the repository named by `repository` (default: the one of the run) and checks out `ref`. */
const CHECKOUT_MANIFEST = `name: checkout
description: Stands in for actions/checkout.
inputs:
  repository: { description: owner/name, default: '\${{ github.repository }}' }
  ref: { description: branch or commit, default: '' }
  persist-credentials: { description: not used, default: 'true' }
runs: { using: node24, main: index.cjs, post: post.cjs }
`;

const CHECKOUT = `const { execFileSync } = require('node:child_process');
const git = (...args) => execFileSync('git', args, { cwd: process.env.GITHUB_WORKSPACE, stdio: 'inherit' });
const folders = JSON.parse(process.env.LOCAL_GITHUB_FOLDERS);
git('clone', '--quiet', folders[process.env.INPUT_REPOSITORY], '.');
if (process.env.INPUT_REF) git('checkout', '--quiet', process.env.INPUT_REF);
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
  readonly checkout: string;
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
  return { checkout, bin };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
