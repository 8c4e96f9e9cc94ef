import { plain } from '../core/text.js';

/**
 * Foreign text for Markdown: nothing in it becomes markup, a link, a mention or HTML. Backslashes take the meaning from
 * punctuation, entities from what HTML reads first.
 */
export function escapeMarkdown(text: string, limit = 200): string {
  return plain(text, limit)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~$^]/g, '\\$&')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/www\./gi, 'www&#46;')
    .replace(/^(\d+)\./, '$1\\.')
    .replace(/^-/, '\\-');
}

/** A link whose address is http(s) and cannot leave its brackets; other addresses are left as text. */
export function link(label: string, address: string | null): string {
  const text = escapeMarkdown(label);
  if (address === null || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return text;
  const safe = new URL(address).href.replace(
    /[()<>\\[\]`|]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${text}](${safe})`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
