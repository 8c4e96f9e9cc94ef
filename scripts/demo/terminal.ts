/** Shows Markdown summaries and step results in a terminal. Colours only where the output is one. */

const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const style = (code: string) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = style('1');
export const dim = style('2');
export const green = style('32');
export const red = style('31');

/** The summary as GitHub would show it: headings, aligned tables, links by their text, escapes undone. */
export function renderMarkdown(markdown: string): string {
  const lines = markdown.trimEnd().split('\n');
  const shown: string[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    if (line.startsWith('|')) {
      const end = lines.findIndex((other, at) => at > index && !other.startsWith('|'));
      const rows = lines.slice(index, end === -1 ? lines.length : end);
      shown.push(...renderTable(rows));
      index += rows.length;
      continue;
    }
    if (line.startsWith('```')) {
      const end = lines.indexOf('```', index + 1);
      shown.push(...lines.slice(index + 1, end).map((code) => dim(`    ${code}`)));
      index = end + 1;
      continue;
    }
    shown.push(line.startsWith('#') ? bold(inline(line.replace(/^#+ /, ''))) : inline(line));
    index += 1;
  }
  return shown.join('\n');
}

function renderTable(rows: readonly string[]): string[] {
  const cells = rows
    .filter((_, index) => index !== 1)
    .map((row) =>
      row
        .slice(2, -2)
        .split(/ (?<!\\)\| /)
        .map(inline),
    );
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row, index) => {
    const text = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
    return index === 0 ? dim(text) : text;
  });
}

function inline(text: string): string {
  return text
    .replace(/\[((?:\\.|[^\]\\])*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '')
    .replace(/\\([\\`*_{}[\]()#+!|~$^.-])/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, '&');
}
