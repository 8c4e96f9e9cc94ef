/** HTML in which foreign text cannot be anything but text: what is put into a template is escaped, unless it is markup. */

export interface Markup {
  readonly html: string;
}

type Part = string | number | Markup | readonly Markup[] | null;

/** A template of HTML. Attributes have to stand in double quotes; `null` is left out. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.map((text, index) => text + written(parts[index] ?? null)).join('') };
}

/** Text of our own that is HTML, a style or a script. */
export function own(html: string): Markup {
  return { html };
}

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  return 'html' in part ? part.html : part.map(({ html }) => html).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for elements and quoted attributes; control, formatting and bidirectional characters become blanks. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** An address of more than this is no address of a run. */
const ADDRESS_LIMIT = 500;

/** A link whose address is http(s); any other is left as text. */
export function anchor(label: string, address: string | null): Markup {
  if (address === null || address.length > ADDRESS_LIMIT) return markup`${label}`;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return markup`${label}`;
  return markup`<a href="${new URL(address).href}" rel="noopener noreferrer">${label}</a>`;
}
