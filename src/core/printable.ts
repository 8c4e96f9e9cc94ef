/** The rules for foreign text that is stored: what may not be an input may not be in a record either. */

/** The longest run id, in UTF-16 code units. */
export const RUN_ID_LIMIT = 200;
/** The longest name of a workflow, job or actor that is kept. */
export const NAME_LIMIT = 200;
export const URL_LIMIT = 2000;

/** Nearly all text, told by a pattern that costs nothing to make ready; those by categories of Unicode take a millisecond of every start. */
const VISIBLE_ASCII = /^[\x20-\x7e]*$/;

/** Text that a person can read: no control, formatting or private characters, nor half of a surrogate pair. */
export function isPrintable(text: string): boolean {
  return VISIBLE_ASCII.test(text) || !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(text);
}

/** The nearest text that may be stored as a name, or `null` for none: a workflow may be named by an emoji of several parts. */
export function storableName(text: string | null): string | null {
  const visible = text ?? '';
  const printable = VISIBLE_ASCII.test(visible)
    ? visible
    : visible.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu, ' ');
  const readable = printable
    .trim()
    .slice(0, NAME_LIMIT)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
  return readable === '' ? null : readable;
}

/** `owner/name` in visible ASCII: lower case turns a Kelvin sign into a k. */
export function isStorableRepository(text: string): boolean {
  return /^[\x21-\x2e\x30-\x7e]+\/[\x21-\x2e\x30-\x7e]+$/.test(text);
}

/** A branch by its full name; git itself allows no blanks and none of these. */
export function isStorableRef(text: string): boolean {
  return text.length <= 300 && isPrintable(text) && /^refs\/heads\/[^\s~^:?*[\\]+$/.test(text);
}

/** An http(s) address of visible ASCII. */
export function isStorableUrl(text: string): boolean {
  return text.length <= URL_LIMIT && /^https?:\/\/[\x21-\x7e]+$/i.test(text) && URL.canParse(text);
}
