import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { bringExecutable } from './long-agent.js';
import { opened, scenario, type Scenario } from './scenario.js';
import { AGENT } from './stand-ins.js';

/** A workflow that an organization keeps once, for all its repositories. */

const DONE = 'agent/agent';

/** What it made is published at the end, which only works from the branch itself. */
const PUBLISHING_AGENT = `#!/usr/bin/env bash
${AGENT}
git -c user.name=a -c user.email=a@example.com commit --quiet --all --message 'Work'
runner-coord push
`;

/** What docs/enterprise.md tells a repository to write. */
export async function centralCaller(): Promise<string> {
  const page = await readFile(join(packageRoot(), 'docs', 'enterprise.md'), 'utf8');
  const [, caller] = /^```yaml\n(on: [\s\S]*?)^```$/m.exec(page) ?? [];
  if (caller === undefined) throw new Error('docs/enterprise.md shows no caller.');
  return caller;
}

export const CENTRAL: readonly Scenario[] = [
  scenario(
    'central-agent.yml, called by five lines: the calling run owns, works with what its repository has, publishes, and releases',
    async (stage) => {
      await bringExecutable(stage, 'pr-17', PUBLISHING_AGENT);
      const workflow = { text: await centralCaller() };
      await stage.hold(1001);
      const owner = await stage.start({ workflow, ...(await opened(stage)), runId: 1001 });
      await stage.atWork(1001);
      const second = await stage.run({ workflow, ...(await opened(stage)), runId: 1002 });
      assert.equal(second.job(DONE), 'failure');
      assert.match(second.log.readable, /active_run_exists/);
      await stage.letGo(1001);
      await owner.ended;
      assert.equal(owner.job(DONE), 'success');
      assert.deepEqual(await stage.history(), ['claim 1001', 'publish 1001', 'release 1001']);
      assert.equal((await stage.marks()).length, 1);
    },
  ),
];
