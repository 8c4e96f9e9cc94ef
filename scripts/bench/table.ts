import type { Figure, Measured } from './measure.js';

/** The figures as a Markdown table, with what they are in bare starts of Node and beside the minimal script. */
export function tableOf({ conditions, version, bare, figures }: Measured): string {
  const over = conditions.protocol === 'https' ? 'TLS' : 'plain HTTP';
  const title = `Node ${version.replace(/^v/, '')} over ${over}, ${String(conditions.rounds)} rounds, medians in ms; a bare start takes ${shown(bare)}`;
  const rows = figures.map(({ name, requests, wall, own, minimalOwn }) => [
    name,
    String(requests),
    shown(wall),
    shown(own),
    `${(own / bare).toFixed(2)}x`,
    minimalOwn === null ? '–' : shown(minimalOwn),
    minimalOwn === null ? '–' : `${(own / minimalOwn).toFixed(2)}x`,
  ]);
  const head = ['step', 'requests', 'wall', 'own', 'own / bare start', 'minimal script, own', 'own / minimal'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [title, '', ...lines, '', ...figures.flatMap((figure) => besideWanted(figure, bare))].join('\n');
}

/** What a figure was to be, and is. */
function besideWanted({ name, own, minimalOwn, wanted }: Figure, bare: number): string[] {
  return wanted.map(({ beside, atMost }) => {
    const measure = beside === 'bare start' ? bare : minimalOwn;
    if (measure === null) throw new Error(`${name} sent nothing that a minimal script could send`);
    const ratio = own / measure;
    const verdict = ratio <= atMost ? 'as wanted' : 'MORE THAN WANTED';
    return `${name}: ${ratio.toFixed(2)} x the ${beside}, ${verdict} (at most ${String(atMost)})`;
  });
}

function shown(milliseconds: number): string {
  return milliseconds.toFixed(1);
}
