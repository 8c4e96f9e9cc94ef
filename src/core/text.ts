/** Helpers for text that a person reads. What comes from elsewhere is made harmless here before it is printed. */

/**
 * Foreign text for one line of a log, an annotation or an output: control, formatting and bidirectional characters
 * become spaces, `##[` (a command to the runner anywhere in a line) is broken up, and the rest is shortened.
 *
 * @param limit longest result in UTF-16 code units.
 */
export function plain(text: string, limit = 200): string {
  const oneLine = text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/#(?=#\[)/g, '# ')
    .replace(/:(?=:)/g, ': ')
    .trim();
  return oneLine.length <= limit ? oneLine : `${oneLine.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Ends a text with a full stop if it ends with none of its own. */
export function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`; never negative, whatever the clocks say. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${String(hours)} h`, minutes % 60, 'min');
  return withRest(`${String(Math.floor(hours / 24))} d`, hours % 24, 'h');
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${String(rest)} ${unit}`;
}
