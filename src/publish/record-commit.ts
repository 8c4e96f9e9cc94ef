import { recordPath, type OwnershipRecord } from '../core/record.js';
import { writeRecord } from '../core/write-record.js';
import { commitMessage } from '../store/commit-message.js';
import type { Change } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';
import { said, SideFault, type SideRepository } from './side-repository.js';

/** Later steps may have no git identity; and whoever pushes is told by the server, not by the commit. */
const COMMITTER = 'runner-coord <runner-coord@noreply.invalid>';

/**
 * The commit of the state branch that holds the record's next version: its parent is the head that was read, and its tree is
 * that one's with this one path changed. Both are looked at before anybody gets to see it.
 *
 * @param base the record that was read. Git looks for what the new text is like in the old one, and would fetch it for that.
 */
export async function commitRecord(
  side: SideRepository,
  { next, event, effort }: Change,
  parent: string,
  base: OwnershipRecord | null,
  deadline: Deadline,
): Promise<string> {
  const path = recordPath(next.target);
  const { headline, body } = commitMessage(event, next.target, next.history, effort);
  const ref = `refs/coord/${event.id ?? 'change'}`;
  const seconds = Math.floor(Date.parse(event.at ?? '') / 1000);
  const stream = [
    ...(base === null ? [] : ['blob', data(writeRecord(base))]),
    `commit ${ref}`,
    'mark :1',
    `committer ${COMMITTER} ${String(Number.isNaN(seconds) ? 0 : seconds)} +0000`,
    data(`${headline}\n\n${body}\n`),
    `from ${parent}`,
    `M 100644 inline ${path}`,
    data(writeRecord(next)),
    'get-mark :1',
    'done',
    '',
  ].join('\n');
  const commit = said(await side.git(deadline, ['fast-import', '--quiet', '--done'], stream), 'fast-import').trim();
  const raw = said(await side.git(deadline, ['diff-tree', '-r', '-z', '--name-only', parent, commit]), 'diff-tree');
  if (raw !== `${path}\0`) throw new SideFault(`the commit of the record would change ${JSON.stringify(raw)}`);
  return commit;
}

function data(text: string): string {
  return `data ${String(Buffer.byteLength(text, 'utf8'))}\n${text}`;
}
