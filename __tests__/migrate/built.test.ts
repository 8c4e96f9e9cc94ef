import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inJob, onPosix } from '../command-line/stage.js';
import { NEW, OLD } from './stage.js';

/** The built files, beside a program that is at work under the old name. */

onPosix('while a program is at work', () => {
  test('it is ended, because its run owns nothing any more, and goes on under the new name', () =>
    inJob(async ({ job, repository }) => {
      await job.uses({ with: { command: 'claim', 'state-branch': OLD } });
      const started = join(job.workspace, 'started');
      const script = `touch "${started}"; sleep 60`;
      const options = ['--grace', '1s', '--lost-after', '3s'];
      const exec = job.run(['runner-coord', 'exec', ...options, '--', 'sh', '-c', script]);
      await Promise.race([until(() => access(started)), exec]);
      const moved = await job.run(['runner-coord', 'migrate', '--state-branch', NEW, '--json']);
      expect(moved).toMatchObject({
        status: 0,
        stderr: expect.stringContaining('Moved 1 record of acme/widgets') as unknown,
      });
      expect(JSON.parse(moved.stdout)).toMatchObject({ ok: true, from: OLD, repo: 'acme/widgets' });
      expect((await exec).status).toBe(76);
      const assert = async (pattern: string): Promise<number | null> =>
        (await job.run(['runner-coord', 'assert', '--state-branch', pattern])).status;
      expect([await assert(OLD), await assert(NEW)]).toEqual([75, 0]);
      expect(await repository.head('runner-coord-state-15')).not.toBeNull();
    }));
});

async function until(isSo: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const so = await isSo().then(
      () => true,
      () => false,
    );
    if (so) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
