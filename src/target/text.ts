/**
 * Words for messages. Values in them come from payloads and inputs, so they are shortened and escaped: a message ends
 * up in logs, annotations and summaries, where a line break or a right-to-left mark could say something else.
 */

const LONGEST = 80;
const MOST_LISTED = 20;

/** A foreign value as a message may show it: quoted, escaped to printable ASCII, at most about 80 characters. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
    const escaped = JSON.stringify(cut).replace(/[^\x20-\x7e…]/g, (char) => {
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
    return value.length > LONGEST ? `${escaped} (${value.length} characters)` : escaped;
  }
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

/** `#12, #15`; a long list ends in `and 7 more`. */
export function numbered(numbers: readonly number[]): string {
  return listed(numbers.map((number) => `#${number}`));
}

/** `a, b, c`; a long list ends in `and 7 more`. */
export function listed(items: readonly string[]): string {
  const more = items.length - MOST_LISTED;
  return more > 0 ? `${items.slice(0, MOST_LISTED).join(', ')} and ${more} more` : items.join(', ');
}
