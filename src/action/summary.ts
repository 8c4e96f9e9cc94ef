import { appendFileSync } from 'node:fs';
import { isOwned } from '../core/outcome.js';
import { recordPath, type HistoryEvent, type OwnershipRecord } from '../core/record.js';
import { exitSignalOf } from '../core/run.js';
import { ageInMs } from '../core/staleness.js';
import { formatDuration } from '../core/text.js';
import { targetName } from '../core/words/owner.js';
import { escapeMarkdown, link, table } from './markdown.js';
import type { Report } from '../report/report.js';

/** How many events the summary shows; the rest is on the branch. */
const SHOWN_EVENTS = 8;

/** The step summary as Markdown: who owns what since when, the last events, and on a refusal the way out. */
export function summaryOf(report: Report): string {
  const { outcome, message, verdict, target } = report;
  const view = outcome.kind === 'error' ? null : outcome.view;
  const owned = report.request !== null && isOwned(outcome, report.request.run);
  const sign = owned ? '🟢' : outcome.kind === 'ok' ? '⚪' : outcome.kind === 'conflict' ? '🟡' : '🔴';
  const name =
    target === null
      ? 'Pull request'
      : link(targetName(target), `${report.serverUrl}/${target.repo}/pull/${String(target.pr)}`);
  const parts = [
    `### ${sign} ${name}: ${escapeMarkdown(verdict.headline)}`,
    escapeMarkdown(message.text, 4000),
    ...(view?.record == null ? [] : [ownerTable(view.record, report), eventTable(view.record.history)]),
    ...wayOut(report),
    ...stateLinks(report, view?.stateCommit ?? null),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/**
 * Writes the summary where the runner has one; a summary that cannot be written never changes the outcome. Written at
 * once: the toolkit's own way loads the asynchronous half of the file system for it.
 */
export function writeSummary(markdown: string, warn: (message: string) => void): void {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (!path) return;
  try {
    appendFileSync(path, markdown);
  } catch (error) {
    warn(`The step summary could not be written: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

function ownerTable(record: OwnershipRecord, { now }: Report): string {
  const owner = record.activeRun;
  if (owner === null) return '';
  const age = ageInMs(owner.claimedAt, now);
  const since = owner.claimedAt === null || age === null ? 'unknown' : `${owner.claimedAt} (${formatDuration(age)})`;
  const signal = exitSignalOf(record);
  const { holder } = owner;
  return table(
    ['Owner', 'Workflow / job', 'Started by', 'Since', 'Fencing token', 'Exit signal'],
    [
      [
        link(`run ${owner.runId}${owner.attempt > 1 ? ` attempt ${String(owner.attempt)}` : ''}`, holder?.url ?? null),
        escapeMarkdown([holder?.workflow, holder?.job].filter((part) => part != null).join(' / ') || '–'),
        escapeMarkdown(holder?.actor ?? '–'),
        since,
        String(owner.fencingToken),
        signal === null ? 'none' : escapeMarkdown(signal.reason ?? 'yes'),
      ],
    ],
  );
}

function eventTable(history: readonly HistoryEvent[]): string {
  if (history.length === 0) return '';
  const rows = history
    .slice(-SHOWN_EVENTS)
    .reverse()
    .map((event) => [
      event.at ?? '–',
      escapeMarkdown(event.type),
      escapeMarkdown(event.runId, 80),
      escapeMarkdown(event.previousRunId ?? '–', 80),
      event.fencingToken === null ? '–' : String(event.fencingToken),
      escapeMarkdown(
        [event.actor, event.workflow, event.cause, event.outcome, event.reason].filter(Boolean).join('; ') || '–',
      ),
    ]);
  return table(['When', 'Event', 'Run', 'Instead of', 'Token', 'By / why'], rows);
}

/** What to do now, and for refusals that a takeover ends, the step that does it. */
function wayOut({ outcome, message, target, action }: Report): string[] {
  if (message.wayOut === null) return [];
  const lines = [`**Next step:** ${escapeMarkdown(message.wayOut, 4000)}`];
  const endsByTakeover =
    outcome.kind === 'conflict' &&
    ['active_run_exists', 'ownership_lost', 'exit_signal_recorded', 'stale_runner'].includes(outcome.code);
  if (endsByTakeover && target !== null) {
    lines.push(
      [
        '```yaml',
        '# In a workflow that a person dispatches (permissions: contents: write)',
        `- uses: ${action}`,
        '  with:',
        '    command: takeover',
        `    repo: ${target.repo}`,
        `    pr: ${String(target.pr)}`,
        // Quoted, since YAML would take some for a number or a word of its own.
        ...(target.scope == null ? [] : [`    scope: '${target.scope}'`]),
        '    reason: why this run has to go on instead',
        '```',
      ].join('\n'),
    );
  }
  return lines;
}

function stateLinks({ target, stateBranch, serverUrl }: Report, stateCommit: string | null): string[] {
  if (target === null || stateBranch === null || stateCommit === null) return [];
  const base = `${serverUrl}/${target.repo}`;
  const path = recordPath(target);
  const commit = link(stateCommit.slice(0, 12), `${base}/commit/${stateCommit}`);
  const file = link(path, `${base}/blob/${stateBranch.split('/').map(encodeURIComponent).join('/')}/${path}`);
  return [`State: ${file} at ${commit}`];
}
