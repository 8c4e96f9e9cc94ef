import type { Report } from '../../report/report.js';
import { escapeMarkdown, link } from '../../report/markdown.js';

/** What to do now, and for refusals that a takeover ends, where it is done. */
export function wayOut(report: Report): string[] {
  const { wayOut: words } = report.message;
  if (words === null) return [];
  const next = `**Next step:** ${escapeMarkdown(words, 4000)}`;
  // The words are ours, and name the takeover exactly where it is allowed to end this refusal.
  if (report.outcome.kind !== 'conflict' || !words.includes('"command: takeover"')) return [next];
  return [next, ...takeover(report)];
}

function takeover({ target, serverUrl }: Report): string[] {
  if (target === null) return [];
  const { repo, pr, scope } = target;
  const page = link('takeover.yml', `${serverUrl}/${repo}/actions/workflows/takeover.yml`);
  const { host } = new URL(serverUrl);
  const where = host === 'github.com' ? repo : `${host}/${repo}`;
  const inputs = [`-f pr=${String(pr)}`, ...(scope == null ? [] : [`-f scope=${scope}`]), `-f reason='why'`];
  return [
    `Where this repository has a workflow ${page}, a person takes it over on its page, or by:`,
    ['```console', `gh workflow run takeover.yml --repo ${where} ${inputs.join(' ')}`, '```'].join('\n'),
  ];
}
