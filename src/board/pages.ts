import type { LogEntry } from '../core/board/log-event.js';
import { failed, notUnderstood, parsed, reading } from './asking.js';
import { aliasOf, PagesSchema, pagesQuery, type History } from './branch-query.js';
import type { BoardContext, BoardRepository } from './context.js';
import { untilTold, type Answered } from './told.js';

/** The logs of state branches, page by page. */

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; `null`: the span ends here. */
  readonly next: string | null;
}

export function pageOf({ pageInfo, nodes }: History): LogPage {
  const entries = nodes.map(({ oid: commit, committedDate, message }) => ({
    ...{ commit, committedAt: committedDate, message },
  }));
  return { entries, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** Of each log the page that follows another one, by its head, in one request. */
export function readPages(
  context: BoardContext,
  { repo }: BoardRepository,
  behind: readonly { readonly head: string; readonly after: string }[],
  since: string,
): Promise<Answered<ReadonlyMap<string, LogPage>>> {
  const [owner, name] = repo.split('/');
  const query = pagesQuery(behind.length);
  const places = behind.flatMap(({ head, after }, index) => [
    [`oid${String(index)}`, head] as const,
    [`after${String(index)}`, after] as const,
  ]);
  const variables = { owner, name, since, ...Object.fromEntries(places) };
  return untilTold<ReadonlyMap<string, LogPage>>(async () => {
    const purpose = reading(context, 'reading the log of the state branch');
    const answer = await context.transport.graphql(query, variables, context.deadline);
    const told = parsed(answer, PagesSchema, purpose);
    if (told.kind === 'failed') return told;
    const { repository } = told.value;
    const pages = new Map<string, LogPage>();
    for (const [index, { head }] of behind.entries()) {
      const shown = repository[aliasOf(index)];
      if (shown === undefined) return failed(notUnderstood(aliasOf(index), purpose, answer));
      pages.set(head, pageOf(shown.history));
    }
    return { kind: 'told', value: pages };
  }, context);
}
