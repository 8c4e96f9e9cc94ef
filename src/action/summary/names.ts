import type { Holder } from '../../core/record.js';
import { targetName } from '../../core/words/owner.js';
import type { Report } from '../../report/report.js';
import { escapeMarkdown, link } from '../../report/markdown.js';

/** How a summary names pull requests, runs, persons and times. */

/** Whoever owns, owned or waits. */
export interface Party {
  readonly runId: string;
  readonly attempt?: number;
  readonly holder?: Holder | null;
}

export function pullRequestLink({ target, serverUrl }: Report): string {
  const address = target === null ? null : `${serverUrl}/${target.repo}/pull/${String(target.pr)}`;
  return link(targetName(target), address);
}

/**
 * `[run 1001 attempt 2](…) (agent / fix, by octocat)`; a person goes by the login alone.
 *
 * @param word `Run` at the beginning of a sentence.
 */
export function partyLink({ runId, attempt = 1, holder = null }: Party, word = 'run'): string {
  const label = runLabel(runId, word);
  const name = link(attempt > 1 ? `${label} attempt ${String(attempt)}` : label, holder?.url ?? null);
  const by = holder?.actor == null ? null : `by ${holder.actor}`;
  const details = [[holder?.workflow, holder?.job].filter(Boolean).join(' / '), by].filter(Boolean).join(', ');
  return details === '' || !label.startsWith(word) ? name : `${name} (${escapeMarkdown(details)})`;
}

export function runLabel(runId: string, word = 'run'): string {
  return /^person:[\w[\]-]+$/i.test(runId) ? runId.slice('person:'.length) : `${word} ${runId}`;
}

/** Words of ours, as a log needs them, for a page: the pull request is a link, and times are easier to read. */
export function onPage(text: string, report: Report): string {
  const told = text.replace(/(\d)T([\d:]{8})\.\d{3}Z/g, '$1 $2 UTC').replace(/\bfor 0 s\b|\b0 s ago\b/g, 'just now');
  const name = escapeMarkdown(targetName(report.target));
  return escapeMarkdown(told, 4000).replace(name, () => pullRequestLink(report));
}
